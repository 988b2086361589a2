"""What all tests share: small functions written into a folder, the tool's command line, and a watch over leaks."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from lambda_emulator.settings import Settings
from support import RunTool, WriteFunction, leaked_processes

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def no_leaks() -> Iterator[None]:
    """No test leaves an emulator, a runtime or a worker behind, but for those that a module's tests share."""
    before = Counter(leaked_processes())
    yield
    assert not Counter(leaked_processes()) - before


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The defaults, with the cache that tests share between runs."""
    return Settings()


@pytest.fixture
def write_function(tmp_path: Path) -> WriteFunction:
    """Return a writer of functions: code, and what its contract says, into a folder of its own."""

    def write(
        code: str,
        *,
        name: str = "sample",
        function: str = "",
        contract: str = '[[case]]\nname = "one"\npayload = {}\n',
        files: Mapping[str, str] | None = None,
    ) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "app.py").write_text(textwrap.dedent(code))
        head = f'[function]\nname = "{name}"\nhandler = "app.handler"\n{textwrap.dedent(function)}\n'
        (folder / "contract.toml").write_text(head + textwrap.dedent(contract))
        for file, text in (files or {}).items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(textwrap.dedent(text))
        return folder

    return write


@pytest.fixture
def lambdaproof(tmp_path: Path) -> RunTool:
    """Return a runner of the command line in an empty folder."""

    def run(
        *arguments: str | Path, environ: Mapping[str, str] | None = None, stdin: str | None = None, seconds: float = 300
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "error::ResourceWarning", "-m", "lambda_emulator.cli", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, **(environ or {})},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
        )

    return run
