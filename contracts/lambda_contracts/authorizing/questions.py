"""What an authorizer's function is asked: its event, by kind and payload version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lambda_contracts.api import Authorizer, AuthorizerKind
from lambda_contracts.events import Source, build
from lambda_contracts.http import Request
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape

Event = dict[str, Any]

_NOT_ASKED = ("body", "isBase64Encoded")
_NOT_IN_1_0 = (*_NOT_ASKED, "multiValueHeaders", "multiValueQueryStringParameters")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question to the function of an authorizer.

    `identity` is what its identity sources hold: the key under which AWS keeps the answer for a while. `arn` is that of
    the method, which a policy has to allow.
    """

    authorizer: Authorizer
    front: Shape
    event: Event
    arn: str
    identity: tuple[str, ...] = ()

    @property
    def function(self) -> str:
        """The name of the function to ask."""
        return self.authorizer.function


def method_arn(request: Request, route: Route, front: Shape) -> str:
    """Return the ARN of the method that a request calls, with the path as the client wrote it."""
    default = "prod" if front is Shape.REST else "$default"
    stage = default if route.stage in ("", "$default") else route.stage
    what = f"{route.api_id}/{stage}/{request.method}/{request.path.lstrip('/')}"
    return f"arn:aws:execute-api:{route.region}:{route.account_id}:{what}"


def request_event(authorizer: Authorizer, request: Request, route: Route, front: Shape, source: Source) -> Event:
    """Return the event of a REQUEST authorizer, still without its identity sources."""
    arn = method_arn(request, route, front)
    if front is Shape.REST:
        return {"type": "REQUEST", "methodArn": arn, **_without(build(request, front, route, source=source))}
    if authorizer.payload_version == "1.0":
        event = build(request, Shape.HTTP_V1, route, source=source)
        return {"type": "REQUEST", "methodArn": arn, **{key: event[key] for key in event if key not in _NOT_IN_1_0}}
    return {"type": "REQUEST", "routeArn": arn, **_without(build(request, Shape.HTTP_V2, route, source=source))}


def identified(event: Event, authorizer: Authorizer, front: Shape, identity: tuple[str, ...]) -> Event:
    """Add the identity sources to the event of a REQUEST authorizer, where an HTTP API tells them."""
    if front is Shape.REST:
        return event
    if authorizer.payload_version != "1.0":
        return {**event, "identitySource": list(identity) or None}
    joined = ",".join(identity)
    return {**event, "identitySource": joined, "authorizationToken": joined} if identity else event


def token_event(token: str, arn: str) -> Event:
    """Return the event of a TOKEN authorizer."""
    return {"type": AuthorizerKind.TOKEN.upper(), "methodArn": arn, "authorizationToken": token}


def _without(event: Event) -> Event:
    return {key: value for key, value in event.items() if key not in _NOT_ASKED}
