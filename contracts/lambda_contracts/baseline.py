"""The baseline: findings that are known, kept in a file, so that only new ones break a contract.

    {"version": 1, "findings": [{"function": "iris", "check": "cases", "trial": "one[rest]", "code": "case.status"}]}

A finding is known by function, check, trial, code and place. Its message is not compared: it may hold what changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import msgspec

from lambda_contracts.checks.cases import Verdict
from lambda_contracts.checks.registry import Report
from lambda_contracts.errors import BaselineError
from lambda_contracts.finding import Finding

VERSION = 1
CASES = "cases"
"""What the check of a contract's own cases is called in a baseline."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Entry:
    """One known finding. `trial` is the event's name, `virginica[rest]`, or empty for the function as a whole."""

    function: str
    check: str
    trial: str = ""
    code: str
    place: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    findings: list[Entry]


class Baseline:
    """Known findings, and which of them were seen again. `functions` are those that were checked to the end."""

    def __init__(self, known: Iterable[Entry] = ()) -> None:
        self._known = frozenset(known)
        self._seen: set[Entry] = set()
        self._functions: set[str] = set()

    def verdict(self, function: str, verdict: Verdict, check: str = CASES) -> Verdict:
        """Return a verdict with its known findings marked."""
        marked = tuple(self._marked(function, check, verdict.trial.id, found) for found in verdict.findings)
        return replace(verdict, findings=marked)

    def report(self, function: str, report: Report) -> Report:
        """Return a check's report with its known findings marked."""
        return replace(
            report,
            findings=tuple(self._marked(function, report.check, "", found) for found in report.findings),
            verdicts=tuple(self.verdict(function, verdict, report.check) for verdict in report.verdicts),
        )

    def _marked(self, function: str, check: str, trial: str, found: Finding) -> Finding:
        if not found.breaks:
            return found
        entry = Entry(function=function, check=check, trial=trial, code=found.code, place=found.place)
        self._seen.add(entry)
        return replace(found, known=True) if entry in self._known else found

    def finish(self, function: str) -> None:
        """Say that a function was checked to its end: what is known of it and was not seen is fixed."""
        self._functions.add(function)

    def fixed(self) -> list[Entry]:
        """Return known findings of the functions that were checked that are no more, in order."""
        return sorted(entry for entry in self._known - self._seen if entry.function in self._functions)

    def updated(self) -> list[Entry]:
        """Return what is to be known from now on, in order: all that is not fixed."""
        return sorted((self._known | self._seen) - set(self.fixed()))


def load(file: Path, *, new: bool = False) -> Baseline:
    """Read a baseline file; one that is to be written `new` need not be there. Raises BaselineError."""
    try:
        return parse(file.read_bytes())
    except FileNotFoundError:
        if new:
            return Baseline()
        raise BaselineError(file, f"There is no baseline {file}") from None
    except (OSError, ValueError) as error:
        raise BaselineError(file, f"{file} is no baseline: {error}") from error


def parse(text: str | bytes) -> Baseline:
    """Read a baseline file. Raises ValueError for what is none."""
    file = msgspec.json.decode(text, type=_File)
    if file.version != VERSION:
        msg = f"version {file.version} of baselines is not known here, only {VERSION}"
        raise ValueError(msg)
    return Baseline(file.findings)


def dump(entries: Iterable[Entry]) -> str:
    """Write a baseline file: an entry a line, in order, so that git shows what changed."""
    lines = ",\n".join(f"    {json.dumps(asdict(entry), ensure_ascii=False)}" for entry in sorted(set(entries)))
    body = f"[\n{lines}\n  ]" if lines else "[]"
    return f'{{\n  "version": {VERSION},\n  "findings": {body}\n}}\n'
