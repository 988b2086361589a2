"""What one invocation comes to, typed the way Lambda tells them apart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lambda_contracts.tracing.trace import Trace


class OutcomeKind(StrEnum):
    """The five ways an invocation ends."""

    RESULT = "result"
    """The handler returned; `payload` is what the runtime client made of it."""
    FUNCTION_ERROR = "function error"
    """The handler raised, or returned what is not JSON (R81, R82)."""
    TIMEOUT = "timeout"
    """The function's timeout passed (R83)."""
    EXIT = "exit"
    """The runtime process ended while it handled the event (R84)."""
    INIT_FAILURE = "init failure"
    """The handler's module could not be loaded (R82)."""


@dataclass(frozen=True, slots=True)
class FunctionError:
    """The error object of a failed invocation, field by field (R81)."""

    type: str
    message: str
    stack_trace: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One event's end: its kind, the bytes that Lambda would answer Invoke with, log and durations.

    `payload` is the raw text that the runtime client posted: JSON as a rule, but `NaN` or plain bytes are possible
    (R92). For everything but a result it is the error object. Durations are in seconds; `init_duration` is set on the
    invocation that started the execution environment. `trace` says what the handler read of the event, where that was
    asked for and the handler came to an end.
    """

    kind: OutcomeKind
    payload: bytes
    request_id: str = ""
    log: tuple[str, ...] = ()
    duration: float = 0.0
    init_duration: float | None = None
    trace: Trace | None = None

    @property
    def ok(self) -> bool:
        """Whether the handler returned."""
        return self.kind is OutcomeKind.RESULT

    def value(self) -> Any:
        """Parse the payload.

        Raises ValueError when it is not JSON, as after a handler returned bytes.
        """
        return json.loads(self.payload)

    @property
    def error(self) -> FunctionError | None:
        """The error object, or None for a result."""
        if self.ok:
            return None
        try:
            fields = self.value()
        except (ValueError, RecursionError):
            fields = {}
        if not isinstance(fields, dict):
            fields = {}
        trace = fields.get("stackTrace")
        return FunctionError(
            type=str(fields.get("errorType", "")),
            message=str(fields.get("errorMessage", "")),
            stack_trace=tuple(str(line) for line in trace) if isinstance(trace, list) else (),
        )


def returned(value: Any) -> Outcome:
    """Return the outcome of a handler that returned a value, serialised as the Python runtime client does.

    bytes go out as they are, and NaN as bare NaN (R92). Raises TypeError for what is not JSON, which Lambda reports
    as a function error.
    """
    payload = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    return Outcome(kind=OutcomeKind.RESULT, payload=payload)
