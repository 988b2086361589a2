"""A file that another process writes its log to, read piece by piece."""

from __future__ import annotations

import os
import time
from pathlib import Path

from lambda_emulator.steps import Pause, Steps

_PIECES = (1 << 12, 1 << 20)
"""How much is read at first, in bytes, and then: most events print little."""


class LogFile:
    """One log, and how far it has been read.

    A file and not a pipe: nobody has to keep reading it, and a process that dies leaves its last words.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = 0
        self._file = os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)  # read on the path of every event

    def read_new(self) -> bytes:
        """Return what was written since the last call."""
        size, further = _PIECES
        parts = []
        while True:
            part = os.pread(self._file, size, self._offset)
            self._offset += len(part)
            parts.append(part)
            if len(part) < size:
                return part if len(parts) == 1 else b"".join(parts)
            size = further

    def __del__(self) -> None:
        os.close(self._file)

    def read_until(self, text: bytes, seconds: float = 0.25) -> Steps[bytes]:
        """Return what was written since the last call, after waiting a little for some text."""
        deadline = time.monotonic() + seconds
        fresh = self.read_new()
        while text not in fresh and time.monotonic() < deadline:
            yield Pause(0.0005)
            fresh += self.read_new()
        return fresh

    def tail(self, lines: int = 12) -> str:
        """Return the last lines of the whole log."""
        return "\n".join(split(self.path.read_bytes())[-lines:])


def split(log: bytes) -> list[str]:
    r"""Return a function's log as lines. The runtime client joins those of a traceback with `\r`."""
    return log.decode("utf-8", "replace").replace("\r", "\n").splitlines()
