"""How the fronts differ in reading a return value: one row a front, one column a difference."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from lambda_contracts.http import Response
from lambda_contracts.limits import LIMITS
from lambda_contracts.results.faults import Fault
from lambda_contracts.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Mapping


class WithoutStatus(StrEnum):
    """What a result without statusCode is."""

    OK = "ok"
    """A response with status 200 (R22)."""
    MALFORMED = "malformed"
    """No response (R56, R75)."""
    DOCUMENT = "document"
    """The body itself (R50, R61)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRules:
    """One front's column of the response rules.

    `header_maps` are the maps that are read, in the order in which equal names are merged. `cites` names the rule
    behind each fault that is recorded or documented; everything else cites `unverified`. The `*_rule` columns name the
    rules that fire without any fault. Sizes are bytes, times seconds.
    """

    label: str
    malformed: Response
    failed: Response
    bad_base64: Response
    timed_out: Response | None = None
    timeout: float | None = None
    result_limit: float = LIMITS["sync response"].value
    header_limit: float | None = None
    default_type: str = ""
    keys: frozenset[str]
    refuses_unknown_keys: bool = False
    required_keys: tuple[str, ...] = ()
    without_status: WithoutStatus
    compact_documents: bool = False
    header_maps: tuple[str, ...]
    other_header_map: str = ""
    capitalises: bool = False
    drops: frozenset[str] = frozenset()
    decodes_by_accept: bool = False
    serialises_body: bool = False
    refuses_header_numbers: bool = False
    unverified: str
    cites: Mapping[Fault, str] = field(default_factory=dict)
    status_rule: str
    empty_rule: str = ""
    error_rule: str = ""
    type_rule: str = ""
    merge_rule: str = ""
    base64_rule: str
    document_rule: str = ""
    cookie_rule: str = ""

    @property
    def reads_cookies(self) -> bool:
        """Whether the list `cookies` becomes set-cookie headers."""
        return bool(self.cookie_rule)


_JSON = ("Content-Type", "application/json")
_REST_ERROR_HEADERS = (_JSON, ("x-amzn-ErrorType", "InternalServerErrorException"))
_REST_ERROR = b'{"message": "Internal server error"}'
_HTTP_API_ERROR = Response(status=500, headers=(_JSON,), body=b'{"message":"Internal Server Error"}')
_URL_ERROR = Response(status=502, headers=(("Content-Type", "text/plain"),), body=b"Internal Server Error")
_ALB_ERROR = Response(
    status=502,
    headers=(("Content-Type", "text/html"),),
    body=b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n",
)
_PROXY_KEYS = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})
_V2_KEYS = frozenset({"statusCode", "headers", "cookies", "body", "isBase64Encoded"})
_COMPUTED = frozenset({"content-length", "connection", "transfer-encoding"})
_HOP_BY_HOP = _COMPUTED | {"keep-alive", "proxy-authenticate", "proxy-connection", "te", "trailer", "upgrade"}
_TEXT = "text/plain; charset=utf-8"

_REST = ResponseRules(
    label="a REST API",
    malformed=Response(status=502, headers=_REST_ERROR_HEADERS, body=_REST_ERROR),
    failed=Response(status=502, headers=_REST_ERROR_HEADERS, body=_REST_ERROR),
    bad_base64=Response(status=500, headers=_REST_ERROR_HEADERS, body=_REST_ERROR),
    timed_out=Response(status=504, headers=_REST_ERROR_HEADERS, body=b'{"message": "Endpoint request timed out"}'),
    timeout=LIMITS["rest timeout"].value,
    header_limit=LIMITS["api gateway headers"].value,
    default_type="application/json",
    keys=_PROXY_KEYS,
    refuses_unknown_keys=True,
    without_status=WithoutStatus.OK,
    header_maps=("multiValueHeaders", "headers"),
    drops=_COMPUTED,
    decodes_by_accept=True,
    unverified="R22u",
    cites=MappingProxyType(
        {
            Fault.FUNCTION_ERROR: "R30",
            Fault.OVERSIZE: "R30",
            Fault.INTEGRATION_TIMEOUT: "R30",
            Fault.NOT_JSON: "R24",
            Fault.NOT_OBJECT: "R24",
            Fault.NULL_RESULT: "R24u",
            Fault.UNKNOWN_KEY: "R23",
            Fault.TOLERATED_KEY: "R23u",
            Fault.STATUS_ASSUMED: "R22",
            Fault.STATUS_ZERO: "R22",
            Fault.STATUS_TEXT: "R22",
            Fault.HEADERS_NOT_OBJECT: "R25u",
            Fault.HEADER_NUMBER: "R25u",
            Fault.HEADER_NULL: "R25u",
            Fault.HEADER_NESTED: "R25u",
            Fault.HEADER_NOT_LIST: "R26",
            Fault.HEADERS_TOO_LONG: "R33u",
            Fault.BODY_NESTED: "R31",
            Fault.BODY_SCALAR: "R31u",
            Fault.FLAG_ODD: "R32u",
            Fault.BASE64_BAD: "R32",
            Fault.BASE64_AS_TEXT: "R32",
        }
    ),
    status_rule="R22",
    empty_rule="R21",
    error_rule="R29",
    type_rule="R28",
    merge_rule="R27",
    base64_rule="R32",
)

