"""Malformed input gets a 4xx of the handler's own, never a function error: that is a 502 to the client."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from lambda_contracts.checks.cases import Trial, Verdict, judge, same_body, trials_of
from lambda_contracts.checks.registry import Subject, check
from lambda_contracts.contract import CASE_SHAPES, Case, Contract
from lambda_contracts.errors import EventError
from lambda_contracts.finding import Confidence, Finding, Severity
from lambda_contracts.outcomes import OutcomeKind
from lambda_contracts.shapes import Shape

DEPTH = 400
"""How deep the deep nesting is: Python reads JSON of about a thousand levels."""
HUGE = 10**400
"""A number that is JSON, and no float."""
KEYS = 24
"""How many keys of a payload are left out or changed, one at a time."""
_BODILESS = ("GET", "HEAD", "OPTIONS")
_FIX = "answer 4xx yourself: check the input, and catch what reading it raises"


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformation:
    """One way to be malformed: what the reports call it, and the payload or raw body.

    `hopeless` says that no handler that reads its payload can make sense of it. `base64` sends the body with that flag.
    """

    name: str
    payload: Any = msgspec.UNSET
    text: str | msgspec.UnsetType = msgspec.UNSET
    base64: str | None = None
    hopeless: bool = True
    sent_by_aws: bool = True


@check
def bad_input(contract: Contract, subject: Subject) -> Iterator[Verdict]:
    """Expect a 4xx of the handler's own for malformed input, never a function error."""
    for index, case in _bases(contract, subject):
        for malformation in malformations(case.payload):
            yield from _sent(contract, subject, index, case, malformation)


def malformations(payload: Any) -> Iterator[Malformation]:
    """Yield what can be wrong with a request whose payload is well-formed like this one."""
    yield Malformation(name="invalid JSON", text=json.dumps(payload)[:-1] + "!")
    yield Malformation(name="empty body", text="")
    others: tuple[Any, ...] = ([], "text", 7, None, {})
    for value in others:
        if type(value) is type(payload):
            continue
        yield Malformation(name=f"{json.dumps(value)} instead of the payload", payload=value)
    yield Malformation(name="bytes that are no text", base64=base64.b64encode(b"\xff\xfe\x00{").decode())
    yield Malformation(name="invalid base64", base64="%%%=", sent_by_aws=False)
    yield Malformation(name="deep nesting", payload=_nested(), hopeless=isinstance(payload, dict))
    for path in _paths(payload):
        place = ".".join(map(str, path))
        yield Malformation(name=f"without {place}", payload=_changed(payload, path, None), hopeless=False)
        for name, value in (("huge number", HUGE), ("deep nesting", _nested()), ("null", None)):
            changed = _changed(payload, path, lambda _, value=value: value)
            yield Malformation(name=f"{name} in {place}", payload=changed, hopeless=False)


def _bases(contract: Contract, subject: Subject) -> Iterator[tuple[int, Case]]:
    """Yield the first case of each route whose payload was answered with success."""
    answered = {
        verdict.trial.case.name: verdict.trial.route
        for verdict in subject.verdicts
        if verdict.outcome.ok and verdict.response.status < 400
    }
    seen = set()
    for index, case in enumerate(contract.cases):
        route = answered.get(case.name)
        if case.payload is msgspec.UNSET or route is None or route.method in _BODILESS or route.path in seen:
            continue
        seen.add(route.path)
        yield index, case


def _sent(
    contract: Contract, subject: Subject, index: int, base: Case, malformation: Malformation
) -> Iterator[Verdict]:
    for trial in _trials(contract, index, base, malformation):
        try:
            outcome = subject.invoke(trial.event)
        except EventError:  # not sendable as this shape
            continue
        verdict = judge(contract, trial, outcome)
        findings = [*verdict.findings, *_answered(subject, base, malformation, verdict)]
        if not malformation.sent_by_aws:
            findings = [_doubtful(finding) for finding in findings]
        yield replace(verdict, findings=tuple(findings))
        if outcome.kind is OutcomeKind.TIMEOUT:
            return  # the other shapes would time out too


def _trials(contract: Contract, index: int, base: Case, malformation: Malformation) -> Iterator[Trial]:
    payload, text = malformation.payload, malformation.text
    if malformation.base64 is not None:
        payload, text = {}, msgspec.UNSET
    case = msgspec.structs.replace(
        base,
        name=f"bad input: {malformation.name}",
        payload=payload,
        text=text,
        status=None,
        body=msgspec.UNSET,
    )
    shapes = tuple(shape for shape in case.shapes or contract.sent if shape in CASE_SHAPES)
    if malformation.payload is msgspec.UNSET:
        shapes = tuple(shape for shape in shapes if shape is not Shape.DIRECT)
    if not shapes:
        return
    case = msgspec.structs.replace(case, shapes=shapes)
    for trial in trials_of(contract, index, case):
        if malformation.base64 is not None:
            trial.event.update(body=malformation.base64, isBase64Encoded=True)
        yield replace(trial, robust=True)


def _answered(subject: Subject, base: Case, malformation: Malformation, verdict: Verdict) -> Iterator[Finding]:
    """Judge the handler's own answer: a client's mistake is no success."""
    status = verdict.response.status
    if not verdict.outcome.ok or not verdict.passed:
        return
    if status < 400 and malformation.hopeless and not _ignores_its_input(subject, base, verdict):
        message = f"malformed input is answered with {status}, as if it were good"
        yield Finding(code="bad-input.accepted", severity=Severity.WARNING, message=message, fix=_FIX)


def _ignores_its_input(subject: Subject, base: Case, verdict: Verdict) -> bool:
    """Whether the well-formed case got the very same answer: such a handler does not read its payload."""
    return any(
        one.trial.case.name == base.name
        and one.trial.shape is verdict.trial.shape
        and same_body(one.response, verdict.response)
        for one in subject.verdicts
    )


def _doubtful(finding: Finding) -> Finding:
    """Return a finding on an event that only people write: worth a warning."""
    return replace(finding, severity=Severity.WARNING, confidence=Confidence.INFERRED)


# --- payloads --------------------------------------------------------------------------------------------------------


def _paths(payload: Any) -> list[tuple[str, ...]]:
    """Return the paths of the keys of a payload, outermost first."""
    found: list[tuple[str, ...]] = []
    waiting: list[tuple[tuple[str, ...], Any]] = [((), payload)]
    while waiting and len(found) < KEYS:
        path, value = waiting.pop(0)
        if isinstance(value, dict):
            found += [(*path, key) for key in value]
            waiting += [((*path, key), below) for key, below in value.items()]
    return found[:KEYS]


def _changed(payload: Any, path: tuple[str, ...], change: Any) -> Any:
    """Return a copy of a payload with one value changed, or left out when `change` is None."""
    changed = copy.deepcopy(payload)
    *above, last = path
    place = changed
    for key in above:
        place = place[key]
    if change is None:
        del place[last]
    else:
        place[last] = change(place[last])
    return changed


def _nested() -> Any:
    value: Any = []
    for _ in range(DEPTH):
        value = [value]
    return value
