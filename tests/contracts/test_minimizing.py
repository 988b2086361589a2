"""The minimizer leaves nothing that could be left out, invents nothing, and sends only what may be sent."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambda_contracts.errors import EventError
from lambda_contracts.events import identify, reshape, sample
from lambda_contracts.minimizing import keeps_shape, minimize
from lambda_contracts.shapes import Shape, validate

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
REST = reshape({"items": [{"n": 1}, {"n": 2}, {"m": 3}], "more": "x" * 100}, Shape.REST)


def size(value: Any) -> int:
    return len(json.dumps(value))


def items(event: Any) -> Any:
    return json.loads(event["body"])["items"]


def lacks_n(event: Any) -> bool:
    """Do what a handler does that fails on an item without `n`."""
    try:
        return any(isinstance(item, dict) and "n" not in item for item in items(event))
    except (ValueError, TypeError, KeyError):
        return False


def test_only_the_part_that_matters_is_left() -> None:
    assert {"body": '{"items":[{}]}'} == minimize(REST, lacks_n).event


def test_an_event_stays_one_of_its_shape() -> None:
    found = minimize(REST, lacks_n, valid=keeps_shape(REST)).event
    assert Shape.REST is identify(found).shape
    assert () == validate(found, Shape.REST)
    assert '{"items":[{}]}' == found["body"]
    assert (REST["httpMethod"], REST["path"]) == (found["httpMethod"], found["path"])
    assert not found["headers"]


@pytest.mark.parametrize("shape", [shape for shape in Shape if shape is not Shape.DIRECT])
def test_a_sample_of_any_shape_is_never_sent_as_another(shape: Shape) -> None:
    event = sample(shape)
    sent: list[Any] = []

    def same(candidate: Any) -> bool:
        sent.append(candidate)
        return True

    found = minimize(event, same, valid=keeps_shape(event))
    assert {shape} == {identify(one).shape for one in [found.event, *sent]}
    assert size(found.event) <= size(event)


def test_a_body_in_base64_stays_in_base64() -> None:
    body = base64.b64encode(json.dumps({"a": [1, 2, 3], "b": "text"}).encode()).decode()

    def same(event: Any) -> bool:
        try:
            return 2 in json.loads(base64.b64decode(event["body"], validate=True))["a"]
        except (ValueError, TypeError, KeyError):
            return False

    found = minimize({"body": body, "isBase64Encoded": True}, same).event
    assert {"a": [2]} == json.loads(base64.b64decode(found["body"]))
    assert ["body"] == list(found)


@given(JSON, st.randoms(use_true_random=False))
def test_what_is_left_does_the_same_and_is_the_same_each_time(event: Any, random: Any) -> None:
    wanted = random.choice([*leaves(event), event])

    def same(candidate: Any) -> bool:
        return any(type(one) is type(wanted) and one == wanted for one in leaves(candidate))

    if not same(event):
        return
    found = minimize(event, same)
    assert same(found.event)
    assert size(found.event) <= size(event)
    assert found == minimize(event, same)
    assert found.event == minimize(found.event, same).event


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict | list):
        return [leaf for one in (value.values() if isinstance(value, dict) else value) for leaf in leaves(one)]
    return [value]


def test_no_more_events_are_sent_than_allowed() -> None:
    sent: list[Any] = []
    event = {str(number): "x" * 20 for number in range(200)}

    def same(candidate: Any) -> bool:
        sent.append(candidate)
        return isinstance(candidate, dict) and len(candidate) > 100

    found = minimize(event, same, most=50)
    assert (50, 50, False) == (len(sent), found.sent, found.complete)
    assert len(found.event) > 100


def test_an_event_that_is_nested_too_deep_is_told() -> None:
    event: Any = []
    for _ in range(900):
        event = [event, 1]
    with pytest.raises(EventError, match="nested too deep"):
        minimize(event, lambda _: False)
