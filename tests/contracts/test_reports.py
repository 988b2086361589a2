"""Verdicts for people and for tools: the matrix, the failures, the warnings, and JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambda_contracts.checks.budget import Figures
from lambda_contracts.checks.cases import Trial, Verdict, check
from lambda_contracts.checks.registry import Report
from lambda_contracts.contract import Case, Contract, parse
from lambda_contracts.finding import Confidence, Finding, Severity
from lambda_contracts.http import Response
from lambda_contracts.outcomes import Outcome, OutcomeKind, returned
from lambda_contracts.reports import structured, text
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape

CONTRACT = """
[function]
name = "iris"
handler = "app.handler"
[shapes]
accept = ["alb", "direct", "rest"]
[[case]]
name = "virginica"
payload = { x = 1 }
status = 200
[[case]]
name = "missing feature"
payload = {}
status = 400
[[case]]
name = "cut off"
text = "{"
status = 400
"""
WRONG = Finding(code="case.status", severity=Severity.ERROR, message="status 502, not 200")
MAYBE = Finding(
    code="R31u", severity=Severity.WARNING, message="a number", place="/body", aws="It may be text.",
    fix="Make it a string.", confidence=Confidence.INFERRED,
)  # fmt: skip


@pytest.fixture
def contract() -> Contract:
    """Return a contract of three cases, whose events go by three shapes."""
    return parse(CONTRACT, Path("/handlers/iris/contract.toml"))


def verdict(
    name: str = "one",
    shape: Shape = Shape.REST,
    *findings: Finding,
    event: Any = None,
    status: int = 200,
    body: bytes = b"{}",
    **outcome: Any,
) -> Verdict:
    return Verdict(
        trial=Trial(case=Case(name=name, payload={}), shape=shape, event={} if event is None else event, route=Route()),
        outcome=Outcome(**{"kind": OutcomeKind.RESULT, "payload": b"null", **outcome}),
        response=Response(status=status, body=body),
        findings=findings,
    )


def tagged(words: str, style: str) -> str:
    return f"<{style}>{words}</{style}>"


# --- the matrix ------------------------------------------------------------------------------------------------------


def iris(event: Any) -> Outcome:
    """Answer as a handler does that reads `body` wherever there is one, and cannot read the load balancer's text."""
    try:
        payload = json.loads(event["body"]) if "body" in event else event
    except ValueError:
        if "elb" in event["requestContext"]:
            return Outcome(kind=OutcomeKind.FUNCTION_ERROR, payload=b'{"errorType": "ValueError"}')
        payload = {}
    return returned(
        {"statusCode": 200 if payload else 400, "headers": {}, "isBase64Encoded": False, "body": json.dumps(payload)}
    )


def test_the_matrix_has_a_row_for_each_case_and_a_column_for_each_shape(contract: Contract) -> None:
    expected = """\
iris               direct    rest      alb
  virginica        ok        ok        ok
  missing feature  400       400       400
  cut off          -         400       FAIL 502"""
    assert expected == text.matrix(contract, list(check(contract, iris)))


def test_the_shapes_of_recorded_events_get_columns_of_their_own(contract: Contract) -> None:
    told = [verdict("virginica", Shape.DIRECT), verdict("recorded", Shape.CONSOLE_TEMPLATE, WRONG, status=502)]
    expected = """\
iris         direct    console-template  rest      alb
  virginica  ok        -                 -         -
  recorded   -         FAIL 502          -         -"""
    assert expected == text.matrix(contract, told)


def test_a_long_name_of_the_function_keeps_the_columns_in_line(contract: Contract) -> None:
    lines = text.matrix(contract, [verdict("a case with quite a long name", Shape.REST)]).splitlines()
    assert 1 == len({line.index(word) for line, word in zip(lines, ("rest", "ok"), strict=True)})


def test_the_matrix_is_coloured_through_paint_only(contract: Contract) -> None:
    told = [verdict("good", Shape.DIRECT), verdict("bad", Shape.DIRECT, WRONG, status=500)]
    painted = text.matrix(contract, told, tagged)
    for part in ("<bold>iris ", "<dim>direct ", "<good>ok ", "<bad>FAIL 500", "<dim>- "):
        assert part in painted
    assert "\x1b" not in text.matrix(contract, told)


# --- failures --------------------------------------------------------------------------------------------------------


def test_like_failures_are_one_group_with_the_smallest_event_first() -> None:
    large = verdict("one", Shape.REST, WRONG, event={"headers": {"a": "b"}})
    small = verdict("one", Shape.DIRECT, WRONG, event={})
    middle = verdict("two", Shape.DIRECT, WRONG, event={"a": 1})
    other = verdict("two", Shape.REST, replace(WRONG, message="another"))
    assert [[small, middle, large], [other]] == text.alike([large, small, other, middle])


