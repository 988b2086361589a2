"""Compare what came back with what a contract says must be in it.

An object matches when each of its expected keys does, a list when its length and each of its elements do, anything else
when it is equal. Instead of a value a *matcher* can stand, an object whose keys start with `$`:

    probability = { "$gte" = 0.9, "$lte" = 1 }     label = { "$regex" = "^vir" }     id = { "$type" = "string" }
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
}


def _compares(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda value, bound: _TYPES["number"](value) and test(value, bound)


MATCHERS: dict[str, Callable[[Any, Any], bool]] = {
    "$gt": _compares(lambda value, bound: value > bound),
    "$gte": _compares(lambda value, bound: value >= bound),
    "$lt": _compares(lambda value, bound: value < bound),
    "$lte": _compares(lambda value, bound: value <= bound),
    "$type": lambda value, name: name in _TYPES and _TYPES[name](value),
    "$regex": lambda value, pattern: isinstance(value, str) and re.search(pattern, value) is not None,
    "$in": lambda value, options: value in options,
    "$length": lambda value, length: isinstance(value, str | list | dict) and len(value) == length,
}


def differences(expected: Any, actual: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield (JSON pointer, sentence) for each thing in `expected` that `actual` does not fulfil."""
    if is_matcher(expected):
        yield from _matchers(expected, actual, pointer)
    elif isinstance(expected, dict) and isinstance(actual, dict):
        for key, value in expected.items():
            below = f"{pointer}/{_escape(key)}"
            if key in actual:
                yield from differences(value, actual[key], below)
            else:
                yield below, f"`{key}` is missing"
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for index, value in enumerate(expected):
            yield from differences(value, actual[index], f"{pointer}/{index}")
    elif not _equal(expected, actual):
        yield pointer, f"expected {expected!r}, got {actual!r}"


def is_matcher(expected: Any) -> bool:
    """Whether an expected value is a matcher rather than a value."""
    return isinstance(expected, dict) and bool(expected) and all(key.startswith("$") for key in expected)


def unknown_matchers(expected: Any) -> Iterator[str]:
    """Yield the names of matchers in an expected value that do not exist."""
    if is_matcher(expected):
        yield from (name for name in expected if name not in MATCHERS)
    elif isinstance(expected, dict | list):
        for value in expected.values() if isinstance(expected, dict) else expected:
            yield from unknown_matchers(value)


def _matchers(expected: dict[str, Any], actual: Any, pointer: str) -> Iterator[tuple[str, str]]:
    for name, bound in expected.items():
        if not MATCHERS[name](actual, bound):
            yield pointer, f"expected {name} {bound!r}, got {actual!r}"


def _equal(expected: Any, actual: Any) -> bool:
    """Compare as JSON does: `true` is not 1, but 1 is 1.0."""
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    return bool(expected == actual)


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
