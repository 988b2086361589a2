"""As much of a value as anybody reads, without secrets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambda_emulator.inspector.excerpts import Shown, excerpt

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=5),
    max_leaves=30,
)


@given(JSON)
def test_what_is_short_is_shown_whole(value: Any) -> None:
    assert value == excerpt(value)


@pytest.mark.parametrize(
    "value",
    [
        "x y" * 2_000_000,
        ["text"] * 1_000_000,
        {str(number): number for number in range(500_000)},
        [{"a": "b" * 300}] * 20_000,
        {"k" * 6_000_000: 1},
    ],
    ids=["string", "list", "object", "objects", "key"],
)
def test_what_is_long_is_cut(value: Any) -> None:
    assert len(json.dumps(excerpt(value))) < 700_000


def test_what_is_deep_is_cut() -> None:
    value: Any = []
    for _ in range(5_000):
        value = [value]
    json.dumps(excerpt(value))


def test_a_secret_is_not_cut_in_two() -> None:
    """The half of a key that is left would not look like one."""
    key = "AKIA" + "B" * 16
    for before in range(19_980, 20_001):
        assert "AKIA" not in Shown(redact=True).text(" " * before + key + " " + "x" * 100)


def test_what_an_event_calls_a_secret_is_hidden_wherever_it_stands() -> None:
    shown = Shown({"password": "hunter2-hunter2"}, b'{"token": "abcdefghijkl"}', redact=True)
    assert ["REDACTED and REDACTED"] == shown.texts(["hunter2-hunter2 and abcdefghijkl"])
    assert ["hunter2-hunter2"] == Shown({"password": "hunter2-hunter2"}, redact=False).texts(["hunter2-hunter2"])
