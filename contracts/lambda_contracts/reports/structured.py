"""Verdicts as objects for `--json`: one a trial."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from lambda_contracts.checks.cases import Verdict, body_value
from lambda_contracts.outcomes import Outcome
from lambda_contracts.payloads import parse


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
            "body": body_value(verdict.response),
        },
        "findings": [asdict(finding) for finding in verdict.findings],
    }


def outcome(outcome: Outcome) -> dict[str, Any]:
    """Return one outcome; its payload is JSON where it is JSON (NaN is not), else text. Durations are in seconds."""
    try:
        payload: Any = parse(outcome.payload)
    except (ValueError, RecursionError):
        payload = outcome.payload.decode("utf-8", "replace")
    return {
        "kind": outcome.kind,
        "payload": payload,
        "request_id": outcome.request_id,
        "log": outcome.log,
        "duration": outcome.duration,
        "init_duration": outcome.init_duration,
    }
