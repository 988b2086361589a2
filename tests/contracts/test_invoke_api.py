"""The Invoke API's requests are read, and refused, as Lambda does."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambda_contracts import invoke_api
from lambda_contracts.http import Request, Response
from lambda_contracts.invoke_api import ERRORS, Call, Condition, InvocationType, Operation, Reason, Reference
from lambda_contracts.outcomes import Outcome, OutcomeKind
from lambda_contracts.rules import RULES

ID = "6f5e1a2b-0000-4000-8000-000000000000"
ARN = "arn:aws:lambda:eu-central-1:210987654321:function:orders"


def invocation(name: str = "orders", query: str = "", body: bytes = b"{}", **headers: str) -> Request:
    return Request(
        method="POST",
        path=f"/2015-03-31/functions/{quote(name, safe='')}/invocations",
        query=query,
        headers=tuple((f"X-Amz-{key.replace('_', '-')}", value) for key, value in headers.items()),
        body=body,
    )


def read(request: Request) -> Call:
    call = invoke_api.read(request)
    assert isinstance(call, Call), call
    return call


def refused(request: Request, *, whole: bool = True) -> Response:
    response = invoke_api.read(request, whole=whole)
    assert isinstance(response, Response), response
    return response


def context(value: object) -> str:
    return b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    ("name", "query", "expected"),
    [
        ("orders", "", Reference("orders")),
        ("orders:live", "", Reference("orders", "live")),
        ("orders", "Qualifier=%24LATEST", Reference("orders", "$LATEST")),
        ("orders:7", "Qualifier=7", Reference("orders", "7")),
        ("123456789012:function:orders", "", Reference("orders")),
        ("function:orders", "", Reference("orders")),
        (ARN, "", Reference("orders")),
        (f"{ARN}:$LATEST", "", Reference("orders", "$LATEST")),
        ("arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:a-b_c:2", "Qualifier=2", Reference("a-b_c", "2")),
    ],
)
def test_R121_a_function_is_named_by_its_name_or_arn(name: str, query: str, expected: Reference) -> None:
    assert expected == read(invocation(name, query)).function


@pytest.mark.parametrize(
    ("request_", "problems"),
    [
        (invocation("no spaces"), ["'no spaces' at 'functionName'"]),
        (invocation("arn:aws:s3:::bucket"), ["'arn:aws:s3:::bucket' at 'functionName'"]),
        (invocation(f"{ARN}:"), [f"'{ARN}:' at 'functionName'"]),
        (invocation("orders:$latest"), ["'orders:$latest' at 'functionName'"]),
        (invocation("x" * 257), [f"'{'x' * 257}' at 'functionName'"]),
        (invocation(query="Qualifier=a.b"), ["'a.b' at 'qualifier'"]),
        (invocation(Invocation_Type="dry_run"), ["'dry_run' at 'invocationType'"]),
        (invocation(Log_Type="tail", Invocation_Type="x"), ["'x' at 'invocationType'", "'tail' at 'logType'"]),
    ],
)
def test_R121_what_is_not_valid_is_named_with_its_constraint(request_: Request, problems: list[str]) -> None:
    response = refused(request_)
    assert (400, "ValidationException") == (response.status, response.header("x-amzn-ErrorType"))
    message = response.json()["message"]
    count = len(problems)
    assert message.startswith(f"{count} validation error{'s' * (count > 1)} detected: Value ")
    assert problems == re.findall(r"Value ('.*?' at '\w+') failed to satisfy constraint: Member must ", message)


def test_R121_two_qualifiers_have_to_be_the_same() -> None:
    response = refused(invocation("orders:7", "Qualifier=8"))
    assert (400, "InvalidParameterValueException") == (response.status, response.header("x-amzn-ErrorType"))


@given(st.text(min_size=1), st.text(alphabet=st.characters(exclude_characters="/?#", codec="utf-8"), min_size=1))
def test_any_name_and_any_query_are_read_or_refused(query: str, name: str) -> None:
    found = invoke_api.read(invocation(name, quote(query)))
    assert isinstance(found, Call) or found.status in (400, 404)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (invocation(), InvocationType.REQUEST_RESPONSE),
        (invocation(Invocation_Type="RequestResponse"), InvocationType.REQUEST_RESPONSE),
        (invocation(Invocation_Type="Event"), InvocationType.EVENT),
        (invocation(Invocation_Type="DryRun"), InvocationType.DRY_RUN),
    ],
)
def test_R80_the_client_says_whether_it_waits(request_: Request, expected: InvocationType) -> None:
    assert expected is read(request_).type


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("POST", "/2014-11-13/functions/orders/invoke-async/", Operation.INVOKE_ASYNC),
        ("GET", "/2015-03-31/functions/orders", Operation.GET_FUNCTION),
        ("GET", "/2015-03-31/functions/orders/configuration", Operation.GET_FUNCTION_CONFIGURATION),
        ("GET", "/2015-03-31/functions/", Operation.LIST_FUNCTIONS),
    ],
)
def test_operations_are_known_by_method_and_path(method: str, path: str, operation: Operation) -> None:
    assert operation is read(Request(method=method, path=path)).operation


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/2021-11-15/functions/orders/response-streaming-invocations"),
        ("DELETE", "/2015-03-31/functions/orders"),
        ("POST", "/2015-03-31/functions"),
    ],
)
def test_R87u_other_operations_are_not_served(method: str, path: str) -> None:
    response = refused(Request(method=method, path=path))
    assert (404, "UnknownOperationException") == (response.status, response.header("x-amzn-ErrorType"))
    assert f"does not serve {method} {path}" in response.json()["message"]


@pytest.mark.parametrize("body", [b"{}", b"null", b"3", b'"text"', b"[1]", b' {"a": "\\ud800"} '])
def test_any_json_is_a_payload_and_stays_as_it_is(body: bytes) -> None:
    assert body == read(invocation(body=body)).payload


def test_R88_no_payload_is_an_empty_object() -> None:
    assert b"{}" == read(invocation(body=b"")).payload


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"{", "line: 1, column: 2"),
        (b"Hello", "line: 1, column: 1"),
        (b"NaN", "NaN is not JSON"),
        (b'{"a": "\xff"}', "Invalid UTF-8 byte 0xff"),
        (b"[" * 100_000, "nested too deeply"),
        (b" ", "line: 1, column: 2"),
    ],
)
def test_R87_a_payload_has_to_be_json(body: bytes, why: str) -> None:
    response = refused(invocation(body=body))
    assert (400, "InvalidRequestContentException") == (response.status, response.header("x-amzn-ErrorType"))
    message = response.json()["message"]
    assert message.startswith("Could not parse request body into json: Could not parse payload into json: ")
    assert why in message


@pytest.mark.parametrize(
    ("size", "kind", "message"),
    [
        (6 * 1024 * 1024, "RequestResponse", None),
        (6 * 1024 * 1024 + 1, "RequestResponse", "Request must be smaller than 6291456 bytes for the InvokeFunction"),
        (1024 * 1024, "Event", None),
        (1024 * 1024 + 1, "Event", "1048577 byte payload is too large for the Event invocation type (limit 1048576"),
    ],
)
def test_R122_a_payload_has_a_largest_size(size: int, kind: str, message: str | None) -> None:
    request = invocation(body=b'"' + b"x" * (size - 2) + b'"', Invocation_Type=kind)
    if message is None:
        assert size == len(read(request).payload)
    else:
        response = refused(request)
        assert (413, "RequestEntityTooLargeException") == (response.status, response.header("x-amzn-ErrorType"))
        assert message.encode() in response.body


def test_R122_a_body_that_was_not_taken_in_is_too_large() -> None:
    assert 413 == refused(invocation(body=b""), whole=False).status


def test_R90_the_client_context_becomes_one_line_of_ascii() -> None:
    sent = b64encode('{\n "custom": {"a": "é\\n"}}'.encode()).decode()
    read_ = read(invocation(Client_Context=sent)).client_context
    assert read_ is not None
    assert read_.isascii()
    assert "\n" not in read_
    assert {"custom": {"a": "é\n"}} == json.loads(read_)


@pytest.mark.parametrize("sent", ["string", "{}", context([1]), context("a")[:-1], b64encode(b"{").decode(), "é"])
def test_R90_a_client_context_has_to_be_a_json_object_in_base64(sent: str) -> None:
    response = refused(invocation(Client_Context=sent))
    assert (400, "InvalidRequestContentException") == (response.status, response.header("x-amzn-ErrorType"))
    assert "Client context must be a valid Base64-encoded JSON object." == response.json()["message"]


def test_R90u_a_client_context_has_a_longest_size() -> None:
    longest = context({"custom": "x" * 2670})
    assert 3580 == len(longest)
    read(invocation(Client_Context=longest))
    assert 400 == refused(invocation(Client_Context=context({"custom": "x" * 2674}))).status


def test_R90d_only_synchronous_invocations_get_the_client_context() -> None:
    assert read(invocation(Client_Context=context({}), Invocation_Type="Event")).client_context is None


def test_errors_cite_rules_that_exist_and_have_sdk_shapes() -> None:
    assert set(Reason) == set(ERRORS)
    for error in ERRORS.values():
        assert error.rule in RULES
        assert error.body.keys() & {"message", "Message"}


def test_R87_throttling_says_why() -> None:
    response = invoke_api.error(Reason.THROTTLED, limit="ConcurrentInvocationLimitExceeded")
    assert 429 == response.status
    assert response.header("Retry-After") is None
    assert {
        "Reason": "ConcurrentInvocationLimitExceeded",
        "Type": "User",
        "message": "Rate Exceeded.",
    } == response.json()


def outcome(kind: OutcomeKind, payload: object = None, **more: object) -> Outcome:
    known: dict[str, object] = {"request_id": ID, "duration": 0.0123456, "log": ("one", "two"), **more}
    return Outcome(kind=kind, payload=json.dumps(payload).encode(), **known)  # type: ignore[arg-type]


def lines(of: Outcome, *, used: int | None = 30_000_000) -> list[str]:
    return invoke_api.log_lines(of, memory=128, used=used, at=1756861433.072)


def test_R89_the_log_has_the_lines_of_the_platform_around_the_functions() -> None:
    assert [
        f"START RequestId: {ID} Version: $LATEST",
        "one",
        "two",
        f"END RequestId: {ID}",
        f"REPORT RequestId: {ID}\tDuration: 12.35 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB"
        "\tMax Memory Used: 29 MB\t",
    ] == lines(outcome(OutcomeKind.RESULT))


def test_R123_the_first_invocation_is_billed_for_its_init() -> None:
    report = lines(outcome(OutcomeKind.RESULT, init_duration=0.0875), used=None)[-1]
    assert (
        f"REPORT RequestId: {ID}\tDuration: 12.35 ms\tBilled Duration: 100 ms\tMemory Size: 128 MB"
        "\tInit Duration: 87.50 ms\t" == report
    )


def test_R123_a_timeout_an_exit_and_an_init_failure_are_told() -> None:
    timeout = {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {ID} Error: Task timed out after 1.00 seconds",
    }
    left = {"errorType": "Runtime.ExitError", "errorMessage": f"RequestId: {ID} Error: Runtime exited with error: x"}
    init = {"errorType": "Runtime.ImportModuleError", "errorMessage": "no", "requestId": ""}
    timed_out = lines(outcome(OutcomeKind.TIMEOUT, timeout))
    assert [f"2025-09-03T01:03:53.072Z {ID} Task timed out after 1.00 seconds", ""] == timed_out[3:5]
    assert timed_out[-1].endswith("\tStatus: timeout")
    exited = lines(outcome(OutcomeKind.EXIT, left))
    assert [f"RequestId: {ID} Error: Runtime exited with error: x", "Runtime.ExitError"] == exited[3:5]
    assert exited[-1].endswith("\tStatus: error\tError Type: Runtime.ExitError")
    not_loaded = lines(outcome(OutcomeKind.INIT_FAILURE, init, init_duration=0.5))
    assert [
        "one",
        "two",
        "INIT_REPORT Init Duration: 500.00 ms\tPhase: init\tStatus: error\tError Type: Runtime.ImportModuleError",
        f"START RequestId: {ID} Version: $LATEST",
        f"END RequestId: {ID}",
    ] == not_loaded[:-1]


def test_R89_the_client_gets_the_last_4_kb() -> None:
    long = outcome(OutcomeKind.RESULT, log=tuple(f"line {n}" for n in range(1000)))
    text = b64decode(invoke_api.log_tail(long, memory=128, used=None, at=0.0))
    assert 4096 == len(text)
    assert text.endswith(b"MB\t\n")
    assert b"START" not in text


def told(condition: Condition, of: Outcome | None, attempts: int) -> dict[str, object]:
    return invoke_api.record(
        condition, of, request_id=ID, arn=ARN, payload=b'{"a": 1}', attempts=attempts, at=1573755365.568
    )


def test_R124_a_destination_is_told_of_an_event_that_failed() -> None:
    error = {"errorType": "ValueError", "errorMessage": "no"}
    assert {
        "version": "1.0",
        "timestamp": "2019-11-14T18:16:05.568Z",
        "requestContext": {
            "requestId": ID,
            "functionArn": f"{ARN}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": {"a": 1},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": error,
    } == told(Condition.RETRIES_EXHAUSTED, outcome(OutcomeKind.FUNCTION_ERROR, error), 3)


def test_R124_a_destination_is_told_of_an_event_that_was_handled_or_never_reached_the_function() -> None:
    done = told(Condition.SUCCESS, outcome(OutcomeKind.RESULT, {"b": 2}), 1)
    assert {"statusCode": 200, "executedVersion": "$LATEST"} == done["responseContext"]
    assert {"b": 2} == done["responsePayload"]
    assert "responseContext" not in told(Condition.EVENT_AGE_EXCEEDED, None, 0)
