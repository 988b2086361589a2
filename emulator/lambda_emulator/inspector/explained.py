"""One event in every shape, and what a handler read of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from lambda_contracts import explanation
from lambda_contracts.checks.cases import Trial
from lambda_contracts.contract import Contract
from lambda_contracts.events import Source
from lambda_contracts.explanation import ReadValue
from lambda_contracts.explanation.places import SOME
from lambda_contracts.finding import Finding, Severity
from lambda_contracts.outcomes import Outcome
from lambda_contracts.payloads import json_text
from lambda_contracts.reports.sides import cut, json_lines

from lambda_emulator.inspector.excerpts import Shown
from lambda_emulator.inspector.history import Entry

_LONGEST = 300
"""Characters of a value in a table."""


def shapes(contract: Contract, entry: Entry, trial: Trial, shown: Shown) -> dict[str, Any]:
    """Return the same request in every shape that can carry it, the event's own first.

    `places` has a row for each place where handlers look, with a text for each shape, null where nothing stands there;
    the place `payload` is none: it says how to take the payload out. `events` are lines.
    """
    request, route = explanation.behind(contract, trial.event, trial.shape)
    source = Source(clock=lambda: entry.invocation.at, bits=random.Random(entry.number).getrandbits)  # noqa: S311
    found = explanation.about(trial.event, request=request, route=route, source=source)
    events = {shape: shown.value(event) for shape, event in found.events.items()}
    rows = explanation.places(events) if len(events) > 1 else ()
    payloads = {shape: explanation.payload_of(event, shape) for shape, event in found.events.items()}
    told = {shape: one and (one.expression or one.form) for shape, one in payloads.items()}
    return {
        "shapes": [*events],
        "accepted": contract.sent,
        "places": [
            {"place": "payload", "values": told},
            *(
                {
                    "place": cut([row.place])[0],
                    "values": {
                        shape: _text(cell.value) if cell.present else None
                        for cell in row.cells
                        for shape in cell.shapes
                    },
                }
                for row in rows[1:]
            ),
        ],
        "events": {shape: json_lines(event) for shape, event in events.items()},
    }


def traced(
    contract: Contract, trial: Trial, outcome: Outcome, invoke: Callable[[Any], Outcome], shown: Shown
) -> dict[str, Any]:
    """Send an event once more, to a function that is traced; return what it read, in order.

    `wrong` is the index of the first read that went wrong, null where none did or it is not known.
    """
    found = explanation.explain(contract, trial.event, lambda _: outcome, invoke, once=True)
    told = [one for one in found.verdict.findings if one.severity is not Severity.NOTE]
    return {
        "traced": found.trace is not None,
        "differs": found.differs,
        "reads": [_read(read, shown) for read in found.reads],
        "wrong": found.first_wrong,
        "unread": [shown.text(place) for place in found.never_read],
        "findings": [finding(contract, one, shown) for one in told],
    }


def finding(contract: Contract, finding: Finding, shown: Shown) -> dict[str, Any]:
    """Return a finding as JSON; its file as the handler's folder knows it."""
    told = {key: shown.text(value) if isinstance(value, str) else value for key, value in asdict(finding).items()}
    return {**told, "file": finding.file and finding.file.removeprefix(f"{contract.code}/")}


def _read(read: ReadValue, shown: Shown) -> dict[str, Any]:
    return {
        "path": cut([shown.text(read.path)])[0],
        "value": _text(shown.value({read.path.rpartition("/")[2]: read.value}).popitem()[1]),
        "missing": read.missing,
        "how": read.operations,
        "line": read.line and {"file": read.line.file, "line": read.line.line, "code": shown.text(read.line.code)},
    }


def _text(value: Any) -> str:
    """Return a JSON value as a short text."""
    text = "{...}" if value == SOME else json_text(value)
    return cut([text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."])[0]
