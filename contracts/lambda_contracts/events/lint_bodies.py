"""Lint of an event's body against its flag and its own words."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from typing import Any

from lambda_contracts.finding import Finding, Severity
from lambda_contracts.limits import LIMITS
from lambda_contracts.shapes import HTTP_SHAPES, Shape

Event = dict[str, Any]

_LONGEST_BODY = int(LIMITS["sync request"].value)
"""Characters: Lambda takes no longer event."""


def _flag_without_base64(event: Event, shape: Shape) -> Iterator[Finding]:
    body = event.get("body")
    flagged = shape in HTTP_SHAPES and event.get("isBase64Encoded") is True
    if flagged and isinstance(body, str) and _decoded(body) is None:
        yield Finding(
            code="E09",
            severity=Severity.ERROR,
            message="isBase64Encoded is true, but /body is not base64",
            place="/body",
            aws="a handler that decodes the body gets binascii.Error or garbage",
            fix="set isBase64Encoded to false, or encode the body",
        )


def _base64_without_flag(event: Event, shape: Shape) -> Iterator[Finding]:
    body = event.get("body")
    if shape in HTTP_SHAPES and event.get("isBase64Encoded") is not True and isinstance(body, str):
        decoded = _decoded(body) if len(body) <= _LONGEST_BODY else None
        if decoded and decoded[:1] in b"{[" and _parsed(decoded) is not None:
            yield Finding(
                code="E09",
                severity=Severity.WARNING,
                message="/body is JSON in base64, but isBase64Encoded is not true",
                place="/isBase64Encoded",
                aws="AWS sets the flag whenever it encodes a body",
                fix="set isBase64Encoded to true, or decode the body",
            )


def _body_of_another_kind(event: Event, shape: Shape) -> Iterator[Finding]:
    body = event.get("body")
    if shape is Shape.DIRECT and list(event) != ["body"]:
        return
    if isinstance(body, dict | list):
        yield Finding(
            code="E03",
            severity=Severity.WARNING if shape is Shape.DIRECT else Severity.ERROR,
            message="/body is JSON, not a string of JSON",
            place="/body",
            aws="every front sends the body as a string: `json.loads` of this one raises TypeError",
            fix="write the body as a string, or drop the envelope for a direct invocation",
        )


def _string_in_string(event: Event, shape: Shape) -> Iterator[Finding]:
    body = event.get("body")
    if shape is Shape.DIRECT or not isinstance(body, str) or not body.lstrip().startswith('"'):
        return
    inner = _parsed(body.encode("utf-8", "replace"))
    if isinstance(inner, str) and isinstance(_parsed(inner.encode("utf-8", "replace")), dict | list):
        yield Finding(
            code="E12",
            severity=Severity.WARNING,
            message="/body is JSON encoded twice",
            place="/body",
            aws="parsed once it is a string, and `body['key']` raises TypeError",
            fix="take away one level of quotes, as after copying from a log",
        )


def _decoded(body: str) -> bytes | None:
    try:
        return b64decode(body, validate=True)
    except ValueError:
        return None


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


LINTS: tuple[Callable[[Event, Shape], Iterator[Finding]], ...] = (
    _flag_without_base64,
    _base64_without_flag,
    _body_of_another_kind,
    _string_in_string,
)
"""The checks of a body, each over an event and its shape."""
