"""Lambda's own API to invoke functions: what a request asks for, what is refused and how, what is told afterwards."""

from __future__ import annotations

from lambda_contracts.invoke_api.calls import PATH, Call, InvocationType, Operation, read
from lambda_contracts.invoke_api.errors import ERRORS, Error, Reason, error
from lambda_contracts.invoke_api.logs import log_tail
from lambda_contracts.invoke_api.names import Reference
from lambda_contracts.invoke_api.records import Condition, record
from lambda_contracts.platform_log import LATEST, log_lines

__all__ = [
    "ERRORS",
    "LATEST",
    "PATH",
    "Call",
    "Condition",
    "Error",
    "InvocationType",
    "Operation",
    "Reason",
    "Reference",
    "error",
    "log_lines",
    "log_tail",
    "read",
    "record",
]
