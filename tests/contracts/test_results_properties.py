"""What holds for every return value at every front."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lambda_contracts.finding import Confidence, Severity
from lambda_contracts.outcomes import Outcome, OutcomeKind, returned
from lambda_contracts.results import Answer, Reading, Switches, respond
from lambda_contracts.results.response_rules import RESPONSE_RULES
from lambda_contracts.route import Route
from lambda_contracts.rules import RULES
from lambda_contracts.shapes import FRONTS, Shape

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["content-type", "X-A", "x-a", "Set-Cookie", "Content-Length", ""])
STATUSES = st.integers(100, 599) | st.sampled_from([0, "201", "test", 200.5, True]) | JSON
HEADERS = st.dictionaries(NAMES, st.text(max_size=4) | JSON, max_size=3)
RESPONSES = st.fixed_dictionaries(
    {},
    optional={
        "statusCode": STATUSES,
        "headers": HEADERS | JSON,
        "multiValueHeaders": st.dictionaries(NAMES, st.lists(st.text(max_size=4) | JSON, max_size=3), max_size=2)
        | JSON,
        "body": st.sampled_from(["", "dGVzdA==", "{}"]) | JSON,
        "isBase64Encoded": st.booleans() | JSON,
        "cookies": st.lists(st.text(max_size=4), max_size=2) | JSON,
        "statusDescription": st.text(max_size=4),
        "extra": JSON,
        "errorMessage": JSON,
    },
)
PAYLOADS = (RESPONSES | JSON).map(lambda value: json.dumps(value).encode()) | st.binary(max_size=40)
OUTCOMES = st.builds(
    Outcome,
    kind=st.sampled_from(OutcomeKind) | st.just(OutcomeKind.RESULT),
    payload=PAYLOADS,
    duration=st.sampled_from([0.0, 1.0, 40.0]),
)
PLAIN_TEXT = st.text().filter(lambda text: "NaN" not in text and "Infinity" not in text)
ROUTES = st.builds(Route, binary_media_types=st.sampled_from([(), ("*/*",), ("image/png",)]))
ACCEPTS = st.none() | st.text(max_size=6) | st.just("image/png")
SWITCHES = st.builds(
    Switches,
    http_api_timeout_status=st.sampled_from([503, 504]),
    header_number=st.sampled_from([None, Reading.TEXT, Reading.MALFORMED]),
    body_scalar=st.sampled_from([Reading.TEXT, Reading.MALFORMED]),
    body_nested=st.sampled_from([Reading.TEXT, Reading.MALFORMED]),
    tolerated_key=st.sampled_from([Reading.IGNORED, Reading.MALFORMED]),
    null_result=st.sampled_from([Reading.IGNORED, Reading.MALFORMED]),
)


def answers(outcome: Outcome, **options: Any) -> dict[Shape, Answer]:
    return {front: respond(outcome, front, **options) for front in FRONTS}


@settings(max_examples=300)
@given(OUTCOMES, ROUTES, ACCEPTS, SWITCHES)
def test_every_outcome_has_an_answer_that_can_be_sent(
    outcome: Outcome, route: Route, accept: str | None, switches: Switches
) -> None:
    for front, answer in answers(outcome, route=route, accept=accept, switches=switches).items():
        assert 100 <= answer.response.status <= 599
        assert isinstance(answer.response.body, bytes)
        assert all(isinstance(text, str) for header in answer.response.headers for text in header)
        names = [name.lower() for name, _ in answer.response.headers]
        assert not RESPONSE_RULES[front].drops.intersection(names)
        assert answer.rules
        assert all(rule in RULES for rule in answer.rules)


@settings(max_examples=300)
@given(OUTCOMES, SWITCHES)
def test_an_error_is_found_only_where_the_client_gets_the_fronts_error(outcome: Outcome, switches: Switches) -> None:
    for front, answer in answers(outcome, switches=switches).items():
        rules = RESPONSE_RULES[front]
        own = (rules.malformed, rules.failed, rules.bad_base64, rules.timed_out)
        errors = [finding for finding in answer.findings if finding.severity is Severity.ERROR]
        if errors:
            assert answer.response in own
            assert all(finding.confidence is not Confidence.INFERRED for finding in errors)
        elif answer.response in own:
            assert any(finding.confidence is Confidence.INFERRED for finding in answer.findings)


@settings(max_examples=200)
@given(OUTCOMES)
def test_every_finding_is_complete_and_points_into_the_result(outcome: Outcome) -> None:
    for answer in answers(outcome).values():
        for finding in answer.findings:
            assert finding.message
            assert finding.aws
            assert finding.fix
            assert finding.place == "" or resolves(outcome.payload, finding.place)


@given(st.integers(100, 599), st.dictionaries(st.sampled_from(["X-A", "X-B"]), st.text(max_size=5)), PLAIN_TEXT)
def test_a_response_by_the_book_reaches_the_client_as_it_is(status: int, headers: dict[str, str], body: str) -> None:
    several = {name: [text] for name, text in headers.items()}
    whole = {"statusCode": status, "headers": headers, "body": body, "isBase64Encoded": False}
    for front in FRONTS:
        result = {**whole, "multiValueHeaders": several} if front is Shape.ALB_MULTI else whole
        answer = respond(returned(result), front)
        assert () == answer.findings
        assert status == answer.response.status
        assert body.encode("utf-8", "replace") == answer.response.body
        assert set(headers.items()) <= set(answer.response.headers)


@given(JSON.filter(lambda value: not isinstance(value, dict | str)))
def test_an_http_api_sends_any_other_value_byte_for_byte(value: object) -> None:
    payload = json.dumps(value).encode()
    assert payload == respond(returned(payload), Shape.HTTP_V2).response.body


@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize(
    "payload",
    [
        b"[" * 100_000,
        b'{"statusCode": 200, "body": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
        b'{"statusCode": 200, "body": ' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"statusCode": ' + b"9" * 5_000 + b"}",
        b'{"statusCode": 200, "body": ' + b"9" * 5_000 + b"}",
        b'{"statusCode": 200, "body": 1e999}',
        b'{"statusCode": 200, "headers": {"\\ud800": "\\udfff"}}',
        "{}".encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b"\x00",
    ],
    ids=lambda payload: f"{payload[:30]!r}",
)
@pytest.mark.parametrize("kind", [OutcomeKind.RESULT, OutcomeKind.FUNCTION_ERROR])
def test_hostile_payloads_get_an_answer(front: Shape, payload: bytes, kind: OutcomeKind) -> None:
    answer = respond(Outcome(kind=kind, payload=payload), front)
    assert 100 <= answer.response.status <= 599


def resolves(payload: bytes, pointer: str) -> bool:
    """Whether a JSON pointer leads somewhere in a payload."""
    value = json.loads(payload)
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        value = value[int(key)] if isinstance(value, list) else value[key]
    return True
