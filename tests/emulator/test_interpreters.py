"""A handler's requirements are installed apart, once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lambda_contracts.contract import Function
from lambda_emulator import interpreters
from lambda_emulator.errors import InterpreterUnavailable


def function(**fields: str) -> Function:
    return Function(name="sample", handler="app.handler", **fields)  # type: ignore[arg-type]  # all strings here


def can_import(python: Path, module: str) -> bool:
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0


@pytest.fixture(params=["uv", "venv and pip"])
def installer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "venv and pip":
        monkeypatch.setattr(shutil, "which", lambda _: None)
    else:
        assert shutil.which("uv"), "these tests need uv on PATH (tox installs it)"
    return str(request.param)


def test_requirements_are_installed_once_for_all_functions_that_have_them(
    tmp_path: Path, installer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "requirements.txt").write_text("six==1.17.0\n")
    python = interpreters.resolve(function(), tmp_path / "one", tmp_path / "cache")
    assert can_import(python, "six, awslambdaric")
    assert list(python.parent.parent.rglob("six.cpython-*.pyc")), "not byte-compiled"

    monkeypatch.setattr(interpreters, "_make", lambda *_: pytest.fail("made again"))
    assert python == interpreters.resolve(function(), tmp_path / "two", tmp_path / "cache")


def test_requirements_that_do_not_install_leave_nothing(tmp_path: Path, installer: str) -> None:
    (tmp_path / "requirements.txt").write_text("no-such-package-anywhere-at-all==1.0\n")
    with pytest.raises(InterpreterUnavailable, match="no-such-package-anywhere-at-all"):
        interpreters.resolve(function(), tmp_path, tmp_path / "cache")
    assert [] == [path for path in (tmp_path / "cache" / "venvs").iterdir() if path.is_dir()]


def test_the_interpreter_that_the_contract_names_is_used(tmp_path: Path) -> None:
    assert Path(sys.executable) == interpreters.resolve(function(python=sys.executable), tmp_path, tmp_path)


@pytest.mark.parametrize("python", ["/bin/false", "not/there/python", "no-such-python"])
def test_a_named_interpreter_without_the_runtime_client_is_told(tmp_path: Path, python: str) -> None:
    with pytest.raises(InterpreterUnavailable, match=r"pip install awslambdaric=="):
        interpreters.resolve(function(python=python), tmp_path, tmp_path)


def test_a_runtime_that_is_not_installed_is_told(tmp_path: Path) -> None:
    with pytest.raises(InterpreterUnavailable, match=r"function.runtime is python3.99"):
        interpreters.resolve(function(runtime="python3.99"), tmp_path, tmp_path)
