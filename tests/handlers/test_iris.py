"""What the iris handler makes of events, without its model: reading the payload and judging it."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from support import IRIS, handler_modules

FLOWER = {"sepal_length": 5.9, "sepal_width": 3, "petal_length": 5.1, "petal_width": 1.8}
TEXT = json.dumps(FLOWER)


proxy, utils = handler_modules(IRIS, "proxy", "utils")


@pytest.mark.parametrize(
    "event",
    [
        FLOWER,
        {"body": FLOWER},
        {"body": FLOWER, "isBase64Encoded": True},
        {"body": TEXT},
        {"body": TEXT, "isBase64Encoded": False, "headers": None},
        {"body": base64.b64encode(TEXT.encode()).decode(), "isBase64Encoded": True},
    ],
)
def test_the_payload_is_found_wherever_the_event_holds_it(event: dict[str, Any]) -> None:
    """Bare, under body as an object, as text, or in base64."""
    assert FLOWER == proxy.payload(event)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ({"body": None}, "no body"),
        ({"body": ""}, "no body"),
        ({"version": "2.0", "requestContext": {"stage": "$default"}}, "no body"),
        ({"body": "{"}, "not valid JSON"),
        ({"body": "[" * 100_000}, "not valid JSON"),
        ({"body": "9" * 5_000}, "not valid JSON"),
        ({"body": "e30", "isBase64Encoded": True}, "not valid JSON"),
        ({"body": "/w==", "isBase64Encoded": True}, "not valid JSON"),
        ({"body": "é", "isBase64Encoded": True}, "not valid JSON"),
        ({"body": "null"}, "JSON object"),
        ({"body": "[1]"}, "JSON object"),
        ({"body": json.dumps(TEXT)}, "JSON object"),
        ({"body": 0}, "JSON object"),
        ([FLOWER], "JSON object"),
        (TEXT, "JSON object"),
        (None, "JSON object"),
    ],
)
def test_an_event_without_a_readable_payload_is_refused_for_its_body(event: object, said: str) -> None:
    """No body, no JSON, or JSON that is no object: the caller learns which."""
    with pytest.raises(proxy.BadRequest, match=said) as refused:
        proxy.payload(event)
    assert "body" == refused.value.field


def test_features_come_as_floats_in_the_models_order_whatever_the_payloads() -> None:
    """The order of keys is the caller's; fields that the model does not know are left alone."""
    shuffled = {"note": "from the garden", **dict(reversed(FLOWER.items()))}
    found = utils.features(shuffled)
    assert [5.9, 3.0, 5.1, 1.8] == found
    assert {float} == {type(value) for value in found}


@pytest.mark.parametrize("name", FLOWER)
def test_a_missing_feature_is_named(name: str) -> None:
    """All four are required."""
    with pytest.raises(proxy.BadRequest, match=f"{name} is missing") as refused:
        utils.features({key: value for key, value in FLOWER.items() if key != name})
    assert name == refused.value.field


@pytest.mark.parametrize("name", FLOWER)
@pytest.mark.parametrize(
    "value",
    [None, True, False, "1.8", "NaN", "", [1.8], {}, float("nan"), float("inf"), -float("inf"), 1e39, 10**400],
)
def test_a_feature_that_is_no_finite_number_is_named(name: str, value: object) -> None:
    """Numbers in text and booleans are no measurements; what 32 bits cannot hold would fail inside the model."""
    with pytest.raises(proxy.BadRequest, match=f"{name} must be a finite number") as refused:
        utils.features({**FLOWER, name: value})
    assert name == refused.value.field


def test_not_a_number_in_a_body_is_blamed_on_its_feature() -> None:
    """Python reads NaN and Infinity, which are no JSON: the answer still names the field."""
    with pytest.raises(proxy.BadRequest) as refused:
        utils.features(proxy.payload({"body": json.dumps({**FLOWER, "petal_width": float("inf")})}))
    assert "petal_width" == refused.value.field


@pytest.mark.parametrize("file", sorted(IRIS.glob("events/*.json")), ids=lambda file: file.stem)
def test_every_recorded_event_holds_the_same_flower_or_no_body(file: Path) -> None:
    """The files differ in shape alone."""
    event = json.loads(file.read_text(encoding="utf-8"))
    if file.stem == "rest-body-null":
        with pytest.raises(proxy.BadRequest, match="no body"):
            proxy.payload(event)
    else:
        assert FLOWER == proxy.payload(event)


def test_every_shape_that_the_handler_promises_is_recorded() -> None:
    """An empty folder would make the test above pass."""
    promised = {"console-bare", "console-body-object", "console-test", "rest", "rest-base64", "rest-body-null"}
    assert promised <= {file.stem for file in IRIS.glob("events/*.json")}


def test_a_response_carries_its_body_as_text_and_says_of_which_type() -> None:
    """REST APIs refuse an object there, and load balancers want headers."""
    assert {
        "statusCode": 400,
        "headers": {"Content-Type": "application/json"},
        "body": '{"field": "body"}',
        "isBase64Encoded": False,
    } == proxy.response(400, {"field": "body"})


def test_the_model_is_found_by_the_functions_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key has a default, the bucket has none."""
    monkeypatch.setenv("BUCKET_NAME", "models")
    monkeypatch.delenv("MODEL_KEY", raising=False)
    assert ("models", "iris.joblib") == utils.model_location()
    monkeypatch.setenv("MODEL_KEY", "2025/iris.joblib")
    assert ("models", "2025/iris.joblib") == utils.model_location()
    monkeypatch.delenv("BUCKET_NAME")
    with pytest.raises(RuntimeError, match="BUCKET_NAME"):
        utils.model_location()
