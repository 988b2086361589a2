"""An explanation for people: what an event is, what the handler read of it, and what each front answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from lambda_contracts.checks.cases import Verdict
from lambda_contracts.diagnosis import CATALOGUE
from lambda_contracts.explanation import About, Explained, Payload, ReadValue, Row
from lambda_contracts.explanation.places import SOME
from lambda_contracts.finding import Severity
from lambda_contracts.reports import text
from lambda_contracts.reports.text import Paint, plain, printable
from lambda_contracts.tracing.observed import shown as path_shown

_VALUE = 60
"""Characters of a value that are shown."""
_READS = 60
"""Reads that are shown: a handler that goes through a long list reads each item."""


def about(name: str, explained: About, paint: Paint = plain, *, places: bool = True) -> Iterator[str]:
    """Yield the lines on what an event is; `places` puts its shapes side by side."""
    found = explained.identified
    variant = f", {found.variant}" if found.variant else ""
    head = f"{paint(printable(name), 'bold')}: {paint(found.shape, 'good')}{printable(variant)}"
    yield f"{head} ({found.confidence:.0%} sure)"
    yield from (f"  because   {printable(reason)}" for reason in found.why)
    if explained.payload:
        yield from _payload(explained.payload)
    for finding in explained.findings:
        yield from text.finding(finding, paint)
    if places and explained.places:
        yield ""
        yield from _places(explained.places, paint)


def function(name: str, explained: Explained, paint: Paint = plain) -> Iterator[str]:
    """Yield the lines on what a function made of the event."""
    verdict = explained.verdict
    yield ""
    yield f"{paint(printable(name), 'bold')} {_ended(verdict)}"
    for finding in sorted(verdict.findings, key=lambda one: one is not explained.finding):
        if finding.severity is not Severity.NOTE:
            yield from text.finding(finding, paint)
    yield from (f"  log       {value_of(line.encode('utf-8', 'replace'), 300)}" for line in verdict.outcome.log[-8:])
    yield ""
    yield from _reads(explained, paint)
    yield ""
    yield from _answers(explained, paint)


def value(found: Any, limit: int = _VALUE) -> str:
    """Return a value as a line of JSON that fits, escaped."""
    try:
        shown = json.dumps(found, ensure_ascii=False)
    except (RecursionError, ValueError):
        return "nested too deep to be shown"
    cut = shown if len(shown) <= limit else f"{shown[: limit - 3]}... ({len(shown):,} characters)"
    return printable(cut)


def _payload(payload: Payload) -> Iterator[str]:
    at = f" at {printable(payload.place)}" if payload.place else ""
    taken = f": {printable(payload.expression)}" if payload.expression not in ("", "event") else ""
    yield f"  payload   {payload.form}{at}{taken}"
    if payload.expression and payload.value not in (None, ""):
        yield f"            {value(payload.value, 100)}"


def _places(rows: Sequence[Row], paint: Paint) -> Iterator[str]:
    yield f"  {paint('the same request in every shape', 'bold')} (* not as in this event)"
    width = max(len(printable(row.place)) for row in rows)
    for row in rows:
        name = printable(row.place)
        for index, cell in enumerate(row.cells):
            stands = "absent" if not cell.present else _stands(row, cell.value)
            mark = "*" if index else " "
            shapes = paint(", ".join(cell.shapes), "dim")
            line = f"  {mark} {(name if not index else '').ljust(width)}  {stands.ljust(34)}"
            yield f"{paint(line, 'warn') if index else line}  {shapes if row.differs else paint('everywhere', 'dim')}"


def _stands(row: Row, found: Any) -> str:
    if row.place == "payload":
        return printable(str(found))
    return "{...}" if found == SOME else value(found, 34)


def _ended(verdict: Verdict) -> str:
    outcome = verdict.outcome
    return f"returned {value_of(outcome.payload)}" if outcome.ok else f"ended with a {outcome.kind}"


def value_of(payload: bytes, limit: int = 100) -> str:
    """Return a payload as a line that fits, escaped."""
    shown = payload[: limit * 4].decode("utf-8", "replace")
    return printable(shown if len(shown) <= limit else f"{shown[:limit]}... ({len(payload):,} bytes)")


def _reads(explained: Explained, paint: Paint) -> Iterator[str]:
    reads = explained.reads
    if explained.trace is None:
        yield "  what it read is not known: it did not come to an end, or its Python takes no sitecustomize"
        return
    wrong = explained.first_wrong
    yield f"  {paint('what it read', 'bold')}" + (" (> the first read that went wrong)" if wrong is not None else "")
    if explained.differs:
        yield f"  {paint('warning', 'warn')} when it is traced, the handler ends otherwise (tracing.differs)"
    paths = [printable(path_shown(read.path)) for read in reads]
    width = min(max(map(len, paths), default=0), 48)
    for index, (read, path) in enumerate(zip(reads[:_READS], paths, strict=False)):
        yield _read(read, path.ljust(width), paint, wrong=index == wrong)
    if len(reads) > _READS:
        yield f"    ... and {len(reads) - _READS:,} more"
    if explained.never_read:
        yield f"  never     {printable(', '.join(explained.never_read))}"


def _read(read: ReadValue, path: str, paint: Paint, *, wrong: bool) -> str:
    stands = "absent" if read.missing else value(read.value, 34)
    where = f"{read.line.file}:{read.line.line}  {read.line.code}" if read.line else ", ".join(read.operations)
    line = f"  {'>' if wrong else ' '} {path}  {stands.ljust(34)}  {printable(where)}"
    return paint(line, "bad") if wrong else line


def _answers(explained: Explained, paint: Paint) -> Iterator[str]:
    yield f"  {paint('what the client gets', 'bold')}" + (
        " for the same request in every shape" if explained.answers else ""
    )
    for verdict in (explained.verdict, *explained.answers):
        code = next((f"{one.code} " for one in verdict.findings if one.code in CATALOGUE), "")
        line = next((f"line {one.line} " for one in verdict.findings if code and one.line), "")
        status = str(verdict.response.status)
        body = value_of(verdict.response.body, 60)
        good = verdict.passed and verdict.response.status < 400
        shown = paint(f"{status} {code.ljust(4)}", "good" if good else "bad")
        yield f"    {verdict.trial.shape.ljust(16)}  {shown}  {line}{body}".rstrip()
