"""What test modules share besides fixtures."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
IRIS = ROOT / "handlers" / "iris"

WriteFunction = Callable[..., Path]
RunTool = Callable[..., "subprocess.CompletedProcess[str]"]

MARK = f"/lambdaproof-tests-{os.getpid()}"
"""A folder that does not exist, on PATH: it marks every process that these tests start, however far down."""
os.environ["PATH"] += os.pathsep + MARK


def leaked_processes() -> list[str]:
    """Return the command lines of emulators and runtimes that these tests left running."""
    leaked = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            environ = (folder / "environ").read_bytes()
        except OSError:
            continue
        if ("aws-lambda-rie" in command or "awslambdaric" in command) and MARK.encode() in environ:
            leaked.append(command)
    return leaked
