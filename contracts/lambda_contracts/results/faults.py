"""What can be wrong with a return value, in words: one row a fault, whichever front it is meant for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from lambda_contracts.finding import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping


class Fault(StrEnum):
    """What is wrong with a return value, or may be."""

    FUNCTION_ERROR = "function error"
    ERROR_OBJECT = "error object"
    OVERSIZE = "oversize"
    INTEGRATION_TIMEOUT = "integration timeout"
    NOT_JSON = "not json"
    NOT_OBJECT = "not an object"
    NULL_RESULT = "null result"
    UNKNOWN_KEY = "unknown key"
    TOLERATED_KEY = "tolerated key"
    IGNORED_KEY = "ignored key"
    STATUS_MISSING = "status missing"
    STATUS_ASSUMED = "status assumed"
    STATUS_ZERO = "status zero"
    STATUS_TEXT = "status text"
    STATUS_FRACTION = "status fraction"
    STATUS_ODD = "status odd"
    HEADERS_NOT_OBJECT = "headers not an object"
    HEADER_NUMBER = "header number"
    HEADER_NULL = "header null"
    HEADER_NESTED = "header nested"
    HEADER_NOT_LIST = "header not a list"
    HEADERS_TOO_LONG = "headers too long"
    HEADERS_LOST = "headers lost"
    FIELD_MISSING = "field missing"
    MULTI_VALUE_LOST = "multi-value headers lost"
    COOKIES_NOT_LIST = "cookies not a list"
    COOKIE_ODD = "cookie odd"
    BODY_NESTED = "body nested"
    BODY_SCALAR = "body scalar"
    BODY_NAN = "body has nan"
    FLAG_ODD = "base64 flag odd"
    BASE64_BAD = "bad base64"
    BASE64_AS_TEXT = "base64 sent as text"
    DOCUMENT = "bare document"
    DOCUMENT_SCALAR = "bare value"
    DOCUMENT_NOT_JSON = "bare text"
    DOCUMENT_LOOKS_LIKE_RESPONSE = "response without status"


STATUS = frozenset({"status"})
BODY = frozenset({"body"})
BOTH = STATUS | BODY


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultText:
    """How a fault is told: `code` of the catalogue (else the rule's id), what is there, what to change, how bad.

    `message` is a format string over `front` and `value`. `severity` is that of an answer which is no error. `rule` is
    the rule behind the fault wherever a front names no rule of its own. `decides` is what of an answer, `status` or
    `body`, depends on how the fault is read; where a front refuses the result, both do.
    """

    message: str
    fix: str
    code: str = ""
    severity: Severity = Severity.WARNING
    rule: str = ""
    decides: frozenset[str] = frozenset()


_STATUS_FIX = "return an integer from 100 to 599 as statusCode"
_STRING_FIX = "make it a string"
_JSON_FIX = 'return {"statusCode": ..., "headers": {...}, "body": json.dumps(...)}'
_BODY_FIX = "pass the body through json.dumps"
_NOTE = Severity.NOTE

FAULTS: Mapping[Fault, FaultText] = MappingProxyType(
    {
        Fault.FUNCTION_ERROR: FaultText(
            message="the function did not return a result: {value}",
            fix="catch the error in the handler and return a response with a status of your choice",
        ),
        Fault.ERROR_OBJECT: FaultText(
            message="the result has errorMessage and no statusCode, so {front} takes it for a function error",
            fix=_JSON_FIX,
        ),
        Fault.OVERSIZE: FaultText(
            message="the result has {value} bytes, more than {front} takes from a function",
            fix="send less, or store the body in S3 and answer with a link",
        ),
        Fault.INTEGRATION_TIMEOUT: FaultText(
            message="the function took {value} s, longer than {front} waits",
            fix="answer sooner, or start the work in another invocation and let the client ask for its result",
        ),
        Fault.NOT_JSON: FaultText(
            message="the result is not JSON: {value}",
            fix="return a dict of strings and numbers; bytes, NaN and Infinity are not JSON",
        ),
        Fault.NOT_OBJECT: FaultText(
            message="the result is {value}, not an object with statusCode, headers and body", fix=_JSON_FIX, code="P15"
        ),
        Fault.NULL_RESULT: FaultText(
            message="the handler returned nothing (null)", fix=_JSON_FIX, code="P15", decides=BOTH
        ),
        Fault.UNKNOWN_KEY: FaultText(
            message="the key {value} is not part of a response",
            fix="return only statusCode, headers, multiValueHeaders, body and isBase64Encoded; put the rest into body",
        ),
        Fault.TOLERATED_KEY: FaultText(
            message="the key {value} is not part of a response, though SAM lets it pass",
            fix="leave the key out; send cookies as Set-Cookie in multiValueHeaders",
        ),
        Fault.IGNORED_KEY: FaultText(
            message="the key {value} is ignored; a REST API answers 502 for it",
            fix="leave the key out, or put it into body",
            code="P06",
            severity=_NOTE,
        ),
        Fault.STATUS_MISSING: FaultText(message="statusCode is missing", fix=_STATUS_FIX, decides=STATUS),
        Fault.STATUS_ASSUMED: FaultText(
            message="statusCode is missing; {front} answers 200, an HTTP API with payload 1.0 answers 500",
            fix=_STATUS_FIX,
            code="P12",
            severity=_NOTE,
            decides=STATUS,
        ),
        Fault.STATUS_ZERO: FaultText(message="statusCode is 0", fix=_STATUS_FIX, decides=STATUS),
        Fault.STATUS_TEXT: FaultText(message="statusCode is the text {value}", fix=_STATUS_FIX, decides=STATUS),
        Fault.STATUS_FRACTION: FaultText(message="statusCode is {value}, a fraction", fix=_STATUS_FIX, decides=STATUS),
        Fault.STATUS_ODD: FaultText(message="statusCode is {value}", fix=_STATUS_FIX, decides=STATUS),
        Fault.HEADERS_NOT_OBJECT: FaultText(
            message="the headers are {value}, not an object", fix="map header names to strings"
        ),
        Fault.HEADER_NUMBER: FaultText(message="the header value is the number {value}", fix=_STRING_FIX),
        Fault.HEADER_NULL: FaultText(message="the header value is null", fix="leave the header out"),
        Fault.HEADER_NESTED: FaultText(message="the header value is {value}", fix=_STRING_FIX),
        Fault.HEADER_NOT_LIST: FaultText(
            message="the value in multiValueHeaders is {value}, not a list", fix="make it a list of strings"
        ),
        Fault.HEADERS_TOO_LONG: FaultText(
            message="the headers have {value} bytes in all", fix="stay below 10,240 bytes of headers"
        ),
        Fault.HEADERS_LOST: FaultText(
            message="{front} does not read {value}, so these headers are lost",
            fix="give headers and multiValueHeaders the same content, or change the target group's multi-value setting",
            code="P13",
        ),
        Fault.FIELD_MISSING: FaultText(
            message="{value} is missing, which {front} is documented to require", fix="return it, even when it is empty"
        ),
        Fault.MULTI_VALUE_LOST: FaultText(
            message="{front} ignores multiValueHeaders, so these headers are lost",
            fix="join the values with commas in headers, and send cookies in the list cookies",
            code="P09",
        ),
        Fault.COOKIES_NOT_LIST: FaultText(message="cookies is {value}, not a list", fix="make it a list of strings"),
        Fault.COOKIE_ODD: FaultText(message="the cookie is {value}", fix=_STRING_FIX),
        Fault.BODY_NESTED: FaultText(
            message="the body is {value}, not a string", fix=_BODY_FIX, code="P02", decides=BODY
        ),
        Fault.BODY_SCALAR: FaultText(message="the body is {value}, not a string", fix=_BODY_FIX, decides=BODY),
        Fault.BODY_NAN: FaultText(
            message="the body has NaN or Infinity, which is not JSON: a browser cannot parse it",
            fix="replace them by null or numbers before json.dumps, and pass allow_nan=False to it",
            code="P04",
            rule="R92",
        ),
        Fault.FLAG_ODD: FaultText(message="isBase64Encoded is {value}", fix="make it true or false", decides=BODY),
        Fault.BASE64_BAD: FaultText(
            message="isBase64Encoded is true and the body is not base64",
            fix="encode the body with base64.b64encode(...).decode(), or set isBase64Encoded to false",
            decides=BODY,
        ),
        Fault.BASE64_AS_TEXT: FaultText(
            message="the client gets the base64 text: its Accept ({value}) matches no binary media type of the API",
            fix="add the type to the API's binary media types, and let the client send it first in Accept",
            code="P11",
            decides=BODY,
        ),
        Fault.DOCUMENT: FaultText(
            message="the whole result becomes the body; a REST API answers 502 for it",
            fix=_JSON_FIX,
            code="P01",
            severity=_NOTE,
            decides=BOTH,
        ),
        Fault.DOCUMENT_SCALAR: FaultText(
            message="the result is {value} and becomes the body; a REST API answers 502 for it",
            fix=_JSON_FIX,
            code="P15",
            severity=_NOTE,
            decides=BOTH,
        ),
        Fault.DOCUMENT_NOT_JSON: FaultText(
            message="the result is not JSON ({value}), yet the client gets it as application/json",
            fix="return a dict of strings and numbers; bytes, NaN and Infinity are not JSON",
            decides=BOTH,
        ),
        Fault.DOCUMENT_LOOKS_LIKE_RESPONSE: FaultText(
            message="the result has {value} but no statusCode, so the client gets the whole object as the body",
            fix="add statusCode",
            decides=BOTH,
        ),
    }
)
"""The words for every fault."""
