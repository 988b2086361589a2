"""The validator: an event against the rows of a shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lambda_contracts.finding import Confidence, Finding, Severity
from lambda_contracts.pointers import escaped
from lambda_contracts.shapes.fingerprint import like
from lambda_contracts.shapes.kinds import CONTAINERS, ITEMS, fits, named
from lambda_contracts.shapes.names import Shape
from lambda_contracts.shapes.rows import Kind, Nothing, Row
from lambda_contracts.shapes.table import Node, tree

_INSTEAD = {
    Nothing.NULL: "AWS sends null there",
    Nothing.ABSENT: "AWS leaves the key out",
    Nothing.EMPTY: "AWS sends an empty one",
    Nothing.NEVER: "AWS always sends it",
}


def validate(event: Any, shape: Shape) -> tuple[Finding, ...]:
    """Hold an event against the table of its shape: what AWS would not have sent, with the place and the rule.

    A value of the wrong kind is an error; a key that is missing, unknown, or null where AWS leaves it out is a
    warning, a note below the top level. Never an error without recorded or documented evidence. `event` is any parsed
    JSON; the time is linear in its size, whatever its depth, for only the table's places are visited.
    """
    return tuple(_walk(event, tree(shape), "", shape))


def _walk(value: Any, node: Node, place: str, shape: Shape) -> Iterator[Finding]:
    row = node.row
    fault = _fault(value, row)
    if fault:
        yield _finding(row, place, *fault, shape)
    elif row.kind in ITEMS and value is not None:
        yield from _walk_items(value, row, place, shape)
    elif row.kind is Kind.LIST:
        for index, item in enumerate(value):
            yield from _walk(item, node.children["*"], f"{place}/{index}", shape)
    elif row.kind is Kind.OBJECT:
        yield from _walk_object(value, node, place, shape)


def _fault(value: Any, row: Row) -> tuple[Severity, str] | None:
    """Say what is wrong with a value itself, whatever is below it."""
    if row.kind is Kind.ANY or (value is None and row.nothing is Nothing.NULL):
        return None
    if value is None:
        return Severity.WARNING if row.nothing is Nothing.ABSENT else Severity.ERROR, "null"
    if not fits(value, CONTAINERS.get(row.kind, row.kind)):
        return Severity.ERROR, f"{named(value)}, not {row.kind}"
    if not like(value, row.values):
        return Severity.ERROR, f"`{value}`, not `{' or '.join(row.values)}`"
    if value in ("", [], {}) and row.nothing in (Nothing.NULL, Nothing.ABSENT):
        return Severity.WARNING, "empty"
    return None


def _walk_items(value: dict[str, Any] | list[Any], row: Row, place: str, shape: Shape) -> Iterator[Finding]:
    """Check a map or list of plain values: the table has one row for all of them."""
    kind = ITEMS[row.kind]
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        if not fits(item, kind):
            message = f"{named(item)}, not {kind}"
            yield _finding(row, f"{place}/{escaped(str(key))}", Severity.ERROR, message, shape)


def _walk_object(value: dict[str, Any], node: Node, place: str, shape: Shape) -> Iterator[Finding]:
    for key, child in node.children.items():
        if key in value:
            yield from _walk(value[key], child, f"{place}/{key}", shape)
        elif child.row.nothing is not Nothing.ABSENT:
            yield _finding(child.row, f"{place}/{key}", Severity.WARNING, "missing", shape)
    for key in value:
        if key not in node.children:
            severity = Severity.NOTE if place else Severity.WARNING
            message = f"{place}/{escaped(key)}: no key of a {shape} event"
            yield Finding(
                code=node.row.rule,
                severity=severity,
                message=message,
                place=f"{place}/{escaped(key)}",
                aws=f"AWS sends no such key in a {shape} event",
                fix="remove it, or see `lambdaproof explain` for the shape that has it",
                confidence=node.row.confidence,
            )


def _finding(row: Row, place: str, severity: Severity, what: str, shape: Shape) -> Finding:
    inferred = row.confidence is Confidence.INFERRED
    return Finding(
        code=row.rule,
        severity=Severity.WARNING if inferred and severity is Severity.ERROR else severity,
        message=f"{place or 'the event'}: {what}",
        place=place,
        aws=f"in a {shape} event this is {_kind(row)}; with nothing to say, {_INSTEAD[row.nothing]}",
        fix="take the value from a real event, or let `lambdaproof event` write one",
        confidence=row.confidence,
    )


def _kind(row: Row) -> str:
    return f"{row.kind} ({row.note})" if row.note else str(row.kind)
