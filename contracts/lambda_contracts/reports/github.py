"""Annotations of GitHub Actions: workflow commands that the runner reads from a step's output.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Sequence

from lambda_contracts.finding import Severity
from lambda_contracts.reports.run import Folders, Run, Told, paragraphs, told, trials
from lambda_contracts.reports.text import printable

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_ORDER = tuple(Severity)


def github(runs: Sequence[Run], folders: Folders) -> str:
    """Return a line a finding, errors first: GitHub shows the first ten of a kind in each step."""
    found = [(run, one) for run in runs for one in told(run, folders)]
    found.sort(key=lambda pair: _ORDER.index(pair[1].finding.severity))
    return "".join(_line(run, one) for run, one in found)


def _line(run: Run, one: Told) -> str:
    finding = one.finding
    where = f" in {trials(one.verdicts, 3)}" if one.verdicts else ""
    title = f"{run.contract.function.name}: {finding.code}{where}"
    message = "%0A".join(_data(part) for part in paragraphs(finding))
    place = f"file={_property(one.file)},line={one.line},title={_property(title)}"
    return f"::{_COMMANDS[finding.severity]} {place}::{message}\n"


def _data(text: str) -> str:
    """Escape a message: the runner would take a line that begins with `::` for a command."""
    return printable(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
