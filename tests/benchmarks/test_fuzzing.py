"""How many events a second `check --fuzz` sends, and how many Hypothesis draws alone."""

from __future__ import annotations

import time

import pytest
from lambda_contracts.contract import load
from lambda_contracts.outcomes import returned
from lambda_emulator.deployment import deploy
from lambda_emulator.fuzzing import Limit, fuzz
from lambda_emulator.settings import Settings
from support import WriteFunction

ECHO = 'def handler(event, context):\n    return {"statusCode": 200, "body": "ok"}\n'
CASES = """
    [shapes]
    accept = ["direct", "rest", "http-v2"]
    [[case]]
    name = "one"
    payload = { a = 1, b = "x", c = [1, 2] }
"""
REQUESTS = 2_000


@pytest.mark.parametrize(("environment", "goal"), [("in_process", 2_000), ("process", 600)])
def test_two_thousand_requests(write_function: WriteFunction, environment: str, goal: int) -> None:
    contract = load(write_function(ECHO, contract=CASES))
    answer = returned({"statusCode": 200, "body": "ok"})
    drawn = fuzz(contract, lambda _: answer, Limit(requests=REQUESTS), seed=1)
    with deploy(contract, Settings(environment=environment)) as deployment:
        invoked = fuzz(contract, deployment.function.invoke, Limit(requests=REQUESTS), seed=1)
        started = time.perf_counter()
        for _ in range(REQUESTS):
            deployment.function.invoke({"a": 1})
        bare = time.perf_counter() - started
    rates = {
        "requests": invoked.requests / invoked.seconds,
        "events": invoked.events / invoked.seconds,
        "events drawn and judged alone": drawn.events / drawn.seconds,
        "events invoked alone": REQUESTS / bare,
    }
    told = ", ".join(f"{rate:,.0f} {name}" for name, rate in rates.items())
    print(f"\n  {environment.ljust(11)} a second: {told}; goal {goal:,}", end="")
    assert ([], REQUESTS) == (invoked.failures, invoked.requests)
