"""The network on Lambda, its model on S3."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from model import KEY, BadFeatures, Model
from proxy import BadRequest, payload, response


def load() -> Model:
    """Fetch the model to /tmp and read it."""
    file = Path(tempfile.gettempdir()) / KEY
    # Path style, because an emulator behind AWS_ENDPOINT_URL has no host name for each bucket.
    s3 = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
    s3.download_file(os.environ["BUCKET"], KEY, str(file))
    return Model(str(file))


MODEL = load()  # at init: once per execution environment, not once per request


def handler(event: Any, context: Any) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes both
    """Say how probable it is that a player comes back."""
    try:
        return response(200, {"prediction": MODEL.predict(payload(event))})
    except (BadRequest, BadFeatures) as error:
        return response(400, {"error": str(error), "field": error.field})
