"""Events in logs, however they were printed and exported."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lambda_contracts.events import sample
from lambda_contracts.logs import Found, Unread, find
from lambda_contracts.shapes import Shape

ID = "8be0ed2c-4442-40d9-a9bf-37b0057a5bd0"
OTHER_ID = "11112222-4442-40d9-a9bf-37b0057a5bd0"
STREAM = "2026/11/23/[$LATEST]0123456789abcdef0123456789abcdef"
REST = sample(Shape.REST)
SQS = sample(Shape.SQS)
SHAPES = [shape for shape in Shape if shape is not Shape.DIRECT]
START, END = f"START RequestId: {ID} Version: $LATEST", f"END RequestId: {ID}"
REPORT = f"REPORT RequestId: {ID}\tDuration: 1.23 ms\tBilled Duration: 2 ms\tMemory Size: 128 MB"


def printed(event: Any) -> dict[str, str]:
    """Return how handlers print an event, by name."""
    text = json.dumps(event)
    pretty = json.dumps(event, indent=2)
    stamped = "\n".join(f"2026-11-23T19:00:00.123Z {line}" for line in pretty.splitlines())
    record = {"timestamp": "2026-11-23T19:00:00Z", "level": "INFO", "requestId": ID}
    return {
        "print": str(event),
        "json": text,
        "sentence": f"Received event: {text} from somebody's queue",
        "f-string": f"event={event!r}, context=LambdaContext([aws_request_id={ID}])",
        "logging": f"[INFO]\t2026-11-23T19:00:00.123Z\t{ID}\t{event}",
        "pretty": pretty,
        "pretty, each line with a time": stamped,
        "JSON log": json.dumps({**record, "message": event}),
        "JSON log, message as text": json.dumps({**record, "message": text}),
        "JSON log, message as python": json.dumps({**record, "message": f"event: {event}"}),
        "powertools": json.dumps({"level": "INFO", "message": "got", "event": event, "function_request_id": ID}),
        "pretty JSON log": json.dumps({**record, "message": event}, indent=4),
    }


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("how", printed({}))
def test_an_event_is_found_however_it_was_printed(shape: Shape, how: str) -> None:
    event = sample(shape)
    log = "\n".join(
        ["INIT_START Runtime Version: python:3.12", START, "hello {world}", printed(event)[how], END, REPORT]
    )
    found = find(log)
    assert [event] == [one.event for one in found.events]
    assert () == found.unread
    assert [ID] == [one.request_id for one in found.events]


def of_cli(messages: list[str]) -> str:
    events = [{"logStreamName": STREAM, "timestamp": 1, "message": f"{one}\n", "eventId": "1"} for one in messages]
    return json.dumps({"events": events, "searchedLogStreams": []}, indent=4)


def of_insights(messages: list[str]) -> str:
    fields = [[{"field": "@timestamp", "value": "1"}, {"field": "@message", "value": one}] for one in messages]
    return json.dumps({"results": fields, "status": "Complete"})


def of_console(messages: list[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([("timestamp", "message"), *(("1700000000000", f"{one}\n") for one in messages)])
    return text.getvalue()


def of_tail(messages: list[str]) -> str:
    return "\n".join(f"2026-11-23T19:00:00.123000+00:00 {STREAM} {one}" for one in messages)


@pytest.mark.parametrize("export", [of_cli, of_insights, of_console, of_tail, "\n".join, "\r\n".join])
@pytest.mark.parametrize("how", printed({}))
def test_an_event_is_found_in_every_export(export: Any, how: str) -> None:
    found = find("\ufeff" + export([START, printed(REST)[how], END, REPORT]))
    assert [(REST, ID)] == [(one.event, one.request_id) for one in found.events]


def test_lines_of_several_streams_do_not_mix() -> None:
    other = STREAM.replace("0123", "4567")
    lines = json.dumps(REST, indent=2).splitlines()
    messages = [(STREAM, START), (other, f"START RequestId: {OTHER_ID}"), (other, str(SQS))]
    messages[2:2] = [(STREAM, line) for line in lines[:5]]
    messages += [(STREAM, line) for line in lines[5:]]
    log = "\n".join(f"2026-11-23T19:00:00 {stream} {message}" for stream, message in messages)
    assert [(REST, ID), (SQS, OTHER_ID)] == [(one.event, one.request_id) for one in find(log).events]


@pytest.mark.parametrize(
    ("log", "place"),
    [
        (f"one\n{json.dumps(REST)[:700]}\n{json.dumps(SQS)}", "line 2"),
        (f"{REST!s:.300}\n{END}\n{SQS}", "line 1"),
        ("\n".join(json.dumps(REST, indent=2).splitlines()[:30]) + f"\n{END}\n{SQS}", "line 1"),
        (of_cli(["x", str(REST)[:300], str(SQS)]), "/events/1"),
        (of_console(["x\ny", str(REST)[:300], str(SQS)]), "line 5"),
        (f"{{'when': datetime.datetime(2026, 1, 1)}}\n{SQS}", "line 1"),
        (f'{{"a": NaN}}\n{SQS}', "line 1"),
        (f"{{'a': {{1: 2}}}}\n{SQS}", "line 1"),
        (f"{{'a': b'bytes'}}\n{SQS}", "line 1"),
    ],
)
def test_what_is_cut_off_or_cannot_be_read_is_told_and_not_guessed(log: str, place: str) -> None:
    found = find(log)
    assert [place] == [one.place for one in found.unread]
    assert [SQS] == [one.event for one in found.events]


@pytest.mark.parametrize(
    "log",
    [
        "", "\n", "{", "}", "{}", "hello {world}", "it's {so} 'quoted", '{"a', "timestamp,message", '{"events": []}',
        "{'a': " * 2000, '{"a":[' * 2000, "\ud800", "{'a': '\\ud800'}", '{"message": "{"}', "\x00{", "['a', {}]",
    ],
)  # fmt: skip
def test_no_event_is_found_where_none_is(log: str) -> None:
    assert () == find(log).events


PAYLOAD = {"sepal_length": 5.9, "note": "it's", "none": None}
RECORD = {"timestamp": "1", "level": "INFO"}


@pytest.mark.parametrize(
    ("line", "called", "taken"),
    [
        (f"{PAYLOAD}", False, True),
        (f"Received event: {PAYLOAD}", True, True),
        (f"EVENT {json.dumps(PAYLOAD)}", True, True),
        (json.dumps({**RECORD, "message": PAYLOAD}), False, True),
        (json.dumps({**RECORD, "message": f"event: {PAYLOAD}"}), True, True),
        (json.dumps({**RECORD, "message": "got it", "event": PAYLOAD}), True, True),
        (json.dumps({**RECORD, "message": "no object"}), False, False),
        ("{'statusCode': 200, 'body': '{}'}", False, False),
        ('event: {"errorMessage": "a", "errorType": "b"}', False, False),
        ('{"_aws": {"CloudWatchMetrics": []}, "n": 1}', False, False),
        (json.dumps({"time": "1", "type": "platform.report", "record": {"requestId": ID}}), False, False),
    ],
)
def test_a_payload_of_ones_own_is_taken_when_it_is_called_an_event_or_all_are_asked_for(
    line: str, called: bool, taken: bool
) -> None:
    for found, expected in ((find(line), called), (find(line, direct=True), taken)):
        assert ([PAYLOAD] if expected else []) == [one.event for one in found.events]


def test_what_is_told_of_a_log() -> None:
    log = "\n".join([START, str(REST), json.dumps(REST), str(PAYLOAD), '{"cut', START.replace(ID, OTHER_ID), str(REST)])
    found = find(log)
    assert [ID, OTHER_ID] == [one.request_id for one in found.events]
    assert ["line 2", "line 7"] == [one.place for one in found.events]
    assert Found(events=found.events, unread=(Unread("line 5", "is cut off"),), others=("line 4",), repeated=1) == found


def test_two_events_alike_of_no_known_invocation_are_two() -> None:
    assert 2 == len(find(f"{REST}\n{REST}").events)


@given(st.text())
def test_any_text_can_be_a_log(log: str) -> None:
    find(log)
    find("{'a" + log, direct=True)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@example({"at": [1744668967500]}, "pretty")  # a number alone on its line is no time before a message
@given(st.dictionaries(st.text(), VALUES, min_size=1), st.sampled_from(sorted(printed({}))))
def test_any_payload_is_read_as_it_was_printed(payload: dict[str, Any], how: str) -> None:
    event = {**sample(Shape.EVENTBRIDGE), "detail": payload}
    assert [event] == [one.event for one in find(printed(event)[how]).events]
