"""What became different when a recorded event was sent again, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from lambda_contracts.checks.cases import Verdict
from lambda_contracts.payloads import shown
from lambda_contracts.records import Change
from lambda_contracts.redaction import redact
from lambda_contracts.reports.text import Paint, finding, plain, printable


def without_secrets(change: Change) -> Change:
    """Return a change as it may be shown; what is absent stays so."""
    name = change.place.rpartition("/")[2]  # it may say that the value is a secret
    was, now = (
        value if value is msgspec.UNSET else redact({name: value})[name] for value in (change.recorded, change.now)
    )
    return Change(change.place, was, now)


def changed(verdict: Verdict, changes: Sequence[Change], paint: Paint = plain) -> str:
    """Return what is different, a line for each place, and why where that is known."""
    lines = [paint(f"CHANGED {printable(verdict.trial.case.name)}", "bad")]
    lines += [f"  {printable(change.place or '/')}  {_between(change, paint)}" for change in changes]
    for found in verdict.findings:
        lines += finding(found, paint)
    lines += [f"  log       {printable(line)}" for line in verdict.outcome.log[-8:]]
    return "\n".join(lines)


def as_json(change: Change) -> dict[str, Any]:
    """Return one change: its place, what was recorded and what is now; a key is missing where nothing is."""
    values = {"recorded": change.recorded, "now": change.now}
    return {"place": change.place, **{key: value for key, value in values.items() if value is not msgspec.UNSET}}


def _between(change: Change, paint: Paint) -> str:
    if change.recorded is msgspec.UNSET:
        return f"is new: {paint(printable(shown(change.now)), 'bad')}"
    if change.now is msgspec.UNSET:
        return f"is gone; it was {printable(shown(change.recorded))}"
    return f"{printable(shown(change.recorded))} -> {paint(printable(shown(change.now)), 'bad')}"
