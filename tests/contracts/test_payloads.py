"""An event as JSON text: what JSON reads back as the same, and nothing else."""

from __future__ import annotations

import datetime as dt
import json
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from lambda_contracts.payloads import event_text
from lambda_contracts.strategies import JSON_VALUES


@given(JSON_VALUES)
def test_any_json_value_is_read_back_as_it_was(value: Any) -> None:
    assert value == json.loads(event_text(value))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ((1, 2), "[1, 2]"),
        ({1: "a"}, '{"1": "a"}'),
        (2**70, str(2**70)),
        ("half a pair \ud83d", '"half a pair \\ud83d"'),
        (True, "true"),
    ],
)
def test_what_python_writes_as_json_is_written_so(value: Any, text: str) -> None:
    assert json.loads(text) == json.loads(event_text(value))


@pytest.mark.parametrize(
    "value",
    [math.nan, [math.inf], {1, 2}, b"text", Decimal("1.5"), dt.datetime(2026, 1, 1), {"a": object()}],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_json_is_refused(value: Any) -> None:
    """Msgspec alone would make null of NaN, and texts of dates, decimals and bytes."""
    with pytest.raises((TypeError, ValueError)):
        event_text(value)
