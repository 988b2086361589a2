"""Recorded events, sent again as they are: what the function makes of each, and what the client would get."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from lambda_contracts.checks.cases import Verdict, judge, recorded
from lambda_contracts.contract import Case, Contract
from lambda_contracts.outcomes import Outcome


def replay(contract: Contract, invoke: Callable[[Any], Outcome], files: Sequence[Path]) -> Iterator[Verdict]:
    """Send each file's event and judge the answer by the rules of its shape's front.

    Raises EventError for a file that holds no event, or one that Lambda would not take.
    """
    trials = [recorded(contract, Case(name=str(file), event=str(file)), file) for file in files]
    for trial in trials:
        yield judge(contract, trial, invoke(trial.event))
