"""debugpy for a handler: where it is, at which port it listens, and how long anything may then take."""

from __future__ import annotations

import importlib.util
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from lambda_emulator.errors import ExtraMissing, PortInUse

PORT = 5678
"""The port that debugpy's documentation, and the editors, take by default."""
SECONDS = 24 * 60 * 60
"""The timeout of a function that is debugged: none that anybody waits for, whether it is stopped or runs."""
MEMORY = 512
"""MB that a container gets on top of the function's memory, for debugpy and its adapter."""
_QUIET = "PYDEVD_DISABLE_FILE_VALIDATION"
"""Keeps debugpy from writing into the function's log that the interpreter's own modules are frozen."""


@dataclass(frozen=True, slots=True)
class Debugger:
    """debugpy's `package`, a folder, and the `port` of the loopback address at which an editor attaches."""

    port: int
    package: Path


def find(port: int) -> Debugger:
    """Return the debugger of this Python, which also runs in others. Raises ExtraMissing."""
    spec = importlib.util.find_spec("debugpy")
    if spec is None or spec.origin is None:
        raise ExtraMissing("debugpy", "debug", "--debug")
    return Debugger(port, Path(spec.origin).parent)


def require_free(port: int) -> None:
    """Raise PortInUse when the debugger could not listen."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            hint = "Choose another with --debug-port, or end the debugged function that has it."
            raise PortInUse(f"Port {port} of 127.0.0.1 cannot be used: {error.strerror}.", hint=hint) from error


_here: list[int] = []


def wait_here(debugger: Debugger) -> None:
    """Listen in this interpreter, once, and return when an editor has attached."""
    given = _QUIET in os.environ
    os.environ.setdefault(_QUIET, "1")
    import debugpy  # noqa: T100  # on purpose, here and below

    if not _here:
        debugpy.listen(("127.0.0.1", debugger.port))  # noqa: T100
        _here.append(debugger.port)
    if not given:
        del os.environ[_QUIET]
    debugpy.wait_for_client()  # noqa: T100
