"""One invocation as the page shows it: lines to read, findings, and the rules behind each step."""

from __future__ import annotations

from typing import Any

from lambda_contracts import events
from lambda_contracts.checks.cases import Trial, answered, judge, trial_of_text
from lambda_contracts.contract import Case, Contract
from lambda_contracts.http import Request, Response
from lambda_contracts.outcomes import OutcomeKind
from lambda_contracts.reports.sides import cut
from lambda_contracts.shapes import FRONTS, TABLE, Shape
from lambda_contracts.shapes.fingerprint import shows

from lambda_emulator.fronts.invocations import Invocation
from lambda_emulator.inspector import curl
from lambda_emulator.inspector.excerpts import Shown
from lambda_emulator.inspector.explained import finding
from lambda_emulator.inspector.history import Entry

_OUTCOME_RULES = {
    OutcomeKind.RESULT: ("R80",),
    OutcomeKind.FUNCTION_ERROR: ("R81", "R82"),
    OutcomeKind.TIMEOUT: ("R83",),
    OutcomeKind.EXIT: ("R84",),
    OutcomeKind.INIT_FAILURE: ("R82",),
}


def summary(entry: Entry) -> dict[str, Any]:
    """Return what the list shows of an invocation. Times are in seconds, `at` since 1970."""
    invocation, outcome = entry.invocation, entry.invocation.outcome
    return {
        "number": entry.number,
        "at": invocation.at,
        "function": invocation.function,
        "shape": invocation.shape,
        "route": cut([invocation.route])[0],
        "kind": outcome.kind,
        "ok": outcome.ok and (invocation.response is None or invocation.response.status < 500),
        "status": invocation.response and invocation.response.status,
        "seconds": outcome.duration,
        "init": outcome.init_duration,
        "size": len(invocation.event),
        "origin": entry.origin,
    }


def trial_of(contract: Contract, invocation: Invocation) -> Trial:
    """Return an invocation as something to judge; what an SDK sent is what its event looks like.

    Raises EventError for an event that is no JSON.
    """
    shape = None if invocation.shape is Shape.DIRECT else invocation.shape
    text, name = invocation.event, contract.folder / "this event"
    return trial_of_text(contract, Case(name="this event", payload={}), name, text, shape)


def shown_of(invocation: Invocation, trial: Trial, *, redact: bool) -> Shown:
    """Return what may be shown of an invocation."""
    response = invocation.response
    shown = Shown(trial.event, invocation.outcome.payload, response.body if response else b"", redact=redact)
    for headers in (one.headers for one in (invocation.request, response) if one):
        shown.headers(headers)
    return shown


def view(contract: Contract, entry: Entry, trial: Trial, shown: Shown, *, address: str) -> dict[str, Any]:
    """Return an invocation step by step, from the request to the response.

    `address` is the server's, as the page's own request named it.
    """
    invocation = entry.invocation
    identified = events.identify(trial.event)
    outcome = invocation.outcome
    verdict = judge(contract, trial, outcome)
    fronted = trial.shape is not Shape.DIRECT or any(shape in FRONTS for shape in contract.accept)
    answer = answered(contract, trial, outcome)
    request = _request(invocation, shown)
    return {
        **summary(entry),
        "request": request and {"lines": [*_request_lines(request), *_body_lines(invocation, shown)]},
        "curl": request and curl.command(request, address),
        "event": {
            "shape": identified.shape,
            "variant": identified.variant,
            "confidence": identified.confidence,
            "why": [shown.text(reason) for reason in identified.why],
            "findings": [finding(contract, one, shown) for one in events.lint(trial.event)],
            "lines": shown.lines(trial.event),
            "rules": _event_rules(trial),
        },
        "outcome": {
            "lines": shown.lines(outcome.payload),
            "log": shown.texts(outcome.log),
            "rules": _OUTCOME_RULES[outcome.kind],
        },
        "response": {
            "front": _front(contract, trial),
            "status": answer.response.status,
            "lines": _response_lines(invocation.response or answer.response, shown),
            "sent": invocation.response is not None,
            "rules": answer.rules,
        }
        if fronted
        else None,
        "findings": [finding(contract, one, shown) for one in verdict.findings] if fronted or not outcome.ok else [],
    }


def _front(contract: Contract, trial: Trial) -> Shape:
    """Return the front by whose rules a result is read."""
    return contract.front if trial.shape is Shape.DIRECT else trial.shape


def _request(invocation: Invocation, shown: Shown) -> Request | None:
    request = invocation.request
    if request is None:
        return None
    return Request(
        method=request.method,
        path=shown.text(request.path),
        query=shown.text(request.query),
        headers=shown.headers(request.headers),
        body=shown.payload(request.body) if len(request.body) <= curl.LONGEST else request.body,
        protocol=request.protocol,
    )


def _request_lines(request: Request) -> list[str]:
    target = f"{request.path}?{request.query}" if request.query else request.path
    head = [f"{request.method} {target} {request.protocol}", *(f"{name}: {value}" for name, value in request.headers)]
    return cut(head)


def _body_lines(invocation: Invocation, shown: Shown) -> list[str]:
    body = invocation.request.body if invocation.request else b""
    return ["", *shown.lines(body)] if body else []


def _response_lines(response: Response, shown: Shown) -> list[str]:
    headers = [f"{name}: {value}" for name, value in shown.headers(response.headers)]
    return [*cut([f"status {response.status}", *headers, ""]), *shown.lines(response.body)]


def _event_rules(trial: Trial) -> list[str]:
    """Return the rules behind the keys that an event has."""
    rules = {row.rule: None for row in TABLE[trial.shape] if row.rule.startswith("R") and shows(trial.event, row)}
    return list(rules)
