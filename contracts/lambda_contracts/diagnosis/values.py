"""What a handler's expressions come to, and where in the event that was read."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from lambda_contracts.pointers import escaped

Place = tuple[str | int, ...]
"""Keys and indices from the top of the event; PARSED and DECODED stand for what was made of the text above them."""
PARSED = "()"
DECODED = "(64)"
_MADE = (PARSED, DECODED)


@dataclass(frozen=True, slots=True)
class Value:
    """A known value. `place` is where in the event it comes from, None for elsewhere; `how` is how it was got.

    `how` is `index`, `get`, `get with default`, or the name of what was called on it.
    """

    value: Any
    place: Place | None = None
    how: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An operation that raises: on what, by which expression, and with which error.

    `operation` is `index`, `attribute`, `iterate`, `compare`, `arithmetic`, `slice`, or the qualified name of what was
    called. `subject` is the value that does not fit, `key` the key that was looked for. `node` is the expression,
    `subject_node` that of the subject.
    """

    operation: str
    subject: Value
    node: ast.AST
    subject_node: ast.AST
    error: Exception
    key: Any = None

    @property
    def place(self) -> Place | None:
        """Where in the event the reason lies: the key that is not there, or the value that does not fit."""
        if self.subject.place is None or not isinstance(self.error, KeyError):
            return self.subject.place
        return (*self.subject.place, self.key)


def path(place: Place) -> str:
    """Write a place for patterns: `/body()/x` is x in the parsed body."""
    return "".join(str(step) if step in _MADE else f"/{escaped(str(step))}" for step in place)


def pointer(place: Place) -> str:
    """Return the JSON pointer into the event that is nearest to a place: nothing of what was made of a text."""
    kept = []
    for step in place:
        if step in _MADE:
            break
        kept.append(escaped(str(step)))
    return "".join(f"/{step}" for step in kept)
