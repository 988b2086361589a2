"""The case of a contract that an event is of: what the handler promised to answer."""

from __future__ import annotations

from typing import Any

import msgspec

from lambda_contracts.checks.cases import request_of, text_of
from lambda_contracts.contract import Case, Contract
from lambda_contracts.errors import ContractsError
from lambda_contracts.http import Request
from lambda_contracts.payloads import parse
from lambda_contracts.shapes import Shape

NONE = Case(name="this event", payload={})
"""Promises nothing."""


def case_of(contract: Contract, event: Any, shape: Shape, request: Request | None) -> Case:
    """Return the case whose event this is: the recorded one, or its request in this shape; else one without promise."""
    for index, case in enumerate(contract.cases):
        if case.event is not msgspec.UNSET:
            if _is_recorded(contract, case, event):
                return case
        elif shape is Shape.DIRECT:
            if case.payload is not msgspec.UNSET and case.payload == event:
                return case
        elif request is not None and _is_sent(contract, index, case, request):
            return case
    return NONE


def _is_recorded(contract: Contract, case: Case, event: Any) -> bool:
    try:
        return bool(parse(text_of(contract.folder / str(case.event))) == event)
    except (ContractsError, ValueError, RecursionError):
        return False


def _is_sent(contract: Contract, index: int, case: Case, request: Request) -> bool:
    try:
        _, sent = request_of(contract, index, case)
    except ContractsError:
        return False
    if (sent.method, sent.path, sent.query) != (request.method, request.path, request.query):
        return False
    named = {name.lower(): value for name, value in request.headers}
    return _body(sent) == _body(request) and all(named.get(name.lower()) == case.headers[name] for name in case.headers)


def _body(request: Request) -> Any:
    try:
        return parse(request.body)
    except (ValueError, RecursionError):
        return request.body
