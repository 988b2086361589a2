"""`--report` and redaction on the command line: files that are whole, secrets that stay where they are."""

from __future__ import annotations

import json
import os
import re
import shlex
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from junitparser import JUnitXml
from lambda_emulator.cli import reporting
from lambda_emulator.errors import ReportNotWritable
from support import RunTool, WriteFunction

BODY_ONLY = """
    import json
    def handler(event, context):
        print("seen", event)
        return {"statusCode": 200, "body": json.dumps(json.loads(event["body"])["number"])}
"""
CASES = """
    [shapes]
    accept = ["direct", "rest"]
    [[case]]
    name = "a number"
    payload = { number = 3 }
    status = 200
"""
HERE = ("-E", "in_process")
READ: dict[str, Callable[[str], list[bool]]] = {
    "junit": lambda text: [not case.result for suite in JUnitXml.fromstring(text.encode()) for case in suite][:2],
    "sarif": lambda text: [not json.loads(text)["runs"][0]["results"], True],
    "github": lambda text: [not text.startswith("::error file="), True],
    "html": lambda text: ["FAIL" not in text and "E0" not in text, text.startswith("<!DOCTYPE html>")],
    "json": lambda text: [json.loads(line)["passed"] for line in text.splitlines()][:2],
}


@pytest.fixture
def broken(write_function: WriteFunction) -> Path:
    """Return a function that fails one of its two events."""
    return write_function(BODY_ONLY, contract=CASES)


@pytest.mark.parametrize("name", reporting.FORMATS)
def test_a_report_goes_into_its_file_or_onto_stdout(
    lambdaproof: RunTool, broken: Path, tmp_path: Path, name: str
) -> None:
    filed = lambdaproof("check", broken, *HERE, "--report", f"{name}=report")
    printed = lambdaproof("check", broken, *HERE, "--report", name)
    assert (1, 1) == (filed.returncode, printed.returncode), filed.stderr + printed.stderr
    told = printed.stdout if name != "github" else printed.stdout[printed.stdout.index("::error") :]
    for text in ((tmp_path / "report").read_text(encoding="utf-8"), told):
        assert [False, True] == READ[name](text)
    assert "2 events, 1 failed" in filed.stdout
    assert printed.stdout.startswith("sample ") is (name == "github")


def test_several_contracts_go_into_one_report(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        write_function(BODY_ONLY, name=name, contract=CASES)
    done = lambdaproof("check", *HERE, "--report", "junit=a.xml", "--report", "json=b.json")
    assert 1 == done.returncode, done.stderr
    assert ["one", "two"] == [suite.name for suite in JUnitXml.fromfile(str(tmp_path / "a.xml"))]
    told = [json.loads(line)["function"] for line in (tmp_path / "b.json").read_text().splitlines()]
    assert ["one", "two"] == list(dict.fromkeys(told))


def test_files_are_named_from_the_root_of_the_repository(lambdaproof: RunTool, tmp_path: Path, broken: Path) -> None:
    (tmp_path / ".git").mkdir()
    (broken / "sub").mkdir()
    command = shlex.join(["check", str(broken), *HERE, "--report", "github=a.txt"])
    lambdaproof(*shlex.split(command))
    assert "::error file=sample/app.py,line=5," in (tmp_path / "a.txt").read_text()


def test_a_report_replaces_an_older_one_and_leaves_nothing_beside_it(
    lambdaproof: RunTool, broken: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "r.json").write_text("old")
    (folder / "link.json").symlink_to("r.json")
    lambdaproof("check", broken, *HERE, "--report", "json=out/link.json")
    assert {"r.json", "link.json"} == {file.name for file in folder.iterdir()}
    assert (folder / "link.json").is_symlink()
    assert json.loads((folder / "r.json").read_text().splitlines()[0])["case"] == "a number"
    mask = os.umask(0)
    os.umask(mask)
    assert 0o666 & ~mask == stat.S_IMODE((folder / "r.json").stat().st_mode)


def test_a_device_is_written_to_and_not_replaced(lambdaproof: RunTool, broken: Path) -> None:
    done = lambdaproof("check", broken, *HERE, "--report", "json=/dev/null")
    assert 1 == done.returncode, done.stderr
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--report", "junit=nowhere/a.xml"], 3, r"nowhere/a.xml cannot be written: there is no folder .*/nowhere\."),
        (["--report", "junit=sample"], 3, r"sample cannot be written: it is a folder\."),
        (["--report", "pdf=a"], 2, r"there is no report 'pdf'. Choose one of: junit, sarif, github, html, json\."),
        (["--report", "junit="], 2, r"junit= names no file\."),
        (["--report", "junit=a", "--report", "sarif=./a"], 2, r"Two reports cannot go to the same place\."),
        (["--report", "junit", "--report", "sarif=-"], 2, r"Two reports cannot go to the same place\."),
        (["--report", "github", "--json"], 2, r"Two reports cannot go to the same place\."),
    ],
)
def test_what_cannot_be_written_is_told_before_anything_runs(
    lambdaproof: RunTool, broken: Path, arguments: list[str], code: int, told: str
) -> None:
    done = lambdaproof("check", broken, *HERE, *arguments)
    assert (code, "") == (done.returncode, done.stdout)
    assert re.search(told, done.stderr), done.stderr
    assert "Starting" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_that_fails_while_it_is_written_is_told_and_the_old_one_stays(tmp_path: Path) -> None:
    full = Path("/dev/full")
    with pytest.raises(ReportNotWritable, match="No space left"):
        reporting.write([reporting.Target("junit", full)], [])
    name = tmp_path / ("x" * 250)
    name.write_text("old")
    with pytest.raises(ReportNotWritable, match="too long"):
        reporting.write([reporting.Target("json", name)], [])
    assert ["old"] == [file.read_text() for file in tmp_path.iterdir()]


