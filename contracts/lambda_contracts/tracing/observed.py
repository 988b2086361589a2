"""The observed contract: what a handler reads of its events, summed up over all that it was sent."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lambda_contracts.errors import ObservedError
from lambda_contracts.finding import Finding, Severity
from lambda_contracts.pointers import escaped
from lambda_contracts.tracing.trace import Access, Operation, Trace

FILE_NAME = "observed.json"
_VERSION = 1
_WHOLE = {Operation.ITEMS, Operation.VALUES, Operation.COPY}
_INCIDENTAL = {Operation.DUMPED, Operation.COPY, Operation.COMPARE}
"""Operations on a value that go through everything in it: what they say of the parts is not said again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One path that a handler reads.

    `kinds` are the JSON types that it met there, `operations` how it read, `missing` whether it met nothing at times.
    An index, or a key of digits, is `*` in the path. `lines` are the handler's, as `app.py:14`.
    """

    path: str
    kinds: tuple[str, ...]
    operations: tuple[str, ...]
    missing: bool
    lines: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The handler's files that read it."""
        return tuple(sorted({line.rpartition(":")[0] for line in self.lines}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What a handler reads, path by path, and the top-level keys of its events (`unread`) that it never asked for."""

    reads: tuple[Read, ...]
    unread: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """Return what `observed.json` holds, sorted; files but no lines, so that it changes only with what is read."""
        reads = {
            read.path: {
                "kinds": read.kinds,
                "missing": read.missing,
                "operations": read.operations,
                "files": read.files,
            }
            for read in self.reads
        }
        return {"version": _VERSION, "reads": reads, "never": self.unread}

    def to_json(self) -> str:
        """Return the text of `observed.json`, with a line for each path."""
        reads = [
            f"    {json.dumps(path, ensure_ascii=False)}: {json.dumps(read, ensure_ascii=False)}"
            for path, read in self.document()["reads"].items()
        ]
        never = [f"    {json.dumps(path, ensure_ascii=False)}" for path in self.unread]
        return (
            f'{{\n  "version": {_VERSION},\n  "reads": {_block(reads, "{}")},\n  "never": {_block(never, "[]")}\n}}\n'
        )


def _block(lines: Sequence[str], brackets: str) -> str:
    if not lines:
        return brackets
    inner = ",\n".join(lines)
    return f"{brackets[0]}\n{inner}\n  {brackets[1]}"


def observe(events: Iterable[tuple[Any, Trace]]) -> Observed:
    """Sum up the events that a handler was sent, each with what it read of it."""
    accesses: dict[str, list[Access]] = defaultdict(list)
    sent: set[str] = set()
    asked: set[str] = set()
    for event, trace in events:
        keys = {f"/{_escaped(key)}" for key in event} if isinstance(event, dict) else set()
        sent |= keys
        for access in essential(trace):
            accesses[_general(access.path)].append(access)
            asked.add(access.path.partition("/")[2].partition("/")[0].partition("#")[0])
            if access.path == "" and access.operation in _WHOLE:
                asked |= {key[1:] for key in keys}
    reads = tuple(_read(path, accesses[path]) for path in sorted(accesses))
    return Observed(reads=reads, unread=tuple(sorted(key for key in sent if key[1:] not in asked)))


def parse(text: str, file: Path) -> Observed:
    """Read the text of an `observed.json`. Raises ObservedError."""
    try:
        document = json.loads(text)
        if document["version"] != _VERSION:
            raise ObservedError(file, f"its version is {document['version']}, not {_VERSION}")
        reads = [
            Read(
                path=path,
                kinds=tuple(read["kinds"]),
                operations=tuple(read["operations"]),
                missing=bool(read["missing"]),
                lines=tuple(f"{name}:0" for name in read["files"]),
            )
            for path, read in document["reads"].items()
        ]
        return Observed(reads=tuple(reads), unread=tuple(document["never"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ObservedError(file, f"it is not what check writes ({type(error).__name__}: {error})") from error


def differences(saved: Observed, now: Observed, folder: Path) -> tuple[Finding, ...]:
    """Say path by path what a handler reads otherwise than it was saved: what is new is a warning, what is gone a note.

    How it reads a path, and where, may change freely. `folder` is the handler's, for the places of the findings.
    """
    before = {read.path: read for read in saved.reads}
    after = {read.path: read for read in now.reads}
    found = []
    for path in sorted(before.keys() | after.keys()):
        if path not in before:
            found.append(_finding(folder, after[path], Severity.WARNING, "now reads"))
        elif path not in after:
            found.append(_finding(folder, before[path], Severity.NOTE, "no longer reads"))
        else:
            found += [_finding(folder, after[path], *told) for told in _changes(before[path], after[path])]
    return tuple(found)


def shown(path: str) -> str:
    """Return a path as a sentence names it: the event itself has an empty one."""
    return path or "the event"


def _changes(before: Read, after: Read) -> Iterator[tuple[Severity, str, str]]:
    new = [kind for kind in after.kinds if kind not in before.kinds]
    gone = [kind for kind in before.kinds if kind not in after.kinds]
    if new:
        yield Severity.WARNING, "now reads", f" as {' or '.join(new)}"
    if gone and after.kinds:
        yield Severity.NOTE, "no longer reads", f" as {' or '.join(gone)}"
    if after.missing != before.missing:
        said = "now looks for" if after.missing else "no longer looks for"
        yield Severity.NOTE, said, " where it is missing"


def _finding(folder: Path, read: Read, severity: Severity, said: str, rest: str = "") -> Finding:
    line = read.lines[0] if read.lines else ""
    file, _, number = line.rpartition(":")
    known = bool(file) and number != "0"
    where = f" ({line})" if known else ""
    return Finding(
        code=f"observed.{'new' if severity is Severity.WARNING else 'changed'}",
        severity=severity,
        message=f"{said} {shown(read.path)}{rest}{where}",
        place=read.path,
        file=str(folder / file) if known else None,
        line=int(number) if known else None,
    )


def _read(path: str, accesses: list[Access]) -> Read:
    return Read(
        path=path,
        kinds=tuple(sorted({access.kind for access in accesses if not access.missing})),
        operations=tuple(sorted({access.operation for access in accesses})),
        missing=any(access.missing for access in accesses),
        lines=tuple(f"{file}:{line}" for file, line in sorted({(a.file, a.line) for a in accesses if a.file})),
    )


def essential(trace: Trace) -> Iterator[Access]:
    """Yield the accesses but those of parts that follow from the whole's, as all parts of a dumped event."""
    whole = {(a.operation, a.path, a.file, a.line) for a in trace.accesses if a.operation in _INCIDENTAL}
    for access in trace.accesses:
        if access.operation in _INCIDENTAL and any(
            (access.operation, parent, access.file, access.line) in whole for parent in _parents(access.path)
        ):
            continue
        yield access


def _parents(path: str) -> Iterator[str]:
    while path:
        path = path.rpartition("/")[0] if not path.endswith("#") else path[:-1]
        yield path


def _general(path: str) -> str:
    return re.sub(r"(?<=/)\d+(?=[/#]|$)", "*", path)


def _escaped(key: str) -> str:
    """Escape a key as a recorder does."""
    return escaped(key).replace("#", "~2")
