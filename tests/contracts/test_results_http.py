"""What an HTTP API makes of a return value, with payload 1.0 and 2.0, against what AWS was recorded to answer."""

from __future__ import annotations

from typing import Any

import pytest
from lambda_contracts.outcomes import Outcome, OutcomeKind, returned
from lambda_contracts.results import Answer, Reading, Switches, respond
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape

JSON = ("Content-Type", "application/json")
TEXT = ("Content-Type", "text/plain; charset=utf-8")
FAILED = (500, (JSON,), b'{"message":"Internal Server Error"}')
BOTH = (Shape.HTTP_V1, Shape.HTTP_V2)


def v1(value: Any, **options: Any) -> Answer:
    return respond(returned(value), Shape.HTTP_V1, **options)


def v2(value: Any, **options: Any) -> Answer:
    return respond(returned(value), Shape.HTTP_V2, **options)


def told(answer: Answer) -> list[tuple[str, str, str]]:
    return [(finding.code, finding.severity.value, finding.place) for finding in answer.findings]


def sent(answer: Answer) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    return (answer.response.status, answer.response.headers, answer.response.body)


# The ten recorded cases: what the function returned, what the client got.
DOCUMENTS = [
    (b'{"name": "John Doe", "age":', b'{"name": "John Doe", "age":', "R50", "warning"),
    (b'{"name": "John Doe", "age": 30}', b'{"name": "John Doe", "age": 30}', "P01", "note"),
    (b"[1, 2, 3, 4, 5]", b"[1, 2, 3, 4, 5]", "P15", "note"),
    (b"Hello, World!", b"Hello, World!", "R50", "warning"),
    (b"42", b"42", "P15", "note"),
    (b"true", b"true", "P15", "note"),
    (b'"test"', b"test", "P15", "note"),
    (b'"Hello, World!"', b"Hello, World!", "P15", "note"),
    (b'""', b"", "P15", "note"),
    (b'"Special \\"quoted\\" text"', b'Special "quoted" text', "P15", "note"),
    (b"{}", b"{}", "P01", "note"),
    (b'{"random": {"json-body": "value"}}', b'{"random": {"json-body": "value"}}', "P01", "note"),
    (b'"null"', b"null", "P15", "note"),
    (b'"errorMessage"', b"errorMessage", "P15", "note"),
]


@pytest.mark.parametrize(("payload", "body", "code", "severity"), DOCUMENTS)
def test_R50_a_result_that_is_no_response_is_the_body(payload: bytes, body: bytes, code: str, severity: str) -> None:
    answer = v2(payload)
    assert (200, (JSON,), body) == sent(answer)
    assert [(code, severity, "")] == told(answer)
    assert ("R50",) == answer.rules


@pytest.mark.parametrize("key", ["body", "headers", "isBase64Encoded", "cookies"])
def test_R51_a_response_without_status_is_sent_as_the_document_it_is(key: str) -> None:
    answer = v2({key: "x"})
    assert (200, (JSON,), f'{{"{key}": "x"}}'.encode()) == sent(answer)
    assert [("R51", "warning", "")] == told(answer)
    assert "statusCode" in answer.findings[0].fix


def test_R52_with_status_the_default_type_is_text() -> None:
    assert (201, (TEXT,), b'{"message":"Created"}') == sent(v2({"statusCode": 201, "body": '{"message":"Created"}'}))


@pytest.mark.parametrize("front", BOTH)
def test_R52_R56_base64_is_decoded_whatever_the_client_accepts(front: Shape) -> None:
    result = {"statusCode": 200, "body": "dGVzdC1kYXRh", "isBase64Encoded": True}
    assert (200, (TEXT,), b"test-data") == sent(respond(returned(result), front, accept="image/png"))
    result["isBase64Encoded"] = False
    assert b"dGVzdC1kYXRh" == respond(returned(result), front).response.body


@pytest.mark.parametrize("front", BOTH)
def test_R52_header_names_come_back_capitalised(front: Shape) -> None:
    headers = {"Content-Type": "application/json", "myheader": "test,other", "anotherheader": "secondvalue"}
    answer = respond(returned({"statusCode": 200, "headers": headers, "body": "{}"}), front)
    assert (JSON, ("Myheader", "test,other"), ("Anotherheader", "secondvalue")) == answer.response.headers


