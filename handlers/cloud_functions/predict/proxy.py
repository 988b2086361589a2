"""A payload out of an event of any shape, and an answer in the form that every front understands.

This file is the same in every handler's folder; handlers/README.md says why.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any


class BadRequest(Exception):
    """The caller's mistake: `field` is the key it concerns, or `body` when no payload could be read."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


def payload(event: object) -> dict[str, Any]:
    """Find the payload in an event of any shape.

    A proxy (API Gateway, function URL, ALB) wraps it as text under `body`, at times in base64; the console and
    the SDKs send it bare, or under `body` as an object. Raises BadRequest when there is none or it is no object.
    """
    found = _body(event) if isinstance(event, Mapping) and _is_wrapped(event) else event
    if not isinstance(found, dict):
        raise BadRequest("The payload must be a JSON object.", "body")
    return found


def response(status: int, body: object) -> dict[str, Any]:
    """Return the form that every front of Lambda understands: text as it is, anything else as JSON."""
    is_text = isinstance(body, str)
    return {
        "statusCode": status,
        "headers": {"Content-Type": "text/plain; charset=utf-8" if is_text else "application/json"},
        "body": body if is_text else json.dumps(body),
        "isBase64Encoded": False,
    }


def _is_wrapped(event: Mapping[str, Any]) -> bool:
    # An HTTP API leaves the key `body` out of a request without one: only its requestContext tells it from a payload.
    return "body" in event or "requestContext" in event


def _body(event: Mapping[str, Any]) -> object:
    body = event.get("body")
    if body is None or body == "":
        raise BadRequest("The request has no body.", "body")
    if not isinstance(body, str):
        return body
    try:
        if event.get("isBase64Encoded"):
            return json.loads(base64.b64decode(body, validate=True))
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest(f"The body is not valid JSON: {error}", "body") from error
