"""Which JSON values are of which kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lambda_contracts.shapes.rows import Kind


def _texts(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(item, str) for item in value.values())


def _text_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TESTS: dict[Kind, Callable[[Any], bool]] = {
    Kind.TEXT: lambda value: isinstance(value, str),
    Kind.INTEGER: lambda value: isinstance(value, int) and not isinstance(value, bool),
    Kind.NUMBER: _number,
    Kind.FLAG: lambda value: isinstance(value, bool),
    Kind.OBJECT: lambda value: isinstance(value, dict),
    Kind.LIST: lambda value: isinstance(value, list),
    Kind.TEXTS: _texts,
    Kind.TEXT_LISTS: lambda value: isinstance(value, dict) and all(_text_list(item) for item in value.values()),
    Kind.TEXT_LIST: _text_list,
    Kind.FREE: lambda value: isinstance(value, dict),
    Kind.ANY: lambda value: True,  # noqa: ARG005  # the others look at it
}


ITEMS = {Kind.TEXTS: Kind.TEXT, Kind.TEXT_LISTS: Kind.TEXT_LIST, Kind.TEXT_LIST: Kind.TEXT}
"""What the items of a map or list of plain values are."""

CONTAINERS = {Kind.TEXTS: Kind.OBJECT, Kind.TEXT_LISTS: Kind.OBJECT, Kind.TEXT_LIST: Kind.LIST}
"""What a map or list of plain values is, its items aside."""


def fits(value: Any, kind: Kind) -> bool:
    """Say whether a JSON value is of this kind; null is of none but `ANY`."""
    return _TESTS[kind](value)


def named(value: Any) -> str:
    """Name the JSON type of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    for kind, test in _TESTS.items():
        if kind in _PLAIN and test(value):
            return _PLAIN[kind]
    return type(value).__name__


_PLAIN = {Kind.TEXT: "string", Kind.NUMBER: "number", Kind.OBJECT: "object", Kind.LIST: "list"}
