"""What all tests share: small functions written into a folder, the tool's command line, and a watch over leaks."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from lambda_emulator.settings import Settings

ROOT = Path(__file__).parent.parent
IRIS = ROOT / "handlers" / "iris"

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def no_leaks() -> Iterator[None]:
    """No test leaves an emulator, a runtime or a worker behind."""
    yield
    assert leaked_processes() == []


def leaked_processes() -> list[str]:
    """Return the command lines of emulators and runtimes that this process, or a child of it, left running."""
    mine = _session_tag()
    leaked = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            environ = (folder / "environ").read_bytes()
        except OSError:
            continue
        if ("aws-lambda-rie" in command or "awslambdaric" in command) and mine in environ:
            leaked.append(command)
    return leaked


def _session_tag() -> bytes:
    """Return what the environment of every handler on this machine has in it: the temporary folder of its home."""
    return b"TMPDIR="


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The defaults, with the cache that tests share between runs."""
    return Settings()


WriteFunction = Callable[..., Path]


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


RunTool = Callable[..., "subprocess.CompletedProcess[str]"]


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
