"""What the inspector costs an invocation that nobody looks at."""

from __future__ import annotations

import json
import time
from statistics import median

from lambda_contracts.events import build
from lambda_contracts.http import Request, Response
from lambda_contracts.outcomes import returned
from lambda_contracts.shapes import Shape
from lambda_emulator.fronts.invocations import Invocation
from lambda_emulator.inspector.application import Inspector
from lambda_emulator.inspector.history import MOST, History

LISTENER_SECONDS = 20e-6
"""What is promised of the listener, full and forgetting."""


def test_the_listener_takes_microseconds() -> None:
    request = Request(method="POST", path="/predict", body=b'{"sepal_length": 5.9}')
    invocation = Invocation(
        function="iris",
        shape=Shape.REST,
        route="POST /predict",
        event=json.dumps(build(request, Shape.REST)).encode(),
        outcome=returned({"statusCode": 200, "body": "{}"}),
        request=request,
        response=Response(status=200, body=b"{}"),
    )
    history, times = History(), []
    for _ in range(2 * MOST):
        started = time.perf_counter()
        history(invocation)
        times.append(time.perf_counter() - started)
    full = median(times[MOST:])
    print(f"listener: {median(times[:MOST]) * 1e6:.1f} us, full: {full * 1e6:.1f} us")
    assert full < LISTENER_SECONDS
    started = time.perf_counter()
    for _ in range(100_000):
        Inspector.takes(request)
    print(f"whether a request is the inspector's: {(time.perf_counter() - started) * 10:.2f} us")
