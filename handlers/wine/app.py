from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import model
from proxy import BadRequest, payload, response

MODEL = model.fetched()  # at init: once per execution environment, not once per request


def handler(event: Any, context: Any) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes both
    """Say which of three vineyards a wine comes from, by how intense its colour is: numbers are text both ways."""
    try:
        intensity = number(payload(event), "data")
    except BadRequest as error:
        return response(400, {"error": str(error), "field": error.field})
    return response(200, {"prediction": str(MODEL.predict([[intensity]])[0])})


def number(given: Mapping[str, Any], name: str) -> float:
    """Return a number that is given as text, such as ".10". Raises BadRequest for anything else."""
    text = given.get(name)
    try:
        value = float(text) if isinstance(text, str) else math.nan
    except ValueError:
        value = math.nan
    if not 0 <= value < 1000:  # false for NaN, too
        raise BadRequest(f'{name} must be a number as text, from "0" to "1000".', name)
    return value
