"""What a REST API makes of a return value, rule by rule, against what AWS was recorded to answer."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from lambda_contracts.finding import Confidence, Severity
from lambda_contracts.outcomes import Outcome, OutcomeKind, returned
from lambda_contracts.results import Answer, Reading, Switches, respond
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape

JSON = ("Content-Type", "application/json")
MALFORMED = (
    502,
    (JSON, ("x-amzn-ErrorType", "InternalServerErrorException")),
    b'{"message": "Internal server error"}',
)
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mP8/wIAAgkBAyMAlYwAAAAASUVORK5CYII=",
)


def rest(value: Any, **options: Any) -> Answer:
    return respond(returned(value), Shape.REST, **options)


def told(answer: Answer) -> list[tuple[str, str, str]]:
    return [(finding.code, finding.severity.value, finding.place) for finding in answer.findings]


def sent(answer: Answer) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    return (answer.response.status, answer.response.headers, answer.response.body)


def test_R20_a_lone_status_code_gives_an_empty_json_answer() -> None:
    answer = rest({"statusCode": 200})
    assert (200, (JSON,), b"") == sent(answer)
    assert () == answer.findings


def test_R21_an_empty_object_is_a_valid_result() -> None:
    answer = rest({})
    assert (200, (JSON,), b"") == sent(answer)
    assert "R21" in answer.rules
    assert [("P12", "note", "")] == told(answer)


def test_R22_a_result_with_only_headers_is_a_200() -> None:
    answer = rest({"headers": {"test-header": "value"}})
    assert (200, (("test-header", "value"), JSON), b"") == sent(answer)


def test_R22_digits_in_a_string_are_a_status() -> None:
    assert 201 == rest({"statusCode": "201"}).response.status


@pytest.mark.parametrize("status", ["test", "", "12a", 0])
def test_R22_zero_and_text_are_malformed(status: object) -> None:
    answer = rest({"statusCode": status})
    assert MALFORMED == sent(answer)
    assert [("R22", "error", "/statusCode")] == told(answer)


@pytest.mark.parametrize("status", [-1, 99, 600, 200.5, 200.0, True, [], {}, "-5", "099", "2000", 10**30])
def test_R22u_a_status_that_nobody_recorded_is_malformed_and_only_warned_about(status: object) -> None:
    answer = rest({"statusCode": status})
    assert MALFORMED == sent(answer)
    assert [("R22u", "warning", "/statusCode")] == told(answer)


def test_R22u_a_null_status_is_taken_to_be_missing() -> None:
    answer = rest({"statusCode": None})
    assert (200, (JSON,), b"") == sent(answer)
    assert [("R22u", "warning", "/statusCode")] == told(answer)


@pytest.mark.parametrize("key", ["wrongValue", "statusDescription", "prediction", "errorMessage", "a/b"])
def test_R23_an_unknown_key_is_malformed(key: str) -> None:
    answer = rest({"statusCode": 200, key: "value"})
    assert MALFORMED == sent(answer)
    assert [("R23", "error", "/" + key.replace("/", "~1"))] == told(answer)


@pytest.mark.parametrize("key", ["cookies", "base64Encoded"])
def test_R23u_keys_that_sam_lets_pass_are_warned_about_and_can_be_ignored(key: str) -> None:
    result = {"statusCode": 200, key: []}
    assert MALFORMED == sent(rest(result))
    ignored = rest(result, switches=Switches(tolerated_key=Reading.IGNORED))
    assert (200, (JSON,), b"") == sent(ignored)
    assert [("R23u", "warning", f"/{key}")] == [told(rest(result))[0]]


@pytest.mark.parametrize(
    "payload", [b'"justAString"', b"[1, 2]", b"42", b"true", b"NaN", b"Infinity", b'{"a":', b"", b"\xff"]
)
def test_R24_what_is_no_json_object_is_malformed(payload: bytes) -> None:
    answer = rest(payload)
    assert MALFORMED == sent(answer)
    assert [("R24", "error", "")] == told(answer)


def test_R24u_null_is_malformed_unless_switched() -> None:
    answer = rest(None)
    assert MALFORMED == sent(answer)
    assert [("R24u", "warning", "")] == told(answer)
    assert 200 == rest(None, switches=Switches(null_result=Reading.IGNORED)).response.status


def test_R25_headers_may_be_null() -> None:
    assert (200, (JSON,), b"") == sent(rest({"statusCode": 200, "headers": None}))


def test_R25_a_boolean_header_is_sent_in_lower_case() -> None:
    answer = rest({"statusCode": 200, "headers": {"test-header": "value", "header-bool": True}})
    assert (200, (("test-header", "value"), ("header-bool", "true"), JSON), b"") == sent(answer)
    assert () == answer.findings


@pytest.mark.parametrize(
    ("value", "headers"),
    [(1, (("n", "1"), JSON)), (1.5, (("n", "1.5"), JSON)), (None, (JSON,))],
)
def test_R25u_a_header_that_is_a_number_or_null_is_sent_or_left_out_with_a_warning(
    value: object, headers: tuple[tuple[str, str], ...]
) -> None:
    answer = rest({"headers": {"n": value}, "statusCode": 200})
    assert (200, headers, b"") == sent(answer)
    assert [("R25u", "warning", "/headers/n")] == told(answer)


def test_R25u_a_null_content_type_is_not_replaced_by_the_default() -> None:
    answer = rest({"statusCode": 204, "headers": {"Content-Type": None}})
    assert (204, (), b"") == sent(answer)
    assert [("R25u", "warning", "/headers/Content-Type")] == told(answer)


def test_R25u_header_numbers_can_be_switched_to_malformed() -> None:
    answer = rest({"statusCode": 200, "headers": {"n": 1}}, switches=Switches(header_number=Reading.MALFORMED))
    assert MALFORMED == sent(answer)
    assert answer.findings[0].severity is Severity.WARNING


@pytest.mark.parametrize("headers", [{"n": ["a"]}, {"n": {"a": "b"}}, [], "a: b", 5])
def test_R25u_headers_of_another_form_are_malformed_and_only_warned_about(headers: object) -> None:
    answer = rest({"statusCode": 200, "headers": headers})
    assert MALFORMED == sent(answer)
    assert [("R25u", "warning")] == [entry[:2] for entry in told(answer)]


def test_R26_a_multi_value_header_that_is_no_list_is_malformed() -> None:
    answer = rest({"statusCode": 200, "multiValueHeaders": {"test-multi-invalid": "value1"}})
    assert MALFORMED == sent(answer)
    assert [("R26", "error", "/multiValueHeaders/test-multi-invalid")] == told(answer)


def test_R26_a_multi_value_header_with_a_list_is_sent_once_a_value() -> None:
    answer = rest({"statusCode": 200, "multiValueHeaders": {"test-multi": ["value1", "value2"]}})
    assert (("test-multi", "value1"), ("test-multi", "value2"), JSON) == answer.response.headers


@pytest.mark.parametrize("name", ["test-multi", "tesT-Multi"])
def test_R27_values_of_multi_value_headers_come_first_and_in_their_spelling(name: str) -> None:
    answer = rest(
        {"statusCode": 200, "multiValueHeaders": {name: ["value-multi"]}, "headers": {"test-multi": "value-solo"}}
    )
    assert ((name, "value-multi"), (name, "value-solo"), JSON) == answer.response.headers
    assert "R27" in answer.rules


def test_R27_the_recorded_merge_of_three_values() -> None:
    answer = rest(
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
    combined = [text for name, text in answer.response.headers if name == "Combined-Header"]
    assert ["multi-value1", "multi-value2", "single-value"] == combined
    assert b'{"message":"With Combined Headers"}' == answer.response.body


def test_R27_an_equal_pair_in_both_maps_is_sent_once() -> None:
    answer = rest({"headers": {"a": "1"}, "multiValueHeaders": {"A": ["1", "2"]}, "statusCode": 200})
    assert (("A", "1"), ("A", "2"), JSON) == answer.response.headers


@pytest.mark.parametrize("name", ["Content-Type", "content-type", "CONTENT-TYPE"])
def test_R28_a_content_type_of_the_function_replaces_the_default_and_keeps_its_case(name: str) -> None:
    assert ((name, "text/csv"),) == rest({"statusCode": 200, "headers": {name: "text/csv"}}).response.headers


def test_R28_the_case_of_header_names_is_kept() -> None:
    headers = {"myheader": "test,other", "X-UPPER": "1"}
    assert (("myheader", "test,other"), ("X-UPPER", "1"), JSON) == rest({"headers": headers}).response.headers


def test_R29_the_error_body_has_36_bytes_and_an_error_type() -> None:
    answer = rest({"statusCode": 0})
    assert 36 == len(answer.response.body)
    assert "InternalServerErrorException" == answer.response.header("x-amzn-errortype")
    assert ("R22", "R29") == answer.rules


@pytest.mark.parametrize("kind", [kind for kind in OutcomeKind if kind is not OutcomeKind.RESULT])
def test_R30_a_function_that_fails_gives_502(kind: OutcomeKind) -> None:
    payload = b'{"errorMessage": "boom", "errorType": "ValueError", "stackTrace": []}'
    answer = respond(Outcome(kind=kind, payload=payload), Shape.REST)
    assert MALFORMED == sent(answer)
    assert [("R30", "error", "")] == told(answer)
    assert "ValueError: boom" in answer.findings[0].message


@pytest.mark.parametrize(
    ("duration", "init", "timeout", "status"),
    [
        (28.9, None, None, 200),
        (29.1, None, None, 504),
        (28.0, 2.0, None, 504),
        (3.0, None, 2.0, 504),
        (31, None, 60.0, 200),
    ],
)
def test_R30_the_integration_timeout_gives_504_whatever_the_function_does_later(
    duration: float, init: float | None, timeout: float | None, status: int
) -> None:
    outcome = Outcome(kind=OutcomeKind.RESULT, payload=b'{"statusCode": 200}', duration=duration, init_duration=init)
    answer = respond(outcome, Shape.REST, Route(timeout=timeout))
    assert status == answer.response.status
    if status == 504:
        assert b'{"message": "Endpoint request timed out"}' == answer.response.body
        assert [("R30", "error", "")] == told(answer)


@pytest.mark.parametrize("body", [{"label": "virginica"}, [1, 2], {}, []])
def test_R31_an_object_as_body_is_malformed(body: object) -> None:
    answer = rest({"statusCode": 200, "body": body})
    assert MALFORMED == sent(answer)
    assert [("R31", "error", "/body")] == told(answer)
    assert "json.dumps" in answer.findings[0].fix


def test_R31_a_null_body_is_empty() -> None:
    assert b"" == rest({"statusCode": 200, "body": None}).response.body


@pytest.mark.parametrize(("body", "text"), [(42, b"42"), (1.5, b"1.5"), (True, b"true")])
def test_R31u_a_scalar_body_is_sent_as_text_with_a_warning(body: object, text: bytes) -> None:
    answer = rest({"statusCode": 200, "body": body})
    assert (200, (JSON,), text) == sent(answer)
    assert [("R31u", "warning", "/body")] == told(answer)
    assert MALFORMED == sent(rest({"body": body}, switches=Switches(body_scalar=Reading.MALFORMED)))


def test_R31_text_goes_out_as_utf8() -> None:
    assert "☕".encode() == rest({"statusCode": 200, "body": "☕"}).response.body


# The sixteen asserted cases of the AWS-validated test, in its order; `*/test` stands in the API's list as well.
BINARY_CASES = [
    ((), "image/png", False),
    (("image/png", "*/test"), "image/png", True),
    (("image/png", "*/test"), "image/jpg", False),
    (("image/png", "*/test"), "image/*", False),
    (("image/png", "*/other"), "*/test", False),
    (("image/png", "*/test"), "random/test", False),
    (("image/png", "*/test"), "*/*", False),
    (("image/png", "*/test"), "image/webp,image/png,*/*;q=0.8", False),
    (("image/png", "*/test"), "image/png,image/*,*/*;q=0.8", True),
    (("image/png", "application/*", "image/jpg"), "application/whatever", True),
    (("image/png", "application/*", "image/jpg"), "application/test", True),
    (("image/png", "application/*", "image/jpg"), "application/*", True),
    (("image/png", "application/*", "image/jpg"), "image/jpg", True),
    (("image/png", "application/*", "image/jpg"), "image/png", True),
    (("image/png", "application/*", "image/jpg"), "application", False),
    (("image/png", "application/*", "image/jpg"), None, False),
]


@pytest.mark.parametrize(("types", "accept", "binary"), BINARY_CASES)
@pytest.mark.parametrize("content_type", ["image/png", "application/whatever", None])
def test_R32_only_the_first_accept_decides_whether_base64_is_decoded(
    types: tuple[str, ...], accept: str | None, binary: bool, content_type: str | None
) -> None:
    text = base64.b64encode(PNG).decode()
    headers = {"Cache-Control": "no-cache", **({"Content-Type": content_type} if content_type else {})}
    result = {"statusCode": 200, "body": text, "isBase64Encoded": True, "headers": headers}
    answer = rest(result, route=Route(binary_media_types=types), accept=accept)
    assert (PNG if binary else text.encode()) == answer.response.body
    assert ([] if binary else [("P11", "warning", "/isBase64Encoded")]) == told(answer)


def test_R32_without_the_flag_base64_is_text() -> None:
    route = Route(binary_media_types=("image/png",))
    answer = rest({"body": "dGVzdA==", "isBase64Encoded": False}, route=route, accept="image/png")
    assert b"dGVzdA==" == answer.response.body


@pytest.mark.parametrize("body", ["èé+à)(", "dGVzdA", "dGV zdA==", "====", "{}"])
def test_R32_bad_base64_gives_500(body: str) -> None:
    route = Route(binary_media_types=("image/png",))
    answer = rest({"statusCode": 200, "body": body, "isBase64Encoded": True}, route=route, accept="image/png")
    assert 500 == answer.response.status
    assert [("R32", "error", "/body")] == told(answer)


def test_R32_every_type_is_binary_when_the_api_says_so() -> None:
    route = Route(binary_media_types=("*/*",))
    answer = rest({"body": "dGVzdA==", "isBase64Encoded": True}, route=route, accept="*/*")
    assert b"test" == answer.response.body


@pytest.mark.parametrize(("flag", "decoded"), [("true", True), ("TRUE", True), (1, True), ("false", False), (0, False)])
def test_R32u_a_flag_that_is_no_boolean_is_guessed_with_a_warning(flag: object, decoded: bool) -> None:
    route = Route(binary_media_types=("image/png",))
    answer = rest({"statusCode": 200, "body": "dGVzdA==", "isBase64Encoded": flag}, route=route, accept="image/png")
    assert (b"test" if decoded else b"dGVzdA==") == answer.response.body
    assert [("R32u", "warning", "/isBase64Encoded")] == told(answer)


@pytest.mark.parametrize(("size", "told_of"), [(10_000, []), (10_241, [("R33u", "warning", "/headers")])])
def test_R33u_headers_beyond_the_quota_are_warned_about(size: int, told_of: list[tuple[str, str, str]]) -> None:
    answer = rest({"statusCode": 200, "headers": {"Content-Type": "a", "x": "v" * (size - 14)}})
    assert told_of == told(answer)
    assert 200 == answer.response.status


def test_R33_a_body_beyond_the_header_quota_is_fine() -> None:
    assert () == rest({"statusCode": 200, "body": "v" * 20_000}).findings


def test_every_fault_is_told_not_only_the_first() -> None:
    answer = rest({"statusCode": "x", "wrong": 1, "headers": {"a": []}, "body": {}})
    assert ["R23", "R22", "R25u", "R31"] == [finding.code for finding in answer.findings]


def test_a_finding_says_what_aws_does_and_how_sure_that_is() -> None:
    finding = rest({"statusCode": 200, "body": {"a": 1}}).findings[0]
    assert finding.aws.startswith('a REST API answers 502 {"message": "Internal server error"}. The body is a string')
    assert Confidence.RECORDED is finding.confidence


@pytest.mark.parametrize("shape", [Shape.DIRECT, Shape.CONSOLE_TEST, Shape.CONSOLE_TEMPLATE])
def test_console_shapes_are_read_as_a_rest_api_would(shape: Shape) -> None:
    assert MALFORMED == sent(respond(returned({"a": 1}), shape))


@pytest.mark.parametrize("shape", [Shape.S3, Shape.SQS, Shape.SCHEDULE, Shape.AUTHORIZER_V2])
def test_a_shape_without_a_waiting_client_is_refused(shape: Shape) -> None:
    with pytest.raises(ValueError, match=f"{shape.value} is not a front"):
        respond(returned({}), shape)


def test_computed_headers_of_the_function_are_not_sent() -> None:
    headers = {"Content-Length": "3", "connection": "close", "Transfer-Encoding": "chunked", "X-A": "1"}
    assert (("X-A", "1"), JSON) == rest({"headers": headers, "body": "abc"}).response.headers


def test_the_last_of_equal_keys_counts() -> None:
    assert 201 == rest(b'{"statusCode": 200, "statusCode": 201}').response.status


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    assert b"a?b" == rest(json.dumps({"statusCode": 200, "body": "a\ud800b"}).encode()).response.body
