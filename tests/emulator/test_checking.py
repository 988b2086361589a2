"""Your own checks, found and run like the built-in ones."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support import RunTool, WriteFunction

ECHO = 'def handler(event, context):\n    return {"statusCode": 200, "body": "ok"}\n'
OWN = """
from lambda_contracts.checks.registry import check
from lambda_contracts.finding import Finding, Severity

@check
def no_ok(contract, subject):
    for verdict in subject.verdicts:
        if verdict.response.body == b"ok":
            yield Finding(code="no-ok", severity=Severity.ERROR, message="an answer is just ok", fix="Say more.")
            return

@check(default=False)
def unasked(contract, subject):
    raise RuntimeError("never run")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "my_checks.py").write_text(OWN)
    return tmp_path


def settings(project: Path, *checks: str) -> None:
    (project / "pyproject.toml").write_text(f"[tool.lambdaproof]\nchecks = {json.dumps(checks)}\n")


def test_a_check_of_your_own_is_found_through_the_settings_and_breaks_the_contract(
    lambdaproof: RunTool, write_function: WriteFunction, project: Path
) -> None:
    settings(project, "my_checks:no_ok", "my_checks:unasked")
    folder = write_function(ECHO)
    done = lambdaproof("check", folder, "-E", "in_process")
    assert 1 == done.returncode, done.stderr
    assert "error no-ok: an answer is just ok\n    change    Say more." in done.stdout
    assert "3 events, no-ok failed" in done.stdout

    told = [json.loads(line) for line in lambdaproof("check", folder, "-E", "in_process", "--json").stdout.splitlines()]
    (own,) = [one for one in told if one.get("check") == "no-ok"]
    assert (False, ["no-ok"]) == (own["passed"], [finding["code"] for finding in own["findings"]])


def test_a_check_of_your_own_is_found_through_the_entry_points_of_packages(
    lambdaproof: RunTool, write_function: WriteFunction, project: Path
) -> None:
    package = project / "installed" / "mine-1.0.dist-info"
    package.mkdir(parents=True)
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[lambdaproof.checks]\nno-ok = my_checks:no_ok\n")
    (project / "my_checks.py").rename(project / "installed" / "my_checks.py")
    path = ":".join(filter(None, [str(project / "installed"), os.environ.get("PYTHONPATH", "")]))
    done = lambdaproof("check", write_function(ECHO), "-E", "in_process", environ={"PYTHONPATH": path})
    assert 1 == done.returncode, done.stderr
    assert "error no-ok" in done.stdout


@pytest.mark.parametrize(
    ("checks", "told"),
    [
        (["my_checks:nosuch"], "my_checks:nosuch cannot be imported: AttributeError"),
        (["no_such_module:x"], "no_such_module:x cannot be imported: ModuleNotFoundError"),
        (["my_checks"], "checks cannot be"),
        (["my_checks:Severity.__doc__"], "checks cannot be"),
        (["my_checks:no_ok", "my_checks:no_ok"], "two checks called no-ok"),
        (["my_checks:__name__"], "is no check"),
    ],
)
def test_a_check_that_cannot_be_had_is_told(
    lambdaproof: RunTool, write_function: WriteFunction, project: Path, checks: list[str], told: str
) -> None:
    settings(project, *checks)
    done = lambdaproof("check", write_function(ECHO), "-E", "in_process")
    assert 2 == done.returncode
    assert told in done.stderr


def test_a_check_that_raises_is_told_by_its_name(
    lambdaproof: RunTool, write_function: WriteFunction, project: Path
) -> None:
    settings(project, "my_checks:unasked")
    done = lambdaproof(
        "check",
        write_function(ECHO, contract='[checks]\nunasked = true\n[[case]]\nname = "one"\npayload = {}\n'),
        "-E",
        "in_process",
    )
    assert 2 == done.returncode
    assert "The check unasked raised RuntimeError: never run" in done.stderr


FORGETFUL = """
    import json, pathlib
    SEEN = []
    def handler(event, context):
        SEEN.append(event)
        pathlib.Path("seen.txt").write_text("x")
        return {"statusCode": 200, "body": json.dumps(SEEN[0].get("n") if len(SEEN) > 2 else "few")}
"""
LIMITED = """
    [checks]
    bad-input = false
    [budget]
    response_size = 5
    memory = 1
    [[case]]
    name = "one"
    payload = { n = 1 }
    shapes = ["direct"]
    [[case]]
    name = "two"
    payload = { n = 2 }
    shapes = ["direct"]
"""


@pytest.mark.parametrize(("environment", "memory"), [("process", True), ("in_process", False)])
def test_memory_files_and_sizes_of_a_real_function_are_looked_at(
    lambdaproof: RunTool, write_function: WriteFunction, environment: str, memory: bool
) -> None:
    done = lambdaproof("check", write_function(FORGETFUL, contract=LIMITED), "-E", environment, "--json")
    assert 1 == done.returncode, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    found = {finding["code"]: finding["severity"] for line in lines for finding in line.get("findings", ())}
    assert {"state.written": "error", "state.leak": "error", "budget.response-size": "error"}.items() <= found.items()
    assert ("error" if memory else "warning") == found["budget.memory"]
