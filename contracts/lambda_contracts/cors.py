"""CORS as an HTTP API or a function URL does it: preflight requests, and headers on every other answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_contracts.api import Api, Cors
from lambda_contracts.errors import ApiError
from lambda_contracts.http import Headers, Request, Response
from lambda_contracts.routing import Match
from lambda_contracts.shapes import Shape

if TYPE_CHECKING:
    from lambda_contracts.refusals import Refusal

PREFIX = "access-control-"
PREFLIGHT_STATUS = {Shape.HTTP_V1: 204, Shape.HTTP_V2: 204, Shape.FUNCTION_URL: 200}
"""The fronts that can do CORS, each with the status of its answer to a preflight request (R58u, R119u)."""
_ANY_OF_SCHEME = ("http://*", "https://*")


def check(api: Api) -> None:
    """Refuse what AWS would not create. Raises ApiError."""
    if api.cors is None:
        return
    if api.front not in PREFLIGHT_STATUS:
        raise ApiError(api.name, f"`{api.front}` has no CORS configuration; the function answers OPTIONS itself.")
    if api.front is not Shape.FUNCTION_URL and api.cors.allow_credentials and "*" in api.cors.allow_origins:
        raise ApiError(api.name, "an HTTP API does not take allow_credentials with the origin `*`.")


def preflight(api: Api, request: Request, found: Match | Refusal) -> Response | None:
    """Return the front's own answer to a preflight request, None where the request goes on.

    `found` is what the router said of it: a route with an authorizer is asked first (R58).
    """
    asks = request.method == "OPTIONS" and request.header("access-control-request-method")
    if api.cors is None or not asks or not request.header("origin"):
        return None
    if isinstance(found, Match) and found.endpoint.authorizer is not None:
        return None
    return Response(status=PREFLIGHT_STATUS[api.front], headers=_preflight_headers(api.cors, request))


def answered(api: Api, request: Request, response: Response) -> Response:
    """Return an answer with the CORS headers of the front's configuration (R58, R119).

    An HTTP API drops all of the function's own, a function URL those that it writes itself.
    """
    if api.cors is None:
        return response
    ours = _answer_headers(api.cors, request)
    written = {name.lower() for name, _ in ours}
    drops_all = api.front is not Shape.FUNCTION_URL
    kept = tuple(header for header in response.headers if not _dropped(header[0].lower(), written, drops_all))
    return replace(response, headers=(*kept, *ours))


def _dropped(name: str, written: set[str], drops_all: bool) -> bool:
    return name in written or (drops_all and name.startswith(PREFIX))


def _allowed(cors: Cors, origin: str | None) -> str:
    """Return what Access-Control-Allow-Origin says to an origin, empty when it is not allowed."""
    if not origin:
        return ""
    if "*" in cors.allow_origins:
        return origin if cors.allow_credentials else "*"
    any_of_scheme = any(origin.startswith(known[:-1]) for known in _ANY_OF_SCHEME if known in cors.allow_origins)
    return origin if any_of_scheme or origin in cors.allow_origins else ""


def _preflight_headers(cors: Cors, request: Request) -> Headers:
    origin = _allowed(cors, request.header("origin"))
    if not origin:
        return ()
    return _present(
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Methods", ",".join(cors.allow_methods)),
        ("Access-Control-Allow-Headers", ",".join(cors.allow_headers)),
        ("Access-Control-Max-Age", "" if cors.max_age is None else str(cors.max_age)),
        ("Access-Control-Allow-Credentials", "true" if cors.allow_credentials else ""),
    )


def _answer_headers(cors: Cors, request: Request) -> Headers:
    origin = _allowed(cors, request.header("origin"))
    if not origin:
        return ()
    return _present(
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Expose-Headers", ",".join(cors.expose_headers)),
        ("Access-Control-Allow-Credentials", "true" if cors.allow_credentials else ""),
    )


def _present(*headers: tuple[str, str]) -> Headers:
    return tuple(header for header in headers if header[1])