def test_the_page_repeats_every_failure_and_marks_what_is_known(
    lambdaproof: RunTool, broken: Path, tmp_path: Path
) -> None:
    file = broken / "contract.toml"
    more = file.read_text().replace('["direct", "rest"]', '["direct", "console-test", "rest"]')
    code = (broken / "app.py").read_text().replace('json.loads(event["body"])', "event")
    file.write_text(more)
    (broken / "app.py").write_text(code)
    done = lambdaproof("check", broken, *HERE, "--report", "html=r.html")
    assert "3 events, 2 failed" in done.stdout
    page = (tmp_path / "r.html").read_text()
    for shape in ("console-test", "rest"):
        [found] = set(re.findall(rf"lambdaproof replay (\S+ \S+a-number\.{shape}\.json)", page))
        assert 1 == lambdaproof("replay", *found.split(), *HERE).returncode
    assert ">known<" not in page

    lambdaproof("check", broken, *HERE, "--baseline", "known.json", "--update-baseline")
    done = lambdaproof("check", broken, *HERE, "--baseline", "known.json", "--report", "html=r.html")
    assert "3 events, all hold, 2 known" in done.stdout
    assert 2 == (tmp_path / "r.html").read_text().count(">502 known</a>")


# --- reports of an earlier run -------------------------------------------------------------------------------------

NOTHING_TO_CHECK = {
    "no case": ('[shapes]\naccept = ["rest"]\n', "contract.toml: case: it is missing. .* nothing is proved"),
    "an empty list of cases": ("", r"contract.toml:1: case: it has to be a list of length >= 1\."),
    "no shape": (CASES.replace('["direct", "rest"]', "[]"), "shapes.accept: it has to be a list of length >= 1"),
    "a case of no shape": (f"{CASES}    shapes = []\n", "case.0.shapes: it has to be a list of length >= 1"),
    "a case that no shape carries": (
        '[shapes]\naccept = ["direct"]\n[[case]]\nname = "cut"\ntext = "{"\n',
        "case.0.text: raw text cannot be sent as direct",
    ),
}


@pytest.mark.parametrize("form", reporting.FORMATS)
@pytest.mark.parametrize("contract", NOTHING_TO_CHECK)
def test_a_contract_that_proves_nothing_is_never_green(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path, form: str, contract: str
) -> None:
    text, told = NOTHING_TO_CHECK[contract]
    folder = write_function(BODY_ONLY, contract=text)
    if contract == "an empty list of cases":
        file = folder / "contract.toml"
        file.write_text(f"case = []\n{file.read_text()}")
    (tmp_path / "report").write_text("of an earlier run")
    for place in ("=report", ""):
        done = lambdaproof("check", folder, *HERE, "--report", f"{form}{place}")
        assert (2, "") == (done.returncode, done.stdout)
        assert re.search(told, done.stderr), done.stderr
    assert not (tmp_path / "report").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nowhere"], 2),
        (["sample", "--no-such-option"], 2),
        (["sample", "--report", "pdf=b"], 2),
        (["sample", "--port", "many"], 2),
        (["sample", "--fuzz", "nothing"], 2),
        (["sample", "--report", "json=nowhere/b"], 3),
        (["sample", "-E", "container"], 2),
        (["sample", "--engine", "docker", "-E", "container", "-E", "cloud"], 2),
    ],
)
def test_the_reports_of_an_earlier_run_are_gone_when_there_was_none(
    lambdaproof: RunTool, broken: Path, tmp_path: Path, arguments: list[str], code: int
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "b.sarif").write_text("old")
    (tmp_path / "a.xml").write_text("old")
    (tmp_path / "b.sarif").symlink_to("folder/b.sarif")
    done = lambdaproof("check", *arguments, "--report", "junit=a.xml", "--report=sarif=b.sarif")
    assert (code, "") == (done.returncode, done.stdout), done.stderr
    left = {file.name for file in tmp_path.rglob("*") if file.is_file() and broken not in file.parents}
    assert set() == left
    assert (tmp_path / "b.sarif").is_symlink()


