"""Contracts as tests: a `contract.toml` is collected as a file, its items are what `lambdaproof check` does with it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lambda_emulator.pytest_plugin.session import SESSION, Session

if TYPE_CHECKING:
    from _pytest._code.code import ExceptionInfo, TerminalRepr
    from lambda_contracts.checks.cases import Trial, Verdict
    from lambda_contracts.checks.registry import Check, Report
    from lambda_contracts.contract import Contract
    from lambda_contracts.finding import Finding
    from lambda_contracts.reports.redacted import Redacted

    from lambda_emulator.checking import Checked


class ContractWarning(UserWarning):
    """A finding that does not break the contract: what may be wrong, and how sure that is."""


class BrokenContract(Exception):
    """A contract that does not hold; the message is all there is to say of it."""


class ContractFile(pytest.File):
    """One contract file: an item for each case in each shape, then one for each check."""

    contract: Contract
    trials: tuple[Trial, ...]

    def collect(self) -> Iterable[pytest.Item]:
        """Yield the items, in the order of `lambdaproof check`."""
        from lambda_contracts.checks.cases import plan
        from lambda_contracts.checks.registry import chosen
        from lambda_contracts.errors import ContractsError

        from lambda_emulator.errors import LambdaproofError
        from lambda_emulator.loading import load
        from lambda_emulator.observing import CHECK, Observing

        try:
            self.contract = load(self.path)
            self.trials = plan(self.contract)
            traced = Observing().traces(self.contract)
            checks = chosen(self.contract, self.lambdaproof.checks)
            self.lambdaproof.baseline  # noqa: B018  # a file that is none is told once, not by every item
        except (ContractsError, LambdaproofError) as error:
            raise self.CollectError(str(error)) from None
        yield from (TrialItem.from_parent(self, name=trial.id, trial=trial) for trial in self.trials)
        yield from (CheckItem.from_parent(self, name=check.name, check=check) for check in checks)
        if traced:
            yield ObservedItem.from_parent(self, name=CHECK)

    @property
    def lambdaproof(self) -> Session:
        """What the session has."""
        return self.config.stash[SESSION]

    @cached_property
    def checked(self) -> Checked:
        """The running function under its checks. Raises a LambdaproofError when it does not start."""
        from lambda_emulator.checking import Checked

        deployment = self.lambdaproof.deployment(self.contract)
        return Checked(deployment, self.trials, self.lambdaproof.baseline)

    @cached_property
    def shown(self) -> Redacted:
        """What takes secrets out."""
        from lambda_contracts.reports.redacted import Redacted

        return Redacted(self.contract, redact=self.lambdaproof.redact)


class ContractItem(pytest.Item):
    """A part of a contract that holds or does not."""

    parent: ContractFile

    def prove(self, checked: Checked) -> Iterator[Finding]:
        """Yield what may be wrong. Raises BrokenContract for what is."""
        raise NotImplementedError

    def runtest(self) -> None:
        """Prove it; what the user or the machine has to mend is told in words."""
        from lambda_contracts.errors import ContractsError
        from lambda_contracts.reports import text

        from lambda_emulator.errors import LambdaproofError

        try:
            doubts = dict.fromkeys(self.prove(self.parent.checked))
        except (ContractsError, LambdaproofError) as error:
            pytest.fail(str(error), pytrace=False)
        for finding in doubts:
            doubt = ContractWarning("\n".join(text.finding(finding)).strip())
            warnings.warn_explicit(doubt, category=None, filename=str(self.path), lineno=1)

    def repr_failure(self, excinfo: ExceptionInfo[BaseException], style: Any = None) -> str | TerminalRepr:
        """Show what is wrong instead of a traceback of ours."""
        if isinstance(excinfo.value, BrokenContract | ContractWarning):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the item in reports."""
        return self.path, None, f"{self.parent.contract.function.name}: {self.name}"


class TrialItem(ContractItem):
    """One case in one shape."""

    def __init__(self, *, trial: Trial, **rest: Any) -> None:
        super().__init__(**rest)
        self._trial = trial

    def prove(self, checked: Checked) -> Iterator[Finding]:
        """Send the event and judge the answer; show the row of the matrix when it is not the promised one."""
        from lambda_contracts.reports import text

        verdict = self.parent.shown.verdict(checked.verdict(self._trial))
        if not verdict.passed:
            row = text.matrix(self.parent.contract, checked.row(self._trial))
            raise BrokenContract(f"{row}\n\n{text.failure([verdict], {})}")
        yield from _doubts([verdict])


class CheckItem(ContractItem):
    """One check of the running function, built-in or the user's own."""

    def __init__(self, *, check: Check, **rest: Any) -> None:
        super().__init__(**rest)
        self._check = check

    def prove(self, checked: Checked) -> Iterator[Finding]:
        """Run the check."""
        yield from _reported(self.parent.shown.report(checked.report(self._check)))


class ObservedItem(ContractItem):
    """What the handler reads of its events, against the observed.json beside the contract."""

    def prove(self, checked: Checked) -> Iterator[Finding]:
        """Compare them."""
        from lambda_emulator import checking, observing

        found, differs = observing.watch(checked.deployment, checking.on_lambda(checked.verdicts()))
        yield from _reported(self.parent.shown.report(observing.report(self.parent.contract, found, differs)))


def _reported(report: Report) -> Iterator[Finding]:
    """Yield what a check doubts. Raises BrokenContract for what it found to be wrong."""
    from lambda_contracts.reports import text

    if not report.passed:
        raise BrokenContract("\n\n".join(text.told(report.verdicts, [report])))
    yield from _doubts(report.verdicts)
    yield from (finding for finding in report.findings if not finding.known)


def _doubts(verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    from lambda_contracts.finding import Severity

    for verdict in verdicts:
        yield from (finding for finding in verdict.findings if finding.severity is Severity.WARNING)
