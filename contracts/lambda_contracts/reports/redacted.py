"""Verdicts without their secrets, for every report that others may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from lambda_contracts.checks.cases import Trial, Verdict
from lambda_contracts.checks.registry import Report
from lambda_contracts.contract import Case, Contract
from lambda_contracts.explanation import Explained
from lambda_contracts.finding import Finding
from lambda_contracts.http import Request, Response
from lambda_contracts.outcomes import Outcome
from lambda_contracts.redaction import Redactor
from lambda_contracts.reports.run import Run


class Redacted:
    """One contract's verdicts as they may be shown: without secrets, or as they are when `redact` is false.

    It knows what the contract itself calls a secret (its environment, its cases) and what each verdict did. Judge
    first: what is left need not fulfil the contract any more.
    """

    def __init__(self, contract: Contract, *, redact: bool = True) -> None:
        self._redact = redact
        bodies = [case.body for case in contract.cases]
        self._known = Redactor(contract.function.environment, [_sent(case) for case in contract.cases], bodies)

    def run(self, run: Run, repeat: Mapping[str, Mapping[str, str]]) -> Run:
        """Return a run as it may be shown, with the lines that repeat its failures."""
        for verdict in run.judged:
            self.learn(verdict)
        verdicts = tuple(map(self.verdict, run.verdicts))
        return replace(run, verdicts=verdicts, reports=tuple(map(self.report, run.reports)), repeat=repeat)

    def report(self, report: Report) -> Report:
        """Return what a check found as it may be shown."""
        verdicts = tuple(map(self.verdict, report.verdicts))
        return replace(report, verdicts=verdicts, findings=tuple(map(self.finding, report.findings)))

    def verdict(self, verdict: Verdict) -> Verdict:
        """Return a verdict as it may be shown."""
        if not self._redact:
            return verdict
        self.learn(verdict)
        return replace(
            verdict,
            trial=_trial(verdict.trial, self._known),
            outcome=_outcome(verdict.outcome, self._known),
            response=_response(verdict.response, self._known),
            findings=tuple(map(self.finding, verdict.findings)),
        )

    def explained(self, explained: Explained) -> Explained:
        """Return an explanation as it may be shown: of results, answers and logs, no more than anybody reads."""
        if not self._redact:
            return explained
        verdicts = [_cut(verdict) for verdict in (explained.verdict, *explained.answers)]
        for verdict in verdicts:
            self._learn_answer(verdict)
        about = explained.about.redacted(self._known)
        own, *answers = (self._answer(verdict, about.events.get(verdict.trial.shape)) for verdict in verdicts)
        if explained.verdict.trial.shape is not about.shape:  # a trigger's event is judged as a direct one
            own = replace(own, trial=replace(own.trial, event=about.event))
        return replace(explained, about=about, verdict=own, answers=tuple(answers))

    def _answer(self, verdict: Verdict, event: Any) -> Verdict:
        """Return a verdict as it may be shown, about an event that already may be."""
        return replace(
            verdict,
            trial=replace(verdict.trial, case=_case(verdict.trial.case, self._known), event=event, request=None),
            outcome=_outcome(verdict.outcome, self._known),
            response=_response(verdict.response, self._known),
            findings=tuple(map(self.finding, verdict.findings)),
        )

    def finding(self, finding: Finding) -> Finding:
        """Return a finding as it may be shown."""
        if not self._redact:
            return finding
        text = self._known.text
        return replace(
            finding,
            message=text(finding.message),
            excerpt=text(finding.excerpt),
            aws=text(finding.aws),
            fix=text(finding.fix),
            why=text(finding.why),
            diff=text(finding.diff),
        )

    def learn(self, verdict: Verdict) -> None:
        """Remember the secrets of an event and its answer."""
        self._known.learn(verdict.trial.event)
        self._learn_answer(verdict)

    def _learn_answer(self, verdict: Verdict) -> None:
        for value in (verdict.response.body, verdict.outcome.payload):
            self._known.learn(value)
        self._known.headers(verdict.response.headers)


_LONGEST = 100_000
"""Bytes of a result or an answer, and characters of a line of the log, that are looked through for an explanation."""


def _cut(verdict: Verdict) -> Verdict:
    outcome, response = verdict.outcome, verdict.response
    log = tuple(line[:_LONGEST] for line in outcome.log)
    return replace(
        verdict,
        outcome=replace(outcome, payload=outcome.payload[:_LONGEST], log=log),
        response=replace(response, body=response.body[:_LONGEST]),
    )


def _sent(case: Case) -> list[object]:
    return [case.payload, case.text, case.headers, case.path or ""]


def _case(case: Case, known: Redactor) -> Case:
    return msgspec.structs.replace(
        case,
        payload=known.value(case.payload),
        text=known.value(case.text),
        headers=known.value(case.headers),
        body=known.value(case.body),
    )


def _trial(trial: Trial, known: Redactor) -> Trial:
    case = _case(trial.case, known)
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
