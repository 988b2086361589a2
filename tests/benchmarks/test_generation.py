"""What drawing events costs."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from lambda_contracts import strategies
from lambda_contracts.shapes import FRONTS, Shape


@pytest.mark.parametrize("shape", FRONTS)
def test_two_hundred_events(shape: Shape) -> None:
    events: list[Any] = []

    @settings(max_examples=200, deadline=None, database=None, phases=[Phase.generate])
    @given(event=strategies.events(shape))
    def collect(event: Any) -> None:
        events.append(event)

    start = time.perf_counter()
    collect()
    seconds = time.perf_counter() - start
    print(f"\n  {shape.ljust(14)} {len(events)} events in {seconds:.2f} s", end="")
