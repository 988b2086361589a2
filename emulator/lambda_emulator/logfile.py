"""A file that another process writes its log to, read piece by piece."""

from __future__ import annotations

import time
from pathlib import Path


class LogFile:
    """One log, and how far it has been read.

    A file and not a pipe: nobody has to keep reading it, and a process that dies leaves its last words.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = 0
        path.touch()

    def read_new(self, *, until: bytes | None = None, seconds: float = 0.25) -> bytes:
        """Return what was written since the last call, after waiting a little for some text if it is given."""
        deadline = time.monotonic() + seconds
        while True:
            with self.path.open("rb") as stream:
                stream.seek(self._offset)
                fresh = stream.read()
            if until is None or until in fresh or time.monotonic() > deadline:
                self._offset += len(fresh)
                return fresh
            time.sleep(0.0005)

    def tail(self, lines: int = 12) -> str:
        """Return the last lines of the whole log."""
        return "\n".join(split(self.path.read_bytes())[-lines:])


def split(log: bytes) -> list[str]:
    r"""Return a function's log as lines. The runtime client joins those of a traceback with `\r`."""
    return log.decode("utf-8", "replace").replace("\r", "\n").splitlines()
