"""The model, pickled: to S3 when it is trained, and from there to /tmp, once, when the function starts."""

from __future__ import annotations

import os
import pickle
import tempfile
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config


def save(model: Any) -> None:
    """Put a model on S3: into the bucket `s3_bucket`, under `model_name`."""
    _s3().put_object(Bucket=os.environ["s3_bucket"], Key=os.environ["model_name"], Body=pickle.dumps(model))


def fetched() -> Any:
    """Return the model; it is downloaded unless an earlier start left it in /tmp, the one folder that can be written.

    A pickle runs as code when it is read: read only your own.
    """
    file = Path(tempfile.gettempdir(), os.environ["model_name"])
    if not file.exists():
        _s3().download_file(os.environ["s3_bucket"], os.environ["model_name"], str(file))
    return pickle.loads(file.read_bytes())  # noqa: S301 - from our own bucket


def _s3() -> Any:
    # Path style, because an emulator behind AWS_ENDPOINT_URL has no host name for each bucket.
    return boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
