"""From one HTTP request to the event that each front makes of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from lambda_contracts.events import authorizers, balancers, bodies, headers, paths, queries
from lambda_contracts.events.source import FRESH, Source, log_time
from lambda_contracts.http import Request
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape

Event = dict[str, Any]

ANYWHERE = Route()
"""Every method and path: `POST /{proxy+}` with an API's defaults."""

TEST_STAGE = "test-invoke-stage"

_DEFAULTS = ("", "$default")
"""An HTTP API's stage and route for everything; a REST API has neither."""


class NotAnHttpShapeError(ValueError):
    """No HTTP request leads to an event of this shape; `shape` says which was asked for."""

    def __init__(self, shape: Shape) -> None:
        super().__init__(f"an HTTP request cannot become a {shape} event")
        self.shape = shape


class TooDeepError(ValueError):
    """The event is nested deeper than Python can write JSON: about a thousand levels."""

    def __init__(self) -> None:
        super().__init__("the event is nested too deeply to be written as JSON")


class NotJsonError(ValueError):
    """A direct invocation takes JSON, and this body is something else; `body` is that body."""

    def __init__(self, body: bytes) -> None:
        super().__init__("a direct invocation takes JSON, and the request's body is not JSON (R87)")
        self.body = body


def build(request: Request, shape: Shape, route: Route = ANYWHERE, *, source: Source = FRESH) -> Any:
    """Return the event that a function behind this route gets for a request, complete in every key.

    Keys that AWS sends as null are None, keys that it leaves out are absent. `route` need not match: path parameters
    are null or absent then. A `direct` event is the request's JSON body, whatever it is, and `{}` without a body.
    `source` gives ids and times; each call makes new ones. Raises NotAnHttpShapeError for a trigger's shape, and
    NotJsonError for a direct event whose body is not JSON. Rules R1-R13, R16, R40-R47, R55, R60, R70-R73.
    """
    builder = _BUILDERS.get(shape)
    if builder is None:
        raise NotAnHttpShapeError(shape)
    return builder(request, route, source)


def _rest(request: Request, route: Route, source: Source) -> Event:
    now = source.clock()
    domain = _api_domain(route)
    multi = headers.by_rest(request.headers)
    single = headers.last(multi)
    agent = single.get("User-Agent") or None
    types = route.binary_media_types
    binary = bodies.is_binary_rest(_content_type(single), types) if types else False
    _add_front_headers(single, multi, request, domain, source.trace(now))
    path = paths.collapse(request.path)
    base = f"/{route.base_path}" if route.base_path else ""
    query = queries.grouped(queries.decoded_pairs(request.query.replace(";", "&"))) if request.query else None
    stage = route.stage if route.stage not in _DEFAULTS else "prod"
    resource = route.path if route.path not in _DEFAULTS else ANYWHERE.path
    context: Event = {
        "resourceId": paths.resource_id(resource),
        "resourcePath": resource,
        "httpMethod": request.method,
        "extendedRequestId": source.short_id(),
        "requestTime": log_time(int(now)),
        "path": (base or f"/{stage}") + request.path,
        "accountId": route.account_id,
        "protocol": request.protocol,
        "stage": stage,
        "domainPrefix": domain.partition(".")[0],
        "requestTimeEpoch": int(now * 1000),
        "requestId": source.uuid(),
        "identity": _identity(request.source_ip, agent),
        "domainName": domain,
        "deploymentId": paths.resource_id(stage),
        "apiId": route.api_id,
    }
    if route.authorizer is not None:
        context["authorizer"] = authorizers.for_rest(route.authorizer)
    if route.api_key is not None:
        context["identity"]["apiKeyId"], context["identity"]["apiKey"] = route.api_key
    return {
        "resource": resource,
        "path": base + path,
        "httpMethod": request.method,
        "headers": single,
        "multiValueHeaders": multi,
        "queryStringParameters": headers.last(query) if query else None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": paths.path_parameters(resource, path),
        "stageVariables": dict(route.stage_variables) if route.stage_variables else None,
        "requestContext": context,
        "body": _nullable_body(request.body, binary),
        "isBase64Encoded": binary and bool(request.body),
    }


def _identity(source_ip: str, agent: str | None) -> Event:
    return {
        "cognitoIdentityPoolId": None,
        "accountId": None,
        "cognitoIdentityId": None,
        "caller": None,
        "sourceIp": source_ip,
        "principalOrgId": None,
        "accessKey": None,
        "cognitoAuthenticationType": None,
        "cognitoAuthenticationProvider": None,
        "userArn": None,
        "userAgent": agent,
        "user": None,
    }


