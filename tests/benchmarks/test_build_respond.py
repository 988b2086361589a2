"""What the knowledge costs: an event built and a result read, against JSON's own way there and back."""

from __future__ import annotations

import json

import pytest
from lambda_contracts import events
from lambda_contracts.http import Request
from lambda_contracts.outcomes import returned
from lambda_contracts.results import respond
from lambda_contracts.route import Route
from lambda_contracts.shapes import FRONTS, Shape
from support import measure

ROUTE = Route(path="/flowers/{id}")
REQUEST = Request(
    method="POST",
    path="/flowers/7",
    query="page=2",
    headers=(("Accept", "application/json"), ("Content-Type", "application/json"), ("User-Agent", "curl/8.5.0")),
    body=b'{"sepal_length": 5.9, "sepal_width": 3, "petal_length": 5.1, "petal_width": 1.8}',
)
RESULT = {
    "statusCode": 200,
    "headers": {"Content-Type": "application/json", "Cache-Control": "no-store"},
    "body": '{"prediction": {"label": "virginica", "probability": 0.9997}}',
    "isBase64Encoded": False,
}
MULTI = {
    **{name: value for name, value in RESULT.items() if name != "headers"},
    "multiValueHeaders": {"Content-Type": ["application/json"], "Cache-Control": ["no-store"]},
}
"""What a load balancer with multi-value headers takes."""


@pytest.mark.parametrize("front", FRONTS)
def test_build_and_respond(front: Shape) -> None:
    result = MULTI if front is Shape.ALB_MULTI else RESULT
    outcome = returned(result)
    event_text = json.dumps(events.build(REQUEST, front, ROUTE))
    result_text = json.dumps(result)

    def ours() -> None:
        for _ in range(100):
            events.build(REQUEST, front, ROUTE)
            respond(outcome, front, ROUTE, accept="application/json")

    def json_both_ways() -> None:
        for _ in range(100):
            json.dumps(json.loads(event_text))
            json.dumps(json.loads(result_text))

    times = measure(50, ours=ours, json=json_both_ways)
    print(f"\n  {front.ljust(14)} {times['ours'] * 1e4:5.1f} us, {times['ours'] / times['json']:.2f} x JSON", end="")
