"""Takes a video's size and says where to PUT it: 200 MB pass through no API, and through no function."""

from __future__ import annotations

import os
import uuid
from typing import Any

import boto3
from botocore.config import Config
from proxy import BadRequest, payload, response

LARGEST = 200 * 1024 * 1024
SECONDS = 900  # that the URL is good for
TYPE = "video/x-yuv4mpeg"

# Path style, because an emulator behind AWS_ENDPOINT_URL has no host name for each bucket.
S3 = boto3.client("s3", config=Config(signature_version="s3v4", s3={"addressing_style": "path"}))
DYNAMODB = boto3.client("dynamodb")


def handler(event: Any, context: Any) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes both
    """Promise a score for a video, and say where the video goes."""
    try:
        size = video_size(payload(event))
    except BadRequest as error:
        return response(400, {"error": str(error), "field": error.field})
    video = str(uuid.uuid4())
    DYNAMODB.put_item(TableName=os.environ["TABLE"], Item={"video": {"S": video}, "status": {"S": "waiting"}})
    # Size and type are signed: S3 refuses any other.
    put = {"Bucket": os.environ["BUCKET"], "Key": f"videos/{video}.y4m", "ContentLength": size, "ContentType": TYPE}
    url = S3.generate_presigned_url("put_object", Params=put, ExpiresIn=SECONDS)
    upload = {"method": "PUT", "url": url, "headers": {"Content-Type": TYPE}, "seconds": SECONDS}
    return response(201, {"video": video, "upload": upload, "score": f"/scores/{video}"})


def video_size(request: dict[str, Any]) -> int:
    """Return the size in bytes that a request announces. Raises BadRequest."""
    size = request.get("size")
    if isinstance(size, bool) or not isinstance(size, int) or not 0 < size <= LARGEST:
        raise BadRequest(f"size must be the video's bytes, 1 to {LARGEST}.", "size")
    return size
