"""Requests into features, answers into responses. Imports nothing heavy: it is read, and tested, without the model."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from typing import Any

FEATURES = ("sepal_length", "sepal_width", "petal_length", "petal_width")  # in the order the model was trained on
LARGEST = 3.4e38  # scikit-learn's trees compute in 32 bits and refuse what does not fit


class BadRequest(Exception):
    """The caller's mistake: `field` is the feature it concerns, or `body` when no payload could be read."""

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


def features(payload: Mapping[str, Any]) -> list[float]:
    """Return the four measurements in centimetres, in the model's order; other fields are ignored.

    Raises BadRequest for the first one that is missing or not a finite number.
    """
    return [_number(payload, name) for name in FEATURES]


def response(status: int, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form that every front of Lambda understands."""
    return {"statusCode": status, "body": json.dumps(body), "isBase64Encoded": False}


def model_location() -> tuple[str, str]:
    """Return the bucket and key of the model: BUCKET_NAME, and MODEL_KEY or iris.joblib."""
    bucket = os.environ.get("BUCKET_NAME")
    if not bucket:
        raise RuntimeError("The environment variable BUCKET_NAME must name the bucket that holds the model.")
    return bucket, os.environ.get("MODEL_KEY", "iris.joblib")


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


def _number(payload: Mapping[str, Any], name: str) -> float:
    if name not in payload:
        raise BadRequest(f"{name} is missing.", name)
    value = payload[name]
    # bool is an int in Python; NaN, which Python's JSON reader accepts, fails every comparison.
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
        raise BadRequest(f"{name} must be a finite number.", name)
    return float(value)
