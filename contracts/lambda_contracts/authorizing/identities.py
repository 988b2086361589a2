"""Identity sources: where an authorizer finds what tells who is calling."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from lambda_contracts.api import Authorizer, AuthorizerKind
from lambda_contracts.events import fields, queries
from lambda_contracts.http import Request
from lambda_contracts.route import Route

Event = dict[str, Any]

_SOURCE = re.compile(
    r"(?:method\.|\$)?(?:request\.(?P<place>header|querystring)|(?P<other>context|stageVariables))\.(?P<name>.+)"
)
_AUTHORIZATION = {
    AuthorizerKind.TOKEN: ("method.request.header.Authorization",),
    AuthorizerKind.JWT: ("$request.header.Authorization",),
    AuthorizerKind.REQUEST: (),
}


def known(source: str) -> bool:
    """Say whether this is an identity source: `method.request.header.X`, `$request.querystring.x`, `$context.x`, ..."""
    return _SOURCE.fullmatch(source) is not None


def values(authorizer: Authorizer, request: Request, route: Route, event: Callable[[], Event]) -> tuple[str, ...]:
    """Return what each identity source of an authorizer holds, empty for what is not there.

    `event` gives the authorizer's event, which is built only for sources of the context.
    """
    sources = authorizer.identity_sources or _AUTHORIZATION[authorizer.kind]
    return tuple(_value(*_cut(source), request, route, event) for source in sources)


def _value(place: str, name: str, request: Request, route: Route, event: Callable[[], Event]) -> str:
    if place == "header":
        return request.header(name) or ""
    if place == "querystring":
        return next((value for key, value in reversed(queries.decoded_pairs(request.query)) if key == name), "")
    if place == "stageVariables":
        return (route.stage_variables or {}).get(name, "")
    found = fields.at(event(), "requestContext", *name.split("."))
    return "" if found is None else str(found)


@lru_cache(maxsize=256)
def _cut(source: str) -> tuple[str, str]:
    found = _SOURCE.fullmatch(source)
    return (found["place"] or found["other"], found["name"]) if found else ("header", source)
