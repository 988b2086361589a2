"""Contracts as tests: a `contract.toml` is collected as a file, and each of its cases in each shape as an item."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lambda_emulator.pytest_plugin.deployments import DEPLOYMENTS

if TYPE_CHECKING:
    from _pytest._code.code import ExceptionInfo, TerminalRepr
    from lambda_contracts.checks.cases import Trial, Verdict
    from lambda_contracts.contract import Contract


class ContractFile(pytest.File):
    """One contract file; its items are its trials."""

    def collect(self) -> Iterable[pytest.Item]:
        """Yield an item for each case in each shape."""
        from lambda_contracts.checks.cases import plan
        from lambda_contracts.contract import load
        from lambda_contracts.errors import ContractsError

        try:
            contract = load(self.path)
            trials = plan(contract)
        except ContractsError as error:
            raise self.CollectError(str(error)) from None
        for trial in trials:
            yield TrialItem.from_parent(self, name=trial.id, contract=contract, trial=trial)


class TrialItem(pytest.Item):
    """One case in one shape."""

    def __init__(self, *, contract: Contract, trial: Trial, **rest: Any) -> None:
        super().__init__(**rest)
        self._contract = contract
        self._trial = trial

    def runtest(self) -> None:
        """Send the event and judge the answer."""
        from lambda_contracts.checks.cases import judge

        from lambda_emulator.errors import LambdaproofError

        deployments = self.config.stash[DEPLOYMENTS]
        try:
            function = deployments.get(self._contract).function
        except LambdaproofError as error:
            pytest.fail(str(error), pytrace=False)
        verdict = judge(self._contract, self._trial, function.invoke(self._trial.event))
        row = deployments.verdicts.setdefault(self._contract.file, [])
        row.append(verdict)
        if not verdict.passed:
            raise BrokenContract(self._contract, verdict, [one for one in row if one.trial.case == self._trial.case])

    def repr_failure(self, excinfo: ExceptionInfo[BaseException], style: Any = None) -> str | TerminalRepr:
        """Show what is wrong instead of a traceback of ours."""
        if isinstance(excinfo.value, BrokenContract):
            return excinfo.value.told(redact=not self.config.getoption("lambdaproof_no_redact"))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the item in reports."""
        return self.path, None, f"{self._contract.function.name}: {self.name}"


class BrokenContract(Exception):
    """A trial that did not hold; `row` has what became of its case in the shapes that were tried so far."""

    def __init__(self, contract: Contract, verdict: Verdict, row: list[Verdict]) -> None:
        self.contract = contract
        self.verdict = verdict
        self.row = row
        super().__init__(verdict.trial.id)

    def told(self, *, redact: bool = True) -> str:
        """Return the row of the matrix, and what is wrong, without secrets."""
        from lambda_contracts.reports import text
        from lambda_contracts.reports.redacted import Redacted

        shown = Redacted(self.contract, redact=redact).verdict(self.verdict)
        return f"{text.matrix(self.contract, self.row)}\n\n{text.failure([shown], {})}"