@pytest.mark.parametrize("front", BOTH)
def test_R53_R56_a_boolean_header_is_accepted(front: Shape) -> None:
    result = {"statusCode": 200, "headers": {"test-header": "value", "header-bool": True}}
    answer = respond(returned(result), front)
    assert (("Test-Header", "value"), ("Header-Bool", "true"), TEXT) == answer.response.headers


@pytest.mark.parametrize("front", BOTH)
@pytest.mark.parametrize("status", [0, "test"])
def test_R53_R56_zero_and_text_are_no_status(front: Shape, status: object) -> None:
    answer = respond(returned({"statusCode": status, "body": "x"}), front)
    assert FAILED == sent(answer)
    assert [("R53" if front is Shape.HTTP_V2 else "R56", "error", "/statusCode")] == told(answer)


def test_R53_a_fraction_is_no_status() -> None:
    answer = v2(b'{"statusCode": 200.5, "body": "Hello", "headers": {"Content-Type": "text/plain"}}')
    assert FAILED == sent(answer)
    assert [("R53", "error", "/statusCode")] == told(answer)


@pytest.mark.parametrize("front", BOTH)
def test_R53_R56_digits_in_a_string_are_a_status(front: Shape) -> None:
    assert 201 == respond(returned({"statusCode": "201"}), front).response.status


@pytest.mark.parametrize("front", BOTH)
def test_R53_R56_unknown_keys_are_ignored_with_a_note(front: Shape) -> None:
    answer = respond(returned({"statusCode": 200, "wrongValue": "value"}), front)
    assert (200, (TEXT,), b"") == sent(answer)
    assert [("P06", "note", "/wrongValue")] == told(answer)


@pytest.mark.parametrize("front", BOTH)
@pytest.mark.parametrize("kind", [kind for kind in OutcomeKind if kind is not OutcomeKind.RESULT])
def test_R53_a_function_that_fails_gives_500(front: Shape, kind: OutcomeKind) -> None:
    answer = respond(Outcome(kind=kind, payload=b"not even json"), front)
    assert FAILED == sent(answer)
    assert [("R53", "error", "")] == told(answer)


def test_R53_a_result_that_looks_like_a_function_error_is_taken_for_one() -> None:
    answer = v2({"errorMessage": "test fake error message"})
    assert FAILED == sent(answer)
    assert [("R53", "error", "/errorMessage")] == told(answer)


@pytest.mark.parametrize(("front", "code"), [(Shape.HTTP_V1, "R56u"), (Shape.HTTP_V2, "R53u")])
@pytest.mark.parametrize(
    ("result", "status", "place"),
    [
        ({"statusCode": 200, "body": {"a": 1}}, 500, "/body"),
        ({"statusCode": 200, "body": 42}, 200, "/body"),
        ({"statusCode": 200, "headers": {"n": 1}}, 200, "/headers/n"),
        ({"statusCode": 200, "headers": {"n": None}}, 200, "/headers/n"),
        ({"statusCode": 200, "headers": {"n": ["a"]}}, 500, "/headers/n"),
        ({"statusCode": 200, "headers": "a: b"}, 500, "/headers"),
        ({"statusCode": 200, "body": "?", "isBase64Encoded": True}, 500, "/body"),
        ({"statusCode": 700}, 500, "/statusCode"),
        ({"statusCode": None}, 500, "/statusCode"),
    ],
)
def test_R53u_R56u_what_nobody_recorded_is_only_warned_about(
    front: Shape, code: str, result: object, status: int, place: str
) -> None:
    answer = respond(returned(result), front)
    assert status == answer.response.status
    assert [(code, "warning", place)] == told(answer)


@pytest.mark.parametrize("front", BOTH)
def test_R53u_R56u_an_object_as_body_can_be_switched_to_json(front: Shape) -> None:
    answer = respond(
        returned({"statusCode": 200, "body": {"a": "é"}}), front, switches=Switches(body_nested=Reading.TEXT)
    )
    assert (200, (TEXT,), '{"a":"é"}'.encode()) == sent(answer)


def test_R54_each_cookie_becomes_a_header() -> None:
    answer = v2({"statusCode": 200, "cookies": ["test-cookie=value", "test-cookie2=value1"]})
    assert (("Set-Cookie", "test-cookie=value"), ("Set-Cookie", "test-cookie2=value1"), TEXT) == answer.response.headers
    assert "R54" in answer.rules


