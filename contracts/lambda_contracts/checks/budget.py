"""What a function may cost: times, memory and sizes, against AWS's quotas and the contract's own budget."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lambda_contracts import limits
from lambda_contracts.checks.cases import Verdict
from lambda_contracts.checks.registry import Subject, check
from lambda_contracts.contract import Contract
from lambda_contracts.finding import Confidence, Finding, Severity
from lambda_contracts.outcomes import OutcomeKind
from lambda_contracts.shapes import Shape

SAMPLES = 100
"""How many warm events a 99th percentile is taken of."""
NEAR = 0.8
"""The part of a timeout from which on an event is near it."""
_WAITS = {Shape.REST: "rest timeout", Shape.HTTP_V1: "http api timeout", Shape.HTTP_V2: "http api timeout"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was measured; None is what was not.

    Times are in seconds: `init` loads the handler, `cold` is that and the first event, `warm_p50` and `warm_p99` are
    of the events after it. `response_size` is the largest payload in bytes, `memory` the peak in bytes.
    """

    init: float | None = None
    cold: float | None = None
    warm_p50: float | None = None
    warm_p99: float | None = None
    response_size: int = 0
    memory: int | None = None


@check
def budget(contract: Contract, subject: Subject) -> Iterator[Finding]:
    """Hold times, memory and sizes to AWS's quotas and to the contract's [budget]."""
    yield from limits.check(subject.definition)
    yield from _beyond_fronts(contract)
    yield from _near_timeouts(contract, subject.verdicts)
    durations = _durations(subject.verdicts)
    if contract.budget.warm_p99 is not None:
        durations += _more(subject, SAMPLES - len(durations[1:]))
    measured = figures(subject, durations)
    for name, unit, scale in _BUDGETS:
        most, value = getattr(contract.budget, name), getattr(measured, name)
        if most is not None and value is None:
            message = f"{name} was not measured in this environment, so its budget was not checked"
            yield _finding(contract, name, message, Severity.WARNING)
        elif most is not None and value > most * scale:
            message = f"{name} is {value / scale:,.4g} {unit}, the budget is {most:,.4g} {unit}"
            yield _finding(contract, name, message, Severity.ERROR)


_BUDGETS = (
    ("init", "s", 1),
    ("cold", "s", 1),
    ("warm_p99", "s", 1),
    ("response_size", "bytes", 1),
    ("memory", "MB", 1024 * 1024),
)


def figures(subject: Subject, durations: Sequence[float] | None = None) -> Figures:
    """Return what was measured of the cases, or of these durations: the first event's, then warm ones."""
    durations = _durations(subject.verdicts) if durations is None else durations
    warm = sorted(durations[1:])
    init = subject.definition.init_duration
    return Figures(
        init=init,
        cold=init + durations[0] if init is not None and durations else None,
        warm_p50=_percentile(warm, 0.5),
        warm_p99=_percentile(warm, 0.99),
        response_size=max((len(verdict.outcome.payload) for verdict in subject.verdicts), default=0),
        memory=subject.peak_memory() if subject.peak_memory else None,
    )


def _percentile(ordered: Sequence[float], part: float) -> float | None:
    """Return the smallest value that this part of all does not exceed."""
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)] if ordered else None


def _durations(verdicts: Sequence[Verdict]) -> list[float]:
    """Return the events' durations without the first of an environment that had to be replaced."""
    return [
        verdict.outcome.duration
        for index, verdict in enumerate(verdicts)
        if not index or verdict.outcome.init_duration is None
    ]


def _more(subject: Subject, count: int) -> list[float]:
    """Send events that were answered again, for a percentile of enough of them."""
    events = [verdict.trial.event for verdict in subject.verdicts if verdict.outcome.ok]
    outcomes = (subject.invoke(events[index % len(events)]) for index in range(max(0, count) if events else 0))
    return [outcome.duration for outcome in outcomes if outcome.init_duration is None]


def _beyond_fronts(contract: Contract) -> Iterator[Finding]:
    """Tell a budget that no front waits for: what is said to take that long cannot be answered synchronously."""
    waits = {
        front: contract.routes[0].timeout or limits.LIMITS[_WAITS[front]].value
        for front in contract.accept
        if front in _WAITS
    }
    for name in ("warm_p99", "cold"):
        seconds = getattr(contract.budget, name)
        for front, longest in waits.items():
            if seconds is not None and seconds > longest:
                limit = limits.LIMITS[_WAITS[front]]
                message = f"{name} may take {seconds:g} s, but the front {front} waits {longest:g} s"
                yield replace(
                    _finding(contract, name, message, Severity.ERROR),
                    code="budget.front",
                    aws="The client gets an error when the front stops waiting, and the function runs on. "
                    f"({limit.source})",
                    fix="start the work by an event (S3, SQS, or an asynchronous invocation), and let the client ask "
                    "for the result",
                    confidence=limit.confidence,
                )


def _near_timeouts(contract: Contract, verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """Warn of the slowest event when it comes near what the function, or its front, waits for."""
    for shape in dict.fromkeys(verdict.trial.shape for verdict in verdicts):
        of_shape = [one for one in verdicts if one.trial.shape is shape and one.outcome.kind is not OutcomeKind.TIMEOUT]
        if not of_shape:
            continue
        slowest = max(of_shape, key=lambda one: one.outcome.duration)
        waits: float = contract.function.timeout
        if shape in _WAITS:
            waits = min(waits, slowest.trial.route.timeout or limits.LIMITS[_WAITS[shape]].value)
        if slowest.outcome.duration > NEAR * waits:
            message = f"{slowest.trial.id} took {slowest.outcome.duration:.3g} s of the {waits:g} s that it has"
            yield Finding(code="budget.timeout", severity=Severity.WARNING, message=message)


def _finding(contract: Contract, name: str, message: str, severity: Severity) -> Finding:
    error = contract.mistake(message, "budget", name)
    return Finding(
        code=f"budget.{name.replace('_', '-')}",
        severity=severity,
        message=message,
        confidence=Confidence.RECORDED,
        file=str(contract.file),
        line=error.line,
        excerpt=contract.text.splitlines()[error.line - 1].strip() if error.line else "",
    )
