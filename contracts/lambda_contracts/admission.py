"""How large a request a front takes: what it answers to one that is larger, before or after it makes the event."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from lambda_contracts.limits import LIMITS
from lambda_contracts.refusals import Reason, Refusal, refusal
from lambda_contracts.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_contracts.http import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """What a front takes, in bytes; None where no limit is known.

    `line_and_values` counts the request line and all header values, `headers` whole header lines.
    """

    body: float | None = None
    event: float | None = None
    line_and_values: float | None = None
    line: float | None = None
    header: float | None = None
    headers: float | None = None


_API = Sizes(
    body=LIMITS["api gateway payload"].value,
    event=LIMITS["sync request"].value,
    line_and_values=LIMITS["api gateway headers"].value,
)
_ALB = Sizes(
    body=LIMITS["alb request"].value,
    line=LIMITS["alb request line"].value,
    header=LIMITS["alb header"].value,
    headers=LIMITS["alb headers"].value,
)
SIZES: Mapping[Shape, Sizes] = MappingProxyType(
    {
        Shape.REST: _API,
        Shape.HTTP_V1: _API,
        Shape.HTTP_V2: _API,
        Shape.FUNCTION_URL: Sizes(event=LIMITS["sync request"].value),
        Shape.ALB: _ALB,
        Shape.ALB_MULTI: _ALB,
    }
)
"""What each front takes: R33, R57, R115-R117, R119u."""


def check(front: Shape, request: Request) -> Refusal | None:
    """Return what a front answers to a request that is too large, None when it takes it."""
    sizes, query = SIZES[front], request.query
    line = len(request.method) + len(request.path) + len(request.protocol) + (len(query) + 3 if query else 2)
    values = 0
    for _, value in request.headers:
        values += len(value)
    if sizes.line is not None and line > sizes.line:
        return refusal(front, Reason.URI_TOO_LONG)
    if sizes.line_and_values is not None and line + values > sizes.line_and_values:
        return refusal(front, Reason.HEADERS_TOO_LARGE)
    if sizes.header is not None and _headers_over(request, sizes, values):
        return refusal(front, Reason.HEADERS_TOO_LARGE)
    if sizes.body is not None and len(request.body) > sizes.body:
        return refusal(front, Reason.BODY_TOO_LARGE)
    return None


def check_event(front: Shape, size: int) -> Refusal | None:
    """Return what a front answers when the event that it made has too many bytes for Lambda, None when it fits."""
    return refusal(front, Reason.EVENT_TOO_LARGE) if _over(size, SIZES[front].event) else None


def _headers_over(request: Request, sizes: Sizes, values: int) -> bool:
    """Count header lines as they are sent: name, colon, space, value, line end."""
    whole = values + sum(len(name) + 4 for name, _ in request.headers)
    return _over(whole, sizes.headers) or any(
        _over(len(name) + len(value) + 4, sizes.header) for name, value in request.headers
    )


def _over(size: int, limit: float | None) -> bool:
    return limit is not None and size > limit