def test_R54_cookies_that_are_no_list_give_500() -> None:
    answer = v2({"statusCode": 200, "cookies": {"test-cookies-invalid": "value1"}})
    assert FAILED == sent(answer)
    assert [("R54", "error", "/cookies")] == told(answer)


def test_R54_multi_value_headers_are_lost_and_said_to_be() -> None:
    answer = v2({"statusCode": 200, "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}})
    assert (TEXT,) == answer.response.headers
    assert [("P09", "warning", "/multiValueHeaders")] == told(answer)
    assert "cookies" in answer.findings[0].fix


def test_R54_empty_multi_value_headers_lose_nothing() -> None:
    assert () == v2({"statusCode": 200, "multiValueHeaders": {}}).findings


def test_R53u_a_cookie_that_is_no_string_is_warned_about() -> None:
    answer = v2({"statusCode": 200, "cookies": ["a=1", 5]})
    assert [("R53u", "warning", "/cookies/1")] == told(answer)
    assert ("Set-Cookie", "5") in answer.response.headers


@pytest.mark.parametrize("payload", [b"{}", b'{"headers": {"test-header": "value"}}', b'{"body": "x"}'])
def test_R56_a_missing_status_gives_500(payload: bytes) -> None:
    answer = v1(payload)
    assert FAILED == sent(answer)
    assert [("R56", "error", "")] == told(answer)


@pytest.mark.parametrize("payload", [b'"justAString"', b"[]", b"null", b"Not a valid proxy response object", b"NaN"])
def test_R56_what_is_no_object_gives_500(payload: bytes) -> None:
    assert FAILED == sent(v1(payload))
    assert [("R56", "error", "")] == told(v1(payload))


def test_R56_a_multi_value_header_that_is_no_list_gives_500() -> None:
    answer = v1({"statusCode": 200, "multiValueHeaders": {"test-multi-invalid": "value1"}})
    assert FAILED == sent(answer)
    assert [("R56", "error", "/multiValueHeaders/test-multi-invalid")] == told(answer)


def test_R56_headers_come_before_multi_value_headers() -> None:
    answer = v1(
        {
            "statusCode": 200,
            "headers": {
                "Content-Type": "application/json",
                "X-Custom-Header": "single-value",
                "Combined-Header": "single-value",
            },
            "multiValueHeaders": {
                "X-Multi-Header": ["multi-value1", "multi-value2"],
                "Combined-Header": ["multi-value1", "multi-value2"],
            },
            "body": '{"message":"With Combined Headers"}',
        }
    )
    assert (
        JSON,
        ("X-Custom-Header", "single-value"),
        ("Combined-Header", "single-value"),
        ("Combined-Header", "multi-value1"),
        ("Combined-Header", "multi-value2"),
        ("X-Multi-Header", "multi-value1"),
        ("X-Multi-Header", "multi-value2"),
    ) == answer.response.headers
    assert 35 == len(answer.response.body)


def test_R56_the_default_type_is_text() -> None:
    assert (200, (TEXT,), b"") == sent(v1({"statusCode": 200}))


@pytest.mark.parametrize("front", BOTH)
@pytest.mark.parametrize(
    ("duration", "timeout", "late"), [(29.9, None, False), (30.1, None, True), (6.0, 5.0, True), (4.0, 5.0, False)]
)
def test_R57_an_integration_waits_30_seconds_or_as_configured(
    front: Shape, duration: float, timeout: float | None, late: bool
) -> None:
    outcome = Outcome(kind=OutcomeKind.RESULT, payload=b'{"statusCode": 200}', duration=duration)
    answer = respond(outcome, front, Route(timeout=timeout))
    assert (503 if late else 200) == answer.response.status
    assert ([("R57u", "warning", "")] if late else []) == told(answer)


def test_R57u_the_status_of_an_integration_timeout_is_a_switch() -> None:
    outcome = Outcome(kind=OutcomeKind.TIMEOUT, payload=b"", duration=31.0)
    answer = respond(outcome, Shape.HTTP_V2, switches=Switches(http_api_timeout_status=504))
    assert (504, (), b'{"message":"Service Unavailable"}') == sent(answer)


def test_no_status_of_a_rest_api_is_touched_by_the_http_api_switch() -> None:
    outcome = Outcome(kind=OutcomeKind.TIMEOUT, payload=b"", duration=31.0)
    assert 504 == respond(outcome, Shape.REST, switches=Switches(http_api_timeout_status=418)).response.status
