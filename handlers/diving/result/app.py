"""Says what is known of a video: clients ask until the score is there."""

from __future__ import annotations

import os
from typing import Any

import boto3
from proxy import response

DYNAMODB = boto3.client("dynamodb")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes both
    """Answer 200 with the score, 202 as long as there is none, 404 for a video that nobody announced."""
    video = (event.get("pathParameters") or {}).get("video", "")
    found = DYNAMODB.get_item(TableName=os.environ["TABLE"], Key={"video": {"S": video}}) if video else {}
    item = found.get("Item")
    if item is None:
        return response(404, {"error": "There is no such video."})
    status = item["status"]["S"]
    if status == "scored":
        return response(200, {"video": video, "score": float(item["score"]["N"])})
    if status == "refused":
        return response(422, {"video": video, "error": item["error"]["S"]})
    return response(202, {"video": video, "status": status})
