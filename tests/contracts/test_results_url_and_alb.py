"""What a function URL and a load balancer make of a return value."""

from __future__ import annotations

from typing import Any

import pytest
from lambda_contracts.outcomes import Outcome, OutcomeKind, returned
from lambda_contracts.results import Answer, Reading, Switches, respond
from lambda_contracts.shapes import Shape

JSON = ("Content-Type", "application/json")
ALBS = (Shape.ALB, Shape.ALB_MULTI)
WHOLE: dict[str, Any] = {"statusCode": 200, "headers": {}, "multiValueHeaders": {}, "isBase64Encoded": False}


def url(value: Any, **options: Any) -> Answer:
    return respond(returned(value), Shape.FUNCTION_URL, **options)


def told(answer: Answer) -> list[tuple[str, str, str]]:
    return [(finding.code, finding.severity.value, finding.place) for finding in answer.findings]


def sent(answer: Answer) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    return (answer.response.status, answer.response.headers, answer.response.body)


# The recorded results, as the Python runtime serialises them.
@pytest.mark.parametrize(
    ("value", "body"),
    [
        ({"hello": "world"}, b'{"hello":"world"}'),
        ("hello", b"hello"),
        (3, b"3"),
        (3.1, b"3.1"),
        (True, b"true"),
        (["hello", 3, True], b'["hello",3,true]'),
    ],
)
def test_R61_a_result_that_is_no_response_is_compact_json(value: object, body: bytes) -> None:
    answer = url(value)
    assert (200, (JSON,), body) == sent(answer)
    assert ("R61",) == answer.rules


def test_R61_with_status_the_default_type_is_json() -> None:
    assert (200, (JSON,), b"body123") == sent(url({"statusCode": 200, "body": "body123"}))


def test_R61_digits_in_a_string_are_a_status() -> None:
    assert (418, (JSON,), b"tea") == sent(url({"statusCode": "418", "body": "tea"}))


def test_R61_numbers_keep_their_spelling_and_keys_their_order() -> None:
    assert b'{"b":1.50,"a":1e5}' == url(b'{"b": 1.50, "a": 1e5}').response.body


def test_R61_header_names_keep_their_case() -> None:
    assert (("x-lower", "1"), JSON) == url({"statusCode": 200, "headers": {"x-lower": "1"}}).response.headers


@pytest.mark.parametrize("payload", [b"NaN", b"plain", b"\xff\xfe", b""])
def test_R61u_a_result_that_is_not_json_passes_with_a_warning(payload: bytes) -> None:
    answer = url(payload)
    assert (200, (JSON,), payload) == sent(answer)
    assert [("R61u", "warning", "")] == told(answer)


@pytest.mark.parametrize("result", [{"statusCode": "x"}, {"statusCode": 0}, {"statusCode": 200, "headers": []}])
def test_R61u_what_nobody_recorded_is_only_warned_about(result: object) -> None:
    answer = url(result)
    assert 502 == answer.response.status
    assert [("R61u", "warning")] == [entry[:2] for entry in told(answer)]


@pytest.mark.parametrize("kind", [kind for kind in OutcomeKind if kind is not OutcomeKind.RESULT])
def test_R62_a_function_that_fails_gives_502_in_text(kind: OutcomeKind) -> None:
    answer = respond(Outcome(kind=kind, payload=b"{}"), Shape.FUNCTION_URL)
    assert (502, b"Internal Server Error") == (answer.response.status, answer.response.body)
    assert [("R62", "error", "")] == told(answer)


def test_R62_a_function_url_waits_as_long_as_the_function_runs() -> None:
    outcome = Outcome(kind=OutcomeKind.RESULT, payload=b'"done"', duration=899.0)
    assert (200, (JSON,), b"done") == sent(respond(outcome, Shape.FUNCTION_URL))


def test_R63_an_object_as_body_is_sent_as_json() -> None:
    answer = url({"statusCode": 200, "body": {"message": "hé"}})
    assert (200, (JSON,), '{"message":"hé"}'.encode()) == sent(answer)
    assert [("P02", "warning", "/body")] == told(answer)


def test_R51_R63_a_body_without_status_makes_the_result_a_document() -> None:
    answer = url({"body": "x", "headers": {}})
    assert (200, (JSON,), b'{"body":"x","headers":{}}') == sent(answer)
    assert [("R51", "warning", "")] == told(answer)


def test_R64_each_cookie_becomes_a_header() -> None:
    answer = url({"statusCode": 200, "cookies": ["a=1", "b=2"]})
    assert (("set-cookie", "a=1"), ("set-cookie", "b=2"), JSON) == answer.response.headers


