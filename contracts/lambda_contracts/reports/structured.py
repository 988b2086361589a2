"""Verdicts and reports as objects for `--json`: one a trial."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from lambda_contracts.checks.cases import Verdict
from lambda_contracts.checks.registry import Report
from lambda_contracts.explanation import About, Explained, ReadValue, Row
from lambda_contracts.outcomes import Outcome
from lambda_contracts.payloads import parse
from lambda_contracts.reports.run import Folders, Run


def lines(runs: Sequence[Run], _: Folders) -> str:
    """Return what `--json` prints: an object a line, for each trial of each contract."""
    told = (
        {"function": run.contract.function.name, **line}
        for run in runs
        for line in (*map(verdict, run.verdicts), *(line for one in run.reports for line in report(one)))
    )
    return "".join(f"{json.dumps(line)}\n" for line in told)


def verdict(verdict: Verdict) -> dict[str, Any]:
    """Return one verdict: case, shape, event, outcome, response and findings."""
    return {
        "case": verdict.trial.case.name,
        "shape": verdict.trial.shape,
        "passed": verdict.passed,
        "event": verdict.trial.event,
        "outcome": outcome(verdict.outcome),
        "response": {
            "status": verdict.response.status,
            "headers": verdict.response.headers,
            "body": _json_or_text(verdict.response.body),
        },
        "findings": [asdict(finding) for finding in verdict.findings],
    }


def report(report: Report) -> list[dict[str, Any]]:
    """Return what another check than the cases found: an object a verdict, and one for what is said of the function."""
    told: list[dict[str, Any]] = [{"check": report.check, **verdict(one)} for one in report.verdicts]
    if report.findings or not told:
        findings = [asdict(finding) for finding in report.findings]
        passed = not any(finding.breaks for finding in report.findings)
        told.append({"check": report.check, "passed": passed, "findings": findings})
    return told


def outcome(outcome: Outcome) -> dict[str, Any]:
    """Return one outcome; its payload is JSON where it is JSON (NaN is not), else text. Durations are in seconds."""
    return {
        "kind": outcome.kind,
        "payload": _json_or_text(outcome.payload),
        "request_id": outcome.request_id,
        "log": outcome.log,
        "duration": outcome.duration,
        "init_duration": outcome.init_duration,
    }


def about(about: About) -> dict[str, Any]:
    """Return what an event is: shape, payload, findings, its event in every shape, and what stands where in them."""
    found = about.identified
    return {
        "shape": found.shape,
        "variant": found.variant,
        "confidence": found.confidence,
        "emulator": found.emulator,
        "why": found.why,
        "findings": [asdict(finding) for finding in about.findings],
        "payload": asdict(about.payload) if about.payload else None,
        "shapes": about.events if len(about.events) > 1 else {},
        "places": [_row(row) for row in about.places],
    }


def explained(explained: Explained) -> dict[str, Any]:
    """Return what a function made of an event: its verdict, what it read, and the answers in the other shapes."""
    return {
        **verdict(explained.verdict),
        "reads": [_read(read) for read in explained.reads],
        "first_wrong": explained.first_wrong,
        "never_read": explained.never_read,
        "traced": explained.trace is not None,
        "differs": explained.differs,
        "answers": [verdict(one) for one in explained.answers],
    }


def _row(row: Row) -> dict[str, Any]:
    cells = [{"shapes": cell.shapes, "present": cell.present, "value": cell.value} for cell in row.cells]
    return {"place": row.place, "differs": row.differs, "cells": cells}


def _read(read: ReadValue) -> dict[str, Any]:
    line = {"file": read.line.file, "line": read.line.line, "code": read.line.code} if read.line else None
    return {
        "path": read.path,
        "operations": read.operations,
        "missing": read.missing,
        "value": read.value,
        "line": line,
    }


def _json_or_text(payload: bytes) -> Any:
    try:
        value = parse(payload)
        json.dumps(value, allow_nan=False)  # 1e999 is JSON, and Python's Infinity is not
    except (ValueError, RecursionError):
        return payload.decode("utf-8", "replace")
    return value
