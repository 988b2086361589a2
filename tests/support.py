"""What test modules share besides fixtures."""

from __future__ import annotations

import contextlib
import importlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
HANDLERS = ROOT / "handlers"
IRIS = HANDLERS / "iris"

WriteFunction = Callable[..., Path]
RunTool = Callable[..., "subprocess.CompletedProcess[str]"]

MARK = f"/lambdaproof-tests-{os.getpid()}"
"""A folder that does not exist, on PATH: it marks every process that these tests start, however far down."""
os.environ["PATH"] += os.pathsep + MARK


STARTED = ("aws-lambda-rie", "awslambdaric", "functions_framework", "gcp_storage_emulator")
"""What the command lines of started processes hold."""


def leaked_processes() -> list[str]:
    """Return the command lines of emulators and runtimes that these tests left running."""
    leaked = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            environ = (folder / "environ").read_bytes()
        except OSError:
            continue
        if any(name in command for name in STARTED) and MARK.encode() in environ:
            leaked.append(command)
    return leaked


def wait_for(port: int, pause: float = 0.1) -> None:
    """Return when somebody listens on a port of the loopback address."""
    for _ in range(int(20 / pause)):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(pause)
        else:
            return
    pytest.fail(f"nobody listens on {port}")


@contextlib.contextmanager
def serving(*arguments: str, cwd: Path, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """Run `lambdaproof invoke --keep` and yield it when it says that it serves."""
    command = [sys.executable, "-m", "lambda_emulator.cli", *arguments]
    environment = {**os.environ, **environ}
    with subprocess.Popen(command, cwd=cwd, env=environment, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr or ():
            if line.startswith("Serving on port"):
                break
        yield process


def measure(repeat: int, block: int = 1, /, **calls: Callable[[], object]) -> dict[str, float]:
    """Return the median seconds of each call, by name; they are called in turn, so that the machine's moods cancel.

    With a `block`, each is called so many times in a row: what one process left in the caches is not taken by another.
    """
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(repeat // block):
        for name, call in calls.items():
            for _ in range(block):
                started = time.perf_counter()
                call()
                times[name].append(time.perf_counter() - started)
    return {name: median(values) for name, values in times.items()}


def handler_modules(folder: Path, *names: str) -> list[ModuleType]:
    """Import modules of a handler's folder, and forget their names, which other handlers use too."""
    sys.path.insert(0, str(folder))
    try:
        return [importlib.import_module(name) for name in names]
    finally:
        sys.path.remove(str(folder))
        for file in folder.glob("*.py"):
            sys.modules.pop(file.stem, None)
