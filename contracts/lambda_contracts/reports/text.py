"""The report for people: first the matrix of cases and shapes, then every failure with what repeats it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from lambda_contracts.checks.budget import Figures
from lambda_contracts.checks.cases import Verdict
from lambda_contracts.checks.registry import Report
from lambda_contracts.contract import ACCEPTED, Contract
from lambda_contracts.diagnosis import CATALOGUE
from lambda_contracts.finding import Finding, Severity
from lambda_contracts.shapes import Shape

Paint = Callable[[str, str], str]
"""Colours a text: (text, one of `good`, `bad`, `warn`, `dim`, `bold`) -> text."""


def plain(text: str, _: str) -> str:
    """Paint nothing, as into a pipe."""
    return text


def matrix(contract: Contract, verdicts: Sequence[Verdict], paint: Paint = plain) -> str:
    """Return one row a case and one column a shape: `ok` or the status that was to be; `-` where nothing was sent."""
    shown = columns(contract, verdicts)
    cells = {(verdict.trial.case.name, verdict.trial.shape): verdict for verdict in verdicts}
    rows = list(dict.fromkeys(verdict.trial.case.name for verdict in verdicts))
    widths = [max(len(shape), len("FAIL 502")) for shape in shown]
    first = max(len(printable(name)) for name in (*rows, contract.function.name)) + 2
    lines = [paint(contract.function.name.ljust(first + 2), "bold") + _row(shown, widths, paint, "dim")]
    for name in rows:
        row = [cell(cells.get((name, shape))) for shape in shown]
        painted = [paint(text.ljust(width), colour) for (text, colour), width in zip(row, widths, strict=True)]
        lines.append(f"  {printable(name).ljust(first)}" + "  ".join(painted))
    return "\n".join(line.rstrip() for line in lines)


def columns(contract: Contract, verdicts: Sequence[Verdict]) -> list[Shape]:
    """Return the shapes of a matrix: those that the contract accepts, and those of recorded events."""
    sent = {verdict.trial.shape for verdict in verdicts}
    return [shape for shape in ACCEPTED if shape in sent or shape in contract.accept]


def _row(columns: Sequence[str], widths: Sequence[int], paint: Paint, colour: str) -> str:
    return "  ".join(paint(text.ljust(width), colour) for text, width in zip(columns, widths, strict=True))


def cell(verdict: Verdict | None) -> tuple[str, str]:
    """Return what a matrix says of a trial, and the name of its colour."""
    if verdict is None:
        return "-", "dim"
    status = str(verdict.response.status)
    if not verdict.passed:
        return _code(verdict) or f"FAIL {status}", "bad"
    return ("ok" if status.startswith("2") else status), "good"


def _code(verdict: Verdict) -> str:
    """Return the code of the known failure that broke a trial, or nothing."""
    errors = [found.code for found in verdict.findings if found.severity is Severity.ERROR]
    return next((code for code in errors if code in CATALOGUE), "")


def alike(verdicts: Sequence[Verdict]) -> list[list[Verdict]]:
    """Group the failed trials that say the same of the same line; each group begins with its smallest event.

    What each front makes of it does not tell them apart: the handler is to be changed once.
    """
    groups: dict[object, list[Verdict]] = {}
    for verdict in verdicts:
        if not verdict.passed:
            said = tuple((one.code, one.message, one.file, one.line) for one in verdict.findings if one.breaks)
            groups.setdefault(said, []).append(verdict)
    return [sorted(group, key=lambda verdict: len(json.dumps(verdict.trial.event))) for group in groups.values()]


def failure(group: Sequence[Verdict], repeat: Mapping[str, str], paint: Paint = plain) -> str:
    """Return a group of like failures: what is wrong, the smallest event, what the client got, and how to repeat it."""
    verdict, *others = group
    lines = [paint(f"FAIL {printable(verdict.trial.id)}", "bad")]
    if others:
        lines.append(f"  and in    {printable(', '.join(other.trial.id for other in others))}")
    for found in verdict.findings:
        lines += finding(found, paint)
    lines.append(f"  event     {_shortened(json.dumps(verdict.trial.event))}")
    body = printable(verdict.response.body.decode("utf-8", "replace"))
    lines.append(f"  client    {verdict.response.status} {_shortened(body)}".rstrip())
    lines += [f"  log       {_shortened(printable(line[:2_000]))}" for line in verdict.outcome.log[-8:]]
    lines += [printable(f"  {name.ljust(9)} {command}") for name, command in repeat.items()]
    return "\n".join(lines)


def warnings(verdicts: Sequence[Verdict], paint: Paint = plain) -> list[str]:
    """Return the warnings of trials that passed, each once, with the trials that it was said of."""
    said: dict[Finding, list[str]] = {}
    for verdict in verdicts:
        for found in verdict.findings if verdict.passed else ():
            if found.severity is Severity.WARNING:
                said.setdefault(found, []).append(verdict.trial.id)
    return [
        "\n".join([*finding(found, paint), f"    in        {printable(', '.join(ids))}"]) for found, ids in said.items()
    ]


def told(
    verdicts: Sequence[Verdict],
    reports: Sequence[Report] = (),
    repeat: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    paint: Paint = plain,
) -> Iterator[str]:
    """Yield what is wrong, a paragraph each: like failures together, warnings, what checks say of the function.

    `repeat` has, by trial id, the lines that send a failed trial's event again.
    """
    for group in alike(verdicts):
        yield failure(group, repeat.get(group[0].trial.id, {}), paint)
    yield from warnings(verdicts, paint)
    for report in reports:
        yield from ("\n".join(finding(found, paint)) for found in report.findings)


def finding(found: Finding, paint: Paint = plain) -> list[str]:
    """Return one finding: what is wrong, the line, what AWS does, what to change."""
    colour = {Severity.ERROR: "bad", Severity.WARNING: "warn"}.get(found.severity, "dim")
    place = f" at {printable(found.place)}" if found.place else ""
    lines = [f"  {paint(found.severity, colour)} {printable(found.code)}{place}: {printable(found.message)}"]
    if found.file:
        lines.append(f"    line      {printable(found.file)}:{found.line}  {printable(found.excerpt)}".rstrip())
    if found.aws:
        lines.append(f"    AWS       {printable(found.aws)} ({found.confidence})")
    if found.why:
        lines.append(f"    why       {printable(found.why)} (lambdaproof explain {found.code})")
    if found.fix:
        lines.append(f"    change    {printable(found.fix)}")
    return lines + [f"              {line}" for line in change(found)]


def change(found: Finding) -> list[str]:
    """Return the lines that a finding's diff takes away and adds."""
    return [printable(line) for line in found.diff.splitlines()[2:] if not line.startswith("@@")]


