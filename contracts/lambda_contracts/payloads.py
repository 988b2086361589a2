"""A result as the bytes and the JSON it is made of."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

_decode = msgspec.json.Decoder().decode


def parse(payload: bytes) -> Any:
    """Parse JSON as strictly as AWS does: no NaN. The last of equal keys counts.

    Raises ValueError or RecursionError.
    """
    try:
        return _decode(payload)
    except (msgspec.DecodeError, RecursionError):
        # Lone surrogates and numbers beyond a float are JSON, and only the slower parser reads them.
        return json.loads(payload.decode(), parse_constant=_no_constant)


def _no_constant(name: str) -> Any:
    msg = f"{name} is not JSON"
    raise ValueError(msg)


def nan_in_json(text: str) -> bool:
    """Whether a text would be JSON if NaN and Infinity were."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    try:
        json.loads(text, parse_constant=_no_constant)
    except ValueError:
        return True
    return False


def compact(payload: bytes) -> bytes:
    """Return JSON without the spaces between its tokens, numbers and order as they were."""
    try:
        return msgspec.json.format(payload, indent=-1)
    except (msgspec.DecodeError, RecursionError):
        return payload


def event_text(event: Any) -> bytes:
    """Return an event as JSON text.

    Raises ValueError or TypeError for what is not JSON: also NaN, and what only msgspec would make JSON of.
    """
    try:
        text = msgspec.json.encode(event)
        if _decode(text) == event:  # together half of what the slower writer takes
            return text
    except (msgspec.MsgspecError, ValueError, TypeError, OverflowError, RecursionError):
        pass
    return json.dumps(event, allow_nan=False).encode()


def encoded(text: str) -> bytes:
    """Return a text as UTF-8, with ? for a lone surrogate."""
    return text.encode("utf-8", "replace")


def json_text(value: Any) -> str:
    """Return a value as JSON without spaces."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def shown(value: Any) -> str:
    """Return a value as JSON, cut to fit a message, with ? for a lone surrogate."""
    try:
        text = encoded(json_text(value)).decode()
    except RecursionError:
        return f"{kind(value)}, nested deeply"
    return text if len(text) <= 60 else f"{text[:57]}..."


def excerpt(payload: bytes) -> str:
    """Return the beginning of a payload, quoted."""
    text = payload[:60].decode("utf-8", "replace")
    return repr(text if len(payload) <= 60 else f"{text}...")


_KINDS: Mapping[type, str] = MappingProxyType({dict: "an object", list: "a list"})


def kind(value: Any) -> str:
    """Say what a JSON value is: its kind when it is a container, else the value itself."""
    return _KINDS.get(type(value)) or shown(value)