_HTTP_V1 = ResponseRules(
    label="an HTTP API with payload 1.0",
    malformed=_HTTP_API_ERROR,
    failed=_HTTP_API_ERROR,
    bad_base64=_HTTP_API_ERROR,
    timed_out=Response(status=503, body=b'{"message":"Service Unavailable"}'),
    timeout=LIMITS["http api timeout"].value,
    default_type=_TEXT,
    keys=_PROXY_KEYS,
    without_status=WithoutStatus.MALFORMED,
    header_maps=("headers", "multiValueHeaders"),
    capitalises=True,
    drops=_COMPUTED,
    unverified="R56u",
    cites=MappingProxyType(
        {
            Fault.FUNCTION_ERROR: "R53",
            Fault.OVERSIZE: "R53",
            Fault.INTEGRATION_TIMEOUT: "R57u",
            Fault.NOT_JSON: "R56",
            Fault.NOT_OBJECT: "R56",
            Fault.IGNORED_KEY: "R56",
            Fault.STATUS_MISSING: "R56",
            Fault.STATUS_ZERO: "R56",
            Fault.STATUS_TEXT: "R56",
            Fault.HEADER_NOT_LIST: "R56",
        }
    ),
    status_rule="R56",
    type_rule="R56",
    merge_rule="R56",
    base64_rule="R56",
)

_HTTP_V2 = ResponseRules(
    label="an HTTP API",
    malformed=_HTTP_API_ERROR,
    failed=_HTTP_API_ERROR,
    bad_base64=_HTTP_API_ERROR,
    timed_out=Response(status=503, body=b'{"message":"Service Unavailable"}'),
    timeout=LIMITS["http api timeout"].value,
    default_type=_TEXT,
    keys=_V2_KEYS,
    without_status=WithoutStatus.DOCUMENT,
    header_maps=("headers",),
    capitalises=True,
    drops=_COMPUTED,
    unverified="R53u",
    cites=MappingProxyType(
        {
            Fault.FUNCTION_ERROR: "R53",
            Fault.ERROR_OBJECT: "R53",
            Fault.OVERSIZE: "R53",
            Fault.INTEGRATION_TIMEOUT: "R57u",
            Fault.IGNORED_KEY: "R53",
            Fault.STATUS_ZERO: "R53",
            Fault.STATUS_TEXT: "R53",
            Fault.STATUS_FRACTION: "R53",
            Fault.MULTI_VALUE_LOST: "R54",
            Fault.COOKIES_NOT_LIST: "R54",
            Fault.DOCUMENT: "R50",
            Fault.DOCUMENT_SCALAR: "R50",
            Fault.DOCUMENT_NOT_JSON: "R50",
            Fault.DOCUMENT_LOOKS_LIKE_RESPONSE: "R51",
        }
    ),
    status_rule="R53",
    type_rule="R52",
    base64_rule="R52",
    document_rule="R50",
    cookie_rule="R54",
)

_FUNCTION_URL = ResponseRules(
    label="a function URL",
    malformed=_URL_ERROR,
    failed=_URL_ERROR,
    bad_base64=_URL_ERROR,
    default_type="application/json",
    keys=_V2_KEYS,
    without_status=WithoutStatus.DOCUMENT,
    compact_documents=True,
    header_maps=("headers",),
    drops=_COMPUTED,
    serialises_body=True,
    unverified="R61u",
    cites=MappingProxyType(
        {
            Fault.FUNCTION_ERROR: "R62",
            Fault.OVERSIZE: "R62",
            Fault.MULTI_VALUE_LOST: "R64",
            Fault.BODY_NESTED: "R63",
            Fault.DOCUMENT: "R61",
            Fault.DOCUMENT_SCALAR: "R61",
            Fault.DOCUMENT_LOOKS_LIKE_RESPONSE: "R51",
        }
    ),
    status_rule="R61",
    type_rule="R61",
    base64_rule="R61",
    document_rule="R61",
    cookie_rule="R64",
)


def _alb(label: str, header_map: str, other: str) -> ResponseRules:
    return ResponseRules(
        label=label,
        malformed=_ALB_ERROR,
        failed=_ALB_ERROR,
        bad_base64=_ALB_ERROR,
        result_limit=LIMITS["alb response"].value,
        keys=_PROXY_KEYS | {"statusDescription"},
        required_keys=(header_map, "isBase64Encoded"),
        without_status=WithoutStatus.MALFORMED,
        header_maps=(header_map,),
        other_header_map=other,
        drops=_HOP_BY_HOP,
        refuses_header_numbers=True,
        unverified="R74u",
        cites=MappingProxyType(
            {
                Fault.FUNCTION_ERROR: "R75",
                Fault.OVERSIZE: "R75",
                Fault.NOT_JSON: "R75",
                Fault.NOT_OBJECT: "R75",
                Fault.STATUS_MISSING: "R75",
                Fault.STATUS_ZERO: "R75",
                Fault.STATUS_TEXT: "R75",
                Fault.HEADERS_LOST: "R74",
            }
        ),
        status_rule="R74",
        base64_rule="R74",
    )


RESPONSE_RULES: Mapping[Shape, ResponseRules] = MappingProxyType(
    {
        Shape.REST: _REST,
        Shape.HTTP_V1: _HTTP_V1,
        Shape.HTTP_V2: _HTTP_V2,
        Shape.FUNCTION_URL: _FUNCTION_URL,
        Shape.ALB: _alb("a load balancer", "headers", "multiValueHeaders"),
        Shape.ALB_MULTI: _alb("a load balancer with multi-value headers", "multiValueHeaders", "headers"),
    }
)
"""How each front reads a result."""
