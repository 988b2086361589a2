"""An invocation's log as Lambda writes it: the function's own lines between those of the platform (R89, R123)."""

from __future__ import annotations

from datetime import UTC, datetime
from math import ceil
from typing import TYPE_CHECKING

from lambda_contracts.outcomes import OutcomeKind

if TYPE_CHECKING:
    from lambda_contracts.outcomes import Outcome

LATEST = "$LATEST"
_MB = 1024 * 1024


def log_lines(outcome: Outcome, *, memory: int, used: int | None, at: float) -> list[str]:
    """Return an invocation's log line by line.

    `memory` is the function's, in MB, `used` the most that it needed, in bytes, None where that is not known. `at` says
    when it ended, in seconds since the epoch.
    """
    loaded = outcome.kind is not OutcomeKind.INIT_FAILURE
    request_id = outcome.request_id
    return [
        *([] if loaded else [*outcome.log, _init_report(outcome)]),
        f"START RequestId: {request_id} Version: {LATEST}",
        *(outcome.log if loaded else ()),
        *_end(outcome, at),
        f"END RequestId: {request_id}",
        _report(outcome, memory, used),
    ]


def _init_report(outcome: Outcome) -> str:
    milliseconds = (outcome.init_duration or 0.0) * 1000
    error = outcome.error
    kind = error.type if error else ""
    return f"INIT_REPORT Init Duration: {milliseconds:.2f} ms\tPhase: init\tStatus: error\tError Type: {kind}"


def _end(outcome: Outcome, at: float) -> list[str]:
    """Return what the platform writes of a function that it had to end, or that ended itself."""
    error = outcome.error
    if error is None or outcome.kind not in (OutcomeKind.TIMEOUT, OutcomeKind.EXIT):
        return []
    if outcome.kind is OutcomeKind.EXIT:
        return [error.message, error.type]
    moment = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return [f"{moment} {outcome.request_id} {error.message.rpartition('Error: ')[2]}", ""]


def _report(outcome: Outcome, memory: int, used: int | None) -> str:
    duration, init = outcome.duration * 1000, outcome.init_duration
    fields = [
        f"REPORT RequestId: {outcome.request_id}",
        f"Duration: {duration:.2f} ms",
        f"Billed Duration: {ceil(duration + (init or 0.0) * 1000)} ms",
        f"Memory Size: {memory} MB",
    ]
    if used is not None:
        fields.append(f"Max Memory Used: {ceil(used / _MB)} MB")
    if init is not None and outcome.kind is not OutcomeKind.INIT_FAILURE:
        fields.append(f"Init Duration: {init * 1000:.2f} ms")
    return "\t".join([*fields, _status(outcome)])


def _status(outcome: Outcome) -> str:
    if outcome.kind is OutcomeKind.TIMEOUT:
        return "Status: timeout"
    if outcome.kind in (OutcomeKind.EXIT, OutcomeKind.INIT_FAILURE) and outcome.error:
        return f"Status: error\tError Type: {outcome.error.type}"
    return ""
