"""The words that the table of shapes is written in: one row says what stands at one place of an event."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from lambda_contracts.finding import Confidence


class Kind(StrEnum):
    """The JSON value at a place. Objects and lists are described further by rows of their own; the rest is free."""

    TEXT = "string"
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "boolean"
    OBJECT = "object"
    """Only the keys that have rows."""
    LIST = "list"
    """Every item is described by the rows under `*`."""
    TEXTS = "object of strings"
    """Any keys, each a string."""
    TEXT_LISTS = "object of lists of strings"
    TEXT_LIST = "list of strings"
    FREE = "object of anything"
    """Any keys and values."""
    ANY = "any JSON"


class Nothing(StrEnum):
    """What AWS puts where it has nothing to say."""

    NEVER = "always there"
    NULL = "null"
    ABSENT = "absent"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One place in the events of a shape.

    `path` is a JSON pointer in which `*` is every item of a list. `values`, when given, are the only ones; one that
    ends in `*` is a prefix, one that begins with it a suffix, one that does both a part. `sign` marks what tells the
    shape from others.
    """

    path: str
    kind: Kind
    nothing: Nothing
    rule: str
    note: str = ""
    values: tuple[str, ...] = ()
    sign: bool = False
    confidence: Confidence = Confidence.RECORDED


def always(path: str, kind: Kind, rule: str, note: str = "") -> Row:
    """Describe a place that every event of the shape has."""
    return Row(path=path, kind=kind, nothing=Nothing.NEVER, rule=rule, note=note)


def or_null(path: str, kind: Kind, rule: str, note: str = "") -> Row:
    """Describe a place that is null when there is nothing to say."""
    return Row(path=path, kind=kind, nothing=Nothing.NULL, rule=rule, note=note)


def or_absent(path: str, kind: Kind, rule: str, note: str = "") -> Row:
    """Describe a place that is left out when there is nothing to say."""
    return Row(path=path, kind=kind, nothing=Nothing.ABSENT, rule=rule, note=note)


def or_empty(path: str, kind: Kind, rule: str, note: str = "") -> Row:
    """Describe a place that is `""`, `{}` or `[]` when there is nothing to say."""
    return Row(path=path, kind=kind, nothing=Nothing.EMPTY, rule=rule, note=note)


def sign(path: str, kind: Kind, rule: str, *values: str, note: str = "") -> Row:
    """Describe a place that every event of the shape has, and that tells it from other shapes."""
    return replace(always(path, kind, rule, note), values=values, sign=True)


def documented(*rows: Row) -> tuple[Row, ...]:
    """Mark rows that AWS documents and no one recorded."""
    return tuple(replace(row, confidence=Confidence.DOCUMENTED) for row in rows)


def changed(rows: tuple[Row, ...], *newer: Row, without: tuple[str, ...] = ()) -> tuple[Row, ...]:
    """Derive a shape's rows from another's: `newer` replace those of the same path or are added, `without` go."""
    by_path = {row.path: row for row in rows if row.path not in without}
    return tuple((by_path | {row.path: row for row in newer}).values())
