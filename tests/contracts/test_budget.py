"""Budgets and quotas, and the figures that they are held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from checking import answer, contract
from lambda_contracts.checks import cases
from lambda_contracts.checks.budget import SAMPLES, Figures, budget, figures
from lambda_contracts.checks.registry import Report, Subject, run
from lambda_contracts.errors import ContractError
from lambda_contracts.finding import Severity
from lambda_contracts.limits import Definition
from lambda_contracts.outcomes import Outcome, returned

MB = 1024 * 1024


def subject(
    durations: Sequence[float] = (0.5, 0.01), *, init: float | None = 1.0, memory: int | None = 90 * MB
) -> Subject:
    """Return a function that takes these seconds in turn, and the last ones from then on."""
    waiting = list(durations)

    def invoke(event: Any) -> Outcome:
        duration = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return replace(returned(answer(200, "x" * 10)), duration=duration)

    verdicts = tuple(cases.check(contract(), invoke))
    return Subject(
        invoke=invoke,
        verdicts=verdicts,
        definition=Definition(init_duration=init),
        peak_memory=lambda: memory,
    )


def checked(table: str, given: Subject) -> Report:
    return run(budget, contract(f"[budget]\n{table}\n"), given)


@pytest.mark.parametrize(
    ("table", "code", "message"),
    [
        ("init = 1", "", ""),
        ("init = 0.9", "budget.init", "init is 1 s, the budget is 0.9 s"),
        ("cold = 1.5", "", ""),
        ("cold = 1.4", "budget.cold", "cold is 1.5 s, the budget is 1.4 s"),
        ("warm_p99 = 0.01", "", ""),
        ("warm_p99 = 0.009", "budget.warm-p99", "warm_p99 is 0.01 s, the budget is 0.009 s"),
        ("memory = 90", "", ""),
        ("memory = 89", "budget.memory", "memory is 90 MB, the budget is 89 MB"),
        ("response_size = 100", "", ""),
        ("response_size = 10", "budget.response-size", "response_size is 45 bytes, the budget is 10 bytes"),
    ],
)
def test_what_is_over_its_budget_is_an_error_at_its_line(table: str, code: str, message: str) -> None:
    told = checked(table, subject())
    if not code:
        assert () == told.findings
        return
    (finding,) = told.findings
    assert (code, message, Severity.ERROR, table) == (finding.code, finding.message, finding.severity, finding.excerpt)
    assert finding.line == contract(f"[budget]\n{table}\n").text.splitlines().index(table) + 1


@pytest.mark.parametrize("name", ["init", "cold", "memory"])
def test_what_was_not_measured_is_said_and_breaks_nothing(name: str) -> None:
    told = checked(f"{name} = 1", subject(init=None, memory=None))
    assert [Severity.WARNING] == [finding.severity for finding in told.findings]
    assert told.passed


@pytest.mark.parametrize(("slow", "passed"), [(1, True), (2, False)])
def test_one_slow_event_of_a_hundred_is_within_the_99th_percentile(slow: int, passed: bool) -> None:
    durations = [0.0, *[9.0] * slow, 0.1]
    assert passed is checked("warm_p99 = 0.1", subject(durations)).passed


def test_a_percentile_is_taken_of_enough_events() -> None:
    sent: list[Any] = []
    given = subject()

    def invoke(event: Any) -> Outcome:
        sent.append(event)
        return given.invoke(event)

    counting = replace(given, invoke=invoke)
    checked("warm_p99 = 1", counting)
    assert SAMPLES - (len(given.verdicts) - 1) == len(sent)
    sent.clear()
    checked("init = 1", counting)
    assert [] == sent


def test_quotas_are_checked_without_a_budget() -> None:
    given = replace(subject(), definition=Definition(init_duration=11, image_size=11 * 1024 * MB))
    assert ["limit.image", "limit.init"] == sorted(finding.code for finding in run(budget, contract(), given).findings)


@pytest.mark.parametrize(
    ("timeout", "duration", "said"), [(10, 7.9, False), (10, 8.1, True), (900, 23, False), (900, 23.3, True)]
)
def test_an_event_near_the_functions_or_the_fronts_timeout_is_a_warning(
    timeout: int, duration: float, said: bool
) -> None:
    read = contract(accept=("rest",))
    read = msgspec.structs.replace(read, function=msgspec.structs.replace(read.function, timeout=timeout))
    verdicts = [
        replace(verdict, outcome=replace(verdict.outcome, duration=duration))
        for verdict in cases.check(read, lambda _: returned(answer(200)))
    ]
    told = run(budget, read, Subject(invoke=lambda _: returned(answer(200)), verdicts=verdicts))
    assert said is bool(told.findings)
    assert told.passed


def test_figures_are_those_of_the_cases() -> None:
    measured = figures(subject([0.5, 0.02, 0.04, 0.01, 0.03, 0.05]))
    expected = Figures(init=1, cold=1.5, warm_p50=0.03, warm_p99=0.05, response_size=45, memory=90 * MB)
    assert expected == measured
    assert Figures() == figures(Subject(invoke=lambda _: returned(None)))


@pytest.mark.parametrize(
    ("table", "told"),
    [("init = 0", "budget.init"), ('memory = "1 GB"', "budget.memory"), ("warm = 1", "Did you mean|warm_p99")],
)
def test_a_budget_that_cannot_be_one_is_told(table: str, told: str) -> None:
    with pytest.raises(ContractError, match=told):
        contract(f"[budget]\n{table}\n")


@pytest.mark.parametrize(
    ("accept", "table", "told"),
    [
        (["rest"], "cold = 29", []),
        (["rest"], "cold = 29.5", ["cold may take 29.5 s, but the front rest waits 29 s"]),
        (["rest", "http-v2"], "cold = 45\nwarm_p99 = 30", [
            "warm_p99 may take 30 s, but the front rest waits 29 s",
            "cold may take 45 s, but the front rest waits 29 s",
            "cold may take 45 s, but the front http-v2 waits 30 s",
        ]),
        (["s3", "direct", "function-url", "alb"], "cold = 600", []),
    ],
)  # fmt: skip
def test_a_budget_that_a_front_does_not_wait_for_breaks_the_contract(
    accept: list[str], table: str, told: list[str]
) -> None:
    report = run(budget, contract(f"[budget]\n{table}\n", accept=tuple(accept)), subject())
    found = [finding for finding in report.findings if finding.code == "budget.front"]
    assert told == [finding.message for finding in found]
    assert all(finding.breaks and "AWS docs" in finding.aws and finding.line for finding in found)
