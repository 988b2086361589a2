"""What of the objects in a log is an event."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lambda_contracts.events import identify
from lambda_contracts.logs.lines import Line, lines
from lambda_contracts.logs.objects import NotReadError, next_object, read
from lambda_contracts.shapes import Shape

_CALLED_EVENT = re.compile(r"\b(?:event|payload)\b\W*\Z", re.IGNORECASE)
"""What stands before a payload that is printed with its name: `Received event: `."""
_REQUEST_KEYS = ("requestId", "AWSRequestId", "aws_request_id", "function_request_id", "request_id")
_SURE = 0.5
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Logged:
    """An event, where it stands, and the id of the invocation that it was for, if that is known."""

    place: str
    event: Any
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """An object that could not be read, where it begins, and why."""

    place: str
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """What is in a log: events; objects that may be one and cannot be read; where objects are that no shape tells.

    `repeated` is how many events stood there another time, printed twice for one invocation.
    """

    events: tuple[Logged, ...] = ()
    unread: tuple[Unread, ...] = ()
    others: tuple[str, ...] = ()
    repeated: int = 0


def find(log: str, *, direct: bool = False) -> Found:
    """Find the events in a log. Of what no shape tells, those that are called `event` are payloads.

    With `direct`, all are that are neither a response nor a record of a logger.
    """
    by_stream: dict[str, list[Line]] = {}
    for line in lines(log):
        by_stream.setdefault(line.stream, []).append(line)
    found = [one for stream in by_stream.values() for one in _found(stream, direct=direct)]
    events = {_identity(one, index): one for index, one in reversed([*enumerate(found)]) if isinstance(one, Logged)}
    return Found(
        events=tuple(reversed(events.values())),
        unread=tuple(one for one in found if isinstance(one, Unread)),
        others=tuple(one for one in found if isinstance(one, str)),
        repeated=sum(isinstance(one, Logged) for one in found) - len(events),
    )


def _identity(logged: Logged, index: int) -> tuple[str | int, str]:
    """Return what two prints of one event have in common."""
    return logged.request_id or index, json.dumps(logged.event, sort_keys=True)


def _found(stream: Sequence[Line], *, direct: bool) -> Iterator[Logged | Unread | str]:
    """Yield what is in a stream; a place alone is that of an object that is no event."""
    texts = ["" if line.platform else line.text for line in stream]
    index = start = 0
    while index < len(texts):
        text = next_object(texts, index, start)
        if text is None:
            index, start = index + 1, 0
            continue
        line = stream[text.line]
        if text.end is None:
            yield Unread(line.place, "is cut off")
            index, start = text.last + 1, 0
            continue
        index, start = text.last, text.end
        try:
            value = read(text.text)
        except NotReadError:
            yield Unread(line.place, "is neither JSON nor a Python dict of what JSON has")
        else:
            called = direct or _CALLED_EVENT.search(texts[text.line][: text.start]) is not None
            yield from _told(value, line, called=called, direct=direct)


def _told(value: Any, line: Line, *, called: bool, direct: bool) -> Iterator[Logged | str]:
    """Yield the events of an object; of a logger's record, those in it."""
    request = next((str(value[key]) for key in _REQUEST_KEYS if value.get(key)), line.request)
    held = [*_events(value, 0)]
    if held:
        yield from (Logged(line.place, event, request) for event in held)
        return
    payload = _payload(value, called=called, direct=direct)
    if payload is not None:
        yield Logged(line.place, payload, request)
    elif not _is_platform(value):
        yield line.place


def _events(value: Any, depth: int) -> Iterator[Any]:
    """Yield the events that a value is, or holds, also as text."""
    if isinstance(value, str):
        yield from (event for inner in _objects(value) for event in _events(inner, depth + 1))
    elif depth > _DEEPEST:
        return
    elif isinstance(value, dict):
        found = identify(value)
        if found.shape is not Shape.DIRECT and found.confidence >= _SURE:
            yield value
            return
        for inner in value.values():
            yield from _events(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _events(inner, depth + 1)


def _objects(text: str) -> Iterator[Any]:
    """Yield the objects in a text that can be read."""
    texts = text.splitlines()
    index = start = 0
    while index < len(texts):
        found = next_object(texts, index, start)
        if found is None or found.end is None:
            index, start = index + 1, 0
            continue
        index, start = found.last, found.end
        with contextlib.suppress(NotReadError):
            yield read(found.text)


def _payload(value: dict[str, Any], *, called: bool, direct: bool) -> Any:
    """Return the payload that an object is, or that a logger's record has; None when it is none."""
    if _is_record(value):
        message = value.get("message", value.get("msg"))
        if isinstance(value.get("event"), dict):
            return value["event"]
        if isinstance(message, str):
            called = direct or _CALLED_EVENT.search(message.partition("{")[0]) is not None
            message = next(_objects(message), None)
            return message if called and message is not None and not _is_answer(message) else None
        return message if direct and isinstance(message, dict) and not _is_answer(message) else None
    return value if called and not _is_answer(value) and not _is_platform(value) else None


def _is_record(value: dict[str, Any]) -> bool:
    return ("message" in value or "msg" in value) and any(key in value for key in ("timestamp", "level", "time"))


def _is_answer(value: dict[str, Any]) -> bool:
    return "statusCode" in value or {"errorMessage", "errorType"} <= value.keys()


def _is_platform(value: dict[str, Any]) -> bool:
    """Whether Lambda wrote it, or it is a metric in CloudWatch's format."""
    return "_aws" in value or ("record" in value and str(value.get("type", "")).startswith("platform."))
