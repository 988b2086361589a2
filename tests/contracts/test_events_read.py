"""From an event back to its request: the round trip of every shape, up to what its front loses."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lambda_contracts import strategies
from lambda_contracts.events import (
    LOSSES,
    NotAnHttpShapeError,
    Source,
    TooDeepError,
    build,
    losses,
    read,
    read_route,
    reshape,
    sample,
    surviving,
)
from lambda_contracts.http import Request
from lambda_contracts.route import Route
from lambda_contracts.shapes import HTTP_SHAPES, Shape, validate


@pytest.mark.parametrize("shape", HTTP_SHAPES)
@settings(deadline=None, max_examples=200)
@given(exchange=strategies.exchanges())
def test_reading_a_built_event_gives_the_request_up_to_the_listed_losses(
    shape: Shape, exchange: tuple[Request, Route]
) -> None:
    request, route = exchange
    assert surviving(request, shape) == surviving(read(build(request, shape, route)), shape)


@given(payload=strategies.JSON_VALUES)
def test_a_direct_event_reads_as_its_payload_posted(payload: Any) -> None:
    request = Request(body=json.dumps(payload).encode())
    assert surviving(request, Shape.DIRECT) == read(build(request, Shape.DIRECT), Shape.DIRECT)


@pytest.mark.parametrize("shape", HTTP_SHAPES)
@given(exchange=strategies.exchanges())
def test_what_survives_once_survives_again(shape: Shape, exchange: tuple[Request, Route]) -> None:
    once = surviving(exchange[0], shape)
    assert once == surviving(once, shape)


STILL = Source(clock=lambda: 1_744_668_967.5, bits=lambda count: 2**count - 1)

PLAIN = Request(
    method="POST",
    path="/a/1",
    query="q=1&r=2",
    headers=(("accept", "*/*"), ("content-type", "application/json")),
    body=b'{"a":1}',
    source_ip="203.0.113.7",
)


@pytest.mark.parametrize("shape", [Shape.REST, Shape.HTTP_V1, Shape.HTTP_V2, Shape.FUNCTION_URL, Shape.ALB])
def test_a_plain_request_comes_back_whole(shape: Shape) -> None:
    expected = replace(PLAIN, headers=(("accept", "*/*"), ("Content-Type", "application/json")))
    assert (expected if shape is Shape.HTTP_V1 else PLAIN) == read(build(PLAIN, shape, Route(path="/a/{id}")))


@pytest.mark.parametrize("shape", [Shape.HTTP_V1, Shape.HTTP_V2, Shape.FUNCTION_URL, Shape.ALB, Shape.ALB_MULTI])
@given(body=st.binary())
def test_bytes_come_back_whole_from_fronts_that_encode_by_type(shape: Shape, body: bytes) -> None:
    request = Request(method="POST", headers=(("Content-Type", "application/octet-stream"),), body=body)
    assert body == read(build(request, shape)).body


@given(body=st.binary())
def test_bytes_come_back_whole_from_a_rest_api_with_a_binary_media_type(body: bytes) -> None:
    request = Request(method="POST", headers=(("Content-Type", "image/png"),), body=body)
    assert body == read(build(request, Shape.REST, Route(binary_media_types=("image/*",)))).body


@pytest.mark.parametrize("shape", [Shape.REST, Shape.HTTP_V1, Shape.HTTP_V2])
@settings(deadline=None)
@given(exchange=strategies.exchanges())
def test_an_event_reshaped_to_its_own_shape_keeps_all_but_ids_and_times(
    shape: Shape, exchange: tuple[Request, Route]
) -> None:
    request, route = exchange
    assume("%2F" not in request.path)  # payload 2.0 decodes it: a loss that LOSSES lists
    event = build(request, shape, route, source=STILL)
    again = reshape(event, shape, source=STILL)
    assert surviving(read(event), shape) == surviving(read(again), shape)
    for key in ("resource", "routeKey", "path", "rawPath", "pathParameters", "stageVariables", "isBase64Encoded"):
        assert event.get(key) == again.get(key)
    assert event["requestContext"].get("authorizer") == again["requestContext"].get("authorizer")


@pytest.mark.parametrize("to", HTTP_SHAPES)
@pytest.mark.parametrize("shape", HTTP_SHAPES)
def test_every_http_shape_becomes_every_other(shape: Shape, to: Shape) -> None:
    event = reshape(build(PLAIN, shape, Route(path="/a/{id}")), to)
    assert () == validate(event, to)
    assert (PLAIN.body, "POST", "q=1&r=2") == (read(event, to).body, read(event, to).method, read(event, to).query)
    assert PLAIN.path == read(event, to).path


@pytest.mark.parametrize("shape", HTTP_SHAPES)
def test_a_payload_goes_into_every_front_and_out_again(shape: Shape) -> None:
    assert {"a": [1, "é"]} == reshape(reshape({"a": [1, "é"]}, shape), Shape.DIRECT)


def test_a_route_is_read_from_an_event_with_its_base_path_stage_and_domain() -> None:
    route = Route(
        method="POST",
        path="/a/{id}",
        stage="dev",
        base_path="shop",
        stage_variables={"table": "wines"},
        authorizer={"principalId": "user"},
        account_id="210987654321",
        api_id="zyxwvu9876",
        domain_name="api.example.com",
    )
    assert route == read_route(build(PLAIN, Shape.REST, route))


@pytest.mark.parametrize(
    ("shape", "domain"),
    [
        (Shape.REST, "abcdef1234.execute-api.eu-west-1.amazonaws.com"),
        (Shape.FUNCTION_URL, "abcdef1234.lambda-url.eu-west-1.on.aws"),
    ],
)
def test_the_region_is_read_from_the_domain(shape: Shape, domain: str) -> None:
    event = build(PLAIN, shape, Route(region="eu-west-1"))
    assert domain == event["requestContext"]["domainName"]
    assert "eu-west-1" == read_route(event).region


@pytest.mark.parametrize("shape", [Shape.SQS, Shape.S3, Shape.WEBSOCKET, Shape.AUTHORIZER_V2])
def test_a_trigger_has_no_request(shape: Shape) -> None:
    with pytest.raises(NotAnHttpShapeError) as caught:
        read(sample(shape))
    assert shape == caught.value.shape


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"httpMethod": "PUT", "path": "/x"}, Request(method="PUT", path="/x")),
        (
            {"httpMethod": "POST", "path": "/x", "headers": {"A": "b"}, "body": {"a": 1}, "requestContext": None},
            Request(method="POST", path="/x", headers=(("A", "b"),), body=b'{"a": 1}'),
        ),
        (
            {"version": "2.0", "rawPath": "/x y", "queryStringParameters": {"q": "a b"}, "headers": None},
            Request(path="/x%20y", query="q=a%20b"),
        ),
        (
            {"httpMethod": "POST", "path": "/", "body": "not base64!", "isBase64Encoded": True},
            Request(method="POST", body=b"not base64!"),
        ),
        (
            {"httpMethod": "GET", "path": "/", "queryStringParameters": {"half": "\ud800"}},
            Request(query="half=%ED%A0%80"),
        ),
        (
            {"version": "2.0", "routeKey": "GET /{half}", "rawPath": "/\ud800", "pathParameters": {"half": "\ud800"}},
            Request(path="/%ED%A0%80"),
        ),
        (
            {"requestContext": {"elb": {}}, "httpMethod": "GET", "path": "/", "headers": {"X": 1, "Y": None}},
            Request(headers=(("X", "1"),)),
        ),
    ],
)
def test_events_made_by_hand_read_as_far_as_they_go(event: dict[str, Any], expected: Request) -> None:
    assert expected == read(event)


@given(event=strategies.JSON_VALUES, shape=st.sampled_from(HTTP_SHAPES))
def test_reading_garbage_as_any_shape_gives_a_request_or_says_no(event: Any, shape: Shape) -> None:
    if isinstance(event, dict):
        assert read(event, shape).path.startswith("/")
    else:
        with pytest.raises(NotAnHttpShapeError):
            read(event, shape)


def test_a_payload_too_deep_to_be_written_is_refused_by_name() -> None:
    nested: Any = []
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(TooDeepError):
        read(nested)


def test_every_http_shape_lists_its_losses() -> None:
    assert {*HTTP_SHAPES, Shape.DIRECT} == set(LOSSES)


def test_the_reference_of_losses_names_every_loss_of_every_shape() -> None:
    lines = losses.reference().splitlines()
    for shape, lost in LOSSES.items():
        assert {loss.name for loss in lost} == {
            line.split(" | ")[1] for line in lines if line.startswith(f"| {shape} |")
        }
