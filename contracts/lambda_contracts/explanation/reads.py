"""What a handler read of one event, in order, with the values that it met and its own lines."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lambda_contracts.finding import Finding
from lambda_contracts.mutations import has
from lambda_contracts.tracebacks import Place
from lambda_contracts.tracing import Access, Operation, Trace
from lambda_contracts.tracing.observed import essential

Sources = Callable[[str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadValue:
    """One path that a handler read: `path` as in `Access`, how it read it, and what stood there.

    `missing` says that nothing did. `line` is the handler's, None where no line of its own was running.
    """

    path: str
    operations: tuple[Operation, ...]
    missing: bool
    value: Any = None
    line: Place | None = None


def reads_of(event: Any, trace: Trace, sources: Sources) -> tuple[ReadValue, ...]:
    """Return what a trace says of an event, a line's reads of one path together, in the order of the first times."""
    found: dict[tuple[str, str, int, bool], list[Access]] = {}
    for access in essential(trace):
        found.setdefault((access.path, access.file, access.line, access.missing), []).append(access)
    return tuple(
        ReadValue(
            path=path,
            operations=tuple(dict.fromkeys(access.operation for access in accesses)),
            missing=missing,
            value=None if missing else value_at(event, path),
            line=Place(file, line, _code(sources, file, line)) if file else None,
        )
        for (path, file, line, missing), accesses in found.items()
    )


def first_wrong(reads: Sequence[ReadValue], finding: Finding | None) -> int | None:
    """Return the index of the read that a finding is about: at its place and line, else at its place; None without."""
    if finding is None:
        return None
    at_line = [
        index
        for index, read in enumerate(reads)
        if read.line and read.line.line == finding.line and (finding.file or "").endswith(read.line.file)
    ]
    at_place = [index for index, read in enumerate(reads) if finding.place and _is_at(read.path, finding.place)]
    both = [index for index in at_line if index in at_place]
    exact = [index for index in both if reads[index].path == finding.place]
    missing = [index for index in at_line if reads[index].missing]
    return next(iter((*exact, *both, *at_place, *missing, *at_line[-1:])), None)


def value_at(event: Any, path: str) -> Any:
    """Return what stands at a recorder's path, None where nothing does; `#` goes into a text that was parsed."""
    here = event
    for number, part in enumerate(path.split("#")):
        if number:
            here = _parsed(here)
        for step in _steps(part):
            key: str | int = int(step) if isinstance(here, list) and step.isdigit() else step
            if not has(here, key):
                return None
            here = here[key]
    return here


def _is_at(path: str, place: str) -> bool:
    return path == place or path.startswith((place + "/", place + "#"))


def _steps(part: str) -> Iterator[str]:
    for step in part.split("/")[1:]:
        yield step.replace("~2", "#").replace("~1", "/").replace("~0", "~")


def _parsed(text: Any) -> Any:
    for decode in (str, base64.b64decode):
        try:
            return json.loads(decode(text))
        except (ValueError, TypeError, RecursionError):
            continue
    return None


def _code(sources: Sources, file: str, line: int) -> str:
    lines = (sources(file) or "").splitlines()
    return lines[line - 1].strip() if 0 < line <= len(lines) else ""
