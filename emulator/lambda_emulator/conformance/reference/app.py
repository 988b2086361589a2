"""The reference handler: it returns the event that it got, or what the request asks for in its header."""

import base64
import json
from typing import Any


def handler(event: dict[str, Any], _context: object) -> Any:
    """Return the event as the body of an answer that every front takes, or do what X-Lambdaproof-Return says."""
    headers = event.get("headers") or {name: values[-1] for name, values in event.get("multiValueHeaders", {}).items()}
    asked = {name.lower(): value for name, value in headers.items()}.get("x-lambdaproof-return")
    if asked:
        gives = json.loads(base64.b64decode(asked))
        if "raise" in gives:
            raise ValueError(gives["raise"])
        return gives["return"]
    answer: dict[str, Any] = {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "isBase64Encoded": False,
    }
    if "elb" in event.get("requestContext", {}):
        answer["multiValueHeaders"] = {"Content-Type": ["application/json"]}
    return {**answer, "body": json.dumps(event)}
