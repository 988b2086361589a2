"""What an event is: every shape by its signs, and a clear answer for anything else."""

from __future__ import annotations

from typing import Any

import pytest
from lambda_contracts.events import build, identify
from lambda_contracts.http import Request
from lambda_contracts.route import Route
from lambda_contracts.shapes import FRONTS, Shape

BUILT = (*FRONTS, Shape.CONSOLE_TEST, Shape.CONSOLE_TEMPLATE)


@pytest.mark.parametrize("shape", BUILT)
def test_what_build_makes_is_identified_with_certainty(shape: Shape) -> None:
    request = Request(method="POST", path="/a/1", headers=(("Accept", "*/*"),), body=b"{}")
    found = identify(build(request, shape, Route(path="/a/{id}")))
    assert (shape, 1.0) == (found.shape, found.confidence)


@pytest.mark.parametrize("event", [{}, [], [{}], 1, 1.5, True, None, "text", {"sepal_length": 5.9}, {"body": {}}])
def test_what_no_front_sends_is_direct_with_little_certainty(event: Any) -> None:
    found = identify(event)
    assert found.shape == Shape.DIRECT
    assert found.confidence < 0.5
    assert found.why


def test_ten_thousand_levels_are_no_trouble() -> None:
    nested: Any = {}
    for _ in range(10_000):
        nested = {"requestContext": nested, "Records": [nested], "body": None}
    assert 0 <= identify(nested).confidence <= 0.5
