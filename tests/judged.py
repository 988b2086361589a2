"""Runs and verdicts for tests of reports, as a check would have made them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lambda_contracts.checks.cases import Trial, Verdict
from lambda_contracts.checks.registry import Report
from lambda_contracts.contract import Case, Contract, parse
from lambda_contracts.finding import Confidence, Finding, Severity
from lambda_contracts.http import Response
from lambda_contracts.outcomes import Outcome, OutcomeKind
from lambda_contracts.reports.run import Folders, Run
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape

HOSTILE = (
    "<script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\">"
    "]]>&amp;'\" \x1b[31mred\x1b[0m\r\n::error::x\x00\x9b31m\u202etxt.exe\u2028\ud800\ufffe{{ 7 * 7 }}{% raw %}%0A"
)
FOLDERS = Folders(current=Path("/repo/handlers"), root=Path("/repo"))
CONTRACT = """\
[function]
name = "iris"
handler = "app.handler"

[shapes]
accept = ["direct", "rest"]

[[case]]
name = "virginica"
payload = { x = 1 }
status = 200

[[case]]
name = "missing feature"
payload = {}
status = 400
"""
CRASH = Finding(
    code="outcome.function-error", severity=Severity.ERROR, message="KeyError: 'body'", aws="A REST API answers 502.",
    fix="read the body", file="iris/app.py", line=4, excerpt='return event["body"]',
)  # fmt: skip
WRONG = Finding(code="case.status", severity=Severity.ERROR, message="status 502, not 200")
MAYBE = Finding(code="R31u", severity=Severity.WARNING, message="a number", confidence=Confidence.INFERRED)
SLOW = Finding(code="budget.init", severity=Severity.ERROR, message="init takes 12 s")


def contract(text: str = CONTRACT) -> Contract:
    return parse(text, Path("iris/contract.toml"))


def verdict(
    name: str = "virginica",
    shape: Shape = Shape.REST,
    *findings: Finding,
    case: Case | None = None,
    event: Any = None,
    status: int = 200,
    headers: tuple[tuple[str, str], ...] = (),
    body: bytes = b"{}",
    **outcome: Any,
) -> Verdict:
    case = case or Case(name=name, payload={})
    return Verdict(
        trial=Trial(case=case, shape=shape, event={} if event is None else event, route=Route()),
        outcome=Outcome(**{"kind": OutcomeKind.RESULT, "payload": b"null", **outcome}),
        response=Response(status=status, headers=headers, body=body),
        findings=findings,
    )


def run(*verdicts: Verdict, **rest: Any) -> Run:
    return Run(**{"contract": contract(), "verdicts": verdicts, **rest})


def usual() -> Run:
    """Return a run with one of everything: what holds, what does not, a warning, another check."""
    return run(
        verdict("virginica", Shape.DIRECT, init_duration=1.25, duration=0.25),
        verdict("virginica", Shape.REST, CRASH, status=502, kind=OutcomeKind.FUNCTION_ERROR, log=("said",)),
        verdict("missing feature", Shape.DIRECT, WRONG),
        verdict("missing feature", Shape.REST, MAYBE, status=400),
        reports=(Report(check="budget", findings=(SLOW,)), Report(check="state")),
        seconds=2.5,
        repeat={"virginica[rest]": {"replay": "lambdaproof replay iris one.json"}},
    )


def hostile() -> Run:
    """Return a run in which everything that can be is hostile."""
    finding = Finding(
        code=HOSTILE, severity=Severity.ERROR, message=HOSTILE, place=HOSTILE, aws=HOSTILE, fix=HOSTILE,
        file=HOSTILE.replace("\x00", ""), line=1, excerpt=HOSTILE,
    )  # fmt: skip
    body = HOSTILE.encode("utf-8", "replace")
    case = Case(name=HOSTILE, payload={}, status=201, body={HOSTILE: HOSTILE})
    bad = verdict(
        HOSTILE, Shape.REST, finding, case=case, event={HOSTILE: [HOSTILE]}, body=body, payload=body, log=(HOSTILE,),
        headers=((HOSTILE, HOSTILE),),
    )  # fmt: skip
    held = verdict(HOSTILE, Shape.DIRECT, event={HOSTILE: HOSTILE}, body=body, payload=body)
    reports = (Report(check=HOSTILE, findings=(finding,), verdicts=(bad,)),)
    return run(held, bad, reports=reports, repeat={bad.trial.id: {HOSTILE: HOSTILE}})
