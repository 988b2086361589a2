"""The public strategies: every event is one that AWS could have sent, fast, and shrinks to something plain."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from lambda_contracts import strategies
from lambda_contracts.http import Request
from lambda_contracts.shapes import HTTP_SHAPES, Shape, validate


@pytest.mark.parametrize("shape", list(Shape))
@settings(deadline=None)
@given(data=st.data())
def test_every_generated_event_validates(shape: Shape, data: st.DataObject) -> None:
    assert () == validate(data.draw(strategies.events(shape)), shape)


@pytest.mark.parametrize("shape", HTTP_SHAPES)
def test_events_shrink_to_a_plain_one(shape: Shape) -> None:
    quick = settings(max_examples=500, database=None, suppress_health_check=list(HealthCheck))
    smallest = find(strategies.events(shape), lambda event: bool(event), settings=quick)
    assert not smallest.get("queryStringParameters")
    assert not smallest.get("body")
    assert "cookie" not in str(smallest).lower()


def test_requests_shrink_to_the_default_but_for_what_matters() -> None:
    quick = settings(max_examples=50_000, database=None)
    smallest = find(strategies.requests(), lambda request: b"\xff" in request.body, settings=quick)
    assert Request(body=b"\xff") == smallest


@given(request=strategies.requests(path=st.just("/predict"), body=st.just(b"{}")))
def test_paths_and_bodies_can_be_given(request: Request) -> None:
    assert ("/predict", b"{}") == (request.path, request.body)


def _varies(shape: Shape, key: str) -> set[str]:
    seen: set[str] = set()

    @settings(max_examples=300, deadline=None, database=None, derandomize=True, phases=[Phase.generate])
    @given(event=strategies.events(shape))
    def collect(event: Any) -> None:
        seen.add(type(event[key]).__name__ if key in event else "absent")

    collect()
    return seen


@pytest.mark.parametrize(
    ("shape", "key", "expected"),
    [
        (Shape.REST, "body", {"str", "NoneType"}),
        (Shape.REST, "queryStringParameters", {"dict", "NoneType"}),
        (Shape.REST, "pathParameters", {"dict", "NoneType"}),
        (Shape.HTTP_V2, "body", {"str", "absent"}),
        (Shape.HTTP_V2, "cookies", {"list", "absent"}),
        (Shape.CONSOLE_TEST, "headers", {"dict", "NoneType"}),
        (Shape.EVENTBRIDGE, "detail", {"dict"}),
        (Shape.WEBSOCKET, "body", {"str", "absent"}),
    ],
)
def test_events_vary_where_their_table_says_so(shape: Shape, key: str, expected: set[str]) -> None:
    assert expected == _varies(shape, key)
