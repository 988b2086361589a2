"""Objects in lines of text: JSON, or as Python prints a dict, on one line or on many."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_BEGINS = re.compile(r"\{\s*(?:[\"'}]|\Z)")
_BEGINS_WITH_KEY = re.compile(r"\{\s*[\"']")
_GOES_ON = re.compile(r"\s+[{\[]|\s*(?:[\"'}\],\d-]|true|false|null|True|False|None)")
"""How a further line of an object begins; a bracket at its very beginning is that of another object."""
_MOST_LINES = 20_000


@dataclass(frozen=True, slots=True)
class Text:
    """The text of an object, from `line` and `start` on, up to (not including) `end` of `last`; None: it is cut off.

    Lines are indexes.
    """

    text: str
    line: int
    start: int
    last: int
    end: int | None


class NotReadError(ValueError):
    """The text of an object that is neither JSON nor what Python prints of it."""


def next_object(texts: Sequence[str], line: int, start: int) -> Text | None:
    """Return the next object that begins in a line at or after a place; the lines after it may go on with it."""
    while found := _BEGINS.search(texts[line], start):
        text = _whole(texts, line, found.start())
        if text.end is not None or _BEGINS_WITH_KEY.match("\n".join(texts[line : line + 2]), found.start()):
            return text
        start = found.end()
    return None


def read(text: str) -> Any:
    """Return the value of an object's text. Raises NotReadError."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise NotReadError from None
    except ValueError:
        return _printed(text)


def _printed(text: str) -> Any:
    """Return the value that Python printed so, if JSON can have it."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of odd escapes in strings
            value = ast.literal_eval(text)
        copied = json.loads(json.dumps(value, allow_nan=False))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise NotReadError from None
    if copied != value:  # keys that are no strings, tuples
        raise NotReadError
    return value


def _no_constant(name: str) -> Any:
    raise NotReadError(name)


def _whole(texts: Sequence[str], line: int, start: int) -> Text:
    """Follow an object to its end, through as many lines as it needs."""
    parts: list[str] = []
    brackets = _Brackets()
    last = line
    for last in range(line, min(len(texts), line + _MOST_LINES)):
        if last > line and not _GOES_ON.match(texts[last]):
            last -= 1
            break
        begin = start if last == line else 0
        end = brackets.follow(texts[last], begin)
        if end is not None:
            return Text("\n".join([*parts, texts[last][begin:end]]), line, start, last, end)
        parts.append(texts[last][begin:])
        if brackets.quote:  # no string goes on in the next line
            break
    return Text(parts[0], line, start, last, None)


_MARKS = re.compile(r"\\.|[\"'{}\[\]]", re.DOTALL)


class _Brackets:
    """Follows brackets, and strings in either kind of quotes, which hide brackets."""

    def __init__(self) -> None:
        self.quote = ""
        self._depth = 0

    def follow(self, text: str, start: int) -> int | None:
        """Return the place after the bracket that closes the first one, None where the text ends before."""
        for mark in _MARKS.finditer(text, start):
            char = mark[0]
            if self.quote:
                self.quote = "" if char == self.quote else self.quote
            elif char in "\"'":
                self.quote = char
            elif char in "{[":
                self._depth += 1
            elif char in "}]":
                self._depth -= 1
                if self._depth == 0:
                    return mark.end()
        return None
