"""What an invocation costs in each environment, against the bare RIE."""

from __future__ import annotations

import http.client
import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from lambda_contracts.contract import load
from lambda_emulator import interpreters, rie
from lambda_emulator.deployment import deploy
from lambda_emulator.environments.host import HostFunction
from lambda_emulator.environments.worker import WorkerRunner
from lambda_emulator.function import FunctionPool
from lambda_emulator.settings import Settings
from support import WriteFunction, measure, wait_for

EVENT = {"sepal_length": 5.9, "sepal_width": 3, "petal_length": 5.1, "petal_width": 1.8}


def host(folder: Path) -> HostFunction:
    function = load(folder).function
    python = interpreters.resolve(function, folder, Settings().cache)
    return HostFunction(function=function, folder=folder, python=python, backend={})


@pytest.fixture
def bare_rie(write_function: WriteFunction) -> Iterator[http.client.HTTPConnection]:
    """The emulator alone, with the same runtime client and handler."""
    folder = write_function("def handler(event, context):\n    return event", name="bare")
    port, runtime_port = rie.free_ports(2)
    emulator = str(rie.resolve(Settings().cache))
    command = [emulator, *rie.arguments(port, runtime_port), *host(folder).runtime_client]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        wait_for(port)
        yield connection
        connection.close()
        process.terminate()


def test_an_invocation(bare_rie: http.client.HTTPConnection, write_function: WriteFunction) -> None:
    payload = json.dumps(EVENT).encode()

    def bare() -> bytes:
        bare_rie.request("POST", rie.INVOKE_PATH, payload)
        return bare_rie.getresponse().read()

    folder = write_function("def handler(event, context):\n    return event")
    with ExitStack() as stack:
        functions = {
            name: stack.enter_context(deploy(load(folder), Settings(environment=name))).function
            for name in ("process", "in_process")
        }
        functions["worker"] = FunctionPool(WorkerRunner(host(folder)).start)
        stack.callback(functions["worker"].close)
        calls = {name: lambda function=function: function.invoke(EVENT) for name, function in functions.items()}
        times = measure(1000, bare=bare, **calls)
    for name, seconds in times.items():
        print(f"\n  {name.ljust(12)} {seconds * 1e6:7.0f} us   {seconds / times['bare']:.2f} x the bare RIE", end="")
