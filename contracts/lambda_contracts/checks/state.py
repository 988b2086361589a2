"""What a function remembers: its answers must not depend on what it was asked before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from lambda_contracts.checks.cases import Invoke, Verdict, judge, same_body
from lambda_contracts.checks.registry import Subject, check
from lambda_contracts.contract import Contract
from lambda_contracts.finding import Confidence, Finding, Severity
from lambda_contracts.http import Response
from lambda_contracts.payloads import excerpt

SECONDS = 20.0
"""How long all events may have taken together for each to be sent again; else one a case is."""
FILES = 8
"""How many written files are named."""
_FIX = "keep what belongs to one request out of module variables, class attributes and default arguments"
_TASK_ROOT = "Lambda's /var/task is read-only: this is an OSError there. Only /tmp can be written."


@check
def state(contract: Contract, subject: Subject) -> Iterator[Finding | Verdict]:
    """Expect the same answer to the same event: twice, after others, in a fresh environment; and no file written."""
    sent = _affordable([verdict for verdict in subject.verdicts if verdict.outcome.ok])
    unsteady = []
    # By shape, so that each event follows one of another case.
    for verdict in sorted(sent, key=lambda one: one.trial.shape):
        if found := _repeated(contract, subject.invoke, verdict):
            unsteady.append(verdict.trial.id)
            yield found
    if subject.fresh is not None and sent:
        with subject.fresh() as invoke:
            yield from _fresh(contract, invoke, [one for one in sent if one.trial.id not in unsteady])
    yield from _written(contract, subject)


def _affordable(sent: Sequence[Verdict]) -> Sequence[Verdict]:
    if sum(verdict.outcome.duration for verdict in sent) <= SECONDS:
        return sent
    return [next(group) for _, group in groupby(sent, lambda verdict: verdict.trial.case.name)]


def _repeated(contract: Contract, invoke: Invoke, verdict: Verdict) -> Verdict | None:
    """Send an event until it follows itself; say when its answer then is another."""
    first = judge(contract, verdict.trial, invoke(verdict.trial.event))
    second = judge(contract, verdict.trial, invoke(verdict.trial.event))
    if _same(first, second):
        if _same(verdict, first):
            return None
        message = f"asked again after other requests it answers {_answer(first)}, before it answered {_answer(verdict)}"
        return _broken(first, "state.leak", message)
    third = judge(contract, verdict.trial, invoke(verdict.trial.event))
    worse = second if first.outcome.ok else first
    if _same(second, third):
        return _broken(worse, "state.leak", f"after another request it answers {_answer(first)}, else {_answer(third)}")
    return _broken(worse, "state.repeat", f"sent twice, it answers {_answer(first)}, then {_answer(second)}")


def _fresh(contract: Contract, invoke: Invoke, sent: Iterable[Verdict]) -> Iterator[Verdict]:
    """Send the events to a fresh environment in the opposite order, and compare the answers with the first ones."""
    for index, verdict in enumerate(reversed(list(sent))):
        again = judge(contract, verdict.trial, invoke(verdict.trial.event))
        if not _same(verdict, again):
            where = "after other requests" if index else "in a fresh environment"
            message = f"{where} it answers {_answer(again)}, before it answered {_answer(verdict)}"
            yield _broken(again, "state.leak" if index else "state.cold", message)


def _written(contract: Contract, subject: Subject) -> Iterator[Finding]:
    files = list(subject.written()) if subject.written is not None else []
    for file in files[:FILES]:
        yield Finding(
            code="state.written",
            severity=Severity.ERROR,
            message=f"the function wrote {file} into its own folder",
            aws=_TASK_ROOT,
            fix="write to /tmp, and expect it to be empty in a fresh environment",
            confidence=Confidence.DOCUMENTED,
            file=str(contract.code / file),
        )


def _same(one: Verdict, other: Verdict) -> bool:
    if one.outcome.kind is not other.outcome.kind or one.response.status != other.response.status:
        return False
    return not one.outcome.ok or same_body(one.response, other.response)


def _broken(verdict: Verdict, code: str, message: str) -> Verdict:
    finding = Finding(code=code, severity=Severity.ERROR, message=message, fix=_FIX)
    return replace(verdict, findings=(*verdict.findings, finding) if not verdict.outcome.ok else (finding,))


def _answer(verdict: Verdict) -> str:
    response: Response = verdict.response
    return f"{response.status} {excerpt(response.body)}"
