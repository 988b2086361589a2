"""What a start costs for each way to ship a model, cold, and what an event costs once it is warm.

The start of an environment is what a schedule that keeps one warm spares the client.
"""

from __future__ import annotations

import time
from statistics import median

import pytest
from lambda_emulator.deployment import deploy
from lambda_emulator.loading import load
from lambda_emulator.settings import Settings
from support import HANDLERS

IRIS = {"sepal_length": 5.9, "sepal_width": 3, "petal_length": 5.1, "petal_width": 1.8}
WAYS = {
    "zipped": IRIS,
    "layered": IRIS,
    "iris": IRIS,
    "wine": {"data": ".10"},
    "logit": {f"G{n}": 1 for n in range(1, 11)},
}


@pytest.mark.parametrize("name", WAYS)
def test_cold_against_warm(name: str) -> None:
    with deploy(load(HANDLERS / name), Settings()) as deployment:
        starts = []
        for _ in range(5):
            with deployment.fresh() as function:
                started = time.perf_counter()
                assert function.invoke(WAYS[name]).ok
                starts.append(time.perf_counter() - started)
        warm = [deployment.function.invoke(WAYS[name]).duration for _ in range(200)]
    cold = median(starts)
    print(f"\n  {name:8} cold {cold:6.3f} s, warm {median(warm) * 1000:6.2f} ms", end="")
    assert median(warm) < cold / 10
