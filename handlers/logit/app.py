from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model import FEATURES, Logit
from proxy import BadRequest, payload, response

MODEL = Logit.load()  # at init: once per execution environment, not once per request


def handler(event: Any, context: Any) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes both
    """Say how probable it is that a player comes back, from ten features of the game."""
    try:
        probability = MODEL.predict(features(payload(event)))
    except BadRequest as error:
        return response(400, str(error))
    return response(200, f"Prediction {probability}")


def features(given: Mapping[str, Any]) -> list[float]:
    """Return G1 to G10 in the model's order. Raises BadRequest when none is there, or one is not 0 or 1."""
    if not any(name in given for name in FEATURES):
        raise BadRequest("No parameters", "G1")
    for name in FEATURES:
        if isinstance(given.get(name), bool) or given.get(name) not in (0, 1):
            raise BadRequest(f"{name} must be 0 or 1.", name)
    return [float(given[name]) for name in FEATURES]
