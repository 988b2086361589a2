"""Compare what came back with what a contract says must be in it.

An object matches when each of its expected keys does, a list when its length and each of its elements do, anything else
when it is equal. Instead of a value a *matcher* can stand, an object whose keys start with `$`:

    probability = { "$gte" = 0.9, "$lte" = 1 }     label = { "$regex" = "^vir" }     id = { "$type" = "string" }
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from lambda_contracts.payloads import shown
from lambda_contracts.pointers import escaped

_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}


class Matcher(NamedTuple):
    """One matcher: whether (value, bound) fulfils it, which bounds it takes, and those in words."""

    fulfils: Callable[[Any, Any], bool]
    takes: Callable[[Any], bool]
    bound: str


def _compares(test: Callable[[Any, Any], bool]) -> Matcher:
    number = _TYPES["number"]
    return Matcher(lambda value, bound: number(value) and test(value, bound), number, "a number")


def _compiles(pattern: Any) -> bool:
    try:
        return isinstance(pattern, str) and bool(re.compile(pattern))
    except (re.error, RecursionError):
        return False


MATCHERS: Mapping[str, Matcher] = MappingProxyType(
    {
        "$gt": _compares(operator.gt),
        "$gte": _compares(operator.ge),
        "$lt": _compares(operator.lt),
        "$lte": _compares(operator.le),
        "$type": Matcher(
            lambda value, name: _TYPES[name](value),
            lambda name: isinstance(name, str) and name in _TYPES,
            f"one of {', '.join(_TYPES)}",
        ),
        "$regex": Matcher(
            lambda value, pattern: isinstance(value, str) and re.search(pattern, value) is not None,
            _compiles,
            "a regular expression",
        ),
        "$in": Matcher(
            lambda value, options: any(equal(value, option) for option in options),
            _TYPES["array"],
            "a list",
        ),
        "$length": Matcher(
            lambda value, length: isinstance(value, str | list | dict) and len(value) == length,
            lambda length: type(length) is int and length >= 0,
            "a whole number from 0",
        ),
    }
)


def differences(expected: Any, actual: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield (JSON pointer, sentence) for each thing in `expected` that `actual` does not fulfil."""
    if is_matcher(expected):
        yield from _matchers(expected, actual, pointer)
    elif isinstance(expected, dict) and isinstance(actual, dict):
        for key, value in expected.items():
            below = f"{pointer}/{escaped(key)}"
            if key in actual:
                yield from differences(value, actual[key], below)
            else:
                yield below, f"`{key}` is missing"
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for index, value in enumerate(expected):
            yield from differences(value, actual[index], f"{pointer}/{index}")
    elif not equal(expected, actual):
        yield pointer, f"expected {shown(expected)}, got {shown(actual)}"


def is_matcher(expected: Any) -> bool:
    """Whether an expected value is a matcher rather than a value."""
    return isinstance(expected, dict) and bool(expected) and all(key.startswith("$") for key in expected)


def mistakes(expected: Any) -> Iterator[tuple[str, str]]:
    """Yield (problem, hint) for each matcher in an expected value that could never be used."""
    if isinstance(expected, list):
        for value in expected:
            yield from mistakes(value)
    elif is_matcher(expected):
        for name, bound in expected.items():
            if name not in MATCHERS:
                yield f"there is no matcher `{name}`.", f"Known here: {', '.join(MATCHERS)}."
            elif not MATCHERS[name].takes(bound):
                yield f"`{name}` takes {MATCHERS[name].bound}, not {shown(bound)}.", ""
    elif isinstance(expected, dict):
        for name, value in expected.items():
            if name in MATCHERS:
                yield f"the matcher `{name}` stands beside other keys.", "A matcher stands in the place of a value."
            yield from mistakes(value)


def equal(one: Any, other: Any) -> bool:
    """Compare as JSON does: `true` is not 1, but 1 is 1.0."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def _matchers(expected: dict[str, Any], actual: Any, pointer: str) -> Iterator[tuple[str, str]]:
    for name, bound in expected.items():
        if not MATCHERS[name].fulfils(actual, bound):
            yield pointer, f"expected {name} {shown(bound)}, got {shown(actual)}"
