"""From an event back to the request behind it."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from typing import Any

from lambda_contracts.events import fields, prefixes, queries
from lambda_contracts.events.build import NotAnHttpShapeError, TooDeepError
from lambda_contracts.events.headers import SET_BY_FRONT
from lambda_contracts.events.identify import identify
from lambda_contracts.events.losses import as_direct
from lambda_contracts.http import Headers, Request
from lambda_contracts.shapes import Shape

Event = dict[str, Any]

_DEFAULT = Request()


def read(event: Any, shape: Shape | None = None) -> Request:
    """Return the HTTP request that an event was made of, as far as the event still tells (see `LOSSES`).

    `shape` is what `identify` says unless given. What the front added is taken off again: its headers, the stage, the
    base path. A direct event reads as its JSON posted to `/`. Events made by hand may lack any key. Raises
    NotAnHttpShapeError for a trigger's event, TooDeepError for a payload too deep to be written as a body.
    """
    shape = shape or identify(event).shape
    try:
        return _read(event, shape)
    except RecursionError as error:
        raise TooDeepError from error


def _read(event: Any, shape: Shape) -> Request:
    if shape is Shape.DIRECT:
        return as_direct(event)
    reader = _READERS.get(shape)
    if reader is None or not isinstance(event, dict):
        raise NotAnHttpShapeError(shape)
    return reader(event, shape)


def _read_v1(event: Event, shape: Shape) -> Request:
    context = fields.mapping(event.get("requestContext"))
    query = fields.text_lists(event.get("multiValueQueryStringParameters") or event.get("queryStringParameters"))
    return Request(
        method=fields.text(event.get("httpMethod"), _DEFAULT.method),
        path=prefixes.client_path(event, shape),
        query=queries.written(queries.flattened(query)),
        headers=_client_headers(event.get("multiValueHeaders") or event.get("headers")),
        body=_body(event),
        source_ip=_DEFAULT.source_ip if shape is Shape.CONSOLE_TEST else _address(fields.at(context, "identity")),
        protocol=fields.text(context.get("protocol"), _DEFAULT.protocol),
    )


def _read_v2(event: Event, shape: Shape) -> Request:
    http = fields.mapping(fields.at(event, "requestContext", "http"))
    cookies = event.get("cookies")
    cookie = "; ".join(item for item in cookies if isinstance(item, str)) if isinstance(cookies, list) else ""
    headers = _client_headers(event.get("headers"))
    query = fields.text(event.get("rawQueryString"))
    if not query:
        query = queries.written(queries.flattened(fields.text_lists(event.get("queryStringParameters"))))
    return Request(
        method=fields.text(http.get("method"), _DEFAULT.method),
        path=prefixes.client_path(event, shape),
        query=query,
        headers=(*headers, ("cookie", cookie)) if cookie else headers,
        body=_body(event),
        source_ip=_address(http),
        protocol=fields.text(http.get("protocol"), _DEFAULT.protocol),
    )


def _read_alb(event: Event, shape: Shape) -> Request:
    query = fields.text_lists(event.get("multiValueQueryStringParameters") or event.get("queryStringParameters"))
    headers = fields.text_lists(event.get("multiValueHeaders") or event.get("headers"))
    forwarded = headers.get("x-forwarded-for") or [""]
    address = forwarded[-1].rpartition(",")[2].strip()
    return Request(
        method=fields.text(event.get("httpMethod"), _DEFAULT.method),
        path=prefixes.client_path(event, shape),
        query=queries.raw_written(queries.flattened(query)),
        headers=_client_headers(headers),
        body=_body(event),
        source_ip=address or _DEFAULT.source_ip,
    )


def _read_cloud_function(event: Event, _shape: Shape) -> Request:
    path, _, query = fields.text(event.get("url"), _DEFAULT.path).partition("?")
    return Request(
        method=fields.text(event.get("method"), _DEFAULT.method),
        path=path,
        query=query,
        headers=tuple(queries.flattened(fields.text_lists(event.get("headers")))),
        body=_body(event),
    )


def _client_headers(values: Any) -> Headers:
    pairs = queries.flattened(fields.text_lists(values))
    return tuple((name, value) for name, value in pairs if name.lower() not in SET_BY_FRONT)


def _address(holder: Any) -> str:
    return fields.text(fields.at(holder, "sourceIp"), _DEFAULT.source_ip)


def _body(event: Event) -> bytes:
    """Return the body's bytes. A body that claims to be base64 and is not counts as text; an object as its JSON."""
    body = event.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        return json.dumps(body).encode()
    if event.get("isBase64Encoded") is True:
        try:
            return b64decode(body, validate=True)
        except ValueError:
            pass
    return body.encode("utf-8", "surrogatepass")


_READERS: dict[Shape, Callable[[Event, Shape], Request]] = {
    Shape.REST: _read_v1,
    Shape.HTTP_V1: _read_v1,
    Shape.CONSOLE_TEST: _read_v1,
    Shape.CONSOLE_TEMPLATE: _read_v1,
    Shape.HTTP_V2: _read_v2,
    Shape.FUNCTION_URL: _read_v2,
    Shape.CLOUD_FUNCTION: _read_cloud_function,
    Shape.ALB: _read_alb,
    Shape.ALB_MULTI: _read_alb,
}