def _console_test(request: Request, route: Route, source: Source) -> Event:
    """R16: nothing that was not typed in, the path without a stage, the caller's identity filled."""
    event = _rest(Request(method=request.method, path=request.path, query=request.query), route, source)
    multi = headers.by_console(request.headers)
    account = route.account_id
    event["headers"] = headers.last(multi) or None
    event["multiValueHeaders"] = multi or None
    event["path"] = request.path
    event["body"] = _nullable_body(request.body, binary=False)
    event["isBase64Encoded"] = False
    context = event["requestContext"]
    del context["deploymentId"]
    context["path"] = request.path
    context["stage"] = TEST_STAGE
    context["domainName"] = "testPrefix.testDomainName"
    context["domainPrefix"] = "testPrefix"
    context["identity"] |= {
        "apiKey": "test-invoke-api-key",
        "apiKeyId": "test-invoke-api-key-id",
        "sourceIp": "test-invoke-source-ip",
        "userAgent": "aws-internal/3",
        "userArn": f"arn:aws:iam::{account}:user/console",
        "accountId": account,
        "caller": "AIDACKCEVSQ6C2EXAMPLE",
        "accessKey": "ASIAIOSFODNN7EXAMPLE",
        "user": "AIDACKCEVSQ6C2EXAMPLE",
    }
    return event


def _console_template(request: Request, route: Route, source: Source) -> Event:
    """Imitate the sample of the Lambda console and of `sam local generate-event`: its ids never change (E09)."""
    event = _rest(request, route, source)
    event["body"] = bodies.base64_text(request.body)
    event["isBase64Encoded"] = True
    context = event["requestContext"]
    for key in ("deploymentId", "domainName", "domainPrefix", "extendedRequestId"):
        del context[key]
    del context["identity"]["principalOrgId"]
    context |= {
        "accountId": "123456789012",
        "apiId": "1234567890",
        "resourceId": "123456",
        "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
        "requestTime": "09/Apr/2015:12:34:56 +0000",
        "requestTimeEpoch": 1428582896000,
    }
    return event


def _http_v1(request: Request, route: Route, source: Source) -> Event:
    now = source.clock()
    domain = _api_domain(route)
    multi = headers.by_http_v1(request.headers)
    single = headers.last(multi)
    agent = single.get("User-Agent", "")
    content_type = _content_type(single)
    _add_front_headers(single, multi, request, domain, source.trace(now))
    binary = bodies.is_binary_http(content_type)
    query = queries.grouped(queries.decoded_pairs(request.query)) if request.query else None
    stage = route.stage or "$default"
    path = (f"/{route.base_path}" if route.base_path else _stage_prefix(stage)) + request.path
    request_id = source.short_id()
    context: Event = {
        "accountId": route.account_id,
        "apiId": route.api_id,
        "domainName": domain,
        "domainPrefix": domain.partition(".")[0],
        "extendedRequestId": request_id,
        "httpMethod": request.method,
        "identity": _identity(request.source_ip, agent),
        "path": paths.unquoted(path),
        "protocol": request.protocol,
        "requestId": request_id,
        "requestTime": log_time(int(now)),
        "requestTimeEpoch": int(now * 1000),
        "resourceId": _route_key(route),
        "resourcePath": route.path,
        "stage": stage,
    }
    if route.authorizer is not None:
        context["authorizer"] = authorizers.for_http_v1(route.authorizer)
    return {
        "version": "1.0",
        "resource": route.path,
        "path": path,
        "httpMethod": request.method,
        "headers": single,
        "multiValueHeaders": multi,
        "queryStringParameters": headers.last(query) if query else None,
        "multiValueQueryStringParameters": query or None,
        "requestContext": context,
        "pathParameters": paths.decoded(paths.path_parameters(route.path, paths.collapse(request.path))),
        "stageVariables": dict(route.stage_variables) if route.stage_variables else None,
        "body": _nullable_body(request.body, binary),
        "isBase64Encoded": binary and bool(request.body),
    }


def _http_v2(request: Request, route: Route, source: Source) -> Event:
    stage = route.stage or "$default"
    domain = _api_domain(route)
    event = _v2(request, source, route_key=_route_key(route), stage=stage, domain=domain, request_id=source.short_id())
    context = event["requestContext"]
    context["accountId"] = route.account_id
    context["apiId"] = route.api_id
    parameters = paths.decoded(paths.path_parameters(route.path, paths.collapse(request.path)))
    if parameters is not None:
        event["pathParameters"] = parameters
    if route.stage_variables:
        event["stageVariables"] = dict(route.stage_variables)
    if route.authorizer is not None:
        context["authorizer"] = authorizers.for_http_v2(route.authorizer)
    return event