def test_what_passed_is_in_no_group_even_with_a_warning() -> None:
    assert [] == text.alike([verdict(), verdict("two", Shape.REST, MAYBE)])


def test_failures_on_different_lines_are_not_alike() -> None:
    here, there = (
        verdict("one", Shape.REST, Finding(code="x", severity=Severity.ERROR, message="m", file="app.py", line=line))
        for line in (3, 4)
    )
    assert [[here], [there]] == text.alike([here, there])


def test_a_failure_says_what_is_wrong_where_what_was_sent_and_how_to_repeat_it() -> None:
    finding = Finding(
        code="outcome.function-error", severity=Severity.ERROR, message="KeyError: 'body'",
        aws="A REST API answers 502.", fix="read the body", file="/handlers/iris/app.py", line=4,
        excerpt='return event["body"]',
    )  # fmt: skip
    broken = verdict(
        "one", Shape.DIRECT, finding, MAYBE, event={"x": 1}, status=502, body=b'{"message": "Internal server error"}',
        kind=OutcomeKind.FUNCTION_ERROR, log=tuple(f"line {number}" for number in range(1, 12)),
    )  # fmt: skip
    other = verdict("one", Shape.REST, finding, MAYBE)
    expected = """\
FAIL one[direct]
  and in    one[rest]
  error outcome.function-error: KeyError: 'body'
    line      /handlers/iris/app.py:4  return event["body"]
    AWS       A REST API answers 502. (recorded)
    change    read the body
  warning R31u at /body: a number
    AWS       It may be text. (inferred)
    change    Make it a string.
  event     {"x": 1}
  client    502 {"message": "Internal server error"}
  log       line 4
  log       line 5
  log       line 6
  log       line 7
  log       line 8
  log       line 9
  log       line 10
  log       line 11
  replay    lambdaproof replay handlers/iris one.json
  curl      curl -sS http://127.0.0.1:9000"""
    repeat = {"replay": "lambdaproof replay handlers/iris one.json", "curl": "curl -sS http://127.0.0.1:9000"}
    assert expected == text.failure([broken, other], repeat)


def test_a_failure_is_coloured_through_paint_only() -> None:
    note = Finding(code="n", severity=Severity.NOTE, message="m")
    painted = text.failure([verdict("one", Shape.REST, WRONG, MAYBE, note)], {}, tagged)
    for part in ("<bad>FAIL one[rest]</bad>", "<bad>error</bad>", "<warn>warning</warn>", "<dim>note</dim>"):
        assert part in painted


def test_a_large_event_and_a_large_answer_are_cut_with_their_size() -> None:
    told = text.failure([verdict("one", Shape.REST, WRONG, event="x" * 5_000, body=b"y" * 9_000)], {})
    assert len(told) < 1_500
    assert "... (5,002 characters)" in told
    assert "... (9,000 characters)" in told


HOSTILE = "\x1b[31mred\x1b[0m\r\n\x00\x9b31m\u2028\ud800"


def test_what_a_handler_says_neither_colours_the_terminal_nor_breaks_a_line() -> None:
    finding = Finding(code="x", severity=Severity.ERROR, message=HOSTILE, file="app.py", line=1, excerpt=HOSTILE)
    body = HOSTILE.encode("utf-8", "surrogatepass")
    told = text.failure([verdict("one", Shape.REST, finding, event=HOSTILE, body=body, log=(HOSTILE,))], {})
    assert 6 == len(told.splitlines())
    assert told.encode("utf-8")
    assert not {"\x1b", "\x00", "\x9b", "\r"} & set(told)
    assert r"\x1b[31mred\x1b[0m\r\n\x00\x9b31m\u2028\ud800" in told


@given(st.text(), st.binary(), st.lists(st.text()))
def test_any_failure_can_be_printed(message: str, body: bytes, log: list[str]) -> None:
    finding = Finding(code="x", severity=Severity.ERROR, message=message)
    told = text.failure([verdict("one", Shape.REST, finding, body=body, log=tuple(log))], {})
    assert 4 + len(log[-8:]) == len(told.encode("utf-8").decode().splitlines())


# --- warnings and the last line --------------------------------------------------------------------------------------


