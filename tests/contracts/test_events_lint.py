"""Lint of users' event files: each fault is found at its place, and what AWS sends is never blamed."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lambda_contracts import strategies
from lambda_contracts.events import lint, sample
from lambda_contracts.finding import Severity
from lambda_contracts.shapes import Shape

Event = dict[str, Any]


@pytest.mark.parametrize("shape", [shape for shape in Shape if shape is not Shape.DIRECT])
@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_an_event_that_aws_could_have_sent_has_no_findings(shape: Shape, data: st.DataObject) -> None:
    assert () == lint(data.draw(strategies.events(shape)))


def _set(*keys: str | int, value: Any) -> Callable[[Event], None]:
    def change(event: Event) -> None:
        holder: Any = event
        for key in keys[:-1]:
            holder = holder[key]
        holder[keys[-1]] = value

    return change


FAULTS: list[tuple[Shape, Callable[[Event], None], str, Severity, str]] = [
    (Shape.REST, _set("isBase64Encoded", value=True), "E09", Severity.ERROR, "/body"),
    (
        Shape.HTTP_V2,
        _set("body", value=b64encode(b'{"a": 1}').decode()),
        "E09",
        Severity.WARNING,
        "/isBase64Encoded",
    ),
    (Shape.REST, _set("body", value={"a": 1}), "E03", Severity.ERROR, "/body"),
    (Shape.ALB, _set("body", value=json.dumps(json.dumps({"a": 1}))), "E12", Severity.WARNING, "/body"),
    (Shape.REST, _set("body", value=""), "R12", Severity.WARNING, "/body"),
    (Shape.HTTP_V2, _set("headers", "X-Api-Key", value="k"), "R45", Severity.ERROR, "/headers/X-Api-Key"),
    (Shape.FUNCTION_URL, _set("headers", "Accept", value="k"), "R60", Severity.ERROR, "/headers/Accept"),
    (Shape.ALB, _set("headers", "A/B", value="k"), "R72", Severity.WARNING, "/headers/A~1B"),
    (
        Shape.ALB_MULTI,
        _set("multiValueHeaders", "Accept", value=["k"]),
        "R72",
        Severity.WARNING,
        "/multiValueHeaders/Accept",
    ),
    (Shape.REST, _set("multiValueHeaders", "user-agent", value=["x"]), "R10", Severity.WARNING, "/headers/user-agent"),
    (Shape.REST, _set("headers", "Accept", value="text/html"), "R10", Severity.WARNING, "/headers/Accept"),
    (
        Shape.HTTP_V1,
        _set("multiValueQueryStringParameters", "page", value=["3"]),
        "R9",
        Severity.WARNING,
        "/queryStringParameters/page",
    ),
    (Shape.REST, _set("rawPath", value="/"), "R1", Severity.WARNING, "/rawPath"),
    (Shape.HTTP_V2, _set("httpMethod", value="GET"), "R40", Severity.WARNING, "/httpMethod"),
    (Shape.ALB, _set("multiValueHeaders", value=None), "R70", Severity.WARNING, "/multiValueHeaders"),
    (Shape.HTTP_V2, _set("pathParameters", value=None), "R43", Severity.WARNING, "/pathParameters"),
    (Shape.HTTP_V2, _set("cookies", value=[]), "R45", Severity.WARNING, "/cookies"),
    (Shape.REST, _set("queryStringParameters", value={}), "R9", Severity.WARNING, "/queryStringParameters"),
    (Shape.REST, _set("headers", "x", value=1), "R10", Severity.ERROR, "/headers/x"),
    (Shape.REST, _set("pathParameters", value={"id": "2"}), "R8", Severity.WARNING, "/pathParameters"),
    (Shape.HTTP_V1, _set("pathParameters", value=None), "R55", Severity.WARNING, "/pathParameters"),
    (
        Shape.REST,
        _set("requestContext", "path", value="/orders/{id}"),
        "R6",
        Severity.WARNING,
        "/requestContext/path",
    ),
    (
        Shape.REST,
        _set("requestContext", "requestTimeEpoch", value=1744668967),
        "R5",
        Severity.WARNING,
        "/requestContext/requestTimeEpoch",
    ),
    (
        Shape.HTTP_V2,
        _set("requestContext", "timeEpoch", value=1744668967),
        "R41",
        Severity.WARNING,
        "/requestContext/timeEpoch",
    ),
    (Shape.REST, _set("isOffline", value=True), "event.emulator", Severity.WARNING, "/isOffline"),
    (
        Shape.REST,
        _set("requestContext", "accountId", value="offlineContext_accountId"),
        "event.emulator",
        Severity.WARNING,
        "",
    ),
    (
        Shape.HTTP_V2,
        _set("requestContext", "time", value="12/Mar/2020:19:03:58 +0000"),
        "event.sample",
        Severity.NOTE,
        "",
    ),
    (
        Shape.REST,
        _set("headers", "Host", value="${ApiId}.com"),
        "event.template",
        Severity.WARNING,
        "/headers/Host",
    ),
    (
        Shape.S3,
        _set("Records", 0, "s3", "bucket", "name", value="{{bucket}}"),
        "event.template",
        Severity.WARNING,
        "/Records/0/s3/bucket/name",
    ),
    (
        Shape.SQS,
        _set("Records", 0, "body", value="$input.body"),
        "event.template",
        Severity.WARNING,
        "/Records/0/body",
    ),
    (Shape.REST, _set("body", value="Dear {{name}}"), "event.template", Severity.NOTE, "/body"),
    (Shape.SQS, _set("Records", 0, "attributes", value=None), "with-sqs", Severity.ERROR, "/Records/0/attributes"),
]


@pytest.mark.parametrize(("shape", "spoil", "code", "severity", "place"), FAULTS)
def test_a_fault_is_found_at_its_place(
    shape: Shape, spoil: Callable[[Event], None], code: str, severity: Severity, place: str
) -> None:
    event = sample(shape)
    spoil(event)
    found = {(finding.code, finding.severity, finding.place) for finding in lint(event)}
    assert (code, severity, place) in found


def test_a_hopeless_event_gets_a_hundred_findings_at_most() -> None:
    assert 100 == len(lint(sample(Shape.REST) | {f"key{number}": 1 for number in range(1000)}))


def test_a_key_of_another_shape_is_named_with_its_owners() -> None:
    event = sample(Shape.HTTP_V2) | {"multiValueHeaders": {}}
    messages = [finding.message for finding in lint(event)]
    assert any("rest, http-v1" in message for message in messages)


def test_a_fragment_is_not_blamed_for_what_it_lacks() -> None:
    assert () == lint({"httpMethod": "GET", "path": "/hello", "headers": {"Accept": "*/*"}})


def test_a_body_alone_that_is_an_object_is_a_warning() -> None:
    assert [("E03", Severity.WARNING)] == [(one.code, one.severity) for one in lint({"body": {"a": 1}})]


_KEYS = st.sampled_from(("requestContext", "http", "Records", "body", "version", "headers", "httpMethod", "path"))


@given(st.recursive(strategies.JSON_VALUES, lambda inner: st.dictionaries(_KEYS, inner), max_leaves=12))
def test_any_json_can_be_linted(event: Any) -> None:
    for finding in lint(event):
        assert finding.message
        assert finding.place == "" or finding.place.startswith("/")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("wrap", [lambda inner: [inner], lambda inner: {"requestContext": inner, "body": "${x}"}])
def test_ten_thousand_levels_are_linted_in_bounded_time(wrap: Callable[[Any], Any]) -> None:
    nested: Any = {}
    for _ in range(10_000):
        nested = wrap(nested)
    lint(nested)
