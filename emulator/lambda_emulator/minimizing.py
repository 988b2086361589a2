"""The smallest event with which a running function does the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from lambda_contracts.checks.cases import Verdict, body_value, judge
from lambda_contracts.contract import Contract
from lambda_contracts.errors import EventError
from lambda_contracts.explanation import trial_of
from lambda_contracts.minimizing import Minimized, keeps_shape, minimize
from lambda_contracts.outcomes import Outcome
from lambda_contracts.tracebacks import handler_place

Invoke = Callable[[Any], Outcome]


@dataclass(frozen=True, slots=True)
class Minimal:
    """The smallest event, and what the function does with it as with the one it comes of."""

    minimized: Minimized
    verdict: Verdict


def minimal(contract: Contract, event: Any, invoke: Invoke, *, free: bool = False) -> Minimal:
    """Find the smallest event with the same outcome: kind, error, known failure and line, or status and body.

    It stays an event of its shape, unless it is `free`. Raises EventError for a function that does not do the same
    twice, and for what Lambda would not take.
    """
    trial = trial_of(contract, event)

    def verdict_on(candidate: Any) -> Verdict:
        return judge(contract, replace(trial, event=candidate), invoke(candidate))

    verdict = verdict_on(event)
    wanted = _done(contract, verdict)
    if _done(contract, verdict_on(event)) != wanted:
        raise EventError(
            "The function does not do the same with the same event twice, so that nothing can be left out."
        )
    valid = (lambda _: True) if free else keeps_shape(event)
    found = minimize(event, lambda candidate: _done(contract, verdict_on(candidate)) == wanted, valid=valid)
    return Minimal(found, verdict)


def _done(contract: Contract, verdict: Verdict) -> tuple[Any, ...]:
    """Return what tells one outcome from another."""
    outcome, error = verdict.outcome, verdict.outcome.error
    if error is None:
        return outcome.kind, verdict.response.status, repr(body_value(verdict.response))
    known = sorted((found.code, found.place) for found in verdict.findings)
    return outcome.kind, error.type, handler_place(error.stack_trace, contract.code), known