def _function_url(request: Request, route: Route, source: Source) -> Event:
    """R60: payload 2.0 of the one route and stage `$default`; a URL has no domain of one's own."""
    named = ".lambda-url." in route.domain_name
    domain = route.domain_name if named else f"{route.api_id}.lambda-url.{route.region}.on.aws"
    event = _v2(request, source, route_key="$default", stage="$default", domain=domain, request_id=source.uuid())
    context = event["requestContext"]
    iam = authorizers.for_function_url(route.authorizer)
    context["accountId"] = "anonymous" if iam is None else route.account_id
    context["apiId"] = context["domainPrefix"]
    if iam is not None:
        context["authorizer"] = iam
    event["headers"]["x-amzn-tls-version"] = "TLSv1.3"
    event["headers"]["x-amzn-tls-cipher-suite"] = "TLS_AES_128_GCM_SHA256"
    return event


def _v2(request: Request, source: Source, *, route_key: str, stage: str, domain: str, request_id: str) -> Event:
    now = source.clock()
    multi = headers.by_http_v2(request.headers)
    cookies = headers.cookies(multi.pop("cookie", []))
    single = headers.joined(multi)
    binary = bodies.is_binary_http(single.get("content-type"))
    agent = single.get("user-agent", "")
    single["host"] = domain
    single["x-amzn-trace-id"] = source.trace(now)
    single["x-forwarded-for"] = headers.forwarded_for(request.headers, request.source_ip)
    single["x-forwarded-port"] = "443"
    single["x-forwarded-proto"] = "https"
    path = paths.unquoted(_stage_prefix(stage) + request.path)
    event: Event = {"version": "2.0", "routeKey": route_key, "rawPath": path, "rawQueryString": request.query}
    if cookies:
        event["cookies"] = cookies
    event["headers"] = single
    pairs = queries.decoded_pairs(request.query)
    if pairs:
        event["queryStringParameters"] = headers.joined(queries.grouped(pairs))
    event["requestContext"] = {
        "domainName": domain,
        "domainPrefix": domain.partition(".")[0],
        "http": {
            "method": request.method,
            "path": path,
            "protocol": request.protocol,
            "sourceIp": request.source_ip,
            "userAgent": agent,
        },
        "requestId": request_id,
        "routeKey": route_key,
        "stage": stage,
        "time": log_time(int(now)),
        "timeEpoch": int(now * 1000),
    }
    if request.body:
        event["body"] = bodies.base64_text(request.body) if binary else bodies.text(request.body)
    event["isBase64Encoded"] = binary and bool(request.body)
    return event


def _direct(request: Request, _route: Route, _source: Source) -> Any:
    try:
        return json.loads(request.body) if request.body else {}
    except (ValueError, RecursionError) as error:
        raise NotJsonError(request.body) from error


def _add_front_headers(single: dict[str, str], multi: headers.Multi, request: Request, domain: str, trace: str) -> None:
    client = headers.forwarded_for(request.headers, request.source_ip)
    single["Host"], multi["Host"] = domain, [domain]
    single["X-Amzn-Trace-Id"], multi["X-Amzn-Trace-Id"] = trace, [trace]
    single["X-Forwarded-For"], multi["X-Forwarded-For"] = client, [client]
    single["X-Forwarded-Port"], multi["X-Forwarded-Port"] = "443", ["443"]
    single["X-Forwarded-Proto"], multi["X-Forwarded-Proto"] = "https", ["https"]


def _content_type(single: Mapping[str, str]) -> str | None:
    for name, value in single.items():
        if len(name) == 12 and name.lower() == "content-type":
            return value
    return None


def _cloud_function(request: Request, _route: Route, _source: Source) -> Event:
    """Return a request as a cloud function gets it (R130)."""
    named: dict[str, list[str]] = {}
    for name, value in request.headers:
        named.setdefault(name, []).append(value)
    binary = not bodies.is_utf8(request.body)
    return {
        "method": request.method,
        "url": f"{request.path}?{request.query}" if request.query else request.path,
        "headers": named,
        "body": bodies.base64_text(request.body) if binary else bodies.text(request.body),
        "isBase64Encoded": binary,
    }


def _nullable_body(body: bytes, binary: bool) -> str | None:
    if not body:
        return None
    return bodies.base64_text(body) if binary else bodies.text(body)


def _api_domain(route: Route) -> str:
    return route.domain_name or f"{route.api_id}.execute-api.{route.region}.amazonaws.com"


def _route_key(route: Route) -> str:
    return "$default" if route.path == "$default" else f"{route.method} {route.path}"


def _stage_prefix(stage: str) -> str:
    return "" if stage == "$default" else f"/{stage}"


_BUILDERS: dict[Shape, Callable[[Request, Route, Source], Any]] = {
    Shape.REST: _rest,
    Shape.HTTP_V1: _http_v1,
    Shape.HTTP_V2: _http_v2,
    Shape.FUNCTION_URL: _function_url,
    Shape.ALB: balancers.alb,
    Shape.ALB_MULTI: balancers.alb_multi,
    Shape.CLOUD_FUNCTION: _cloud_function,
    Shape.DIRECT: _direct,
    Shape.CONSOLE_TEST: _console_test,
    Shape.CONSOLE_TEMPLATE: _console_template,
}
