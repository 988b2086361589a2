"""How many events a second are checked, the response rules included, against the handler's bare call."""

from __future__ import annotations

import json
import time

import pytest
from lambda_contracts.checks.cases import judge, plan
from lambda_contracts.contract import load
from lambda_emulator import interpreters
from lambda_emulator.deployment import deploy
from lambda_emulator.environments.host import HostFunction
from lambda_emulator.environments.interpreter import lending
from lambda_emulator.environments.worker import WorkerRunner
from lambda_emulator.function import FunctionPool
from lambda_emulator.function_code import Code
from lambda_emulator.settings import Settings
from support import WriteFunction

ECHO = 'def handler(event, context):\n    return {"statusCode": 200, "body": "ok"}\n'
CASES = """
    [shapes]
    accept = ["rest"]
    [[case]]
    name = "one"
    payload = { a = 1, b = "x", c = [1, 2] }
    status = 200
"""
EVENTS = 5_000


@pytest.mark.parametrize(("environment", "goal"), [("in_process", 10_000), ("worker", 2_500)])
def test_five_thousand_events(write_function: WriteFunction, environment: str, goal: int) -> None:
    contract = load(write_function(ECHO, contract=CASES))
    (trial,) = plan(contract)

    def checked(function: FunctionPool) -> float:
        started = time.perf_counter()
        assert all(judge(contract, trial, function.invoke(trial.event)).passed for _ in range(EVENTS))
        return EVENTS / (time.perf_counter() - started)

    if environment == "worker":
        python = interpreters.resolve(contract.function, contract.folder, Settings().cache)
        host = HostFunction(function=contract.function, code=Code.of(contract.folder), python=python, backend={})
        function = FunctionPool(WorkerRunner(host).start)
        rate = max(checked(function) for _ in range(3))
        function.close()
    else:
        with deploy(contract, Settings(environment=environment)) as deployment, lending():
            rate = max(checked(deployment.function) for _ in range(3))
    text = json.dumps(trial.event)
    started = time.perf_counter()
    for _ in range(EVENTS):
        json.dumps(json.loads(text))
    json_both_ways = EVENTS / (time.perf_counter() - started)
    print(
        f"\n  {environment.ljust(11)} {rate:,.0f} events a second, goal {goal:,}; "
        f"{json_both_ways / rate:.1f} x the time of JSON both ways",
        end="",
    )
