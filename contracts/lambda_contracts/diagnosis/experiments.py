"""Failures without an error: the event changed in one way at a time, to see whether the handler then keeps its promise.

What a handler makes of a path or of a parameter cannot be seen from outside. An event with the path as the handler may
have expected it can be sent, and settles the question.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote_plus

from lambda_contracts.diagnosis.situation import V1, V2, Situation
from lambda_contracts.diagnosis.values import Place
from lambda_contracts.http import Request
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape

Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Experiment:
    """An event to send: if it is answered as promised, the failure is `code`. `places` are those that were changed."""

    code: str
    event: Event
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class _Sent:
    event: Event
    situation: Situation
    request: Request
    route: Route


Change = Callable[[_Sent], Iterator[tuple[Place, Any]]]


def experiments(event: Any, request: Request | None, route: Route) -> Iterator[Experiment]:
    """Yield each event that would show a failure to be of a code. Only for events that were built of a request."""
    situation = Situation.of(event)
    if request is None or not situation.is_http:
        return
    for code, change in _CHANGES:
        try:
            changed = copy.deepcopy(event)
        except RecursionError:  # too deep to be changed
            return
        sent = _Sent(changed, situation, request, route)
        changes = list(change(sent))
        for place, value in changes:
            _put(changed, place, value)
        if changes and changed != event:
            yield Experiment(code, changed, tuple(place for place, _ in changes))


def _put(event: Event, place: Place, value: Any) -> None:
    holder: Any = event
    for step in place[:-1]:
        if not isinstance(holder.get(step), dict):
            holder[step] = {}
        holder = holder[step]
    holder[place[-1]] = value


def _map(sent: _Sent, key: str) -> dict[str, Any]:
    found = sent.event.get(key)
    return found if isinstance(found, dict) else {}


def _header_case(sent: _Sent) -> Iterator[tuple[Place, Any]]:
    """E18: the names of headers as the client wrote them, and as most people do."""
    headers = _map(sent, "headers")
    spelled = {str(name).lower(): value for name, value in headers.items()}
    for name, value in spelled.items():
        written = [client for client, _ in sent.request.headers if client.lower() == name]
        for spelling in (*written, "-".join(part.capitalize() for part in name.split("-")), name):
            if spelling not in headers:
                yield ("headers", spelling), value


def _method_and_path(sent: _Sent) -> Iterator[tuple[Place, Any]]:
    """E20: httpMethod and path, which format 2.0 does not have."""
    if sent.situation.shape in V2:
        yield ("httpMethod",), sent.request.method
        yield ("path",), sent.request.path


def _http_context(sent: _Sent) -> Iterator[tuple[Place, Any]]:
    """E21: what only format 2.0 has."""
    if sent.situation.shape in V1:
        yield ("requestContext", "http", "method"), sent.request.method
        yield ("requestContext", "http", "path"), sent.request.path
        yield ("rawPath",), sent.request.path
        yield ("rawQueryString",), sent.request.query
        yield ("routeKey",), f"{sent.request.method} {sent.route.path}"


def _path_alone(sent: _Sent) -> Iterator[tuple[Place, Any]]:
    """E24: the path without stage and base path."""
    context = _map(sent, "requestContext")
    http = context.get("http")
    for place, found in (
        (("rawPath",), sent.event.get("rawPath")),
        (("path",), sent.event.get("path")),
        (("requestContext", "path"), context.get("path")),
        (("requestContext", "http", "path"), http.get("path") if isinstance(http, dict) else None),
    ):
        if isinstance(found, str) and found != sent.request.path and found.endswith(sent.request.path):
            yield place, sent.request.path


def _values(sent: _Sent) -> dict[str, list[str]]:
    return parse_qs(sent.request.query, keep_blank_values=True)


def _several_as(write: Callable[[list[str]], Any]) -> Change:
    """E25: a parameter that is given several times, in another of the ways in which fronts write it."""

    def change(sent: _Sent) -> Iterator[tuple[Place, Any]]:
        several = {name: values for name, values in _values(sent).items() if len(values) > 1}
        for name, values in several.items():
            yield ("queryStringParameters", name), write(values)
            yield ("multiValueQueryStringParameters", name), values

    return change


def _decoded_query(sent: _Sent) -> Iterator[tuple[Place, Any]]:
    """E26: the values of a load balancer's query, decoded."""
    if sent.situation.shape not in (Shape.ALB, Shape.ALB_MULTI):
        return
    for name, value in _map(sent, "queryStringParameters").items():
        yield ("queryStringParameters", name), unquote_plus(str(value))
    for name, values in _map(sent, "multiValueQueryStringParameters").items():
        yield ("multiValueQueryStringParameters", name), [unquote_plus(str(value)) for value in values]


def _single_maps(sent: _Sent) -> Iterator[tuple[Place, Any]]:
    """E27: the single maps of a load balancer with multi-value headers."""
    if sent.situation.shape is Shape.ALB_MULTI:
        for single, multi in (
            ("headers", "multiValueHeaders"),
            ("queryStringParameters", "multiValueQueryStringParameters"),
        ):
            for name, values in _map(sent, multi).items():
                yield (single, name), values[-1]


def _multi_maps(sent: _Sent) -> Iterator[tuple[Place, Any]]:
    """E17: the multi-value maps where there are none."""
    if not _map(sent, "multiValueHeaders"):
        for name, value in _map(sent, "headers").items():
            yield ("multiValueHeaders", name), [value]
    if not _map(sent, "multiValueQueryStringParameters"):
        for name, values in _values(sent).items():
            yield ("multiValueQueryStringParameters", name), values


def _claims(sent: _Sent) -> Iterator[tuple[Place, Any]]:
    """E28: the authorizer's claims where the other fronts have them."""
    found = _map(sent, "requestContext").get("authorizer")
    authorizer = found if isinstance(found, dict) else {}
    jwt, own = authorizer.get("jwt"), authorizer.get("lambda")
    for name, value in (own if isinstance(own, dict) else {}).items():
        yield ("requestContext", "authorizer", name), value
    if isinstance(jwt, dict) and "claims" in jwt:
        yield ("requestContext", "authorizer", "claims"), jwt["claims"]
    elif "claims" in authorizer:
        yield ("requestContext", "authorizer", "jwt", "claims"), authorizer["claims"]


def _numbers(sent: _Sent) -> Iterator[tuple[Place, Any]]:
    """E29: numeric parameters as numbers."""
    for key in ("queryStringParameters", "pathParameters"):
        for name, value in _map(sent, key).items():
            if isinstance(value, str) and value.isascii() and value.isdigit():
                yield (key, name), int(value)


def _top_level(sent: _Sent) -> Iterator[tuple[Place, Any]]:
    """E01: the payload's keys at the top of the event."""
    payload = sent.situation.payload()
    for name, value in (payload if isinstance(payload, dict) else {}).items():
        if name not in sent.event:
            yield (name,), value


_CHANGES: tuple[tuple[str, Change], ...] = (
    ("E01", _top_level),
    ("E17", _multi_maps),
    ("E18", _header_case),
    ("E20", _method_and_path),
    ("E21", _http_context),
    ("E24", _path_alone),
    ("E25", _several_as(lambda values: ",".join(values))),
    ("E25", _several_as(lambda values: values[-1])),
    ("E26", _decoded_query),
    ("E27", _single_maps),
    ("E28", _claims),
    ("E29", _numbers),
)
"""One change a row, each to a copy of the event that was sent."""
