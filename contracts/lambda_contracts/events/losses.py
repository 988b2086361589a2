"""What a request loses on its way through a front: one table, and how to forget it.

Two requests that differ only in what is lost become the same event, up to ids and times; `surviving` maps both to one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from lambda_contracts.events import headers as header_lists
from lambda_contracts.events import paths, queries
from lambda_contracts.finding import Confidence
from lambda_contracts.http import Headers, Request
from lambda_contracts.markdown import table
from lambda_contracts.shapes import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """One thing that a front does not hand on. `forget` takes it out of a request, or brings it to one form."""

    name: str
    rule: str
    text: str
    forget: Callable[[Request], Request]
    confidence: Confidence = Confidence.RECORDED


def surviving(request: Request, shape: Shape) -> Request:
    """Return what of a request a function can still see in an event of this shape, in one canonical form.

    `read(build(request, shape, route))` survives as the same request: that is a property of this package's tests.
    """
    for loss in LOSSES[shape]:
        request = loss.forget(request)
    return request


def _without(names: frozenset[str]) -> Callable[[Request], Request]:
    def forget(request: Request) -> Request:
        return replace(request, headers=tuple(pair for pair in request.headers if pair[0].lower() not in names))

    return forget


def _lower_names(request: Request) -> Request:
    return replace(request, headers=tuple((name.lower(), value) for name, value in request.headers))


def _group_headers(request: Request) -> Request:
    first_case: dict[str, str] = {}
    for name, _ in request.headers:
        first_case.setdefault(name.lower(), name)
    named = [(first_case[name.lower()], value) for name, value in request.headers]
    return replace(request, headers=tuple(sorted(named, key=lambda pair: pair[0].lower())))


def _title_names(names: Mapping[str, str]) -> Callable[[Request], Request]:
    def forget(request: Request) -> Request:
        return replace(
            request, headers=tuple((names.get(name.lower(), name), value) for name, value in request.headers)
        )

    return forget


def _values_by_name(headers: Headers) -> dict[str, list[str]]:
    return queries.grouped(list(headers))


def _join_values(request: Request) -> Request:
    values = _values_by_name(request.headers)
    joined = {name: "; ".join(many) if name == "cookie" else ",".join(many) for name, many in values.items()}
    return replace(request, headers=tuple(joined.items()))


def _last_values(request: Request) -> Request:
    return replace(request, headers=tuple(header_lists.last(_values_by_name(request.headers)).items()))


def _space_cookies(request: Request) -> Request:
    kept = [pair for pair in request.headers if pair[0] != "cookie"]
    cookies = header_lists.cookies([value for name, value in request.headers if name == "cookie"])
    if cookies:
        kept.append(("cookie", "; ".join(cookies)))
    return replace(request, headers=tuple(kept))


def _decode_query(request: Request) -> Request:
    pairs = queries.flattened(queries.grouped(queries.decoded_pairs(request.query)))
    return replace(request, query=queries.written(pairs))


def _split_semicolons(request: Request) -> Request:
    return replace(request, query=request.query.replace(";", "&"))


def _group_query(request: Request) -> Request:
    pairs = queries.flattened(queries.grouped(queries.raw_pairs(request.query)))
    return replace(request, query=queries.raw_written(pairs))


def _last_query(request: Request) -> Request:
    values = header_lists.last(queries.grouped(queries.raw_pairs(request.query)))
    return replace(request, query=queries.raw_written(values.items()))


def _decode_path(request: Request) -> Request:
    return replace(request, path=paths.quoted(unquote(request.path)))


def _decode_body(request: Request) -> Request:
    return replace(request, body=request.body.decode("utf-8", "replace").encode())


def _forget_protocol(request: Request) -> Request:
    return replace(request, protocol=Request().protocol)


def _forget_source(request: Request) -> Request:
    return replace(request, source_ip=Request().source_ip)


def as_direct(event: Any) -> Request:
    """Write a direct event as the request that it could have been: JSON, posted to `/`."""
    body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return Request(method="POST", headers=(("Content-Type", "application/json"),), body=body)


def _keep_payload(request: Request) -> Request:
    return as_direct(json.loads(request.body) if request.body else {})


_FRONT_HEADERS = Loss(
    name="front headers",
    rule="R10",
    text="Host, X-Amzn-Trace-Id, X-Forwarded-* are written by the front",
    forget=_without(header_lists.SET_BY_FRONT),
)
_REST_HEADERS = Loss(
    name="dropped headers",
    rule="R11",
    text="Connection, Content-Length, Expect, TE, Upgrade, Via and others never reach the function",
    forget=_without(header_lists.DROPPED_BY_REST),
)
_HOP_HEADERS = Loss(
    name="hop-by-hop headers",
    rule="RFC 9110, 7.6.1",
    text="Connection, Keep-Alive, TE, Trailer, Transfer-Encoding and Upgrade end at the front",
    forget=_without(header_lists.HOP_BY_HOP),
    confidence=Confidence.INFERRED,
)
_HEADER_CASE = Loss(
    name="header case", rule="R45", text="names come in lower case (R60 and R72 too)", forget=_lower_names
)
_HEADER_TITLES = Loss(
    name="case of two headers",
    rule="R10",
    text="Authorization and User-Agent come with capitals",
    forget=_title_names(header_lists.TITLED_BY_REST),
)
_HEADER_TITLES_V1 = Loss(
    name="case of four headers",
    rule="R55",
    text="Authorization, User-Agent, Content-Length and Content-Type come with capitals",
    forget=_title_names(header_lists.TITLED_BY_HTTP_V1),
)
_HEADER_ORDER = Loss(
    name="header order",
    rule="R10",
    text="values of one name keep their order, names do not; they share the first one's case",
    forget=_group_headers,
)
_HEADERS_JOINED = Loss(
    name="duplicate headers", rule="R45", text="joined with a comma, cookies with a semicolon", forget=_join_values
)
_HEADERS_LAST = Loss(
    name="duplicate headers",
    rule="R71",
    text="the last value wins",
    forget=_last_values,
    confidence=Confidence.DOCUMENTED,
)
_COOKIES = Loss(name="cookie spacing", rule="R45", text="cookies come as a list", forget=_space_cookies)
_QUERY_DECODED = Loss(
    name="query encoding",
    rule="R9",
    text="values are decoded and grouped by name; `a` and `a=` look alike",
    forget=_decode_query,
)
_SEMICOLONS = Loss(
    name="semicolons",
    rule="R9",
    text="a semicolon in the query splits it",
    forget=_split_semicolons,
    confidence=Confidence.DOCUMENTED,
)
_QUERY_ORDER = Loss(
    name="query order",
    rule="R72",
    text="grouped by name; `a` and `a=` look alike",
    forget=_group_query,
    confidence=Confidence.DOCUMENTED,
)
_QUERY_LAST = Loss(
    name="duplicate query names",
    rule="R71",
    text="the last value wins",
    forget=_last_query,
    confidence=Confidence.DOCUMENTED,
)
_PATH_DECODED = Loss(name="path encoding", rule="R43", text="the path comes decoded", forget=_decode_path)
_TEXT_BODY = Loss(
    name="bytes in text",
    rule="R12",
    text="a body sent as text that is not UTF-8 is damaged for good",
    forget=_decode_body,
    confidence=Confidence.INFERRED,
)
_PROTOCOL = Loss(
    name="protocol", rule="R70", text="not in the event", forget=_forget_protocol, confidence=Confidence.DOCUMENTED
)
_SOURCE = Loss(name="source address", rule="R16", text="the Test button has none", forget=_forget_source)
_ALL_BUT_BODY = Loss(
    name="everything but the payload",
    rule="E01",
    text="the event is the JSON of the body; no method, path, query or headers, and its white space is gone",
    forget=_keep_payload,
)

_REST = (_FRONT_HEADERS, _REST_HEADERS, _HEADER_TITLES, _HEADER_ORDER, _SEMICOLONS, _QUERY_DECODED, _TEXT_BODY)
_V1 = (_FRONT_HEADERS, _HOP_HEADERS, _HEADER_TITLES_V1, _HEADER_ORDER, _QUERY_DECODED, _TEXT_BODY)
_LOWER = (_FRONT_HEADERS, _HEADER_CASE, _HEADER_ORDER)
_V2 = (_HOP_HEADERS, *_LOWER, _COOKIES, _HEADERS_JOINED, _HEADER_ORDER, _PATH_DECODED, _TEXT_BODY)

LOSSES: Mapping[Shape, tuple[Loss, ...]] = {
    Shape.REST: _REST,
    Shape.HTTP_V1: _V1,
    Shape.HTTP_V2: _V2,
    Shape.FUNCTION_URL: _V2,
    Shape.ALB: (*_LOWER, _HEADERS_LAST, _QUERY_LAST, _PROTOCOL, _TEXT_BODY),
    Shape.ALB_MULTI: (*_LOWER, _QUERY_ORDER, _PROTOCOL, _TEXT_BODY),
    Shape.CONSOLE_TEST: (_FRONT_HEADERS, _HEADER_ORDER, _SEMICOLONS, _QUERY_DECODED, _PROTOCOL, _SOURCE, _TEXT_BODY),
    Shape.CONSOLE_TEMPLATE: _REST[:-1],
    Shape.DIRECT: (_ALL_BUT_BODY,),
}
"""What each HTTP shape loses of a request, in the order to forget it."""


def reference() -> str:
    """Return what each shape loses as a Markdown table, for the documentation."""
    rows = (
        (shape, loss.name, loss.rule, loss.confidence, loss.text)
        for shape, losses in LOSSES.items()
        for loss in dict.fromkeys(losses)
    )
    return table(("shape", "lost", "rule", "evidence", "what happens"), rows)
