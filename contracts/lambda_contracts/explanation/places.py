"""One request in every shape, place by place: what stands where a handler may look for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lambda_contracts.events.headers import SET_BY_FRONT
from lambda_contracts.explanation.payload import payload_of
from lambda_contracts.mutations import has
from lambda_contracts.pointers import escaped
from lambda_contracts.shapes import Shape

_HEADERS = ("headers", "multiValueHeaders")
_PARAMETERS = ("queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables")
_PLACES: tuple[tuple[str, ...], ...] = (
    ("body",),
    ("isBase64Encoded",),
    ("httpMethod",),
    ("requestContext", "http", "method"),
    ("path",),
    ("rawPath",),
    ("requestContext", "path"),
    ("resource",),
    ("routeKey",),
    ("requestContext", "stage"),
    ("rawQueryString",),
    *((name,) for name in _PARAMETERS),
    *((name,) for name in _HEADERS),
    ("cookies",),
    ("requestContext", "identity", "sourceIp"),
    ("requestContext", "http", "sourceIp"),
    ("requestContext", "authorizer"),
)
"""Where handlers look. Only places: what stands there in a shape is read from the event of that shape."""


SOME = {"...": True}
"""Stands for an object that is not empty, whatever is in it."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands at a place in the events of some shapes; nothing when it is not `present`.

    `value` is SOME for headers and parameters as a whole.
    """

    shapes: tuple[Shape, ...]
    present: bool
    value: Any = None


@dataclass(frozen=True, slots=True)
class Row:
    """One place, a JSON pointer, and what stands there: the first cell is that of the event itself.

    The place `payload` is none: its values are the expressions that take the payload out of the event.
    """

    place: str
    cells: tuple[Cell, ...]

    @property
    def differs(self) -> bool:
        """Whether shapes differ there."""
        return len(self.cells) > 1


def places(events: Mapping[Shape, Any]) -> tuple[Row, ...]:
    """Compare one request's events, by shape, the one that is asked about first."""
    rows = [_row("payload", {shape: (True, _expression(event, shape)) for shape, event in events.items()})]
    for steps in (*_PLACES, *_named(events)):
        found = {shape: _at(event, steps) for shape, event in events.items()}
        if any(present for present, _ in found.values()):
            rows.append(_row("".join(f"/{escaped(step)}" for step in steps), found))
    return tuple(rows)


def _expression(event: Any, shape: Shape) -> str:
    payload = payload_of(event, shape)
    return (payload.expression or payload.form) if payload else ""


def _named(events: Mapping[Shape, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the places of single headers and parameters, but for headers that the front writes itself."""
    found: dict[tuple[str, ...], None] = {}
    for holder in (*_PARAMETERS, *_HEADERS):
        for event in events.values():
            inside = event.get(holder) if isinstance(event, dict) else None
            for name in inside if isinstance(inside, dict) else ():
                if holder not in _HEADERS or name.lower() not in SET_BY_FRONT:
                    found[holder, name] = None
    yield from found


def _at(event: Any, steps: tuple[str, ...]) -> tuple[bool, Any]:
    for step in steps:
        if not isinstance(event, dict) or not has(event, step):
            return False, None
        event = event[step]
    if steps[0] in (*_HEADERS, *_PARAMETERS) and len(steps) == 1 and isinstance(event, dict):
        return True, SOME if event else {}  # its names have rows of their own
    return True, event


def _row(place: str, found: Mapping[Shape, tuple[bool, Any]]) -> Row:
    groups: list[tuple[tuple[bool, Any], list[Shape]]] = []
    for shape, standing in found.items():
        alike = next((shapes for known, shapes in groups if known == standing), None)
        if alike is None:
            groups.append((standing, [shape]))
        else:
            alike.append(shape)
    return Row(place, tuple(Cell(tuple(shapes), *standing) for standing, shapes in groups))
