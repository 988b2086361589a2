"""What a function remembers, and what it writes."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from checking import Handler, answer, codes, contract, invoking, report
from lambda_contracts.checks import cases
from lambda_contracts.checks.registry import Subject, run
from lambda_contracts.checks.state import FILES, SECONDS, state
from lambda_contracts.finding import Severity

Make = Callable[[], Handler]


def payload(event: Any) -> Any:
    return json.loads(event["body"]) if "requestContext" in event else event


def pure() -> Handler:
    return lambda event: answer(200, payload(event))


def remembers_the_last_request() -> Handler:
    last: dict[str, Any] = {}

    def handler(event: Any) -> Any:
        before = last.get("number")
        last.update(payload(event))
        return answer(200, before)

    return handler


def fills_in_from_earlier_requests() -> Handler:
    known: dict[str, Any] = {}

    def handler(event: Any) -> Any:
        known.update(payload(event))
        return answer(200, known)

    return handler


def counts() -> Handler:
    count = itertools.count()
    return lambda _: answer(200, next(count))


def fails_when_cold() -> Handler:
    seen: list[Any] = []

    def handler(event: Any) -> Any:
        seen.append(event)
        return answer(200 if len(seen) > 4 else 503)

    return handler


def fails_the_second_time() -> Handler:
    seen: list[Any] = []

    def handler(event: Any) -> Any:
        if payload(event) in seen[-1:] and len(seen) > 6:
            raise RuntimeError("again")
        seen.append(payload(event))
        return answer(200)

    return handler


_LEAKING = '[[case]]\nname = "a"\npayload = { a = 1 }\n[[case]]\nname = "b"\npayload = { b = 2 }\n'


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (pure, set()),
        (remembers_the_last_request, {"state.leak"}),
        (counts, {"state.repeat"}),
        (fails_when_cold, {"state.cold"}),
    ],
)
def test_memory_between_requests_is_told(make: Make, expected: set[str]) -> None:
    assert expected <= codes(report(state, contract(), make)).keys()
    assert bool(expected) is not report(state, contract(), make).passed


def test_what_earlier_requests_filled_in_is_missed_in_another_order() -> None:
    told = report(state, contract(cases=_LEAKING, accept=("rest",)), fills_in_from_earlier_requests)
    assert {"state.cold", "state.leak"} & codes(told).keys()


def test_a_function_error_on_the_second_try_is_told_as_such() -> None:
    told = report(state, contract(accept=("rest", "http-v2", "direct")), fails_the_second_time)
    assert "outcome.function-error" in codes(told)
    assert not told.passed


def test_what_failed_before_is_not_compared() -> None:
    def fails() -> Handler:
        def handler(event: Any) -> Any:
            raise RuntimeError

        return handler

    told = report(state, contract(), fails)
    assert ((), ()) == (told.findings, told.verdicts)


def test_slow_events_are_sent_again_once_a_case() -> None:
    read, sent = contract(), []

    def invoke(event: Any) -> Any:
        sent.append(event)
        return invoking(pure())(event)

    slow = [
        replace(verdict, outcome=replace(verdict.outcome, duration=SECONDS))
        for verdict in cases.check(read, invoking(pure()))
    ]
    assert run(state, read, Subject(invoke=invoke, verdicts=slow)).passed
    assert 2 * len(read.cases) == len(sent)


def test_files_that_were_written_are_named_up_to_a_number() -> None:
    names = [f"cache/{number}.json" for number in range(FILES + 3)]
    told = report(state, contract(), pure, written=lambda: names)
    assert FILES == len(told.findings)
    assert ("state.written", Severity.ERROR, "/handlers/one/cache/0.json") == (
        told.findings[0].code,
        told.findings[0].severity,
        told.findings[0].file,
    )
    assert report(state, contract(), pure, written=list).passed
