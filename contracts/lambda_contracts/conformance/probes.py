"""The probes: one row a request, with the rule that it shows and the parts of event or answer that show it."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lambda_contracts.finding import Confidence
from lambda_contracts.http import Request
from lambda_contracts.rules import RULES

if TYPE_CHECKING:
    from lambda_contracts.shapes import Shape

HEADER = "X-Lambdaproof-Return"
"""The request header for what the reference handler is to do: base64 of `{"return": value}` or `{"raise": text}`."""
ROUTES = (("GET", "/plain"), ("GET", "/items/{id}"), ("ANY", "/echo/{proxy+}"))
"""The routes of the reference API, where a front has routes."""
BINARY = ("image/png",)
"""Its binary media types, where a front has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One request, and what of its event or answer shows a rule.

    `parts` are JSON pointers into the event, or parts of the answer: `status`, `body`, `header content-type`. `gives`
    is what the handler is asked for, None for the event; nothing for a request that does not reach it. `confidence` is
    the rule's, or that of the one part of it that the probe shows.
    """

    rule: str
    confidence: Confidence
    name: str
    request: Request
    parts: tuple[str, ...]
    gives: dict[str, Any] | None = None


def probes_of(front: Shape) -> tuple[Probe, ...]:
    """Return the probes of the rules that hold for a front."""
    return tuple(probe for probe in PROBES if front in RULES[probe.rule].fronts)


def _ask(method: str, target: str, *headers: tuple[str, str], body: bytes = b"") -> Request:
    path, _, query = target.partition("?")
    return Request(method=method, path=path, query=query, headers=headers, body=body)


_PNG = b"\x89PNG\r\n\x1a\n\x00\xff"
_GET = _ask("GET", "/plain")
_QUERY = _ask("GET", "/plain?a=1&b=x+y%20%2B&a=3&c=")
_POST = _ask("POST", "/echo/body", ("Content-Type", "application/json"), body='{"é": 1}'.encode())
_IMAGE = _ask("POST", "/echo/image", ("Content-Type", "image/png"), body=_PNG)
_BYTES = _ask("POST", "/echo/bytes", ("Content-Type", "application/octet-stream"), body=b"\xff\x00")
_MIXED = _ask("GET", "/plain", ("X-MixedCase", "One"), ("user-agent", "probe/1"))
_TWICE = _ask("GET", "/plain", ("X-Twice", "One"), ("X-Twice", "Two"))
_ENCODED = _ask("GET", "/echo/caf%C3%A9/a%20b")

# One row a probe of the event: rule, name, request, pointers.
# fmt: off
_EVENTS = (
    ("R1", "a request without anything", _GET, ("/httpMethod", "/isBase64Encoded")),
    ("R2", "a request without anything", _GET, (
        "/queryStringParameters", "/multiValueQueryStringParameters", "/pathParameters", "/stageVariables", "/body")),
    ("R3", "a request without anything", _GET, (
        "/requestContext/httpMethod", "/requestContext/protocol", "/requestContext/stage")),
    ("R4", "a request without anything", _GET, ("/requestContext/identity/user",)),
    ("R6", "a path with a parameter", _ask("GET", "/items/7"), (
        "/path", "/resource", "/pathParameters", "/requestContext/path", "/requestContext/resourcePath")),
    ("R6", "a trailing slash", _ask("GET", "/items/7/"), ("/path", "/pathParameters", "/requestContext/path")),
    ("R7", "a double slash in the path", _ask("GET", "/echo/a//b"), ("/path", "/requestContext/path")),
    ("R8", "an encoded path", _ENCODED, ("/path", "/pathParameters")),
    ("R9", "a query with names again, a plus and a space", _QUERY, (
        "/queryStringParameters", "/multiValueQueryStringParameters")),
    ("R9d", "a semicolon in the query", _ask("GET", "/plain?a=1;b=2"), ("/queryStringParameters",)),
    ("R10", "headers in mixed case", _MIXED, (
        "/headers/X-MixedCase", "/multiValueHeaders/X-MixedCase", "/headers/User-Agent", "/headers/user-agent")),
    ("R10", "a header twice", _TWICE, ("/multiValueHeaders/X-Twice",)),
    ("R11", "headers that never reach the function", _ask("GET", "/plain", ("Max-Forwards", "3"), ("TE", "trailers")), (
        "/headers/Max-Forwards", "/headers/TE", "/multiValueHeaders/TE")),
    ("R12", "a binary body", _IMAGE, ("/body", "/isBase64Encoded")),
    ("R12", "a JSON body", _POST, ("/body", "/isBase64Encoded")),
    ("R12u", "bytes that are no text, of no binary type", _BYTES, ("/body", "/isBase64Encoded")),
    ("R40", "a request without anything", _GET, (
        "/version", "/cookies", "/queryStringParameters", "/pathParameters", "/stageVariables", "/body")),
    ("R41", "a request without anything", _GET, (
        "/requestContext/stage", "/requestContext/http/method", "/requestContext/http/protocol")),
    ("R42", "a path with a parameter", _ask("GET", "/items/7"), ("/routeKey", "/requestContext/routeKey")),
    ("R43", "an encoded path", _ENCODED, ("/pathParameters",)),
    ("R43", "a query", _QUERY, ("/rawQueryString",)),
    ("R43u", "an encoded path", _ENCODED, ("/rawPath", "/requestContext/http/path")),
    ("R44", "a query with names again, a plus and a space", _QUERY, ("/queryStringParameters",)),
    ("R45", "headers in mixed case", _MIXED, ("/headers/x-mixedcase", "/headers/X-MixedCase")),
    ("R45", "cookies", _ask("GET", "/plain", ("Cookie", "a=1; b=2")), ("/cookies", "/headers/cookie")),
    ("R46", "a request without anything", _GET, ("/headers/content-type",)),
    ("R47", "a JSON body", _POST, ("/body", "/isBase64Encoded")),
    ("R47", "an image", _IMAGE, ("/body", "/isBase64Encoded")),
    ("R47u", "bytes of an application's type", _BYTES, ("/body", "/isBase64Encoded")),
    ("R55", "a path with a parameter", _ask("GET", "/items/a%20b"), (
        "/version", "/resource", "/pathParameters", "/requestContext/resourceId")),
    ("R55", "a query with names again, a plus and a space", _QUERY, (
        "/queryStringParameters", "/multiValueQueryStringParameters")),
    ("R60", "a request without anything", _GET, (
        "/routeKey", "/requestContext/stage", "/body", "/cookies", "/queryStringParameters")),
    ("R60", "headers in mixed case", _MIXED, ("/headers/x-mixedcase", "/headers/X-MixedCase")),
    ("R70", "a request without anything", _GET, ("/httpMethod", "/path", "/body", "/isBase64Encoded")),
    ("R71", "a query with names again, a plus and a space", _QUERY, (
        "/queryStringParameters", "/multiValueQueryStringParameters")),
    ("R71", "a header twice", _TWICE, ("/headers/x-twice", "/multiValueHeaders/x-twice")),
    ("R72", "headers in mixed case", _MIXED, ("/headers/x-mixedcase", "/multiValueHeaders/x-mixedcase")),
    ("R72", "an encoded query", _QUERY, ("/queryStringParameters/b", "/multiValueQueryStringParameters/b")),
    ("R73", "an image", _IMAGE, ("/body", "/isBase64Encoded")),
    ("R104", "a slash at the end", _ask("GET", "/plain/"), ("/path", "/resource")),
    ("R104", "slashes in front", _ask("GET", "//plain"), ("/path", "/resource")),
)

# The same of what is only documented, though the rest of the rule is recorded.
_DOCUMENTED = (
    ("R10", "a header twice, in the map of single values", _TWICE, ("/headers/X-Twice",)),
    ("R45", "a header twice", _TWICE, ("/headers/x-twice",)),
)

_TYPE = "header content-type"
_ANSWER = ("status", "body", _TYPE)
_PLAIN = {"headers": {"X-A": "1"}, "body": "text"}

# One row a probe of the answer: rule, name, what the handler returns, parts.
_RESULTS: tuple[tuple[str, str, Any, tuple[str, ...]], ...] = (
    ("R20", "a lone statusCode", {"statusCode": 201}, _ANSWER),
    ("R21", "an empty object", {}, ("status", "body")),
    ("R22", "no statusCode", _PLAIN, ("status", "body")),
    ("R22", "a statusCode of digits", {"statusCode": "201", "body": "x"}, ("status", "body")),
    ("R22", "a statusCode of 0", {"statusCode": 0}, ("status",)),
    ("R22", "a statusCode that is a word", {"statusCode": "ok"}, ("status",)),
    ("R23", "an unknown key", {"statusCode": 200, "body": "x", "extra": 1}, ("status",)),
    ("R24", "a text", "hello", ("status",)),
    ("R24", "a list", [1], ("status",)),
    ("R24u", "null", None, ("status",)),
    ("R25", "headers that are null", {"statusCode": 200, "headers": None, "body": "x"}, ("status", "body")),
    ("R25", "a boolean header", {"statusCode": 200, "headers": {"X-A": True}}, ("status", "header x-a")),
    ("R26", "multiValueHeaders without lists", {"statusCode": 200, "multiValueHeaders": {"X-A": "1"}}, ("status",)),
    ("R27", "both header maps", {
        "statusCode": 200, "headers": {"x-a": "3"}, "multiValueHeaders": {"X-A": ["1", "2"]}}, ("header x-a",)),
    ("R28", "no Content-Type", {"statusCode": 200, "body": "text"}, (_TYPE,)),
    ("R28", "a Content-Type", {"statusCode": 200, "headers": {"content-type": "text/x"}, "body": "t"}, (_TYPE,)),
    ("R29", "a malformed result", [1], ("body", "header x-amzn-errortype")),
    ("R31", "an object as body", {"statusCode": 200, "body": {"a": 1}}, ("status",)),
    ("R31u", "a number as body", {"statusCode": 200, "body": 1}, ("status", "body")),
    ("R32", "base64 that nobody accepts", {"statusCode": 200, "body": "aGk=", "isBase64Encoded": True}, ("body",)),
    ("R32", "bad base64", {"statusCode": 200, "body": "*", "isBase64Encoded": True}, ("status", "body")),
    ("R50", "an object without statusCode", {"a": [1, "b"]}, _ANSWER),
    ("R50", "a text", "hello", _ANSWER),
    ("R50", "a list", [1], _ANSWER),
    ("R51", "headers and body without statusCode", _PLAIN, ("status", "body")),
    ("R52", "no Content-Type", {"statusCode": 200, "body": "text"}, _ANSWER),
    ("R52", "base64", {"statusCode": 200, "body": "aGk=", "isBase64Encoded": True}, ("body",)),
    ("R53", "a statusCode of 0", {"statusCode": 0}, ("status", "body")),
    ("R53", "a statusCode of digits", {"statusCode": "201", "body": "x"}, ("status",)),
    ("R53", "an unknown key", {"statusCode": 200, "body": "x", "extra": 1}, ("status", "body")),
    ("R53", "an error object", {"errorMessage": "no"}, ("status", "body")),
    ("R54", "cookies", {"statusCode": 200, "cookies": ["a=1", "b=2"]}, ("header set-cookie",)),
    ("R54", "cookies that are no list", {"statusCode": 200, "cookies": "a=1"}, ("status",)),
    ("R56", "no statusCode", _PLAIN, ("status", "body")),
    ("R56", "no Content-Type", {"statusCode": 200, "body": "text"}, _ANSWER),
    ("R56", "both header maps", {
        "statusCode": 200, "headers": {"x-a": "1"}, "multiValueHeaders": {"x-a": ["2"]}}, ("header x-a",)),
    ("R61", "an object without statusCode", {"a": [1, 2]}, _ANSWER),
    ("R61", "a statusCode of digits", {"statusCode": "201", "body": "x"}, _ANSWER),
    ("R63", "an object as body", {"statusCode": 200, "body": {"a": 1}}, ("status", "body")),
    ("R64", "cookies", {"statusCode": 200, "cookies": ["a=1", "b=2"]}, ("header set-cookie",)),
    ("R74", "both header maps", {
        "statusCode": 200, "headers": {"x-a": "1"}, "multiValueHeaders": {"x-a": ["2", "3"]},
        "isBase64Encoded": False, "body": "text"}, ("status", "body", "header x-a")),
    ("R75", "a text", "hello", ("status",)),
)

_RAISED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("R30", ("status", "body")), ("R53", ("status", "body")), ("R62", ("status", "body")), ("R75", ("status",)),
)

_REFUSED = (
    ("R15", "a path without a resource", _ask("GET", "/nowhere"), (*_ANSWER, "header x-amzn-errortype")),
    ("R15", "a method that the resource has not", _ask("DELETE", "/plain"), (*_ANSWER, "header x-amzn-errortype")),
    ("R59", "a path without a route", _ask("GET", "/nowhere"), ("status", "body")),
)
# fmt: on


def _with_header(gives: dict[str, Any], accept: str = "") -> Request:
    asked = b64encode(json.dumps(gives).encode()).decode()
    return _ask("GET", "/echo/answer", (HEADER, asked), *((("Accept", accept),) if accept else ()))


def _table() -> tuple[Probe, ...]:
    events = [_probe(rule, name, asked, parts) for rule, name, asked, parts in _EVENTS]
    events += [replace(_probe(*row), confidence=Confidence.DOCUMENTED) for row in _DOCUMENTED]
    given = [(rule, name, {"return": value}, parts, "") for rule, name, value, parts in _RESULTS]
    given += [(rule, "a function that raises", {"raise": "no"}, parts, "") for rule, parts in _RAISED]
    image = {"statusCode": 200, "headers": {"Content-Type": "image/png"}, "body": "iVBORw==", "isBase64Encoded": True}
    given += [("R32", "base64 that Accept asks for", {"return": image}, ("status", "body", _TYPE), "image/png")]
    answers = [
        _probe(rule, name, _with_header(gives, accept), parts, gives) for rule, name, gives, parts, accept in given
    ]
    return (*events, *answers, *(_probe(rule, name, asked, parts, {}) for rule, name, asked, parts in _REFUSED))


def _probe(
    rule: str, name: str, request: Request, parts: tuple[str, ...], gives: dict[str, Any] | None = None
) -> Probe:
    confidence = RULES[rule].confidence
    return Probe(rule=rule, confidence=confidence, name=name, request=request, parts=parts, gives=gives)


PROBES = _table()
"""Every probe, by rule and what is asked."""