def test_a_warning_is_told_once_with_every_trial_that_it_is_about() -> None:
    told = text.warnings([verdict("one", Shape.REST, MAYBE), verdict("two", Shape.ALB, MAYBE), verdict("three")])
    expected = """\
  warning R31u at /body: a number
    AWS       It may be text. (inferred)
    change    Make it a string.
    in        one[rest], two[alb]"""
    assert [expected] == told


def test_warnings_of_failed_trials_stand_with_their_failure_and_notes_are_not_told() -> None:
    note = Finding(code="P06", severity=Severity.NOTE, message="m")
    assert [] == text.warnings([verdict("one", Shape.REST, WRONG, MAYBE), verdict("two", Shape.REST, note)])


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([verdict()], "1 event, all hold, 1.2 s"),
        ([verdict(), verdict("two", Shape.REST, MAYBE)], "2 events, all hold, 1.2 s"),
        ([verdict("one", Shape.REST, WRONG), verdict(), verdict()], "3 events, 1 failed, 1.2 s"),
        ([verdict("one", Shape.REST, replace(WRONG, known=True))], "1 event, all hold, 1 known, 1.2 s"),
    ],
)
def test_the_last_line_counts_and_times(verdicts: list[Verdict], expected: str) -> None:
    assert expected == text.summary(verdicts, 1.234)


def test_the_last_line_names_the_checks_that_failed_and_what_was_measured() -> None:
    reports = [Report(check="mine", findings=(WRONG,)), Report(check="other", findings=(MAYBE,))]
    measured = Figures(init=1, cold=1.5, warm_p50=0.0012, warm_p99=0.0456, memory=150 * 2**20)
    expected = "1 event, mine failed, init 1.00 s, cold 1.50 s, warm 1.2 ms (99%: 45.6), 150 MB, 1.2 s"
    assert expected == text.summary([verdict()], 1.234, reports=reports, figures=measured)
    assert "1 event, all hold, 1.2 s" == text.summary([verdict()], 1.234, figures=Figures())


def test_the_report_of_a_check_as_json_is_an_object_a_verdict_and_one_for_the_rest() -> None:
    assert [("mine", True)] == [(one["check"], one["passed"]) for one in structured.report(Report(check="mine"))]
    both = Report(check="mine", findings=(WRONG,), verdicts=(verdict(),))
    first, second = structured.report(both)
    assert ("mine", "one", True) == (first["check"], first["case"], first["passed"])
    assert ("mine", ["case.status"]) == (second["check"], [finding["code"] for finding in second["findings"]])


# --- JSON ------------------------------------------------------------------------------------------------------------


def test_a_verdict_as_json_has_everything_that_a_tool_needs() -> None:
    broken = verdict(
        "one", Shape.REST, WRONG, event={"x": [1]}, status=502, body=b'{"m": 1}', payload=b'{"a": null}',
        request_id="r-1", log=("said",), duration=0.25, init_duration=1.5,
    )  # fmt: skip
    expected = {
        "case": "one",
        "shape": "rest",
        "passed": False,
        "event": {"x": [1]},
        "outcome": {
            "kind": "result",
            "payload": {"a": None},
            "request_id": "r-1",
            "log": ["said"],
            "duration": 0.25,
            "init_duration": 1.5,
        },
        "response": {"status": 502, "headers": [], "body": {"m": 1}},
        "findings": [
            {"code": "case.status", "severity": "error", "message": "status 502, not 200", "place": "", "aws": "",
             "fix": "", "confidence": "recorded", "file": None, "line": None, "excerpt": "",
             "rule": "", "fault": "", "why": "", "diff": "", "known": False},
        ],
    }  # fmt: skip
    assert expected == json.loads(json.dumps(structured.verdict(broken)))


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b'"text"', "text"),
        (b"bytes", "bytes"),
        (b"\xff", "�"),
        (b'{"p": NaN}', '{"p": NaN}'),
        (b"-Infinity", "-Infinity"),
        (b"[" * 100_000, "[" * 100_000),
        (b"", ""),
    ],
)
def test_a_payload_is_json_where_it_is_json_and_text_elsewhere(payload: bytes, expected: Any) -> None:
    told = structured.outcome(Outcome(kind=OutcomeKind.RESULT, payload=payload))
    assert expected == told["payload"]


@given(
    st.binary() | st.sampled_from([b"NaN", b'{"a": Infinity}', b'"\\ud800"', b"1e999"]), st.sampled_from(OutcomeKind)
)
def test_any_verdict_is_strict_json(payload: bytes, kind: OutcomeKind) -> None:
    told = json.dumps(structured.verdict(verdict(body=payload, payload=payload, kind=kind)), allow_nan=False)
    assert kind.value == json.loads(told)["outcome"]["kind"]
