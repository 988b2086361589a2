"""Functions made in a LocalStack that the tests of a module share, and the image of one."""

from __future__ import annotations

import contextlib
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from deployed import TINY, Made, Make, make_function
from lambda_emulator import engine
from lambda_emulator.aws.backend import Backend
from lambda_emulator.aws.localstack import LocalStack
from lambda_emulator.engine import Engine
from lambda_emulator.settings import Settings
from support import IRIS, ROOT, leaked_processes


@pytest.fixture(scope="module")
def backend() -> Iterator[Backend]:
    with LocalStack(Settings()) as running:
        yield running


@pytest.fixture
def make(backend: Backend) -> Iterator[Make]:
    """Return a maker of functions, which end with the test."""
    names: list[str] = []
    before = Counter(leaked_processes())

    def make(*arguments: Any, **options: Any) -> Made:
        names.append(options.setdefault("FunctionName", f"sample-{secrets.token_hex(4)}"))
        return make_function(backend, *arguments, **options)

    yield make
    for name in names:
        with contextlib.suppress(ClientError):  # LocalStack cannot delete what it could not create
            backend.client("lambda").delete_function(FunctionName=name)
    deadline = time.monotonic() + 20  # LocalStack answers first, and ends them then
    while Counter(leaked_processes()) - before and time.monotonic() < deadline:
        time.sleep(0.1)


@pytest.fixture(scope="session")
def podman() -> Engine:
    """Build the project's image, which has boto3, and return the engine that has it."""
    command = [sys.executable, str(ROOT / "docker" / "build.py"), str(IRIS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    return engine.find()


@pytest.fixture
def image(podman: Engine, tmp_path: Path) -> Callable[[str], str]:
    """Return a builder of images of some code."""

    def build(code: str) -> str:
        folder = tmp_path / "image"
        folder.mkdir()
        (folder / "app.py").write_text(code)
        (folder / "Dockerfile").write_text("FROM localhost/lambdaproof-iris\nCOPY --chmod=0644 app.py ./\n")
        podman.build(folder, TINY)
        return TINY

    return build
