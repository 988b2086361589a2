"""What fuzzing does to payloads and requests."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st
from lambda_contracts import strategies
from lambda_contracts.events import build
from lambda_contracts.http import Request
from lambda_contracts.mutations import ABSENT, CHANGES, ENVELOPES, changed, paths
from lambda_contracts.shapes import HTTP_SHAPES, Shape

PAYLOAD = {"a": 1, "b": {"c": ["x", {"d": None}]}}
REQUEST = Request(method="POST", path="/", headers=(("Content-Type", "application/json"),), body=b'{"a": 1}')


def test_every_place_of_a_payload_is_found_outermost_first() -> None:
    expected = [(), ("a",), ("b",), ("b", "c"), ("b", "c", 0), ("b", "c", 1), ("b", "c", 1, "d")]
    assert expected == paths(PAYLOAD)
    assert expected[:3] == paths(PAYLOAD, most=3)


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ((), 7, 7),
        ((), ABSENT, None),
        (("a",), 7, {"a": 7, "b": {"c": ["x", {"d": None}]}}),
        (("b",), ABSENT, {"a": 1}),
        (("b", "c", 0), ABSENT, {"a": 1, "b": {"c": [{"d": None}]}}),
        (("b", "c", 1, "d"), "y", {"a": 1, "b": {"c": ["x", {"d": "y"}]}}),
        (("nosuch",), 7, PAYLOAD),
        (("a", "b"), 7, PAYLOAD),
        (("b", "c", 9), 7, PAYLOAD),
        (("b", "c", "0"), 7, PAYLOAD),
    ],
)
def test_a_value_is_changed_where_there_is_one(path: Any, value: Any, expected: Any) -> None:
    before = copy.deepcopy(PAYLOAD)
    assert expected == changed(PAYLOAD, path, lambda _: value)
    assert before == PAYLOAD


@pytest.mark.parametrize("value", [1, "x", True, None, [1], {"a": 1}, ""])
@pytest.mark.parametrize("name", CHANGES)
def test_every_change_is_json(name: str, value: Any) -> None:
    changed = CHANGES[name](value)
    assert changed is ABSENT or changed == json.loads(json.dumps(changed, allow_nan=False))


@pytest.mark.parametrize("shape", HTTP_SHAPES)
@pytest.mark.parametrize("name", ENVELOPES)
def test_every_changed_request_becomes_an_event(name: str, shape: Shape) -> None:
    event = build(ENVELOPES[name](REQUEST), shape)
    assert event["body"] is not None if "body" in event and name != "empty body" else True
    assert (name == "as it is") is (ENVELOPES[name](REQUEST) == REQUEST)


def test_a_body_in_base64_says_so() -> None:
    assert build(ENVELOPES["base64"](REQUEST), Shape.HTTP_V2)["isBase64Encoded"]


@given(st.data())
@settings(max_examples=50)
def test_payloads_are_json_and_shrink_to_the_first(data: st.DataObject) -> None:
    drawn = data.draw(strategies.payloads(like=[PAYLOAD, [1]]))
    assert drawn == json.loads(json.dumps(drawn, allow_nan=False))


@pytest.mark.parametrize(
    "wanted",
    [
        lambda _: True,
        lambda payload: isinstance(payload, dict) and "a" not in payload and "b" in payload,
        lambda payload: isinstance(payload, dict) and payload.get("a") == 10**400,
    ],
)
def test_payloads_shrink_to_one_change(wanted: Any) -> None:
    smallest = find(strategies.payloads(like=[PAYLOAD]), wanted, settings=settings(database=None, max_examples=5000))
    one = [changed(PAYLOAD, path, change) for path in paths(PAYLOAD) for change in CHANGES.values()]
    assert smallest in [PAYLOAD, *one]


def test_mutated_requests_shrink_to_the_one_given() -> None:
    payloads = strategies.payloads(like=[{"a": 1}])
    everywhere = strategies.mutations(REQUEST, payloads)
    assert REQUEST == find(everywhere, lambda _: True, settings=settings(database=None))
    twice = find(everywhere, lambda request: request.body.startswith(b'"'), settings=settings(database=None))
    assert isinstance(json.loads(twice.body), str)
