"""An editor attaches to a handler, wherever it runs, and takes its time."""

from __future__ import annotations

import contextlib
import json
import re
import socket
from dataclasses import replace

import pytest
import requests
from dap import editing
from lambda_contracts.apis import apis
from lambda_contracts.contract import load
from lambda_contracts.shapes import Shape
from lambda_emulator.deployment import deploy
from lambda_emulator.fronts.gateway import Gateway
from lambda_emulator.fronts.invocations import Functions
from lambda_emulator.fronts.server import Listening, listening
from lambda_emulator.function import FunctionPool
from lambda_emulator.rie import free_ports
from lambda_emulator.settings import Settings
from support import RunTool, WriteFunction

CODE = """
import os
LOADED = 1
def handler(event, context):
    doubled = event["number"] * 2
    return {"statusCode": 200, "body": str(doubled), "path": os.environ.get("PYTHONPATH", ""),
            "quiet": os.environ.get("PYDEVD_DISABLE_FILE_VALIDATION", "")}
"""
LINE = 6  # the return statement
TIMEOUT = "timeout = 1"


@pytest.mark.parametrize("environment", ["process", "worker"])
def test_a_breakpoint_stops_and_then_the_invocation_completes_whatever_its_timeout(
    write_function: WriteFunction, environment: str
) -> None:
    folder = write_function(CODE, function=TIMEOUT)
    (port,) = free_ports(1)
    settings = Settings(environment=environment, debug_port=port)
    with editing(folder / "app.py", LINE, port, pause=1.5) as seen, deploy(load(folder), settings) as deployment:
        outcome = deployment.function.invoke({"number": 21})
        again = deployment.function.invoke({"number": 4})
    assert (LINE, "handler", "42") == (seen[0]["line"], seen[0]["name"], seen[0]["variables"]["doubled"])
    assert {"statusCode": 200, "body": "42", "path": "", "quiet": ""} == outcome.value()
    assert "8" == again.value()["body"]
    assert outcome.duration == 0
    assert not [line for line in outcome.log if "debug" in line.lower() or "frozen" in line]


@pytest.mark.parametrize("environment", ["process", "in_process"])
def test_invoke_waits_for_an_editor(lambdaproof: RunTool, write_function: WriteFunction, environment: str) -> None:
    folder = write_function(CODE, function=TIMEOUT)
    (port,) = free_ports(1)
    with editing(folder / "app.py", LINE, port, pause=1.5) as seen:
        done = lambdaproof(
            "invoke", folder, "-p", '{"number": 21}', "-E", environment, "--debug-port", port, seconds=60
        )
    assert 0 == done.returncode, done.stderr
    assert f"sample waits for a debugger at 127.0.0.1:{port}" in done.stderr
    assert "42" == json.loads(done.stdout)["body"]
    assert "42" == seen[0]["variables"]["doubled"]


def test_a_port_that_is_taken_is_told_with_what_to_type(lambdaproof: RunTool, write_function: WriteFunction) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = lambdaproof("invoke", write_function(CODE), "-p", "{}", "--debug-port", str(port))
    assert 3 == done.returncode
    assert re.search(rf"Port {port} of 127.0.0.1 cannot be used: .*\n  Choose another with --debug-port", done.stderr)


SLOW = """
import time
def handler(event, context):
    time.sleep(0.6)
    return {"statusCode": 200}
"""


@pytest.mark.parametrize(("patient", "status"), [(False, 504), (True, 200)])
def test_a_front_waits_for_a_debugged_function_beyond_its_own_limit(
    write_function: WriteFunction, patient: bool, status: int
) -> None:
    contract = load(write_function(SLOW))
    (api,) = (one for one in apis(contract) if one.front is Shape.REST)
    endpoints = tuple(replace(one, route=replace(one.route, timeout=0.2)) for one in api.endpoints)
    with deploy(contract, Settings(environment="worker")) as deployment:
        pool = FunctionPool(deployment.runner.start, clocked=not patient)
        functions = Functions({"sample": pool})
        gateway = Gateway(replace(api, endpoints=endpoints), functions, patient=patient)
        with contextlib.closing(pool), listening([Listening(gateway)], functions) as (port,):
            assert status == requests.post(f"http://127.0.0.1:{port}/", timeout=10).status_code
