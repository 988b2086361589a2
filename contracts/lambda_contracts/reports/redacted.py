"""Verdicts without their secrets, for every report that others may see."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from lambda_contracts.checks.cases import Trial, Verdict
from lambda_contracts.contract import Case, Contract
from lambda_contracts.finding import Finding
from lambda_contracts.http import Request, Response
from lambda_contracts.outcomes import Outcome
from lambda_contracts.redaction import Redactor


def redactor(contract: Contract) -> Redactor:
    """Return a redactor that knows what the contract itself calls a secret: its environment, and its cases."""
    return Redactor(
        contract.function.environment, [_sent(case) for case in contract.cases], [case.body for case in contract.cases]
    )


def redacted(verdict: Verdict, known: Redactor) -> Verdict:
    """Return a verdict without its secrets. Judge first: what is left need not fulfil the contract any more."""
    for value in (verdict.trial.event, verdict.response.body, verdict.outcome.payload):
        known.learn(value)
    known.headers(verdict.response.headers)
    return replace(
        verdict,
        trial=_trial(verdict.trial, known),
        outcome=_outcome(verdict.outcome, known),
        response=_response(verdict.response, known),
        findings=tuple(_finding(finding, known) for finding in verdict.findings),
    )


def _sent(case: Case) -> list[object]:
    return [case.payload, case.text, case.headers, case.path or ""]


def _trial(trial: Trial, known: Redactor) -> Trial:
    case = msgspec.structs.replace(
        trial.case,
        payload=known.value(trial.case.payload),
        text=known.value(trial.case.text),
        headers=known.value(trial.case.headers),
        body=known.value(trial.case.body),
    )
    request = trial.request and _request(trial.request, known)
    return replace(trial, case=case, event=known.value(trial.event), request=request)


def _request(request: Request, known: Redactor) -> Request:
    return replace(
        request,
        path=known.text(request.path),
        query=known.text(request.query),
        headers=known.headers(request.headers),
        body=known.payload(request.body),
    )


def _response(response: Response, known: Redactor) -> Response:
    return replace(response, headers=known.headers(response.headers), body=known.payload(response.body))


def _outcome(outcome: Outcome, known: Redactor) -> Outcome:
    return replace(outcome, payload=known.payload(outcome.payload), log=tuple(known.text(line) for line in outcome.log))


def _finding(finding: Finding, known: Redactor) -> Finding:
    return replace(
        finding,
        message=known.text(finding.message),
        excerpt=known.text(finding.excerpt),
        aws=known.text(finding.aws),
        fix=known.text(finding.fix),
    )
