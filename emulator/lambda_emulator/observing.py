"""The observed contract of a running function, and the `observed.json` beside its contract."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lambda_contracts.checks.cases import Verdict
from lambda_contracts.checks.registry import Report
from lambda_contracts.contract import Contract
from lambda_contracts.finding import Finding, Severity
from lambda_contracts.tracing.observed import FILE_NAME, Observed, differences, observe, parse

from lambda_emulator.errors import UsageError

CHECK = "observed"


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


def observed(verdicts: Sequence[Verdict]) -> Observed | None:
    """Sum up what a handler read of its events; None when not one of them was traced."""
    traces = ((verdict.trial.event, verdict.outcome.trace) for verdict in verdicts)
    traced = [(event, trace) for event, trace in traces if trace is not None]
    return observe(traced) if traced else None


def report(contract: Contract, found: Observed | None, *, update: bool) -> Report:
    """Compare what was observed with the file, where there is one, or write it. Raises ObservedError."""
    if found is None:
        message = "no event could be traced: no event came to an end, or the handler's Python takes no sitecustomize"
        finding = Finding(code="observed.untraced", severity=Severity.WARNING, message=message)
        return Report(check=CHECK, findings=(finding,))
    file = contract.folder / FILE_NAME
    if update:
        file.write_text(found.to_json(), encoding="utf-8")
    if update or not file.is_file():
        return Report(check=CHECK)
    saved = parse(file.read_text(encoding="utf-8"), file)
    return Report(check=CHECK, findings=differences(saved, found, contract.folder))
