"""What Lambda tells a destination of an asynchronous invocation (R124)."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from lambda_contracts.payloads import parse
from lambda_contracts.platform_log import LATEST

if TYPE_CHECKING:
    from lambda_contracts.outcomes import Outcome


class Condition(StrEnum):
    """How an asynchronous invocation ended."""

    SUCCESS = "Success"
    RETRIES_EXHAUSTED = "RetriesExhausted"
    EVENT_AGE_EXCEEDED = "EventAgeExceeded"


def record(
    condition: Condition,
    outcome: Outcome | None,
    *,
    request_id: str,
    arn: str,
    payload: bytes,
    attempts: int,
    at: float,
) -> dict[str, Any]:
    """Return the record of an event: `outcome` is the last attempt's, None when the function was never invoked.

    `arn` is the function's, without a qualifier; `at` is now, in seconds since the epoch.
    """
    made: dict[str, Any] = {
        "version": "1.0",
        "timestamp": datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": request_id,
            "functionArn": f"{arn}:{LATEST}",
            "condition": condition.value,
            "approximateInvokeCount": attempts,
        },
        "requestPayload": parse(payload),
    }
    if outcome is not None:
        context: dict[str, Any] = {"statusCode": 200, "executedVersion": LATEST}
        if not outcome.ok:
            context["functionError"] = "Unhandled"
        made |= {"responseContext": context, "responsePayload": _value(outcome.payload)}
    return made


def _value(payload: bytes) -> Any:
    try:
        return parse(payload)
    except (ValueError, RecursionError):
        return payload.decode("utf-8", "replace")
