"""The codes of what is wrong with a result, by the fault that a front's finding tells."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from lambda_contracts.finding import Finding
from lambda_contracts.payloads import nan_in_json, parse
from lambda_contracts.results.faults import FAULTS, Fault

_RESPONSE_KEYS = frozenset({"statusCode", "headers", "multiValueHeaders", "cookies", "body", "isBase64Encoded"})

_BY_FAULT: Mapping[str, str] = MappingProxyType(
    {
        **{fault.value: text.code for fault, text in FAULTS.items() if text.code},
        Fault.UNKNOWN_KEY: "P06",
        Fault.STATUS_MISSING: "P12",
        Fault.DOCUMENT_LOOKS_LIKE_RESPONSE: "P12",
        Fault.HEADER_NUMBER: "P07",
        Fault.HEADER_NULL: "P07",
        Fault.HEADER_NESTED: "P07",
        Fault.HEADER_NOT_LIST: "P08",
        Fault.ERROR_OBJECT: "P14",
    }
)
"""Faults that have one code whatever the result."""
_OF_THE_WHOLE = frozenset({Fault.UNKNOWN_KEY, Fault.STATUS_MISSING, Fault.STATUS_ASSUMED, Fault.DOCUMENT})
"""Faults that a bare result, or an error object, shows itself by."""


def code_of(payload: bytes, finding: Finding) -> str | None:
    """Return the code of what a front finds wrong with a result; None where none is known."""
    if finding.fault == Fault.TOLERATED_KEY:
        return "P10" if finding.place == "/cookies" else None
    if finding.fault in (Fault.NOT_JSON, Fault.DOCUMENT_NOT_JSON):
        return "P04" if nan_in_json(payload.decode("utf-8", "replace")) else None
    if finding.fault in _OF_THE_WHOLE:
        found = _of_the_whole(_parsed(payload))
        if found:
            return found
    return _BY_FAULT.get(finding.fault)


def _of_the_whole(result: Any) -> str | None:
    if not isinstance(result, dict) or not result or "statusCode" in result:
        return None
    if {"errorMessage", "errorType"} <= result.keys():
        return "P14"
    return "P01" if _RESPONSE_KEYS.isdisjoint(result) else None


def _parsed(payload: bytes) -> Any:
    try:
        return parse(payload)
    except (ValueError, RecursionError):
        return None
