"""Requests of Google Cloud Functions: written as events, and what their clients get."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambda_contracts import cloud_functions
from lambda_contracts.checks.cases import body_value, judge, plan
from lambda_contracts.contract import Contract, parse
from lambda_contracts.errors import ContractError
from lambda_contracts.events import build, identify, read
from lambda_contracts.finding import Confidence
from lambda_contracts.http import Request, Response
from lambda_contracts.outcomes import Outcome, OutcomeKind
from lambda_contracts.rules import RULES
from lambda_contracts.shapes import Shape, validate

HEAD = '[function]\nname = "one"\nhandler = "app.handler"\n'
CLOUD = '[cloud_function]\ntarget = "predict"\n'
BOTH = '[shapes]\naccept = ["direct", "cloud-function"]\n'
CASE = '[[case]]\nname = "one"\npayload = { x = 1 }\n'
RESPONSE = Response(status=200, headers=(("Content-Type", "application/json"),), body=b'{"y": 2}')


def contract(text: str) -> Contract:
    return parse(text, Path("/handlers/one/contract.toml"))


@given(
    st.sampled_from(["GET", "POST"]),
    st.sampled_from(["/", "/a//b%20c"]),
    st.sampled_from(["", "x=1&x=%2B"]),
    st.binary(),
)
def test_R130_a_request_reaches_the_function_as_it_was_sent(method: str, path: str, query: str, body: bytes) -> None:
    sent = Request(method=method, path=path, query=query, headers=(("X-A", "1"), ("x-a", "2")), body=body)
    event = build(sent, Shape.CLOUD_FUNCTION)
    assert sent == read(event, Shape.CLOUD_FUNCTION)
    assert Shape.CLOUD_FUNCTION is identify(event).shape
    assert not list(validate(event, Shape.CLOUD_FUNCTION))


@given(st.binary(), st.integers(200, 599))
def test_R131_a_response_is_kept_whole(body: bytes, status: int) -> None:
    response = Response(status=status, headers=(("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")), body=body)
    outcome = Outcome(kind=OutcomeKind.RESULT, payload=cloud_functions.payload(response))
    assert response == cloud_functions.answer(outcome).response


@pytest.mark.parametrize(
    ("kind", "status", "rule"),
    [
        (OutcomeKind.FUNCTION_ERROR, 500, "R132"),
        (OutcomeKind.TIMEOUT, 504, "R134"),
        (OutcomeKind.EXIT, 503, "R136"),
        (OutcomeKind.INIT_FAILURE, 503, "R136"),
    ],
)
def test_a_function_that_does_not_answer_gives_a_status_by_its_rule(kind: OutcomeKind, status: int, rule: str) -> None:
    read = contract(HEAD + CLOUD + BOTH + CASE)
    _, trial = plan(read)
    verdict = judge(read, trial, Outcome(kind=kind, payload=b'{"errorType": "KeyError", "errorMessage": "x"}'))
    assert not verdict.passed
    assert status == verdict.response.status
    assert [(f"outcome.{kind.replace(' ', '-')}", RULES[rule].confidence)] == [
        (finding.code, finding.confidence) for finding in verdict.findings
    ]
    assert "Google" in verdict.findings[0].aws


def test_the_confidence_of_a_guess_is_told() -> None:
    assert Confidence.INFERRED is RULES["R136"].confidence


def test_one_case_is_sent_to_both_clouds_and_judged_alike() -> None:
    read = contract(HEAD + CLOUD + BOTH + CASE + "status = 200\nbody.y = 2\n")
    here, there = plan(read)
    assert ["one[direct]", "one[cloud-function]"] == [here.id, there.id]
    verdict = judge(read, there, Outcome(kind=OutcomeKind.RESULT, payload=cloud_functions.payload(RESPONSE)))
    assert verdict.passed
    assert {"y": 2} == body_value(verdict.response)


@pytest.mark.parametrize(
    ("text", "key", "problem"),
    [
        (HEAD + BOTH + CASE, "shapes.accept", "no cloud function to send it to"),
        (HEAD + CASE + 'shapes = ["cloud-function"]\n', "case.0.shapes", "cannot be sent as `cloud-function`"),
        (HEAD + "[cloud_function]\n" + BOTH + CASE, "cloud_function.target", "it is missing"),
        (HEAD + CLOUD + "timeout = 4000\n" + BOTH + CASE, "cloud_function.timeout", "<= 3600"),
        (HEAD + CLOUD + 'bucket = "x"\n' + BOTH + CASE, "cloud_function.bucket", "no such key"),
    ],
)
def test_a_mistake_is_told_with_its_key(text: str, key: str, problem: str) -> None:
    with pytest.raises(ContractError, match=problem) as caught:
        contract(text)
    assert key == caught.value.key
    assert caught.value.hint
