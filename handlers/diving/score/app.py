"""Scores each video that arrives on S3, and writes what came of it to DynamoDB."""

from __future__ import annotations

import os
from decimal import Decimal
from io import BufferedReader
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote_plus

import boto3
from botocore.config import Config
from model import Model
from video import NotAVideoError, motion

# Path style, because an emulator behind AWS_ENDPOINT_URL has no host name for each bucket.
S3 = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
SCORES = boto3.resource("dynamodb").Table(os.environ["TABLE"])
MODEL = Model.load()  # at init: once per execution environment, not once per video


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes both
    """Score every video of an S3 notification, and return what was written. The test event of S3 has none."""
    return {"scored": [scored(record["s3"]) for record in event.get("Records", [])]}


def scored(s3: dict[str, Any]) -> dict[str, Any]:
    """Score one video. What is no video is refused: to raise would only have Lambda try it twice more."""
    bucket, key = s3["bucket"]["name"], unquote_plus(s3["object"]["key"])  # keys come encoded as in a form
    item: dict[str, Any] = {"video": PurePosixPath(key).stem}
    # Read as it arrives, not through /tmp: that has 512 MB, and keeps what earlier videos left there.
    body = S3.get_object(Bucket=bucket, Key=key)["Body"]
    try:
        item |= {"status": "scored", "score": Decimal(str(MODEL.score(motion(BufferedReader(body, 2**20)))))}
    except NotAVideoError as error:
        item |= {"status": "refused", "error": str(error)}
    SCORES.put_item(Item=item)
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in item.items()}
