"""From an event back to its request: the round trip of every shape, up to what its front loses."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from lambda_contracts import strategies
from lambda_contracts.events import build, read, surviving
from lambda_contracts.http import Request
from lambda_contracts.route import Route
from lambda_contracts.shapes import HTTP_SHAPES, Shape


@pytest.mark.parametrize("shape", HTTP_SHAPES)
@settings(deadline=None)
@given(exchange=strategies.exchanges())
def test_reading_a_built_event_gives_the_request_up_to_the_listed_losses(
    shape: Shape, exchange: tuple[Request, Route]
) -> None:
    request, route = exchange
    assert surviving(request, shape) == surviving(read(build(request, shape, route)), shape)
