"""A request to the API, read: which operation, on which function, with what."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote

from lambda_contracts.http import Response
from lambda_contracts.invoke_api.errors import Reason, error
from lambda_contracts.invoke_api.names import Reference, broken, not_valid, problems_of, refer
from lambda_contracts.limits import LIMITS
from lambda_contracts.payloads import parse

if TYPE_CHECKING:
    from lambda_contracts.http import Request

PATH = re.compile(r"/\d{4}-\d{2}-\d{2}/functions(/|$)")
"""What every path of the API begins with."""
_LARGEST = int(LIMITS["sync request"].value)
_LARGEST_EVENT = int(LIMITS["async request"].value)
_LONGEST_CONTEXT = LIMITS["client context"].value
_EMPTY = b"{}"


class Operation(StrEnum):
    """What the API does here."""

    INVOKE = "Invoke"
    INVOKE_ASYNC = "InvokeAsync"
    GET_FUNCTION = "GetFunction"
    GET_FUNCTION_CONFIGURATION = "GetFunctionConfiguration"
    LIST_FUNCTIONS = "ListFunctions"


class InvocationType(StrEnum):
    """Whether the client waits for the function, leaves the event to it, or only asks whether it might (R80)."""

    REQUEST_RESPONSE = "RequestResponse"
    EVENT = "Event"
    DRY_RUN = "DryRun"


class _LogType(StrEnum):
    NONE = "None"
    TAIL = "Tail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What a request asks for. `function` is None for all of them; the rest is said of invocations only.

    `payload` is JSON text, and so is `client_context`, in ASCII and one line. `tail` asks for the end of the log.
    """

    operation: Operation
    function: Reference | None = None
    type: InvocationType = InvocationType.REQUEST_RESPONSE
    payload: bytes = _EMPTY
    client_context: str | None = None
    tail: bool = False


# One row an operation: method, path, operation.
_OPERATIONS = (
    ("POST", re.compile(r"/2015-03-31/functions/([^/]+)/invocations/?"), Operation.INVOKE),
    ("POST", re.compile(r"/2014-11-13/functions/([^/]+)/invoke-async/?"), Operation.INVOKE_ASYNC),
    ("GET", re.compile(r"/2015-03-31/functions/([^/]+)/?"), Operation.GET_FUNCTION),
    ("GET", re.compile(r"/2015-03-31/functions/([^/]+)/configuration/?"), Operation.GET_FUNCTION_CONFIGURATION),
    ("GET", re.compile(r"/2015-03-31/functions/?()"), Operation.LIST_FUNCTIONS),
)


def read(request: Request, *, whole: bool = True) -> Call | Response:
    """Read a request, or return what the API answers to one that it refuses before it looks for the function.

    It is not `whole` when its body was longer than what is taken in, 6 MB.
    """
    for method, path, operation in _OPERATIONS:
        found = path.fullmatch(request.path) if request.method == method else None
        if found is not None:
            return _read(operation, unquote(found[1]), request, whole=whole)
    return error(Reason.NO_OPERATION, method=request.method, path=request.path)


def _read(operation: Operation, name: str, request: Request, *, whole: bool) -> Call | Response:
    if operation is Operation.LIST_FUNCTIONS:
        return Call(operation=operation)
    qualifier = parse_qs(request.query).get("Qualifier", [""])[-1]
    kind, log = _kind(operation, request), request.header("X-Amz-Log-Type") or _LogType.NONE
    problems = problems_of(name, qualifier)
    problems += _unless_one_of(InvocationType, kind, "invocationType") + _unless_one_of(_LogType, log, "logType")
    if problems:
        return not_valid(problems)
    function = refer(name, qualifier)
    if isinstance(function, Response):
        return function
    if operation not in (Operation.INVOKE, Operation.INVOKE_ASYNC):
        return Call(operation=operation, function=function)
    return _invocation(operation, function, InvocationType(kind), request, tail=log == _LogType.TAIL, whole=whole)


def _kind(operation: Operation, request: Request) -> str:
    if operation is Operation.INVOKE_ASYNC:
        return InvocationType.EVENT
    return request.header("X-Amz-Invocation-Type") or InvocationType.REQUEST_RESPONSE


def _unless_one_of(kinds: type[StrEnum], value: str, member: str) -> list[str]:
    known = [kind.value for kind in kinds]
    return [] if value in known else [broken(value, member, f"satisfy enum value set: [{', '.join(known)}]")]


def _invocation(
    operation: Operation, function: Reference, kind: InvocationType, request: Request, *, tail: bool, whole: bool
) -> Call | Response:
    size = len(request.body)
    if not whole or size > _LARGEST:
        return error(Reason.TOO_LARGE, limit=_LARGEST)
    if kind is InvocationType.EVENT and size > _LARGEST_EVENT:
        return error(Reason.EVENT_TOO_LARGE, size=size, limit=_LARGEST_EVENT)
    try:
        client_context = _client_context(request.header("X-Amz-Client-Context"))
    except (ValueError, RecursionError):
        return error(Reason.NO_CLIENT_CONTEXT)
    payload = request.body or _EMPTY
    why = _why_not_json(payload)
    if why:
        return error(Reason.NOT_JSON, why=why)
    sync = kind is InvocationType.REQUEST_RESPONSE
    return Call(
        operation=operation,
        function=function,
        type=kind,
        payload=payload,
        client_context=client_context if sync else None,
        tail=tail and sync,
    )


def _client_context(header: str | None) -> str | None:
    """Return the client context as JSON (R90). Raises ValueError or RecursionError when it is none."""
    if not header:
        return None
    value = parse(b64decode(header, validate=True))
    if len(header) > _LONGEST_CONTEXT or not isinstance(value, dict):
        raise ValueError(header)
    return json.dumps(value)


def _why_not_json(payload: bytes) -> str:
    """Say why a payload is not JSON, nothing when it is."""
    try:
        parse(payload)
    except json.JSONDecodeError as problem:
        return f"{problem.msg}; line: {problem.lineno}, column: {problem.colno}"
    except UnicodeDecodeError as problem:
        return f"Invalid UTF-8 byte 0x{problem.object[problem.start]:02x}"
    except ValueError as problem:
        return f"{problem}"
    except RecursionError:
        return "it is nested too deeply"
    return ""
