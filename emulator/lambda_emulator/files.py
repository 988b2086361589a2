"""The files of a handler's folder, which of them changed, and files that are written whole or not at all."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

Snapshot = Mapping[str, tuple[int, int]]
"""Paths relative to the folder, each with its size in bytes and the time of its last change in nanoseconds."""


def snapshot(folder: Path) -> Snapshot:
    """Take down every file below a folder, but for bytecode and hidden folders, which tools write."""
    return dict(_files(folder))


def changed(before: Snapshot, after: Snapshot) -> list[str]:
    """Return the files that are new, gone or other than before, in order."""
    names = before.keys() | after.keys()
    return sorted(name for name in names if before.get(name) != after.get(name))


UNFINISHED = ".part"
"""How the name of a file ends that is being written; it begins with a dot."""


def write_whole(file: Path, content: bytes) -> None:
    """Write a file so that nobody ever reads half of it, not even after this process was killed. Raises OSError."""
    beside = file.with_name(f".{file.name}.{os.getpid()}{UNFINISHED}")
    try:
        beside.write_bytes(content)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)


@contextlib.contextmanager
def locked(file: Path) -> Iterator[None]:
    """Wait until no other process has a file locked, and hold it until the block ends; the file stays."""
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _files(folder: Path) -> Iterator[tuple[str, tuple[int, int]]]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__" and not name.startswith(".")]
        for name in names:
            file = Path(parent, name)
            try:
                stat = file.lstat()
            except OSError:  # gone meanwhile
                continue
            yield str(file.relative_to(folder)), (stat.st_size, stat.st_mtime_ns)
