"""What the tests of checks share: a contract and a handler without any environment."""

from __future__ import annotations

import contextlib
import json
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lambda_contracts.checks import cases
from lambda_contracts.checks.cases import Invoke
from lambda_contracts.checks.registry import Check, Report, Subject, run
from lambda_contracts.contract import Contract, parse
from lambda_contracts.outcomes import Outcome, OutcomeKind, returned

Handler = Callable[[Any], Any]
HEAD = '[function]\nname = "one"\nhandler = "app.handler"\n'
CASES = """
[[case]]
name = "good"
payload = { number = 3, deep = { tag = "a" } }
[[case]]
name = "other"
payload = { number = 4, deep = { tag = "b" } }
"""


def contract(
    more: str = "", *, cases: str = CASES, accept: tuple[str, ...] = ("direct", "rest", "http-v2")
) -> Contract:
    return parse(f"{HEAD}[shapes]\naccept = {json.dumps(accept)}\n{cases}\n{more}", Path("/handlers/one/contract.toml"))


def invoking(handler: Handler) -> Invoke:
    """Return what an environment does with a handler: its result, or the error that it raised."""

    def invoke(event: Any) -> Outcome:
        try:
            return returned(handler(json.loads(json.dumps(event))))
        except Exception as error:  # noqa: BLE001  # a handler may raise anything
            told = {
                "errorType": type(error).__name__,
                "errorMessage": str(error),
                "stackTrace": traceback.format_tb(error.__traceback__),
            }
            return Outcome(kind=OutcomeKind.FUNCTION_ERROR, payload=json.dumps(told).encode())

    return invoke


def report(check: Check, read: Contract, make: Callable[[], Handler], **more: Any) -> Report:
    """Run a check on a handler; `make` loads its module, once an environment."""
    invoke = invoking(make())

    @contextlib.contextmanager
    def fresh() -> Iterator[Invoke]:
        yield invoking(make())

    verdicts = tuple(cases.check(read, invoke))
    return run(check, read, Subject(invoke=invoke, verdicts=verdicts, fresh=fresh, **more))


def codes(report: Report) -> dict[str, set[str]]:
    """Return the codes that were said, each with the names of the trials it was said of."""
    found: dict[str, set[str]] = {finding.code: set() for finding in report.findings}
    for verdict in report.verdicts:
        for finding in verdict.findings:
            found.setdefault(finding.code, set()).add(verdict.trial.id)
    return found


def answer(status: int, body: Any = None) -> dict[str, Any]:
    return {"statusCode": status, "body": json.dumps(body)}
