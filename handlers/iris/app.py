from __future__ import annotations

from typing import Any

from model import ModelWrapper
from proxy import BadRequest, payload, response
from utils import features, model_location

MODEL = ModelWrapper.load(*model_location())  # at init: once per execution environment, not once per request


def handler(event: Any, context: Any) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes both
    """Name the species of an iris, and how probable it is."""
    try:
        label, probability = MODEL.predict(features(payload(event)))
    except BadRequest as error:
        return response(400, {"error": str(error), "field": error.field})
    return response(200, {"prediction": {"label": label, "probability": probability}})