def test_R64_multi_value_headers_are_lost_and_said_to_be() -> None:
    answer = url({"statusCode": 200, "multiValueHeaders": {"A": ["1"]}})
    assert [("P09", "warning", "/multiValueHeaders")] == told(answer)


@pytest.mark.parametrize("front", ALBS)
def test_R74_a_whole_response_is_sent_without_complaint(front: Shape) -> None:
    answer = respond(returned({**WHOLE, "statusDescription": "200 OK", "body": "hi"}), front)
    assert (200, (), b"hi") == sent(answer)
    assert () == answer.findings


@pytest.mark.parametrize(
    ("front", "headers"), [(Shape.ALB, (("a", "single"),)), (Shape.ALB_MULTI, (("a", "1"), ("a", "2")))]
)
def test_R74_only_the_header_map_of_the_mode_is_read(front: Shape, headers: tuple[tuple[str, str], ...]) -> None:
    result = {**WHOLE, "headers": {"a": "single"}, "multiValueHeaders": {"a": ["1", "2"]}}
    answer = respond(returned(result), front)
    assert headers == answer.response.headers
    assert () == answer.findings


@pytest.mark.parametrize(
    ("front", "lost", "headers"),
    [(Shape.ALB, "multiValueHeaders", {"Set-Cookie": ["a=1"]}), (Shape.ALB_MULTI, "headers", {"Set-Cookie": "a=1"})],
)
def test_R74_headers_in_the_map_of_the_other_mode_are_lost_and_said_to_be(
    front: Shape, lost: str, headers: dict[str, object]
) -> None:
    answer = respond(returned({"statusCode": 200, "isBase64Encoded": False, lost: headers}), front)
    assert (200, (), b"") == sent(answer)
    assert [("P13", "warning", f"/{lost}")] == told(answer)


def test_R74_hop_by_hop_headers_are_dropped() -> None:
    headers = {"Connection": "close", "Keep-Alive": "5", "Content-Length": "1", "TE": "x", "X-Kept": "1"}
    assert (("X-Kept", "1"),) == respond(returned({**WHOLE, "headers": headers}), Shape.ALB).response.headers


def test_R74_flagged_base64_is_decoded() -> None:
    answer = respond(returned({**WHOLE, "body": "dGVzdA==", "isBase64Encoded": True}), Shape.ALB)
    assert b"test" == answer.response.body


@pytest.mark.parametrize("front", ALBS)
def test_R74u_missing_fields_are_warned_about(front: Shape) -> None:
    answer = respond(returned({"statusCode": 200}), front)
    assert (200, (), b"") == sent(answer)
    assert [("R74u", "warning", "")] * 2 == told(answer)


@pytest.mark.parametrize(
    ("result", "place"),
    [({**WHOLE, "headers": {"Content-Length": 3}}, "/headers/Content-Length"), ({**WHOLE, "body": {}}, "/body")],
)
def test_R74u_numbers_as_headers_and_objects_as_body_are_taken_to_be_malformed(result: object, place: str) -> None:
    answer = respond(returned(result), Shape.ALB)
    assert 502 == answer.response.status
    assert [("R74u", "warning", place)] == told(answer)


def test_R74u_numbers_as_headers_can_be_switched_to_text() -> None:
    answer = respond(returned({**WHOLE, "headers": {"n": 3}}), Shape.ALB, switches=Switches(header_number=Reading.TEXT))
    assert (200, (("n", "3"),), b"") == sent(answer)


@pytest.mark.parametrize("front", ALBS)
@pytest.mark.parametrize(
    "payload", [b"{}", b'"text"', b"null", b"[]", b"NaN", b'{"statusCode": 0}', b'{"statusCode": "x"}']
)
def test_R75_a_malformed_result_gives_502(front: Shape, payload: bytes) -> None:
    answer = respond(returned(payload), front)
    assert 502 == answer.response.status
    assert ("R75", "error") in [entry[:2] for entry in told(answer)]


@pytest.mark.parametrize("front", ALBS)
@pytest.mark.parametrize("kind", [kind for kind in OutcomeKind if kind is not OutcomeKind.RESULT])
def test_R75_a_function_that_fails_gives_502(front: Shape, kind: OutcomeKind) -> None:
    answer = respond(Outcome(kind=kind, payload=b""), front)
    assert 502 == answer.response.status
    assert [("R75", "error", "")] == told(answer)


@pytest.mark.parametrize(("extra", "status"), [(0, 200), (1, 502)])
def test_R75_a_result_over_one_megabyte_gives_502(extra: int, status: int) -> None:
    frame = len(returned({**WHOLE, "body": ""}).payload)
    outcome = returned({**WHOLE, "body": "x" * (1024 * 1024 - frame + extra)})
    assert status == respond(outcome, Shape.ALB).response.status
