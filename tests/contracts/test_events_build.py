"""One test a rule: what each front makes of a request."""

from __future__ import annotations

import pytest
from lambda_contracts.events import NotAnHttpShapeError, NotJsonError, build
from lambda_contracts.http import Request
from lambda_contracts.route import Route
from lambda_contracts.shapes import FRONTS, Shape, validate

BUILT = (*FRONTS, Shape.CONSOLE_TEST, Shape.CONSOLE_TEMPLATE)


@pytest.mark.parametrize("shape", BUILT)
@pytest.mark.parametrize("body", [b"", b'{"a": 1}', b"\xff\x00"])
def test_a_built_event_is_complete_by_the_table(shape: Shape, body: bytes) -> None:
    request = Request(method="PUT", path="/a/1/", query="q=1&q=2", body=body)
    assert () == validate(build(request, shape, Route(path="/a/{id}")), shape)


def test_a_direct_event_is_the_json_body() -> None:
    assert {"x": [1]} == build(Request(body=b'{"x": [1]}'), Shape.DIRECT)
    assert {} == build(Request(), Shape.DIRECT)


def test_a_direct_event_needs_json() -> None:
    with pytest.raises(NotJsonError) as caught:
        build(Request(body=b"x=1"), Shape.DIRECT)
    assert caught.value.body == b"x=1"


def test_no_request_becomes_a_trigger_event() -> None:
    with pytest.raises(NotAnHttpShapeError, match="sqs"):
        build(Request(), Shape.SQS)
