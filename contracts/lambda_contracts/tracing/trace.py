"""What a handler read of one event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Operation(StrEnum):
    """How a handler read a path."""

    GETITEM = "getitem"
    """`event["body"]`"""
    GET = "get"
    """`event.get("body")`, or a `match` on it."""
    IN = "in"
    """`"body" in event`"""
    SETDEFAULT = "setdefault"
    POP = "pop"
    KEYS = "keys"
    ITEMS = "items"
    VALUES = "values"
    ITERATE = "iterate"
    """`for key in event`, or a slice."""
    LEN = "len"
    """`len(event)`, or the question whether it is empty."""
    COMPARE = "compare"
    COPY = "copy"
    """`dict(event)`, `{**event}`, `f(**event)`, `event | other`, copy, deepcopy or pickle."""
    DUMPED = "json.dumps"
    PARSED = "json.loads"
    BASE64 = "base64"
    """The text was decoded from base64 before it was parsed."""


@dataclass(frozen=True, slots=True)
class Access:
    """One path that a handler read, how, and where.

    `path` is a JSON pointer into the event. What `json.loads` made of a text goes on after a `#`:
    `/body#/sepal_length`; a `#` in a key is written `~2`. `kind` is the value's JSON type, empty when it was
    `missing`. `file` is relative to the handler's folder; it is empty, and `line` 0, when no line of the handler's
    own was running, as in a decorator from a library.
    """

    path: str
    operation: Operation
    kind: str
    missing: bool
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything that a handler read of one event, each access once, in the order of the first times."""

    accesses: tuple[Access, ...] = ()

    @classmethod
    def of(cls, rows: Iterable[Sequence[Any]]) -> Trace:
        """Return the trace that a recorder's rows say. Raises ValueError or TypeError for what is none."""
        return cls(
            tuple(
                Access(path, Operation(operation), kind, missing, file, line)
                for path, operation, kind, missing, file, line in rows
            )
        )
