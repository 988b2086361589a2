"""What the API answers instead of invoking: one table of status, exception and body."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from lambda_contracts.http import Response
from lambda_contracts.payloads import json_text

if TYPE_CHECKING:
    from collections.abc import Mapping


class Reason(StrEnum):
    """Why the API refuses a request."""

    NOT_VALID = "not valid"
    QUALIFIERS_DIFFER = "qualifiers differ"
    NO_CLIENT_CONTEXT = "no client context"
    NOT_JSON = "not json"
    TOO_LARGE = "too large"
    EVENT_TOO_LARGE = "event too large"
    NO_FUNCTION = "no function"
    NO_OPERATION = "no operation"
    THROTTLED = "throttled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """An answer: `exception` is what SDKs call it, `body` its keys with templates of their values, `rule` says so."""

    reason: Reason
    status: int
    exception: str
    body: Mapping[str, str]
    rule: str

    def response(self, **values: object) -> Response:
        """Return what the client gets, with the values that the templates name."""
        body = {key: template.format_map(values) for key, template in self.body.items()}
        return Response(
            status=self.status,
            headers=(("Content-Type", "application/json"), ("x-amzn-ErrorType", self.exception)),
            body=json_text(body).encode("utf-8", "replace"),
        )


# One row an answer: reason, status, exception, body, rule. AWS writes `message` or `Message`, as here.
# fmt: off
_TABLE = (
    (Reason.NOT_VALID, 400, "ValidationException", {"message": "{problems}"}, "R121"),
    (Reason.QUALIFIERS_DIFFER, 400, "InvalidParameterValueException",
     {"Type": "User",
      "message": "The derived qualifier from the function name does not match the specified qualifier."}, "R121"),
    (Reason.NO_CLIENT_CONTEXT, 400, "InvalidRequestContentException",
     {"Type": "User", "message": "Client context must be a valid Base64-encoded JSON object."}, "R90"),
    (Reason.NOT_JSON, 400, "InvalidRequestContentException",
     {"Type": "User",
      "message": "Could not parse request body into json: Could not parse payload into json: {why}"}, "R87"),
    (Reason.TOO_LARGE, 413, "RequestEntityTooLargeException",
     {"Message": "Request must be smaller than {limit} bytes for the InvokeFunction operation"}, "R122"),
    (Reason.EVENT_TOO_LARGE, 413, "RequestEntityTooLargeException",
     {"Type": "User",
      "message": "{size} byte payload is too large for the Event invocation type (limit {limit} bytes)"}, "R122"),
    (Reason.NO_FUNCTION, 404, "ResourceNotFoundException",
     {"Type": "User", "Message": "Function not found: {arn}"}, "R87"),
    (Reason.NO_OPERATION, 404, "UnknownOperationException",
     {"message": "lambdaproof does not serve {method} {path}."}, "R87u"),
    (Reason.THROTTLED, 429, "TooManyRequestsException",
     {"Reason": "{limit}", "Type": "User", "message": "Rate Exceeded."}, "R87"),
    (Reason.FAILED, 500, "ServiceException", {"Type": "Service", "Message": "{problem}"}, "R87u"),
)
# fmt: on

ERRORS: Mapping[Reason, Error] = MappingProxyType(
    {
        reason: Error(reason=reason, status=status, exception=exception, body=MappingProxyType(body), rule=rule)
        for reason, status, exception, body, rule in _TABLE
    }
)
"""Every error of the API by its reason."""


def error(reason: Reason, **values: object) -> Response:
    """Return what the client gets for a reason. Raises KeyError for a value that its message lacks."""
    return ERRORS[reason].response(**values)
