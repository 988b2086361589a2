"""Events in a text that somebody copied: out of a log, a console or a debugger, repaired where they can be.

Whole JSON is taken as it is. Else the text is tried as what it may have become on its way: JSON inside a JSON string,
JSON whose quotes are escaped, a Python dict, lines of a log around it, or an object that was cut off.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from lambda_contracts import logs
from lambda_contracts.errors import EventError
from lambda_contracts.events import identify
from lambda_contracts.logs.objects import NotReadError
from lambda_contracts.logs.objects import read as read_object
from lambda_contracts.pointers import escaped
from lambda_contracts.shapes import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Pasted:
    """An event, where in the text it stands (empty: it is all of it), and what had to be done to read it."""

    event: Any
    place: str = ""
    notes: tuple[str, ...] = ()


def read(text: str) -> tuple[Pasted, ...]:
    """Return the events in a text. Raises EventError, which says where the text stops being one."""
    text = text.removeprefix("\ufeff").strip()
    try:
        value = json.loads(text)
    except RecursionError:
        raise EventError("it is nested too deep to be an event") from None
    except ValueError as error:
        problem = f"it is not JSON: {error}"
    else:
        return _of_value(value)
    for attempt in _ATTEMPTS:
        found = attempt(text)
        if found:
            return found
    raise EventError(problem)


_AROUND = {"message", "msg", "event", "events", "results"}
"""Keys of what is around an event: a logger's record, an export of CloudWatch's."""


def _of_value(value: Any) -> tuple[Pasted, ...]:
    """Look into JSON that was read: a string may hold the event, and so may a record of a logger."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            inner = read(value)
        except EventError:
            return (Pasted(event=value),)
        note = "it was a JSON string that held JSON: it was encoded twice"
        return tuple(replace(one, notes=(note, *one.notes)) for one in inner)
    if isinstance(value, dict) and _AROUND & value.keys() and identify(value).shape is Shape.DIRECT:
        inside = _in_a_log(json.dumps(value))
        if inside:
            return inside
    return (Pasted(event=value),)


def _escaped_json(text: str) -> tuple[Pasted, ...]:
    r"""Read `{\"a\": 1}`: the inside of a JSON string."""
    if '\\"' not in text or text[:1] not in ("{", "["):
        return ()
    try:
        inner = read(json.loads(f'"{text}"'))
    except (ValueError, EventError):
        return ()
    note = "its quotes were escaped: it was copied out of a JSON string"
    return tuple(replace(one, notes=(note, *one.notes)) for one in inner)


def _printed(text: str) -> tuple[Pasted, ...]:
    """Read what Python prints of a dict."""
    try:
        value = read_object(text)
    except NotReadError:
        return ()
    return (
        Pasted(
            event=value,
            notes=("it is not JSON: it was read as Python, which has single quotes, None and commas at the end",),
        ),
    )


def _in_a_log(text: str) -> tuple[Pasted, ...]:
    """Find events in lines of a log; where no line has a known shape, payloads too."""
    found = logs.find(text)
    events = found.events or (() if found.unread else logs.find(text, direct=True).events)
    cut = tuple(f"{one.place} has another object, which {one.why}" for one in found.unread)
    return tuple(
        Pasted(event=one.event, place=one.place, notes=(f"it was found in a log, {one.place}", *cut)) for one in events
    )


_MARKS = re.compile(
    r"""(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?P<open>[{\[])|(?P<close>[}\]])|(?P<comma>,)|(?P<quote>["'])""",
    re.DOTALL,
)
_CLOSES = {"{": "}", "[": "]"}


class _Open:
    """Follows an object to where it is cut off: what is open there, and how far it is whole (`kept`)."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[str] = []
        self._keys: list[str] = []
        self.kept, self.closing = 0, ""
        for mark in _MARKS.finditer(text):
            if mark["quote"] or not self._goes_on(mark):
                break

    @property
    def place(self) -> str:
        """Where it is cut off, a JSON pointer, as far as that is known."""
        return "".join(f"/{escaped(key)}" for key in self._keys if key)

    def _goes_on(self, mark: re.Match[str]) -> bool:
        if mark["open"]:
            self._open.append(_CLOSES[mark["open"]])
            self._keys.append("")
        elif mark["close"]:
            if self._open.pop() != mark["close"] or not self._open:
                self.kept = 0  # it is not cut off: something else is wrong with it
                return False
            self._keys.pop()
            self._keep(mark.end())
        elif mark["comma"]:
            self._keep(mark.start())
            self._keys[-1] = ""
        elif self._open[-1] == "}" and re.match(r"\s*:", self._text[mark.end() : mark.end() + 9]):
            self._keys[-1] = mark["text"][1:-1]
        return True

    def _keep(self, end: int) -> None:
        self.kept, self.closing = end, "".join(reversed(self._open))


def _cut_off(text: str) -> tuple[Pasted, ...]:
    """Read an object that is cut off: up to the last value that is whole, with what is open closed."""
    begin = re.search(r"\{\s*[\"']", text)
    if begin is None:
        return ()
    whole = text[begin.start() :]
    found = _Open(whole)
    if not found.kept:
        return ()
    try:
        event = read_object(whole[: found.kept] + found.closing)
    except NotReadError:
        return ()
    lost = len(whole) - found.kept
    where = found.place or "the event"
    what = f"its last {lost:,} characters, and all that followed them, are" if lost else "what followed is"
    note = f"it is cut off in {where}: {what} lost"
    return (Pasted(event=event, notes=(note,)),)


_ATTEMPTS: tuple[Callable[[str], tuple[Pasted, ...]], ...] = (_printed, _escaped_json, _in_a_log, _cut_off)
"""What a text may be that is no JSON, the likeliest first."""
