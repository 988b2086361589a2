"""The codes of known failures, put on what the checks find."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from lambda_contracts.contract import Contract
from lambda_contracts.diagnosis import CATALOGUE, answered, code_of, diagnose, reading_line
from lambda_contracts.diagnosis.diagnose import Answered
from lambda_contracts.diagnosis.experiments import experiments
from lambda_contracts.finding import Finding, Severity
from lambda_contracts.http import Request
from lambda_contracts.outcomes import Outcome
from lambda_contracts.route import Route
from lambda_contracts.tracebacks import Place, source_reader


def diagnosed(contract: Contract, event: Any, outcome: Outcome, found: Finding) -> Finding:
    """Return the finding of a function that did not answer, with code, place, line and change where they are known."""
    handler = contract.function.handler or ""
    diagnosis = diagnose(outcome, event, source_reader(contract.code), contract.code, handler)
    if diagnosis is None:
        return found
    told = _of_code(found, diagnosis.code)
    return _at(contract, replace(told, place=diagnosis.place, fix=diagnosis.fix, diff=diagnosis.diff), diagnosis.line)


def named(contract: Contract, event: Any, outcome: Outcome, findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return a front's findings about a result, with code and the handler's line where they are known."""
    answer: Answered | None = None
    told: list[Finding] = []
    for found in findings:
        code = None if found.severity is Severity.NOTE else code_of(outcome.payload, found)
        if code is None:
            told.append(found)
            continue
        answer = answer or answered(event, source_reader(contract.code), contract.function.handler or "")
        diff = answer.diff(code, found.place) if answer else ""
        told.append(_at(contract, replace(_of_code(found, code), diff=diff), answer.line if answer else None))
    return tuple(told)


def tried(
    contract: Contract,
    event: Any,
    request: Request | None,
    route: Route,
    findings: Sequence[Finding],
    holds: Callable[[Any], bool],
) -> tuple[Finding, ...]:
    """Return the findings about an answer that is not the promised one, with a code if an experiment proves it.

    `holds` sends an event, and says whether the answer is the promised one. Changes that belong to two codes and both
    help prove neither.
    """
    helpful = [experiment for experiment in experiments(event, request, route) if holds(experiment.event)]
    if len({experiment.code for experiment in helpful}) != 1:
        return tuple(findings)
    places = [place for experiment in helpful for place in experiment.places]
    line = reading_line(event, source_reader(contract.code), contract.function.handler or "", places)
    return tuple(
        _at(contract, replace(_of_code(found, helpful[0].code), fix=CATALOGUE[helpful[0].code].fix), line)
        if found.severity is Severity.ERROR and found.code.startswith("case.")
        else found
        for found in findings
    )


def _of_code(found: Finding, code: str) -> Finding:
    return replace(found, code=code, why=CATALOGUE[code].why)


def _at(contract: Contract, found: Finding, line: Place | None) -> Finding:
    if line is None:
        return found
    return replace(found, file=str(contract.code / line.file), line=line.line, excerpt=line.code)
