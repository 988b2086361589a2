"""What a handler makes of an event: what it reads, where that goes wrong, and what each front answers."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lambda_contracts import events
from lambda_contracts.checks import known
from lambda_contracts.checks.cases import Invoke, Trial, Verdict, compared_with, experimented, judge, route_of
from lambda_contracts.contract import Contract
from lambda_contracts.diagnosis import CATALOGUE
from lambda_contracts.errors import EventError
from lambda_contracts.events.losses import as_direct
from lambda_contracts.events.paths import template
from lambda_contracts.explanation.about import About, about
from lambda_contracts.explanation.promise import NONE, case_of
from lambda_contracts.explanation.reads import ReadValue, Sources, first_wrong, reads_of
from lambda_contracts.finding import Confidence, Finding, Severity
from lambda_contracts.http import Request
from lambda_contracts.outcomes import Outcome
from lambda_contracts.results import FRONT_OF
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape
from lambda_contracts.tracebacks import source_reader
from lambda_contracts.tracing import Trace, observe

_WITHOUT_TEMPLATE = (Shape.FUNCTION_URL, Shape.ALB, Shape.ALB_MULTI, Shape.DIRECT)
"""Shapes whose events do not tell the route: the contract does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What a handler made of an event.

    `verdict` is that on the event as it is, `answers` those on the same request in the other shapes. `trace` is what
    was read of the event, None where it could not be traced; `differs` says that the handler ended otherwise when it
    was. `sources` gives the text of the handler's files.
    """

    about: About
    verdict: Verdict
    answers: tuple[Verdict, ...]
    trace: Trace | None
    sources: Sources
    differs: bool = False

    @property
    def finding(self) -> Finding | None:
        """What went wrong: a known failure before others, an error before a warning."""
        told = [found for found in self.verdict.findings if found.severity is not Severity.NOTE]
        return min(told, key=lambda one: (one.code not in CATALOGUE, one.severity is Severity.WARNING), default=None)

    @property
    def reads(self) -> tuple[ReadValue, ...]:
        """What the handler read of the event, in order."""
        return reads_of(self.verdict.trial.event, self.trace, self.sources) if self.trace else ()

    @property
    def first_wrong(self) -> int | None:
        """The index of the first read that went wrong, None where none did or it is not known."""
        return first_wrong(self.reads, self.finding)

    @property
    def never_read(self) -> tuple[str, ...]:
        """The top-level keys of the event that the handler never asked for."""
        return observe([(self.verdict.trial.event, self.trace)]).unread if self.trace else ()


def explain(contract: Contract, event: Any, invoke: Invoke, traced: Invoke, *, once: bool = False) -> Explained:
    """Send an event, the same request in every other shape, and the event again to a function that is traced.

    With `once`, the other shapes are left out, as are those in which the event is larger than Lambda takes. What is
    promised of it says the case that it is of; of an event that is of none, the shapes that are answered well say what
    was to come. Raises EventError for an event that Lambda would not take.
    """
    trial, request = _trial(contract, event)
    found = about(event, request=request, route=trial.route)
    trial = replace(trial, case=case_of(contract, event, trial.shape, request))
    verdicts = [judge(contract, trial, invoke(event))]
    others = () if once else (shape for shape in found.events if shape is not found.shape)
    for shape in others:
        other = replace(trial, shape=shape, event=found.events[shape], request=request)
        with contextlib.suppress(EventError):  # the same payload is too large for Lambda in this shape, as in base64
            verdicts.append(judge(contract, other, invoke(other.event)))
    own, *answers = _compared(contract, verdicts, invoke)
    outcome = traced(event)
    return Explained(
        about=found,
        verdict=own,
        answers=tuple(answers),
        trace=outcome.trace,
        sources=source_reader(contract.code),
        differs=_ended(outcome) != _ended(own.outcome),
    )


def trial_of(contract: Contract, event: Any) -> Trial:
    """Return an event as a trial that promises nothing."""
    return _trial(contract, event)[0]


def _trial(contract: Contract, event: Any) -> tuple[Trial, Request | None]:
    """Return an event as a trial, and the request behind it, which that of a direct event does not have."""
    shape = events.identify(event).shape
    shape = shape if shape in FRONT_OF else Shape.DIRECT
    request, route = behind(contract, event, shape)
    known_request = None if shape is Shape.DIRECT else request
    return Trial(case=NONE, shape=shape, event=event, route=route, request=known_request), request


def behind(contract: Contract, event: Any, shape: Shape) -> tuple[Request | None, Route]:
    """Return the request behind an event, None where there is none, and its route: the contract's as far as needed."""
    first = contract.routes[0] if contract.routes else Route()
    if shape is Shape.DIRECT:
        if template(first.path).has_parameters or not first.path.startswith("/"):
            return None, first
        try:
            return replace(as_direct(event), path=first.path, method=_method(first)), first
        except RecursionError:
            return None, first
    try:
        request = events.read(event, shape)
    except ValueError:
        return None, first
    known = route_of(contract, request.path)
    if shape in _WITHOUT_TEMPLATE:
        return request, known or first
    told = events.read_route(event, shape)
    # The event tells the stage of its own front; the other fronts have theirs.
    return request, replace(told, stage=known.stage) if known else told


def _method(route: Route) -> str:
    return "POST" if route.method == "ANY" else route.method


def _compared(contract: Contract, verdicts: Sequence[Verdict], invoke: Invoke) -> list[Verdict]:
    """Find out by experiment why a request is answered otherwise in one shape than in another, without any error."""
    good = [one for one in verdicts if one.outcome.ok and one.passed and one.response.status < 400]
    if not good:
        return [_refused(contract, verdicts[0], invoke), *verdicts[1:]]
    return [_against(contract, verdict, good[:1], invoke) for verdict in verdicts]


def _against(contract: Contract, verdict: Verdict, good: Sequence[Verdict], invoke: Invoke) -> Verdict:
    if not verdict.outcome.ok or _proved(verdict) or any(verdict is one for one in good):
        return verdict
    told = compared_with(good, verdict)
    if told.passed:
        return verdict
    tried = experimented(contract, told, good, invoke)
    return tried if _proved(tried) or not verdict.passed else verdict


def _refused(contract: Contract, verdict: Verdict, invoke: Invoke) -> Verdict:
    """Find out whether one change to the event makes the handler accept what it refuses in every shape.

    It may refuse it rightly, so that this is a warning.
    """
    trial, status = verdict.trial, verdict.response.status
    if not verdict.outcome.ok or _proved(verdict):
        return verdict
    if not verdict.passed:
        return experimented(contract, verdict, (), invoke)

    def accepts(event: Any) -> bool:
        try:
            outcome = invoke(event)
        except EventError:
            return False
        return outcome.ok and judge(contract, replace(trial, event=event), outcome).response.status < 400

    message = f"the client gets status {status}, and less than 400 when that alone is changed"
    refused = Finding(code="case.refused", severity=Severity.ERROR, message=message, confidence=Confidence.INFERRED)
    found = known.tried(contract, trial.event, trial.request, trial.route, [refused], accepts)
    told = tuple(replace(one, severity=Severity.WARNING) for one in found if one.code in CATALOGUE)
    return replace(verdict, findings=(*verdict.findings, *told))


def _proved(verdict: Verdict) -> bool:
    return any(found.code in CATALOGUE and found.severity is Severity.ERROR for found in verdict.findings)


def _ended(outcome: Outcome) -> tuple[str, str]:
    return str(outcome.kind), outcome.error.type if outcome.error else ""
