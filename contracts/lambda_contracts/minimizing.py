"""The smallest event that still does the same: delta debugging over JSON, also over JSON inside of texts."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lambda_contracts.errors import EventError
from lambda_contracts.events import identify
from lambda_contracts.events.fields import at
from lambda_contracts.shapes import TABLE, Shape, validate
from lambda_contracts.shapes.rows import Nothing
from lambda_contracts.shapes.table import steps

MOST = 2_000
"""Events that a search sends at most."""
_SHORTEST_BASE64 = 8

_SIMPLEST: tuple[Any, ...] = (None, 0, "", [], {})

Holds = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Minimized:
    """The smallest event that was found, how many were `sent` for it, and whether the search was cut short."""

    event: Any
    sent: int
    complete: bool


def minimize(event: Any, same: Holds, *, valid: Holds = lambda _: True, most: int = MOST) -> Minimized:
    """Return an event from which nothing can be taken away, one thing at a time, without changing what it does.

    `same` sends an event, and says whether it does what the first one did; `valid` says whether it may be sent at all.
    What is returned was sent, and did the same. The same event gives the same result if the function is as steady.
    At most `most` events are sent. Raises EventError for one that is nested too deep.
    """
    search = _Search(same, valid, most)
    try:
        while True:
            smaller = _reduced(event, search.holds)
            if smaller == event:
                return Minimized(event, search.sent, complete=search.sent < most)
            event = smaller
    except RecursionError:
        raise EventError("The event is nested too deep to be minimized.") from None


def keeps_shape(event: Any) -> Holds:
    """Return whether another event is of the same shape, and as much as this one what AWS would send.

    The values that every event of the shape has stay as they are. A direct event may be anything.
    """
    shape = identify(event).shape
    if shape is Shape.DIRECT:
        return lambda _: True
    odd = {finding.place for finding in validate(event, shape)}
    rows = [steps(row.path) for row in TABLE[shape] if row.nothing is Nothing.NEVER and "*" not in row.path]
    always = {tuple(keys): at(event, *keys) for keys in rows if isinstance(at(event, *keys), str | int)}

    def keeps(candidate: Any) -> bool:
        if not isinstance(candidate, dict) or identify(candidate).shape is not shape:
            return False
        if any(at(candidate, *keys) != value for keys, value in always.items()):
            return False
        return odd.issuperset(finding.place for finding in validate(candidate, shape))

    return keeps


class _Search:
    """Sends each event once, and only so many."""

    def __init__(self, same: Holds, valid: Holds, most: int) -> None:
        self._same = same
        self._valid = valid
        self._most = most
        self._known: dict[str, bool] = {}
        self.sent = 0

    def holds(self, candidate: Any) -> bool:
        text = _text(candidate)
        if text not in self._known:
            if self.sent >= self._most or not self._valid(candidate):
                return False
            self.sent += 1
            self._known[text] = self._same(candidate)
        return self._known[text]


def _reduced(value: Any, holds: Holds) -> Any:
    """Return a smaller value for the one of a place; `holds` says whether the whole event still does the same."""
    for simple in _simpler(value):
        if holds(simple):
            return simple
    if isinstance(value, dict):
        return _reduced_object(value, holds)
    if isinstance(value, list):
        return _reduced_list(value, holds)
    return _reduced_text(value, holds) if isinstance(value, str) else value


def _simpler(value: Any) -> Iterator[Any]:
    """Yield what says less than a value does, and takes less room."""
    size = len(_text(value))
    yield from (simple for simple in _SIMPLEST if len(_text(simple)) < size)


def _reduced_object(value: dict[str, Any], holds: Holds) -> dict[str, Any]:
    keys = _fewer(list(value), lambda kept: holds({key: value[key] for key in kept}))
    value = {key: value[key] for key in keys}
    for key in keys:
        value = {**value, key: _reduced(value[key], _with(value, key, holds))}
    return value


def _reduced_list(value: list[Any], holds: Holds) -> list[Any]:
    value = _fewer(value, holds)
    for index in range(len(value)):
        value = [*value[:index], _reduced(value[index], _with(value, index, holds)), *value[index + 1 :]]
    return value


def _with(whole: Any, place: Any, holds: Holds) -> Holds:
    """Return whether the event holds with another value at a place of one of its objects or lists."""

    def holds_with(part: Any) -> bool:
        copied = whole.copy()
        copied[place] = part
        return holds(copied)

    return holds_with


def _reduced_text(text: str, holds: Holds) -> str:
    decoded = _decoded(text)
    if decoded is not None:
        inner, encode = decoded
        smaller = _reduced(inner, lambda part: len(encode(part)) <= len(text) and holds(encode(part)))
        found = encode(smaller)
        return found if found != text and len(found) <= len(text) and holds(found) else text
    return "".join(_fewer(text, lambda kept: holds("".join(kept))))


def _decoded(text: str) -> tuple[Any, Callable[[Any], str]] | None:
    """Return the object or list that a text holds, and how to write one as that; None for any other text."""
    if text.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(text), _text
        except ValueError:
            return None
    if len(text) >= _SHORTEST_BASE64 and len(text) % 4 == 0:
        try:
            inside = base64.b64decode(text, validate=True).decode()
        except ValueError:
            return None
        found = _decoded(inside) if inside.lstrip()[:1] in ("{", "[") else None
        return (found[0], _base64) if found else None
    return None


def _base64(value: Any) -> str:
    return base64.b64encode(_text(value).encode()).decode()


def _fewer(items: Sequence[Any], holds: Callable[[list[Any]], bool]) -> list[Any]:
    """Take items away, in halves, quarters, and so on down to one by one, as long as what is left holds."""
    kept = list(items)
    size = max(len(kept) // 2, 1)
    while kept:
        start = 0
        while start < len(kept):
            rest = kept[:start] + kept[start + size :]
            if holds(rest):
                kept = rest
            else:
                start += size
        if size == 1:
            return kept
        size = max(size // 2, 1)
    return kept


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))
