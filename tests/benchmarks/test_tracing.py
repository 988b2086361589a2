"""What tracing costs: an invocation of the same handler, traced and not, in each environment."""

from __future__ import annotations

import json
from contextlib import ExitStack

import pytest
from lambda_contracts.contract import load
from lambda_contracts.tracing.recorder import Tracer
from lambda_emulator import interpreters
from lambda_emulator.deployment import deploy
from lambda_emulator.environments.host import HostFunction
from lambda_emulator.environments.worker import WorkerRunner
from lambda_emulator.function import FunctionPool
from lambda_emulator.function_code import Code
from lambda_emulator.settings import Settings
from support import IRIS, WriteFunction, measure

HANDLER = """
    import json
    def handler(event, context):
        body = json.loads(event["body"])
        return {"statusCode": 200, "body": str(body["sepal_length"]), "headers": {"m": event.get("httpMethod")}}
"""
EVENT = json.loads((IRIS / "events" / "rest.json").read_text())


@pytest.mark.parametrize("environment", ["process", "worker", "in_process"])
def test_a_traced_invocation(environment: str, write_function: WriteFunction) -> None:
    folder = write_function(HANDLER)
    with ExitStack() as stack:

        def function(*, trace: bool) -> FunctionPool:
            if environment != "worker":
                deployment = deploy(load(folder), Settings(environment=environment), trace=trace)
                return stack.enter_context(deployment).function
            python = interpreters.resolve(load(folder).function, folder, Settings().cache)
            host = HostFunction(
                function=load(folder).function, code=Code.of(folder), python=python, backend={}, trace=trace
            )
            pool = FunctionPool(WorkerRunner(host).start)
            stack.callback(pool.close)
            return pool

        plain, traced = function(trace=False), function(trace=True)
        times = measure(1000, plain=lambda: plain.invoke(EVENT), traced=lambda: traced.invoke(EVENT))
    for name, seconds in times.items():
        ratio = seconds / times["plain"]
        print(f"\n  {environment.ljust(10)} {name.ljust(7)} {seconds * 1e6:7.0f} us   {ratio:.2f} x untraced", end="")


def test_the_handler_alone() -> None:
    """Without any environment: what one event's recording costs."""

    def handler(event: dict[str, str], _: object) -> str:
        return str(json.loads(event["body"])["sepal_length"]) + str(event.get("httpMethod"))

    tracer = Tracer([__file__.rpartition("/")[0]], ["test_tracing.py"])
    with tracer:
        run = tracer.around(handler)
        times = measure(5000, plain=lambda: handler(EVENT, None), traced=lambda: run(EVENT, None))
    print(f"\n  four reads: {times['plain'] * 1e6:.1f} us plain, {times['traced'] * 1e6:.1f} us traced", end="")
