"""Where in a handler's own code an error came from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath

TASK_ROOT = "/var/task"
"""Where Lambda, and an image, keep a function's code."""
_FRAME = re.compile(r'\s*File "(?P<file>[^"]+)",? [Ll]ine (?P<line>[0-9]{1,9})\b(?:, in (?P<function>\S+))?')
"""A frame of Python's, or the runtime client's own form for a syntax error: `File "app.py" Line 3`."""
_INSTALLED = {"site-packages", "dist-packages"}


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the handler: `file` relative to its folder, `line` from 1, the line's text, the function it is in."""

    file: str
    line: int
    code: str = ""
    function: str = field(default="", compare=False)


def handler_place(stack_trace: Sequence[str], folder: Path) -> Place | None:
    """Return the innermost frame of a stack trace that lies in the handler's folder, or None.

    `stack_trace` is that of an error object (R81). Paths of the image, and of a folder that stands for its /var/task,
    are taken for the folder's.
    """
    return next(_places(reversed(stack_trace), folder), None)


def handler_places(stack_trace: Sequence[str], folder: Path) -> list[Place]:
    """Return every frame of a stack trace that lies in the handler's folder, outermost first."""
    return list(_places(stack_trace, folder))


def source_reader(folder: Path) -> Callable[[str], str | None]:
    """Return a reader of the handler's files: from a path in its folder to the text, None where there is none."""

    @cache
    def read(file: str) -> str | None:
        path = folder / file
        try:
            return path.read_text(encoding="utf-8") if ".." not in path.parts and path.is_file() else None
        except (OSError, ValueError):
            return None

    return read


def _places(stack_trace: Iterable[str], folder: Path) -> Iterator[Place]:
    for entry in stack_trace:
        found = _FRAME.match(entry)
        if found is None:
            continue
        file = _relative(found["file"], folder)
        if file is not None:
            code = entry.strip("\n").splitlines()[1:2]
            text = code[0].strip() if code else ""
            yield Place(str(file), int(found["line"]), text, found["function"] or "")


def _relative(file: str, folder: Path) -> PurePosixPath | None:
    """Return a traceback's path relative to the handler's folder, if the file is one of the handler's own."""
    path = PurePosixPath(file)
    if not _INSTALLED.isdisjoint(path.parts) or ".." in path.parts:
        return None
    task = file.partition(f"{TASK_ROOT}/")[0] + TASK_ROOT
    for root in (str(folder.resolve()), str(folder.absolute()), task):
        if path.is_relative_to(root):
            relative = path.relative_to(root)
            return relative if _exists(folder / relative) else None
    return None


def _exists(file: Path) -> bool:
    try:
        return file.is_file()
    except OSError:  # such as a name too long: a handler can put anything into its stack trace
        return False
