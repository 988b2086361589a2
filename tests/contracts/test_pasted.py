"""Events are found in what people copy, and it is said what had to be repaired and what is lost."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambda_contracts.errors import EventError
from lambda_contracts.events import sample
from lambda_contracts.pasted import read
from lambda_contracts.shapes import Shape

REST = sample(Shape.REST)
TEXT = json.dumps(REST)
RECORD = {"level": "INFO", "timestamp": "2025-01-01", "message": "received", "event": REST}


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (TEXT, None),
        (f"\ufeff\n{json.dumps(REST, indent=4)}\n", None),
        (repr(REST), "read as Python"),
        (json.dumps(TEXT), "encoded twice"),
        (json.dumps(repr(REST)), "encoded twice"),
        (json.dumps(TEXT)[1:-1], "quotes were escaped"),
        (f"2025-01-01T00:00:00.000Z\t53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa\tINFO\t{TEXT}", "found in a log"),
        (f"START RequestId: 1\nReceived event: {REST!r}\nEND RequestId: 1\n", "found in a log"),
        (json.dumps(RECORD), "found in a log"),
        (json.dumps({"events": [{"message": f"event: {TEXT}", "logStreamName": "a"}]}), "found in a log"),
    ],
    ids=[
        "json",
        "spaced",
        "python",
        "twice",
        "python in json",
        "escaped",
        "a log line",
        "a log",
        "a record",
        "an export",
    ],
)
def test_an_event_is_read_from_whatever_it_became(text: str, note: str | None) -> None:
    (found,) = read(text)
    assert REST == found.event
    assert (note is None) == (found.notes == ())
    assert note is None or note in found.notes[0]


@pytest.mark.parametrize("text", [TEXT, repr(REST)], ids=["json", "python"])
def test_an_event_that_is_cut_off_anywhere_is_read_up_to_there(text: str) -> None:
    for end in range(text.index("requestContext"), len(text) - 1, 7):
        (found,) = read(text[:end])
        assert is_part(found.event, REST)
        assert "is cut off in" in found.notes[0]


def test_it_is_said_where_it_is_cut_off() -> None:
    (found,) = read('{"resource": "/", "headers": {"Accept": "*/*", "Cookie": "a=')
    assert {"resource": "/", "headers": {"Accept": "*/*"}} == found.event
    assert "cut off in /headers/Cookie: its last 15 characters" in found.notes[0]
    (found,) = read('{"resource": "/", "headers": {"Accept": "*/*"}')
    assert "cut off in /headers: what followed is lost" in found.notes[0]


def is_part(part: Any, whole: Any) -> bool:
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(key in whole and is_part(part[key], whole[key]) for key in part)
    if isinstance(part, list):
        return len(part) <= len(whole) and all(is_part(one, other) for one, other in zip(part, whole, strict=False))
    return bool(part == whole)


def test_every_event_of_a_log_is_read_with_its_place() -> None:
    log = f"event: {json.dumps(sample(Shape.ALB))}\nnothing\nevent: {sample(Shape.SQS)!r}"
    assert ["line 1", "line 3"] == [found.place for found in read(log)]


@pytest.mark.parametrize("text", ["", "no event at all", '{"body": "x', "{'a': object()}", "[1, 2", "{"])
def test_what_holds_no_event_is_told(text: str) -> None:
    with pytest.raises(EventError, match="is not JSON"):
        read(text)


@given(st.text(alphabet="{}[]\"':,\\ ab1\n", max_size=60))
def test_any_text_is_read_or_told(text: str) -> None:
    with contextlib.suppress(EventError):
        assert read(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(min_size=1, max_size=5), JSON, min_size=1, max_size=4), st.data())
def test_a_cut_adds_nothing_that_was_not_there(event: dict[str, Any], data: st.DataObject) -> None:
    text = json.dumps(event)
    end = data.draw(st.integers(1, len(text) - 1))
    try:
        (found,) = read(text[:end])
    except EventError:
        return
    assert is_part(found.event, event)
