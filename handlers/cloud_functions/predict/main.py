"""The network on Google Cloud, its model on Cloud Storage."""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from google.cloud import storage
from model import KEY, BadFeatures, Model

if TYPE_CHECKING:
    from flask import Request


def predict(request: Request) -> tuple[dict[str, Any], int]:
    """Say how probable it is that a player comes back."""
    given = request.get_json(force=True, silent=True)  # force: whatever its Content-Type
    if not isinstance(given, dict):
        return {"error": "The payload must be a JSON object.", "field": "body"}, 400
    try:
        return {"prediction": model().predict(given)}, 200
    except BadFeatures as error:
        return {"error": str(error), "field": error.field}, 400


@cache
def model() -> Model:
    """Return the model: fetched once per instance, on its first request."""
    file = Path(tempfile.gettempdir()) / KEY
    storage.Client().bucket(os.environ["BUCKET"]).blob(KEY).download_to_filename(file)
    return Model(str(file))
