"""What an event is: where its payload sits, and what stands where in every other shape."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from lambda_contracts.events import build, sample
from lambda_contracts.explanation import Row, about, payload_of, reads_of
from lambda_contracts.explanation.about import SHAPES
from lambda_contracts.http import Request
from lambda_contracts.redaction import MARK, Redactor
from lambda_contracts.reports import explained as report
from lambda_contracts.reports import structured
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape
from lambda_contracts.tracing import Trace

PAYLOAD = {"x": [1, "é"]}
REQUEST = Request(
    method="POST",
    path="/items",
    query="q=a%20b",
    headers=(("Content-Type", "application/json"), ("Authorization", "Bearer abcdef0123456789abcdef")),
    body=json.dumps(PAYLOAD).encode(),
)
ROUTE = Route(method="POST", path="/items", stage="prod")
WITH_PAYLOAD = (*SHAPES, Shape.SQS, Shape.SNS, Shape.KINESIS, Shape.EVENTBRIDGE)


def event_of(shape: Shape) -> Any:
    if shape in SHAPES:
        return build(REQUEST, shape, ROUTE)
    event = sample(shape)
    text = json.dumps(PAYLOAD)
    if shape is Shape.SQS:
        event["Records"][0]["body"] = text
    elif shape is Shape.SNS:
        event["Records"][0]["Sns"]["Message"] = text
    elif shape is Shape.KINESIS:
        event["Records"][0]["kinesis"]["data"] = base64.b64encode(text.encode()).decode()
    else:
        event["detail"] = PAYLOAD
    return event


@pytest.mark.parametrize("shape", WITH_PAYLOAD)
def test_the_expression_that_is_shown_takes_the_payload_out(shape: Shape) -> None:
    event = event_of(shape)
    payload = payload_of(event, shape)
    assert payload is not None
    assert PAYLOAD == payload.value
    taken = eval(payload.expression, {"event": event, "json": json, "base64": base64})  # noqa: S307  # ours
    assert PAYLOAD == taken


@pytest.mark.parametrize(
    ("event", "form"),
    [
        ({"body": PAYLOAD}, "an object"),
        ({"body": None}, "null"),
        ({"body": ""}, "an empty text"),
        ({"body": "a=1&b=2"}, "text that is not JSON"),
        ({"body": json.dumps(json.dumps(PAYLOAD))}, "JSON text of a JSON text (E12)"),
        ({"body": "eyJ", "isBase64Encoded": True}, "base64 of bytes that are no text"),
        ({}, "absent"),
    ],
)
def test_the_form_of_a_payload_is_told(event: Any, form: str) -> None:
    payload = payload_of(event, Shape.REST)
    assert payload is not None
    assert (form, "/body") == (payload.form, payload.place)


def rows(shape: Shape) -> dict[str, Row]:
    return {row.place: row for row in about(event_of(shape)).places}


def where(row: Row, shape: Shape) -> Any:
    return next((cell.present, cell.value) for cell in row.cells if shape in cell.shapes)


def test_shapes_are_compared_place_by_place() -> None:
    found = rows(Shape.REST)
    assert ((True, "POST"), (False, None)) == tuple(where(found["/httpMethod"], s) for s in (Shape.REST, Shape.HTTP_V2))
    assert (True, "application/json") == where(found["/headers/Content-Type"], Shape.REST)
    assert (False, None) == where(found["/headers/Content-Type"], Shape.HTTP_V2)
    assert (True, "application/json") == where(found["/headers/content-type"], Shape.HTTP_V2)
    assert (True, "a%20b") == where(found["/queryStringParameters/q"], Shape.ALB)
    assert (True, "event") == where(found["payload"], Shape.DIRECT)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_event_itself_is_the_first_and_each_shape_stands_in_every_row_once(shape: Shape) -> None:
    found = about(event_of(shape))
    assert next(iter(found.events)) is shape
    assert set(SHAPES) == set(found.events)
    for row in found.places:
        assert row.cells[0].shapes[0] is shape
        assert sorted(SHAPES) == sorted(one for cell in row.cells for one in cell.shapes)


def test_an_event_of_a_trigger_has_one_shape() -> None:
    found = about(sample(Shape.S3))
    assert ([Shape.S3], ()) == (list(found.events), found.places)


@pytest.mark.parametrize("event", [None, 3, "x", [], {}, {"body": "x" * 7_000_000}, {"body": None, "httpMethod": 3}])
def test_any_json_is_explained(event: Any) -> None:
    found = about(event)
    assert event == found.event
    assert list(report.about("event.json", found))
    assert json.dumps(structured.about(found))


def test_secrets_are_taken_out_of_every_shape() -> None:
    found = about(event_of(Shape.REST)).redacted(Redactor())
    told = "\n".join(report.about("event.json", found)) + json.dumps(structured.about(found))
    assert "abcdef0123456789abcdef" not in told
    assert MARK in told


def test_reads_have_the_values_that_were_met() -> None:
    event = {"body": json.dumps({"a/b": [{"c#d": 7}]}), "data": base64.b64encode(b'{"e": 8}').decode()}
    trace = Trace.of(
        [
            ["/body", "getitem", "string", False, "app.py", 2],
            ["/body", "json.loads", "string", False, "app.py", 2],
            ["/body#/a~1b/0/c~2d", "getitem", "number", False, "app.py", 3],
            ["/data#/e", "getitem", "number", False, "app.py", 3],
            ["/gone", "get", "", True, "", 0],
        ]
    )
    found = reads_of(event, trace, {"app.py": "def f():\n    first\n    second\n"}.get)
    assert [event["body"], 7, 8, None] == [read.value for read in found]
    assert ["first", "second", "second", None] == [read.line and read.line.code for read in found]
    assert [False, False, False, True] == [read.missing for read in found]
    assert ("getitem", "json.loads") == found[0].operations
