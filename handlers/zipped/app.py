from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from model import FEATURES, Model
from proxy import BadRequest, payload, response

MODEL = Model.load(Path(__file__).with_name("model.npz"))  # shipped beside the code


def handler(event: Any, context: Any) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes both
    """Name the species of an iris; say no more than that it is there to the schedule that keeps it warm."""
    if isinstance(event, Mapping) and event.get("source") == "aws.events":
        return response(200, {"warm": True})
    try:
        label, probability = MODEL.predict(features(payload(event)))
    except BadRequest as error:
        return response(400, {"error": str(error), "field": error.field})
    return response(200, {"label": label, "probability": round(probability, 6)})


def features(given: Mapping[str, Any]) -> list[float]:
    """Return the four measures in the model's order. Raises BadRequest for the first that is no length."""
    for name in FEATURES:
        value = given.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 100:
            raise BadRequest(f"{name} must be a length in centimetres, from 0 to 100.", name)
    return [float(given[name]) for name in FEATURES]
