"""What a run that was killed (SIGKILL, a crash of the machine's own) could not end itself: ended by the next one."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

PREFIX = "lambdaproof-"


def scratch_prefix() -> str:
    """Return how the names of this process's temporary folders begin: with its id."""
    return f"{PREFIX}{os.getpid()}-"


def runs(pid: int) -> bool:
    """Whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's, so it is there
        pass
    return True


def end() -> list[str]:
    """End emulators and runtimes whose starter is gone, and remove their folders; return the folders' names.

    A process is known by its environment: the temporary folder that it was given is its home. Where there is no /proc
    to read it in, only the folders are removed.
    """
    folders = [folder for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*") if _is_orphan(folder)]
    for folder in folders:
        end_at_home_in(folder)
        shutil.rmtree(folder, ignore_errors=True)
    return [folder.name for folder in folders]


def end_at_home_in(folder: Path) -> None:
    """End every process that has its home in a temporary folder, in whatever session it is."""
    for pid in _at_home_in(folder):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def _is_orphan(folder: Path) -> bool:
    owner = folder.name.removeprefix(PREFIX).partition("-")[0]
    return owner.isdigit() and not runs(int(owner)) and folder.stat().st_uid == os.getuid()


def _at_home_in(folder: Path) -> Iterator[int]:
    home = f"HOME={folder}".encode()
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if any(one == home or one.startswith(home + b"/") for one in environ.read_bytes().split(b"\0")):
                yield int(environ.parent.name)
