"""What a client of a Google Cloud Function gets, by what became of the request that was sent to it."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from types import MappingProxyType
from typing import TYPE_CHECKING

from lambda_contracts.finding import Finding, Severity
from lambda_contracts.http import Response
from lambda_contracts.outcomes import Outcome, OutcomeKind
from lambda_contracts.results import Answer
from lambda_contracts.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXT = (("Content-Type", "text/plain; charset=utf-8"),)
_FAILED: Mapping[OutcomeKind, tuple[int, bytes, str]] = MappingProxyType(
    {
        OutcomeKind.FUNCTION_ERROR: (500, b"Internal Server Error", "R132"),
        OutcomeKind.TIMEOUT: (504, b"upstream request timeout", "R134"),
        OutcomeKind.EXIT: (503, b"Service Unavailable", "R136"),
        OutcomeKind.INIT_FAILURE: (503, b"Service Unavailable", "R136"),
    }
)
"""Status, text and rule of a request that the function did not answer."""


def payload(response: Response) -> bytes:
    """Write a response as JSON, to be kept as the payload of an outcome."""
    try:
        body, encoded = response.body.decode(), False
    except UnicodeDecodeError:
        body, encoded = b64encode(response.body).decode(), True
    kept = {"status": response.status, "headers": response.headers, "body": body, "isBase64Encoded": encoded}
    return json.dumps(kept).encode()


def answer(outcome: Outcome) -> Answer:
    """Say what the client gets. A result's payload is one that `payload` wrote. Rules R131, R132, R134, R136."""
    if outcome.ok:
        kept = outcome.value()
        body = b64decode(kept["body"]) if kept["isBase64Encoded"] else kept["body"].encode()
        headers = tuple((name, value) for name, value in kept["headers"])
        return Answer(response=Response(status=kept["status"], headers=headers, body=body), rules=("R131",))
    status, text, rule = _FAILED[outcome.kind]
    statement = f"That is Google's: the client gets {status}. {RULES[rule].statement} ({rule})"
    told = Finding(
        code=rule,
        severity=Severity.ERROR,
        message=f"the function ended with a {outcome.kind}",
        aws=statement,
        confidence=RULES[rule].confidence,
    )
    return Answer(response=Response(status=status, headers=_TEXT, body=text), findings=(told,), rules=(rule,))
