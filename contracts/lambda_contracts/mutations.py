"""What can be done to a payload, and to the request that carries it: the table that fuzzing draws from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, unquote_plus

from lambda_contracts.http import Headers, Request

Path = tuple[str | int, ...]
"""Where in a payload: keys and indices, `()` for the whole."""

ABSENT: Any = object()
"""Stands for a value that is left out."""

_HUGE_TEXT = "x" * 10_000
_UNICODE = "\u202e\U0001f490 \u0131\u0000é\ufeff"


def _other_type(value: Any) -> Any:
    return {} if isinstance(value, str | list) else "text"


def _as_text(value: Any) -> Any:
    return value if isinstance(value, str) else json.dumps(value)


CHANGES: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "null": lambda _: None,
        "absent": lambda _: ABSENT,
        "empty": lambda value: type(value)() if isinstance(value, str | list | dict) else "",
        "other type": _other_type,
        "as text": _as_text,
        "a number as text": lambda _: "3",
        "in a list": lambda value: [value],
        "in an object": lambda value: {"value": value},
        "true": lambda _: True,
        "zero": lambda _: 0,
        "negative": lambda _: -1,
        "huge number": lambda _: 10**400,
        "huge float": lambda _: 1.7e308,
        "tiny float": lambda _: 5e-324,
        "huge text": lambda _: _HUGE_TEXT,
        "unicode": lambda _: _UNICODE,
    }
)
"""What can become of one value of a payload."""


def paths(value: Any, most: int = 64) -> list[Path]:
    """Return where in a payload there are values, the whole first, then level by level; at most so many."""
    found: list[Path] = []
    waiting: list[tuple[Path, Any]] = [((), value)]
    while waiting and len(found) < most:
        path, here = waiting.pop(0)
        found.append(path)
        inside: Iterator[tuple[Any, Any]] = iter(())
        if isinstance(here, dict):
            inside = iter(here.items())
        elif isinstance(here, list):
            inside = iter(enumerate(here))
        waiting += [((*path, key), below) for key, below in inside]
    return found


def changed(payload: Any, path: Path, change: Callable[[Any], Any], *, add: bool = False) -> Any:
    """Return a payload with one value changed; unchanged where there is no such place. The whole is never absent.

    With `add`, an object gets a last key that it does not have: what the change makes of a text. The payload given
    stays as it is; what does not change is shared with it.
    """
    if not path:
        value = change(payload)
        return None if value is ABSENT else value
    step, below = path[0], path[1:]
    if not has(payload, step):
        return _added(payload, step, change("text")) if add and not below else payload
    copied = payload.copy()
    value = changed(payload[step], below, change, add=add) if below else change(payload[step])
    if value is ABSENT:
        del copied[step]
    else:
        copied[step] = value
    return copied


def _added(payload: Any, key: str | int, value: Any) -> Any:
    if value is ABSENT or not isinstance(payload, dict) or not isinstance(key, str):
        return payload
    return {**payload, key: value}


def has(payload: Any, step: str | int) -> bool:
    """Whether a value is an object with a key, or a list with an index."""
    if isinstance(payload, dict):
        return step in payload
    return isinstance(payload, list) and isinstance(step, int) and step < len(payload)


def _with_body(request: Request, body: bytes, content_type: str | None = None) -> Request:
    headers = request.headers
    if content_type is not None:
        rest = tuple(pair for pair in headers if pair[0].lower() != "content-type")
        headers = (*rest, ("Content-Type", content_type))
    return replace(request, body=body, headers=headers)


def _cased(request: Request, case: Callable[[str], str]) -> Request:
    headers: Headers = tuple((case(name), value) for name, value in request.headers)
    return replace(request, headers=headers)


def _query(request: Request, more: str) -> Request:
    return replace(request, query="&".join(filter(None, (request.query, more))))


ENVELOPES: Mapping[str, Callable[[Request], Request]] = MappingProxyType(
    {
        "as it is": lambda request: request,
        "base64": lambda request: _with_body(request, request.body, "application/octet-stream"),
        "upper case headers": lambda request: _cased(request, str.upper),
        "lower case headers": lambda request: _cased(request, str.lower),
        "no headers": lambda request: replace(request, headers=()),
        "encoded twice": lambda request: _with_body(
            request, json.dumps(request.body.decode("utf-8", "replace")).encode()
        ),
        "duplicate query keys": lambda request: _query(request, "a=1&a=2&b=&c"),
        "encoded query": lambda request: _query(request, "%C3%A9=%E2%98%95&x=%2B+&y=%00"),
        "empty body": lambda request: _with_body(request, b""),
        "cut off": lambda request: _with_body(request, request.body[:-1]),
        "byte order mark": lambda request: _with_body(request, b"\xef\xbb\xbf" + request.body),
        "no text": lambda request: _with_body(request, b"\xff\xfe\x00" + request.body, "application/octet-stream"),
        "a form": lambda request: _with_body(request, b"a=1&b=%7B%7D", "application/x-www-form-urlencoded"),
    }
)
"""What can become of a request around its payload; the first changes nothing."""


def _header(request: Request, name: str, *values: str) -> Request:
    kept = tuple(pair for pair in request.headers if pair[0].lower() != name.lower())
    return replace(request, headers=kept + tuple((name, value) for value in values))


def _parameter(request: Request, name: str, *texts: str) -> Request:
    kept = [part for part in request.query.split("&") if part and unquote_plus(part.partition("=")[0]) != name]
    return replace(request, query="&".join([*kept, *(f"{quote(name)}{text}" for text in texts)]))


HEADER_CHANGES: Mapping[str, Callable[[Request, str], Request]] = MappingProxyType(
    {
        "absent": _header,
        "empty": lambda request, name: _header(request, name, ""),
        "a number": lambda request, name: _header(request, name, "3"),
        "twice": lambda request, name: _header(request, name, "a", "b"),
        "other case": lambda request, name: _header(request, name.swapcase(), "a"),
        "huge text": lambda request, name: _header(request, name, _HUGE_TEXT[:8_000]),
        "unicode": lambda request, name: _header(request, name, "\u00e9"),
    }
)
"""What can become of a request header that a handler reads."""

PARAMETER_CHANGES: Mapping[str, Callable[[Request, str], Request]] = MappingProxyType(
    {
        "absent": _parameter,
        "empty": lambda request, name: _parameter(request, name, "="),
        "without a value": lambda request, name: _parameter(request, name, ""),
        "a number": lambda request, name: _parameter(request, name, "=3"),
        "twice": lambda request, name: _parameter(request, name, "=a", "=b"),
        "other case": lambda request, name: _parameter(_parameter(request, name), name.swapcase(), "=a"),
        "encoded": lambda request, name: _parameter(request, name, "=%2525+%2B%20%00"),
        "huge text": lambda request, name: _parameter(request, name, f"={_HUGE_TEXT[:4_000]}"),
        "unicode": lambda request, name: _parameter(request, name, f"={quote(_UNICODE)}"),
    }
)
"""What can become of a query parameter that a handler reads."""
