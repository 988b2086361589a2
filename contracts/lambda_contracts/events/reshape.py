"""From the event of one shape to that of another, by the same route."""

from __future__ import annotations

from typing import Any

from lambda_contracts.events import bodies, fields, prefixes
from lambda_contracts.events.build import build
from lambda_contracts.events.identify import identify
from lambda_contracts.events.read import read
from lambda_contracts.events.source import FRESH, Source
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape

_DEFAULT = Route()
_FRONT_DOMAINS = (".execute-api.", ".lambda-url.", ".elb.amazonaws.com", "testPrefix.")
_WITHOUT_TEMPLATE = (Shape.FUNCTION_URL, Shape.ALB, Shape.ALB_MULTI, Shape.DIRECT)


def reshape(event: Any, to: Shape, route: Route | None = None, *, source: Source = FRESH) -> Any:
    """Return the event of another shape for the request behind this one, by the same route unless one is given.

    Raises NotAnHttpShapeError when either shape is a trigger's, NotJsonError for a direct event of a body that is not
    JSON.
    """
    shape = identify(event).shape
    return build(read(event, shape), to, route or read_route(event, shape), source=source)


def read_route(event: Any, shape: Shape | None = None) -> Route:
    """Return the route that an event came by: template, stage, base path, domain, authorizer, account.

    What the event does not tell is a `Route`'s default. A body that came as base64, and not only because of its front
    (R47, R73), makes its type one of the API's binary ones.
    """
    shape = shape or identify(event).shape
    if not isinstance(event, dict):
        return _DEFAULT
    context = fields.mapping(event.get("requestContext"))
    domain = fields.text(context.get("domainName"))
    stage = fields.text(context.get("stage"))
    method, path = _method_and_path(event, shape)
    return Route(
        method=method,
        path=path,
        stage="" if stage == "$default" or shape is Shape.CONSOLE_TEST else stage,
        base_path=prefixes.base_path(event, shape),
        binary_media_types=_binary_types(event, shape),
        stage_variables=fields.texts(event.get("stageVariables")) or None,
        authorizer=fields.mapping(context.get("authorizer")) or None,
        account_id=_account(context),
        api_id=fields.text(context.get("apiId"), _DEFAULT.api_id),
        region=_region(domain),
        domain_name="" if any(part in domain for part in _FRONT_DOMAINS) else domain,
    )


def _method_and_path(event: dict[str, Any], shape: Shape) -> tuple[str, str]:
    if shape in _WITHOUT_TEMPLATE:
        return "ANY", _DEFAULT.path
    if shape is Shape.HTTP_V2:
        method, _, path = fields.text(event.get("routeKey"), "$default").partition(" ")
        return (method, path) if path else ("ANY", "$default")
    return fields.text(event.get("httpMethod"), "ANY"), fields.text(event.get("resource"), _DEFAULT.path)


def _binary_types(event: dict[str, Any], shape: Shape) -> tuple[str, ...]:
    if event.get("isBase64Encoded") is not True or shape is Shape.CONSOLE_TEMPLATE:
        return ()
    request = read(event, shape)
    if shape is not Shape.REST and bodies.is_utf8(request.body):
        return ()
    return (bodies.media_type(request.header("content-type")) or "*/*",)


def _account(context: dict[str, Any]) -> str:
    account = fields.text(context.get("accountId"))
    return account if account.isdigit() else _DEFAULT.account_id


def _region(domain: str) -> str:
    for mark in (".execute-api.", ".lambda-url."):
        _, found, rest = domain.partition(mark)
        if found:
            return rest.partition(".")[0]
    return _DEFAULT.region