def test_a_function_that_does_not_start_leaves_no_report(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path
) -> None:
    (tmp_path / "a.xml").write_text("old")
    done = lambdaproof("check", write_function("import nothing_of_the_kind"), *HERE, "--report", "junit=a.xml")
    assert (2, False) == (done.returncode, (tmp_path / "a.xml").exists()), done.stderr


def test_asking_for_help_removes_nothing(lambdaproof: RunTool, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("old")
    assert 0 == lambdaproof("check", "--report", "junit=a.xml", "--help").returncode
    assert "old" == (tmp_path / "a.xml").read_text()


# --- secrets ---------------------------------------------------------------------------------------------------------

SECRET = "correct-horse-battery-staple"
LEAKY = """
    import json
    def handler(event, context):
        print("seen", event)
        secret = json.loads(event["body"])["password"] if "body" in event else event["password"]
        raise ValueError("bad password " + secret)
"""
RECORDED = {"body": json.dumps({"password": SECRET}), "headers": {"Authorization": f"Bearer {SECRET}"}}


@pytest.fixture
def leaky(write_function: WriteFunction) -> Path:
    """Return a function that says the password of a recorded event wherever it can."""
    contract = '[[case]]\nname = "recorded"\nevent = "event.json"\n'
    return write_function(LEAKY, contract=contract, files={"event.json": json.dumps(RECORDED)})


@pytest.mark.parametrize("arguments", [[], ["--json"], *(["--report", name] for name in reporting.FORMATS)])
def test_a_secret_is_in_no_report_unless_asked_for(lambdaproof: RunTool, leaky: Path, arguments: list[str]) -> None:
    redacted = lambdaproof("check", leaky, *HERE, *arguments)
    shown = lambdaproof("check", leaky, *HERE, *arguments, "--no-redact")
    assert (1, 1) == (redacted.returncode, shown.returncode), redacted.stderr + shown.stderr
    assert (False, True) == (SECRET in redacted.stdout, "REDACTED" in redacted.stdout)
    assert (True, False) == (SECRET in shown.stdout, "REDACTED" in shown.stdout)


def test_replay_shows_no_secret_unless_asked_for(lambdaproof: RunTool, leaky: Path) -> None:
    file = leaky / "event.json"
    assert SECRET not in lambdaproof("replay", leaky, file, *HERE).stdout
    assert SECRET in lambdaproof("replay", leaky, file, *HERE, "--no-redact").stdout


def test_a_recorded_event_is_not_copied_and_still_fails_when_it_is_repeated(
    lambdaproof: RunTool, leaky: Path, tmp_path: Path
) -> None:
    done = lambdaproof("check", leaky, *HERE)
    found = re.search(r"^  replay +lambdaproof (.+)$", done.stdout, re.M)
    assert found
    assert str(leaky / "event.json") in shlex.split(found[1])
    assert not (tmp_path / ".lambdaproof").exists()
    again = lambdaproof(*shlex.split(found[1]))
    assert 1 == again.returncode
    assert "bad password REDACTED" in again.stdout


def test_an_event_that_the_contract_makes_is_kept_exactly(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path
) -> None:
    folder = write_function(LEAKY, contract=f'[[case]]\nname = "one"\npayload = {{ password = "{SECRET}" }}\n')
    done = lambdaproof("check", folder, *HERE)
    assert SECRET not in done.stdout
    (kept, *_) = sorted((tmp_path / ".lambdaproof" / "failures").glob("*.direct.json"))
    assert {"password": SECRET} == json.loads(kept.read_text())
    assert "*\n" == (tmp_path / ".lambdaproof" / ".gitignore").read_text()


def test_a_passing_answer_cannot_colour_the_terminal_of_replay(
    lambdaproof: RunTool, write_function: WriteFunction
) -> None:
    code = 'def handler(event, context):\n    return {"statusCode": 200, "body": "\\x1b[31mred\\u202e"}\n'
    folder = write_function(code, files={"event.json": json.dumps({"httpMethod": "GET", "path": "/", "body": None})})
    done = lambdaproof("replay", folder, folder / "event.json", *HERE)
    assert r"\x1b[31mred\u202e" in done.stdout
    assert "\x1b" not in done.stdout
