"""Records without secrets, and what is told to be different when an event is repeated."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambda_contracts.events import build, identify, sample
from lambda_contracts.http import Request, Response
from lambda_contracts.outcomes import Outcome, OutcomeKind, returned
from lambda_contracts.records import Change, Record, changes, parsed, pretty, recognised, redacted, told, written
from lambda_contracts.redaction import MARK
from lambda_contracts.route import Route
from lambda_contracts.shapes import HTTP_SHAPES, Shape

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzZWNyZXQifQ.c2VjcmV0LXNpZ25hdHVyZS1oZXJl"
SECRETS = {
    "bearer": "s3cret-bearer-value",
    "session": "s3cret-session-cookie",
    "second": "s3cret second/cookie",
    "api key": "s3cret+api=key",
    "aws key": "AKIAIOSFODNN7EXAMPLE",
    "aws secret": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "aws token": "s3cret-FwoGZXIvYXdzEBYaDH",
    "jwt": JWT,
    "signature": "5ecre7f00d5ecre7f00d5ecre7f00d",
    "password": 's3cret "quoted" pässword',
    "nested": "s3cret-nested-refresh-token",
    "claim": "alice@secret.example",
    "context": "s3cret-authorizer-context",
    "stage": "s3cret-stage-variable",
    "pin": "s3cret-pin-of-path",
}
JSON_BODY = {"password": SECRETS["password"], "quantity": 1, "deep": json.dumps({"refresh_token": SECRETS["nested"]})}
FORM = "&".join(f"{name}={quote(value, safe='')}" for name, value in (("user", "bob"), ("password", SECRETS["nested"])))
AUTHORIZERS: dict[Shape, dict[str, Any]] = {
    Shape.REST: {"claims": {"email": SECRETS["claim"], "iss": "me"}, "sessionToken": SECRETS["context"]},
    Shape.HTTP_V1: {"claims": {"email": SECRETS["claim"]}, "sessionToken": SECRETS["context"]},
    Shape.HTTP_V2: {"jwt": {"claims": {"email": SECRETS["claim"]}}, "lambda": {"token": SECRETS["context"]}},
}


def request(body: bytes, content_type: str) -> Request:
    return Request(
        method="POST",
        path=f"/orders/{JWT}",
        query=f"page=2&X-Amz-Signature={SECRETS['signature']}&X-Amz-Security-Token={quote(SECRETS['aws token'])}"
        f"&api_key={quote(SECRETS['api key'])}&pin_token={SECRETS['pin']}",
        headers=(
            ("Authorization", f"Bearer {SECRETS['bearer']}"),
            ("Cookie", f"sid={SECRETS['session']}; other={SECRETS['second']}"),
            ("X-Api-Key", SECRETS["api key"]),
            ("X-Amz-Security-Token", SECRETS["aws token"]),
            ("X-Trace", f"key {SECRETS['aws key']} and {SECRETS['aws secret']}"),
            ("Content-Type", content_type),
        ),
        body=body,
    )


def route(shape: Shape) -> Route:
    return Route(
        path="/orders/{id}",
        binary_media_types=("image/*",),
        stage_variables={"dbPassword": SECRETS["stage"]},
        authorizer=AUTHORIZERS.get(shape),
        api_key=("id", SECRETS["api key"]),
    )


def record(event: Any, outcome: Outcome | None = None, response: Response | None = None) -> Record:
    text = json.dumps(event, ensure_ascii=False).encode()
    return Record(function="f", shape=Shape.DIRECT, route="", event=text, outcome=outcome, response=response)


def left(text: str) -> list[str]:
    """Return the secrets that a text has, as they are or written otherwise, also in base64 and in JSON."""
    forms = {
        name: {secret, json.dumps(secret)[1:-1], json.dumps(json.dumps(secret))[3:-3], quote(secret), quote(secret, "")}
        for name, secret in SECRETS.items()
    }
    return [name for name, written in forms.items() if any(form in text for form in written)]


def texts(value: Any) -> str:
    """Return JSON as text, and after it the base64 in it, decoded."""
    parts = [json.dumps(value), json.dumps(value, ensure_ascii=False)]

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)
        elif isinstance(value, str) and len(value) % 4 == 0:
            try:
                parts.append(base64.b64decode(value, validate=True).decode("utf-8", "replace"))
            except ValueError:
                return

    walk(value)
    return "\n".join(parts)


BODIES = [
    (json.dumps(JSON_BODY).encode(), "application/json"),
    (json.dumps(JSON_BODY, ensure_ascii=False).encode(), "image/json"),
    (FORM.encode(), "application/x-www-form-urlencoded"),
    (FORM.encode(), "image/form"),
]


@pytest.mark.parametrize(("body", "content_type"), BODIES, ids=["json", "base64 json", "form", "base64 form"])
@pytest.mark.parametrize("shape", HTTP_SHAPES)
def test_no_secret_of_a_request_is_left_in_any_shape(shape: Shape, body: bytes, content_type: str) -> None:
    event = build(request(body, content_type), shape, route(shape))
    if "identity" in event.get("requestContext", {}):
        event["requestContext"]["identity"] |= {"apiKey": SECRETS["api key"], "accessKey": SECRETS["aws key"]}
    assert left(texts(event))
    kept = json.loads(redacted(record(event)).event)
    assert [] == left(texts(kept))
    assert (shape, identify(event).confidence) == (identify(kept).shape, identify(kept).confidence)
    assert event.get("isBase64Encoded") == kept.get("isBase64Encoded")
    held = base64.b64decode(kept["body"], validate=True).decode() if kept.get("isBase64Encoded") else kept["body"]
    if "json" in content_type:
        assert {**JSON_BODY, "password": MARK, "deep": json.dumps({"refresh_token": MARK})} == json.loads(held)
    else:
        assert f"user=bob&password={MARK}" == held


def encoded(value: Any) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


TRIGGERS: dict[Shape, Any] = {
    Shape.SQS: {
        "body": json.dumps(JSON_BODY),
        "messageAttributes": {"authToken": {"stringValue": SECRETS["bearer"], "dataType": "String"}},
    },
    Shape.SNS: {"Sns": {"Message": json.dumps(JSON_BODY)}},
    Shape.KINESIS: {"kinesis": {"data": encoded(JSON_BODY)}},
    Shape.DYNAMODB: {"dynamodb": {"NewImage": {"password": {"S": SECRETS["password"]}, "key": {"S": JWT}}}},
    Shape.S3: {"s3": {"object": {"key": f"reset/{JWT}"}}},
}


@pytest.mark.parametrize("shape", [shape for shape in Shape if shape not in HTTP_SHAPES])
def test_no_secret_of_a_trigger_an_authorizer_or_a_direct_event_is_left(shape: Shape) -> None:
    event = sample(shape)
    if shape in TRIGGERS:
        event["Records"][0] |= TRIGGERS[shape]
    elif "detail" in event:
        event["detail"] = JSON_BODY
    else:
        event |= {
            **({"authorizationToken": f"Bearer {SECRETS['bearer']}"} if "authorizationToken" in event else {}),
            "headers": {"Authorization": SECRETS["bearer"], "cookie": f"a={SECRETS['session']}"},
            "identitySource": [f"Bearer {JWT}"],
            "body": json.dumps(JSON_BODY),
        }
    assert left(texts(event))
    kept = json.loads(redacted(record(event)).event)
    assert [] == left(texts(kept))
    assert identify(event).shape is identify(kept).shape


def test_a_secret_of_the_event_is_one_in_its_outcome() -> None:
    outcome = returned({"said": "hello s3cret-name", "log": "x"})
    response = Response(status=200, headers=(("Location", "/u/s3cret-name"),), body=b"<p>s3cret-name</p>")
    kept = redacted(record({"password": "s3cret-name"}, outcome, response))
    assert "s3cret-name" not in str(kept)
    assert kept.outcome
    assert {"said": f"hello {MARK}", "log": "x"} == kept.outcome.value()


@pytest.mark.parametrize("event", [b'{"a":1.10,"b":1e999,"c":12345678901234567890123}', b'"\\ud800"', b"null", b"[1]"])
def test_an_event_without_secrets_is_kept_to_the_letter(event: bytes) -> None:
    kept = redacted(Record(function="f", shape=Shape.DIRECT, route="", event=event)).event
    assert event == kept
    assert event == b"".join(pretty(kept).split())


# --- an outcome as JSON ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b'{"a": 1}', {"payload": {"a": 1}}),
        (b'"text"', {"payload": "text"}),
        (b"text", {"payload_text": "text"}),
        (b"NaN", {"payload_text": "NaN"}),
        (b"1e999", {"payload_text": "1e999"}),
        (b"\xff", {"payload_base64": "/w=="}),
    ],
)
def test_bytes_that_are_no_json_are_kept_as_what_they_are(payload: bytes, expected: dict[str, Any]) -> None:
    kept = told(Outcome(kind=OutcomeKind.RESULT, payload=payload), None, Shape.DIRECT)
    assert {"shape": "direct", "kind": "result", **expected, "duration": 0.0} == kept
    assert kept == parsed(written(kept))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"{", "Expecting"),
        (b"[]", "kind"),
        (b'{"kind": "odd"}', "kind"),
        (b'{"kind": "result", "response": {}}', "status"),
        (b'{"kind": "result", "response": {"status": 1, "headers": [["a"]]}}', "pairs"),
        (b'{"kind": "result", "shape": "round"}', "round"),
    ],
)
def test_what_is_no_outcome_is_refused(text: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        parsed(text)


# --- what is different -----------------------------------------------------------------------------------------------


def repeated(before: Any, now: Any) -> list[tuple[str, Any, Any]]:
    """Return what is different between two return values of a direct invocation."""
    found = changes(told(returned(before), None, Shape.DIRECT), returned(now), None)
    return [(change.place, change.recorded, change.now) for change in found]


ABSENT = msgspec.UNSET


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": 1}, {"a": True}, [("/payload/a", 1, True)]),
        ({"a": [1, 2]}, {"a": [1]}, [("/payload/a/1", 2, ABSENT)]),
        ({"a": 1}, {"b": 1}, [("/payload/a", 1, ABSENT), ("/payload/b", ABSENT, 1)]),
        ({"a/b": {"~": 1}}, {"a/b": {"~": None}}, [("/payload/a~1b/~0", 1, None)]),
        ({"body": '{"x": 1, "y": 2}'}, {"body": '{"y":2,"x":1}'}, []),
        ({"body": '{"x": 1}'}, {"body": '{"x": 2}'}, [("/payload/body/x", 1, 2)]),
        ({"body": "a"}, {"body": '{"x": 2}'}, [("/payload/body", "a", '{"x": 2}')]),
        ({"t": MARK}, {"t": "abc"}, []),
        ({"t": MARK}, {"t": None}, []),
        ({"t": f"Bearer {MARK}; {MARK}!"}, {"t": "Bearer abc; d!"}, []),
        ({"t": f"Bearer {MARK}"}, {"t": "Basic abc"}, [("/payload/t", f"Bearer {MARK}", "Basic abc")]),
        ({"t": f"a{MARK}a"}, {"t": "a"}, [("/payload/t", f"a{MARK}a", "a")]),
        ({"body": f'{{"t":"{MARK}","x":1}}'}, {"body": '{"t":"abc","y":0,"x":1}'}, [("/payload/body/y", ABSENT, 0)]),
        ({"passcode": 0, "n": 0}, {"passcode": 123, "n": 1}, [("/payload/n", 0, 1)]),
        ({"password": "plain"}, {"password": "plain"}, []),
    ],
)  # fmt: skip
def test_differences_are_told_place_by_place(before: Any, now: Any, expected: list[tuple[str, Any, Any]]) -> None:
    assert expected == repeated(before, now)


def test_what_no_client_sees_is_no_difference() -> None:
    before = Response(
        status=200, headers=(("Content-Type", "a/b"), ("Date", "1"), ("X-Amzn-RequestId", "1")), body=b"1"
    )
    now = replace(before, headers=(("date", "2"), ("content-type", "a/b")))
    kept = told(returned({"statusCode": 200, "unseen": 1}), before, Shape.HTTP_V2)
    assert () == changes(kept, returned({"statusCode": 200}), now)
    assert (Change("/response/status", 200, 500),) == changes(kept, returned({}), replace(now, status=500))


def test_ids_of_requests_durations_and_traces_are_no_difference() -> None:
    def failed(request_id: str, line: int, kind: str = "KeyError") -> Outcome:
        error = {"errorType": kind, "errorMessage": f"in {request_id}", "requestId": request_id, "stackTrace": [line]}
        payload = json.dumps(error).encode()
        return Outcome(kind=OutcomeKind.FUNCTION_ERROR, payload=payload, request_id=request_id, duration=line)

    kept = told(failed("8be0ed2c-4442", 1), None, Shape.DIRECT)
    assert () == changes(kept, failed("11112222-3333", 9), None)
    assert [Change("/payload/errorType", "KeyError", "ValueError")] == list(
        changes(kept, failed("11112222-3333", 9, "ValueError"), None)
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(JSON)
def test_what_is_repeated_as_it_was_is_no_difference_with_and_without_its_secrets(value: Any) -> None:
    outcome = returned(value)
    assert () == changes(told(outcome, None, Shape.DIRECT), outcome, None)
    kept = redacted(record(None, outcome)).outcome
    assert kept
    assert () == changes(told(kept, None, Shape.DIRECT), outcome, None)


@given(JSON, JSON)
def test_every_difference_leads_to_its_place(before: Any, now: Any) -> None:
    for place, was, now_is in repeated({"v": before}, {"v": now}):
        assert place.startswith("/payload/v")
        assert was != now_is or type(was) is not type(now_is)


@pytest.mark.parametrize(
    ("event", "shape", "name"),
    [
        (build(request(b"", "a/b"), Shape.REST, Route(path="/orders/{id}")), Shape.REST, "POST /orders/{id}"),
        (build(Request(method="PUT", path="/o/1"), Shape.HTTP_V2), Shape.HTTP_V2, "PUT /{proxy+}"),
        (build(Request(method="GET", path="/o/1"), Shape.FUNCTION_URL), Shape.FUNCTION_URL, "GET /o/1"),
        (sample(Shape.SQS), Shape.SQS, ""),
        ({"a": 1}, Shape.DIRECT, ""),
    ],
)  # fmt: skip
def test_an_event_tells_its_shape_and_route(event: Any, shape: Shape, name: str) -> None:
    found = recognised(record(event))
    assert (shape, name) == (found.shape, found.route)
