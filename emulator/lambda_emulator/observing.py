"""The observed contract of a running function, and the `observed.json` beside its contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lambda_contracts.checks.cases import Trial, Verdict, judge
from lambda_contracts.checks.registry import Report
from lambda_contracts.contract import Contract
from lambda_contracts.finding import Finding, Severity
from lambda_contracts.outcomes import Outcome, OutcomeKind
from lambda_contracts.tracing.observed import FILE_NAME, Observed, differences, observe, parse

from lambda_emulator.deployment import Deployment
from lambda_emulator.errors import UsageError

CHECK = "observed"
Begin = Callable[[str, int, int], None]
"""Is told what is sent next: a trial's name, and that it is the n-th of so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observing:
    """What is wanted: `trace` (None: where an observed.json is there to compare with), and to `update` that file."""

    trace: bool | None = None
    update: bool = False

    def traces(self, contract: Contract) -> bool:
        """Whether a contract's handler is to be traced. Raises UsageError for what cannot be done."""
        if self.update and self.trace is False:
            raise UsageError("--no-trace leaves nothing to update observed.json with.", hint="Leave one of them out.")
        if self.update or self.trace:
            return True
        return self.trace is None and (contract.folder / FILE_NAME).is_file()


def watch(
    deployment: Deployment, verdicts: Sequence[Verdict], begin: Begin = lambda *_: None
) -> tuple[Observed | None, tuple[Finding, ...]]:
    """Send the events of trials that were judged once more, to an environment that is traced.

    Returns what the handler read of them, None when not one was traced, and a warning where tracing changed what it
    does: verdicts never come of traced outcomes. What is read of an event that it changed is left out.
    """
    contract, traced, differing = deployment.contract, [], []
    with deployment.traced() as function:
        for number, verdict in enumerate(verdicts, 1):
            begin(f"{verdict.trial.id}, traced", number, len(verdicts))
            if verdict.outcome.kind is OutcomeKind.TIMEOUT:  # it leaves no trace
                continue
            outcome = function.invoke(verdict.trial.event)
            without = _behaviour(contract, verdict.trial, verdict.outcome)
            with_trace = _behaviour(contract, verdict.trial, outcome)
            if without != with_trace:
                differing.append((verdict.trial.id, without, with_trace))
            elif outcome.trace is not None:
                traced.append((verdict.trial.event, outcome.trace))
    return observe(traced) if traced else None, tuple(_differs(differing))


def reads(deployment: Deployment, verdicts: Sequence[Verdict], begin: Begin = lambda *_: None) -> Observed | None:
    """Return what a handler reads, as its observed.json says, else as it is observed on the events of verdicts.

    Raises ObservedError.
    """
    file = deployment.contract.folder / FILE_NAME
    if file.is_file():
        return parse(file.read_text(encoding="utf-8"), file)
    return watch(deployment, verdicts, begin)[0]


_Behaviour = tuple[str, ...]


def _behaviour(contract: Contract, trial: Trial, outcome: Outcome) -> _Behaviour:
    """Return what tracing must not change: not the body, which may hold a time."""
    verdict = judge(contract, trial, outcome)
    told = str(outcome.kind) if outcome.ok else f"{outcome.kind} {outcome.error.type if outcome.error else ''}".strip()
    broken = sorted({finding.code for finding in verdict.findings if finding.breaks})
    return told, f"status {verdict.response.status}", *broken


def _differs(differing: Sequence[tuple[str, _Behaviour, _Behaviour]]) -> Iterator[Finding]:
    if not differing:
        return
    name, without, with_trace = differing[0]
    more = f" (and {len(differing) - 1} more)" if len(differing) > 1 else ""
    yield Finding(
        code="tracing.differs",
        severity=Severity.WARNING,
        message=f"{name}{more}: {', '.join(with_trace)} when it is traced, and {', '.join(without)} when it is not, "
        "which is what the verdict rests on",
        fix="type --no-trace, and report it as a defect of lambdaproof, unless the handler answers the same event "
        "differently each time",
    )


def report(contract: Contract, found: Observed | None, differs: Sequence[Finding], *, update: bool = False) -> Report:
    """Compare what was observed with the file, where there is one, or write it. Raises ObservedError.

    `differs` are the warnings of having watched.
    """
    if found is None:
        message = "no event could be traced: no event came to an end, or the handler's Python takes no sitecustomize"
        finding = Finding(code="observed.untraced", severity=Severity.WARNING, message=message)
        return Report(check=CHECK, findings=(*differs, finding))
    file = contract.folder / FILE_NAME
    if update:
        file.write_text(found.to_json(), encoding="utf-8")
    if update or not file.is_file():
        return Report(check=CHECK, findings=tuple(differs))
    saved = parse(file.read_text(encoding="utf-8"), file)
    return Report(check=CHECK, findings=(*differs, *differences(saved, found, contract.code)))