def summary(
    verdicts: Sequence[Verdict],
    seconds: float,
    paint: Paint = plain,
    *,
    reports: Sequence[Report] = (),
    figures: Figures | None = None,
) -> str:
    """Return the last line: how many events there were, how many failed, what else broke, what is known, and times."""
    failed = sum(not verdict.passed for verdict in verdicts)
    told = [paint(f"{failed} failed", "bad")] if failed else []
    told += [paint(f"{report.check} failed", "bad") for report in reports if not report.passed]
    known = sum(any(found.known for found in verdict.findings) for verdict in verdicts)
    told = told or [paint("all hold", "good")]
    told += [f"{known} known"] if known else []
    events = "1 event" if len(verdicts) == 1 else f"{len(verdicts)} events"
    return f"{events}, {', '.join(told)}{_measured(figures)}, {seconds:.1f} s"


def _measured(figures: Figures | None) -> str:
    if figures is None:
        return ""
    told = [f"init {figures.init:.2f} s"] if figures.init is not None else []
    told += [f"cold {figures.cold:.2f} s"] if figures.cold is not None else []
    if figures.warm_p50 is not None and figures.warm_p99 is not None:
        told.append(f"warm {figures.warm_p50 * 1000:.1f} ms (99%: {figures.warm_p99 * 1000:.1f})")
    told += [f"{figures.memory / 2**20:.0f} MB"] if figures.memory is not None else []
    return "".join(f", {part}" for part in told)


def _shortened(text: str, limit: int = 600) -> str:
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text):,} characters)"


def printable(text: str) -> str:
    """Escape what would break a line, colour a terminal, turn its direction or be no UTF-8: handlers say anything."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in "\t\xa0" else ascii(char)[1:-1] for char in text)


def printable_json(text: str) -> str:
    """Escape the same in the text of JSON, so that it stays the same JSON."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in "\t\r\n" else json.dumps(char)[1:-1] for char in text)
