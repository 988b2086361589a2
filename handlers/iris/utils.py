"""Payloads into features, and where the model lies. Imports nothing heavy: it is tested without the model."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from proxy import BadRequest

FEATURES = ("sepal_length", "sepal_width", "petal_length", "petal_width")  # in the order the model was trained on
LARGEST = 3.4e38  # scikit-learn's trees compute in 32 bits and refuse what does not fit


def features(payload: Mapping[str, Any]) -> list[float]:
    """Return the four measurements in centimetres, in the model's order; other fields are ignored.

    Raises BadRequest for the first one that is missing or not a finite number.
    """
    return [_number(payload, name) for name in FEATURES]


def model_location() -> tuple[str, str]:
    """Return the bucket and key of the model: BUCKET_NAME, and MODEL_KEY or iris.joblib."""
    bucket = os.environ.get("BUCKET_NAME")
    if not bucket:
        raise RuntimeError("The environment variable BUCKET_NAME must name the bucket that holds the model.")
    return bucket, os.environ.get("MODEL_KEY", "iris.joblib")


def _number(payload: Mapping[str, Any], name: str) -> float:
    if name not in payload:
        raise BadRequest(f"{name} is missing.", name)
    value = payload[name]
    # bool is an int in Python; NaN, which Python's JSON reader accepts, fails every comparison.
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
        raise BadRequest(f"{name} must be a finite number.", name)
    return float(value)
