"""What the documentation says is so."""

from __future__ import annotations

import dataclasses
import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from lambda_contracts.contract import parse
from lambda_emulator import pytest_plugin
from lambda_emulator.cli import COMMANDS, lambdaproof
from lambda_emulator.settings import Settings
from support import HANDLERS, ROOT

PAGES = [
    *(ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted(HANDLERS.glob("README.md")),
    *sorted(HANDLERS.glob("*/README.md")),
]
ALL = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def blocks(language: str) -> list[tuple[str, str]]:
    return [
        (page.name, found)
        for page in PAGES
        for found in re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
    ]


def command_of_the_readme(name: str) -> str:
    found = re.search(rf"<!-- command: {name} -->\n```sh\n(.+)\n```", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert found is not None
    return found[1]


def test_ci_runs_the_test_command_of_the_readme() -> None:
    assert command_of_the_readme("test") in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name: str) -> None:
    command = lambdaproof.get_command(click.Context(lambdaproof), name)
    assert command is not None
    assert f"lambdaproof {command.name}" in ALL
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", ALL) for name in parameter.opts), parameter


@pytest.mark.parametrize("field", dataclasses.fields(Settings), ids=lambda field: field.name)
def test_every_setting_is_documented(field: dataclasses.Field[object]) -> None:
    assert f"LAMBDAPROOF_{field.name.upper()}" in ALL


@pytest.mark.parametrize("fixture", [name for name in pytest_plugin.__all__ if name.startswith("lambda_")])
def test_every_fixture_is_documented(fixture: str) -> None:
    assert f"| `{fixture}` |" in ALL


FROM_A_TEMPLATE = {"function": {"name": "wine", "handler": "app.handler"}}


@pytest.mark.parametrize(("page", "text"), blocks("toml"))
def test_every_contract_that_is_shown_is_one(page: str, text: str) -> None:
    assert parse(text, Path(page), read_template=lambda *_: FROM_A_TEMPLATE).cases


@pytest.mark.parametrize(("page", "text"), blocks("python"))
def test_every_python_example_runs(page: str, text: str, tmp_path: Path) -> None:
    """In the folder of the handler that the examples are about, with the plug-in."""
    (tmp_path / "test_example.py").write_text(text, encoding="utf-8")
    (tmp_path / "handlers").symlink_to(ROOT / "handlers")
    (tmp_path / "contract.toml").symlink_to(ROOT / "handlers" / "iris" / "contract.toml")
    for name in ("app.py", "model.py", "proxy.py", "utils.py", "train.py", "requirements.txt", "events"):
        (tmp_path / name).symlink_to(ROOT / "handlers" / "iris" / name)
    plugin = "import importlib.metadata as m; print('lambdaproof' in m.entry_points(group='pytest11').names)"
    known = subprocess.run([sys.executable, "-c", plugin], capture_output=True, text=True, check=True).stdout.strip()
    load = [] if known == "True" else ["-p", "lambda_emulator.pytest_plugin"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *load, "-p", "no:cacheprovider", "--rootdir", ".", "test_example.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stdout


def test_every_link_to_a_file_leads_to_one() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("name", ["events.md", "rules.md", "diagnosis.md"])
def test_pages_that_are_made_from_the_tables_are_up_to_date(name: str) -> None:
    page = runpy.run_path(str(ROOT / "docs" / "generate.py"))["PAGES"][name]
    assert page() == (ROOT / "docs" / name).read_text(encoding="utf-8"), "type: python docs/generate.py"


@pytest.mark.parametrize("package", ["lambda_contracts", "lambda_emulator"])
def test_every_module_has_its_place_in_the_architecture(package: str) -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(
        contract["layers"]
        for contract in pyproject["tool"]["importlinter"]["contracts"]
        if contract.get("containers") == [package]
    )
    for module in re.split(r"\s*\|\s*|\n", "\n".join(layers)):
        assert f"`{module}`" in text, module
