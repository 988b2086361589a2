"""Choices are resolved once: command line, environment, pyproject.toml, default."""

from __future__ import annotations

from pathlib import Path

import pytest
from lambda_emulator.errors import UsageError
from lambda_emulator.settings import Settings, resolve


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[tool.lambdaproof]\nenvironment = "container"\nbase-image = "mine:1"\n')
    (tmp_path / "handlers").mkdir()
    return tmp_path / "handlers"


def test_the_command_line_comes_first_then_the_environment_then_the_project(project: Path) -> None:
    variable = {"LAMBDAPROOF_ENVIRONMENT": "in_process"}
    assert "process" == resolve({"environment": "process"}, environ=variable, folder=project).environment
    assert "in_process" == resolve({"environment": None}, environ=variable, folder=project).environment
    assert "container" == resolve({}, environ={}, folder=project).environment
    assert "process" == resolve({}, environ={}, folder=Path("/")).environment


def test_an_empty_variable_is_as_none(project: Path) -> None:
    assert "container" == resolve({}, environ={"LAMBDAPROOF_ENVIRONMENT": ""}, folder=project).environment


def test_keys_may_be_written_with_dashes(project: Path) -> None:
    assert "mine:1" == resolve({}, environ={}, folder=project).base_image


def test_paths_and_numbers_are_read_from_variables() -> None:
    found = resolve({}, environ={"LAMBDAPROOF_CACHE": "~/elsewhere", "LAMBDAPROOF_PORT": "9000"}, folder=Path("/"))
    assert (Path.home() / "elsewhere", 9000) == (found.cache, found.port)


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"LAMBDAPROOF_ENVIRONMENT": "lambda"}, "Choose one of: process, container, in_process, worker"),
        ({"LAMBDAPROOF_ENGINE": "rkt"}, "podman, docker, nerdctl"),
        ({"LAMBDAPROOF_PORT": "http"}, "not a number"),
    ],
)
def test_a_wrong_value_is_told_with_what_is_possible(environ: dict[str, str], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        resolve({}, environ=environ, folder=Path("/"))


@pytest.mark.parametrize(("text", "told"), [("environmet = 1", "no key environmet"), ("= 1", "is not TOML")])
def test_a_wrong_project_file_is_named(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.lambdaproof]\n{text}\n")
    with pytest.raises(UsageError, match=f"pyproject.toml.*{told}"):
        resolve({}, environ={}, folder=tmp_path)


def test_the_defaults_need_no_docker() -> None:
    assert ("process", None, None) == (Settings().environment, Settings().engine, Settings().base_image)
