"""handlers/logit on Google Cloud, with its model on Cloud Storage."""

from __future__ import annotations

import json
import math
import os
from functools import cache
from typing import TYPE_CHECKING, Any

from google.cloud import storage

if TYPE_CHECKING:
    from flask import Request

FEATURES = tuple(f"G{number}" for number in range(1, 11))
TEXT = {"Content-Type": "text/plain; charset=utf-8"}  # else Flask says that text is HTML


def pred(request: Request) -> tuple[str, int, dict[str, str]]:
    """Say how probable it is that a player comes back, from ten features of the game."""
    given = request.get_json(force=True, silent=True)
    if not isinstance(given, dict) or not any(name in given for name in FEATURES):
        return "No parameters", 400, TEXT
    for name in FEATURES:
        if isinstance(given.get(name), bool) or given.get(name) not in (0, 1):
            return f"{name} must be 0 or 1.", 400, TEXT
    return f"Prediction {probability([float(given[name]) for name in FEATURES])}", 200, TEXT


def probability(features: list[float]) -> float:
    """Return the probability of the label 1."""
    score = model()["intercept"] + sum(
        weight * value for weight, value in zip(model()["weights"], features, strict=True)
    )
    return 1 / (1 + math.exp(-score)) if score >= 0 else math.exp(score) / (1 + math.exp(score))


@cache
def model() -> Any:
    """Return the model: fetched once per instance, on its first request."""
    print("Loading the model.")
    return json.loads(storage.Client().bucket(os.environ["BUCKET"]).blob("logit.json").download_as_bytes())
