"""The real image of handlers/diving/score, with its model of 573 MB in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import HANDLERS, ROOT, RunTool

pytestmark = pytest.mark.container
ENGINES = os.environ.get("LAMBDAPROOF_TEST_ENGINES", "podman").split(",")
SCORE = HANDLERS / "diving" / "score"
TO_TMP = "python -c \"import shutil; shutil.copy('/opt/model/directions.npy', '/tmp')\""
NEEDS_TMP = f"""
[function]
name = "fetches-its-model"
image = "localhost/lambdaproof-diving-score"
memory = 2048

[setup]
run = ['''{TO_TMP}''']

[[case]]
name = "any"
payload = {{}}
"""


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    command = [sys.executable, str(ROOT / "docker" / "build.py"), "--engine", request.param, str(SCORE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    assert "localhost/lambdaproof-diving-score" == done.stdout.strip()
    return str(request.param)


def test_the_contract_holds_with_the_whole_model(lambdaproof: RunTool, engine: str) -> None:
    environ = {"LAMBDAPROOF_BASE_IMAGE": "localhost/lambdaproof-python:3.11"}
    done = lambdaproof("check", SCORE, "-E", "container", "--engine", engine, environ=environ)
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "4 events, all hold" in done.stdout


def test_the_model_does_not_fit_into_tmp(lambdaproof: RunTool, engine: str, tmp_path: Path) -> None:
    """It would have to, were it fetched from S3."""
    (tmp_path / "contract.toml").write_text(NEEDS_TMP, encoding="utf-8")
    done = lambdaproof("check", tmp_path, "-E", "container", "--engine", engine)
    assert 2 == done.returncode, done.stdout + done.stderr
    assert "No space left on device" in done.stderr
