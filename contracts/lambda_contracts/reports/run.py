"""What a report is made of: the contracts that were checked, and where their files are."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lambda_contracts.checks.budget import Figures
from lambda_contracts.checks.cases import Verdict
from lambda_contracts.checks.registry import Report
from lambda_contracts.contract import Contract, line_of
from lambda_contracts.finding import Finding
from lambda_contracts.reports.text import change, printable


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One contract, checked.

    `verdicts` are those of its cases, in the order of the events; `reports` are of the other checks, `figures` what
    was measured. `seconds` is how long it all took. `repeat` has, by trial id, the commands that send a failed trial's
    event again.
    """

    contract: Contract
    verdicts: tuple[Verdict, ...]
    reports: tuple[Report, ...] = ()
    figures: Figures | None = None
    seconds: float = 0.0
    repeat: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def judged(self) -> tuple[Verdict, ...]:
        """All verdicts: those of the cases, then those of the other checks."""
        return (*self.verdicts, *(verdict for report in self.reports for verdict in report.verdicts))

    @property
    def failed(self) -> int:
        """How many events broke the contract, and how many checks found what no single event shows."""
        functions = sum(any(finding.breaks for finding in report.findings) for report in self.reports)
        return sum(not verdict.passed for verdict in self.judged) + functions

    @property
    def passed(self) -> bool:
        """Whether the contract holds."""
        return not self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Where the files of a report are: relative ones in `current`, and named as they are called in `root`.

    Both are absolute; `root` is that of the repository, by which code hosts know files.
    """

    current: Path = Path("/")
    root: Path = Path("/")

    def name(self, file: Path | str) -> str:
        """Return a file's name relative to the root, with forward slashes; outside of it the absolute path."""
        path = Path(posixpath.normpath((self.current / file).as_posix()))
        return (path.relative_to(self.root) if path.is_relative_to(self.root) else path).as_posix()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A finding, once for all trials that it was said of, at its place: the handler's line or the contract's case."""

    finding: Finding
    file: str
    line: int
    contract_file: str
    case_line: int
    verdicts: tuple[Verdict, ...]


def told(run: Run, folders: Folders) -> Iterator[Told]:
    """Yield each finding of a run once, in the order in which they came; those that the baseline knows are left out."""
    groups: dict[tuple[Finding, str, int], list[Verdict]] = {}
    for finding, verdict in _said(run):
        verdicts = groups.setdefault((finding, *place(run, verdict, finding)), [])
        verdicts += [verdict] if verdict else []
    for (finding, file, line), verdicts in groups.items():
        yield Told(
            finding=finding,
            file=folders.name(file),
            line=line,
            contract_file=folders.name(run.contract.file),
            case_line=case_line(run.contract, verdicts[0].trial.case.name) if verdicts else 1,
            verdicts=tuple(verdicts),
        )


def _said(run: Run) -> Iterator[tuple[Finding, Verdict | None]]:
    for verdict in run.judged:
        yield from ((finding, verdict) for finding in dict.fromkeys(verdict.findings) if not finding.known)
    for report in run.reports:
        yield from ((finding, None) for finding in report.findings if not finding.known)


def place(run: Run, verdict: Verdict | None, finding: Finding) -> tuple[str, int]:
    """Return file and line (from 1) that a finding points at: the handler's line, else the contract's case."""
    if finding.file:
        return finding.file, finding.line or 1
    return str(run.contract.file), case_line(run.contract, verdict.trial.case.name) if verdict else 1


def case_line(contract: Contract, name: str) -> int:
    """Return the line (from 1) of the contract where a case has its name, or the first."""
    index = next((index for index, case in enumerate(contract.cases) if case.name == name), None)
    return (line_of(contract.text, ["case", str(index), "name"]) or 1) if index is not None else 1


def trials(verdicts: Sequence[Verdict], limit: int = 6) -> str:
    """Return the names of trials, the first few of many."""
    names = [verdict.trial.id for verdict in verdicts[:limit]]
    more = len(verdicts) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def paragraphs(finding: Finding) -> list[str]:
    """Return everything that a finding says, for a reader who sees no other report."""
    parts = {"AWS: ": finding.aws, "Why: ": finding.why, "Change: ": finding.fix}
    told = [finding.message, *(f"{label}{part}" for label, part in parts.items() if part)]
    return [*map(printable, told), *change(finding)]
