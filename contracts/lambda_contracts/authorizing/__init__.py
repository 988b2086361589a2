"""Who may call: what an authorizer is asked, what its answer means, and which API keys are good.

A server asks `ask` before the function: it grants, refuses, or gives a question for the authorizer's function, whose
outcome goes through `answer`. `admit` then looks at the API key and gives the route with what the function is told.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_contracts.api import Api, Authorizer, AuthorizerKind
from lambda_contracts.authorizing import identities, tokens
from lambda_contracts.authorizing.answers import Granted, answer
from lambda_contracts.authorizing.questions import Question, identified, method_arn, request_event, token_event
from lambda_contracts.errors import ApiError
from lambda_contracts.events import FRESH, Source
from lambda_contracts.refusals import Reason, Refusal, refusal
from lambda_contracts.shapes import Shape

if TYPE_CHECKING:
    from lambda_contracts.api import Endpoint
    from lambda_contracts.route import Route
    from lambda_contracts.routing import Match

__all__ = ["KINDS", "Granted", "Question", "admit", "answer", "ask", "check"]

LONGEST_ARN = 1600
"""Bytes of a method's ARN where an authorizer asks (R118)."""
KINDS = {
    Shape.REST: (AuthorizerKind.TOKEN, AuthorizerKind.REQUEST),
    Shape.HTTP_V1: (AuthorizerKind.REQUEST, AuthorizerKind.JWT),
    Shape.HTTP_V2: (AuthorizerKind.REQUEST, AuthorizerKind.JWT),
}
"""The kinds of authorizers that a front has; the others have none."""
_GRANTED = Granted()


def check(api: Api) -> None:
    """Refuse what AWS would not create: unknown authorizers, kinds and sources that the front does not have.

    Raises ApiError with the endpoint that shows it.
    """
    for index, endpoint in enumerate(api.endpoints):
        problem = _endpoint_problem(api, endpoint)
        if problem:
            raise ApiError(api.name, problem, index)
    for authorizer in api.authorizers.values():
        problem = _problem(authorizer)
        if problem:
            raise ApiError(api.name, f"its authorizer `{authorizer.name}` {problem}")


def _endpoint_problem(api: Api, endpoint: Endpoint) -> str:
    if endpoint.api_key_required and api.front is not Shape.REST:
        return f"only a REST API asks for API keys, not `{api.front}`."
    if endpoint.authorizer is None:
        return ""
    if endpoint.authorizer not in api.authorizers:
        return f"there is no authorizer `{endpoint.authorizer}`."
    kind = api.authorizers[endpoint.authorizer].kind
    return "" if kind in KINDS.get(api.front, ()) else f"`{api.front}` has no authorizers of the kind `{kind}`."


def _problem(authorizer: Authorizer) -> str:
    for source in authorizer.identity_sources:
        if not identities.known(source):
            return f"has the identity source `{source}`; write it as method.request.header.Authorization."
    if authorizer.kind is not AuthorizerKind.JWT and not authorizer.function:
        return "names no function."
    try:
        re.compile(authorizer.validation)
    except re.error as error:
        return f"has a validation that is no regular expression: {error}."
    return ""


def ask(api: Api, match: Match, *, source: Source = FRESH) -> Granted | Question | Refusal:
    """Say whether a request may go on, or what to ask the authorizer's function first. Rules R106, R109, R110, R118.

    `source` is the clock that tokens are held against, and where the ids of the question's event come from.
    """
    if match.endpoint.authorizer is None:
        return _GRANTED
    authorizer = api.authorizers[match.endpoint.authorizer]
    if authorizer.kind is AuthorizerKind.JWT:
        return _token(authorizer, match, source)
    arn = method_arn(match.request, match.route, match.front)
    if match.front is Shape.REST and len(arn.encode()) > LONGEST_ARN:
        return refusal(match.front, Reason.URI_TOO_LONG)
    return _question(authorizer, match, arn, source)


def _question(authorizer: Authorizer, match: Match, arn: str, source: Source) -> Question | Refusal:
    made: list[dict[str, object]] = []

    def event() -> dict[str, object]:
        if not made:
            made.append(request_event(authorizer, match.request, match.route, match.front, source))
        return made[0]

    identity = identities.values(authorizer, match.request, match.route, event)
    if not all(identity) or not re.search(authorizer.validation, identity[0] if identity else ""):
        return refusal(match.front, Reason.UNAUTHORIZED)
    asked = (
        token_event(identity[0], arn)
        if authorizer.kind is AuthorizerKind.TOKEN
        else identified(event(), authorizer, match.front, identity)
    )
    return Question(authorizer=authorizer, front=match.front, event=asked, arn=arn, identity=identity)


def _token(authorizer: Authorizer, match: Match, source: Source) -> Granted | Refusal:
    [value] = identities.values(authorizer, match.request, match.route, dict)[:1]
    if not value:
        return refusal(match.front, Reason.UNAUTHORIZED, ("www-authenticate", "Bearer"))
    needed = match.endpoint.scopes
    challenge = f'Bearer scope="{" ".join(needed)}" error='
    try:
        found = tokens.claims(authorizer, value, source.clock())
    except tokens.TokenError as error:
        told = f'{challenge}"invalid_token" error_description="{error}"'
        return refusal(match.front, Reason.UNAUTHORIZED, ("www-authenticate", told))
    granted = [scope for scope in needed if scope in tokens.scopes(found)]
    if needed and not granted:
        told = f'{challenge}"insufficient_scope" error_description="the token does not have a needed scope"'
        return refusal(match.front, Reason.NO_SCOPE, ("www-authenticate", told))
    return Granted(context={"jwt": {"claims": tokens.written(found), "scopes": granted or None}})


def admit(api: Api, match: Match, granted: Granted) -> Route | Refusal:
    """Return the route that the function's event is built with: who was authorized, and with which API key (R113)."""
    route = match.route
    if granted.context:
        route = replace(route, authorizer=granted.context)
    if not match.endpoint.api_key_required:
        return route
    sent = granted.usage_key or match.request.header("x-api-key")
    for key_id, value in api.api_keys.items():
        if value == sent:
            return replace(route, api_key=(key_id, value))
    return refusal(match.front, Reason.NO_API_KEY)
