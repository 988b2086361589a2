"""What a front answers by itself, without the function: one table of status, headers and body."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from lambda_contracts.http import Headers, Response
from lambda_contracts.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping


class Reason(StrEnum):
    """Why a front refuses a request."""

    NO_ROUTE = "no route"
    NO_STAGE = "no stage"
    UNAUTHORIZED = "unauthorized"
    DENIED = "denied"
    EXPLICITLY_DENIED = "explicitly denied"
    AUTHORIZER_FAILED = "authorizer failed"
    NO_SCOPE = "no scope"
    NO_API_KEY = "no api key"
    THROTTLED = "throttled"
    FUNCTION_THROTTLED = "function throttled"
    QUOTA_EXCEEDED = "quota exceeded"
    BODY_TOO_LARGE = "body too large"
    EVENT_TOO_LARGE = "event too large"
    HEADERS_TOO_LARGE = "headers too large"
    URI_TOO_LONG = "uri too long"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer of the front's own: why, what the client gets, and the rule that says so."""

    reason: Reason
    response: Response
    rule: str


_JSON = ("Content-Type", "application/json")
_TEXT = ("Content-Type", "text/plain")
_HTML = ("Content-Type", "text/html")

_FRONTS: Mapping[str, tuple[Shape, ...]] = MappingProxyType(
    {
        "rest": (Shape.REST,),
        "http": (Shape.HTTP_V1, Shape.HTTP_V2),
        "url": (Shape.FUNCTION_URL,),
        "alb": (Shape.ALB, Shape.ALB_MULTI),
    }
)


def _page(status: int, title: str) -> str:
    """Return a load balancer's page for an error."""
    return (
        f"<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{status} {title}</h1></center>\r\n</body>\r\n</html>\r\n"
    )


# One row an answer: fronts, reason, status, x-amzn-ErrorType, body, rule.
# fmt: off
_TABLE = (
    ("rest", Reason.NO_ROUTE, 403, "MissingAuthenticationTokenException",
     '{"message":"Missing Authentication Token"}', "R15"),
    ("rest", Reason.NO_STAGE, 403, "ForbiddenException", '{"message":"Forbidden"}', "R103u"),
    ("rest", Reason.UNAUTHORIZED, 401, "UnauthorizedException", '{"message":"Unauthorized"}', "R106"),
    ("rest", Reason.DENIED, 403, "AccessDeniedException",
     '{"Message":"User is not authorized to access this resource"}', "R107"),
    ("rest", Reason.EXPLICITLY_DENIED, 403, "AccessDeniedException",
     '{"Message":"User is not authorized to access this resource with an explicit deny"}', "R107"),
    ("rest", Reason.AUTHORIZER_FAILED, 500, "AuthorizerConfigurationException", '{"message":null}', "R108"),
    ("rest", Reason.NO_API_KEY, 403, "ForbiddenException", '{"message":"Forbidden"}', "R113"),
    ("rest", Reason.THROTTLED, 429, "TooManyRequestsException", '{"message":"Too Many Requests"}', "R114u"),
    ("rest", Reason.QUOTA_EXCEEDED, 429, "LimitExceededException", '{"message":"Limit Exceeded"}', "R114u"),
    ("rest", Reason.BODY_TOO_LARGE, 413, "RequestTooLargeException",
     "HTTP content length exceeded 10485760 bytes.", "R115"),
    ("rest", Reason.EVENT_TOO_LARGE, 413, "RequestTooLargeException", '{"message":"Request Too Long"}', "R33"),
    ("rest", Reason.HEADERS_TOO_LARGE, 431, "", '{"message":"Request Header Fields Too Large"}', "R116u"),
    ("rest", Reason.URI_TOO_LONG, 414, "", '{"message":"Request URI too long"}', "R118"),
    ("rest", Reason.FUNCTION_THROTTLED, 500, "InternalServerErrorException",
     '{"message": "Internal server error"}', "R120"),
    ("http", Reason.NO_ROUTE, 404, "", '{"message":"Not Found"}', "R59"),
    ("http", Reason.NO_STAGE, 404, "", '{"message":"Not Found"}', "R101"),
    ("http", Reason.UNAUTHORIZED, 401, "", '{"message":"Unauthorized"}', "R109"),
    ("http", Reason.DENIED, 403, "", '{"message":"Forbidden"}', "R109u"),
    ("http", Reason.EXPLICITLY_DENIED, 403, "", '{"message":"Forbidden"}', "R109u"),
    ("http", Reason.AUTHORIZER_FAILED, 500, "", '{"message":"Internal Server Error"}', "R109"),
    ("http", Reason.NO_SCOPE, 403, "", '{"message":"Forbidden"}', "R110u"),
    ("http", Reason.THROTTLED, 429, "", '{"message":"Too Many Requests"}', "R114u"),
    ("http", Reason.BODY_TOO_LARGE, 413, "", '{"message":"Request Entity Too Large"}', "R57"),
    ("http", Reason.EVENT_TOO_LARGE, 413, "", '{"message":"Request Entity Too Large"}', "R57"),
    ("http", Reason.HEADERS_TOO_LARGE, 431, "", '{"message":"Request Header Fields Too Large"}', "R116u"),
    ("http", Reason.FUNCTION_THROTTLED, 500, "", '{"message":"Internal Server Error"}', "R120u"),
    ("url", Reason.NO_ROUTE, 403, "AccessDeniedException", '{"Message":null}', "R62"),
    ("url", Reason.THROTTLED, 429, "TooManyRequestsException", '{"Message":"Rate Exceeded."}', "R114u"),
    ("url", Reason.FUNCTION_THROTTLED, 429, "TooManyRequestsException", '{"Message":"Rate Exceeded."}', "R114u"),
    ("url", Reason.EVENT_TOO_LARGE, 413, "RequestTooLargeException",
     '{"Message":"Request must be smaller than 6291456 bytes for the InvokeFunction operation"}', "R119u"),
    ("alb", Reason.NO_ROUTE, 404, "", "", "R102u"),
    ("alb", Reason.FUNCTION_THROTTLED, 502, "", _page(502, "Bad Gateway"), "R120u"),
    ("alb", Reason.BODY_TOO_LARGE, 413, "", _page(413, "Request Entity Too Large"), "R117"),
    ("alb", Reason.HEADERS_TOO_LARGE, 400, "", _page(400, "Bad Request"), "R117"),
    ("alb", Reason.URI_TOO_LONG, 400, "", _page(400, "Bad Request"), "R117"),
)
# fmt: on


def _headers(error: str, body: str) -> Headers:
    kind = {"{": _JSON, "<": _HTML}.get(body[:1], _TEXT)
    return (kind, ("x-amzn-ErrorType", error)) if error else (kind,)


REFUSALS: Mapping[tuple[Shape, Reason], Refusal] = MappingProxyType(
    {
        (front, reason): Refusal(
            reason, Response(status=status, headers=_headers(error, body), body=body.encode()), rule
        )
        for fronts, reason, status, error, body, rule in _TABLE
        for front in _FRONTS[fronts]
    }
)
"""Every answer of a front's own, by front and reason. What a front makes of the function's outcome is in `results`."""


def refusal(front: Shape, reason: Reason, *headers: tuple[str, str]) -> Refusal:
    """Return what a front answers for a reason, with more headers of this one answer.

    Raises KeyError where the front has no such answer, as a function URL has none for an API key.
    """
    known = REFUSALS[front, reason]
    if not headers:
        return known
    response = known.response
    more = Response(status=response.status, headers=(*response.headers, *headers), body=response.body)
    return Refusal(reason, more, known.rule)
