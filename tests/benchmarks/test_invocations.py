"""What an invocation costs in each environment, against the bare RIE."""

from __future__ import annotations

import http.client
import itertools
import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from lambda_contracts.contract import Function, load
from lambda_emulator import interpreters, rie
from lambda_emulator.deployment import deploy
from lambda_emulator.settings import Settings
from support import WriteFunction, measure

EVENT = {"sepal_length": 5.9, "sepal_width": 3, "petal_length": 5.1, "petal_width": 1.8}


@pytest.fixture
def bare_rie(tmp_path: Path) -> Iterator[http.client.HTTPConnection]:
    """The emulator alone, with the same runtime client and handler."""
    folder = tmp_path / "bare"
    folder.mkdir()
    (folder / "app.py").write_text("def handler(event, context):\n    return event\n")
    settings = Settings()
    function = load_function(folder)
    python = interpreters.resolve(function, folder, settings.cache)
    port, runtime_port = rie.free_ports(2)
    command = [
        rie.resolve(settings.cache),
        *rie.arguments(port, runtime_port),
        python,
        "-m",
        "awslambdaric",
        "app.handler",
    ]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for _ in itertools.count():
            try:
                connection.connect()
                break
            except OSError:
                continue
        yield connection
        connection.close()
        process.terminate()


def load_function(folder: Path) -> Function:
    (folder / "contract.toml").write_text(
        '[function]\nname = "bare"\nhandler = "app.handler"\n[[case]]\nname = "one"\npayload = {}\n'
    )
    return load(folder).function


def test_an_invocation(bare_rie: http.client.HTTPConnection, write_function: WriteFunction) -> None:
    payload = json.dumps(EVENT).encode()

    def bare() -> bytes:
        bare_rie.request("POST", rie.INVOKE_PATH, payload)
        return bare_rie.getresponse().read()

    folder = write_function("def handler(event, context):\n    return event")
    worker = write_function("import awslambdaric_is_here_only\ndef handler(event, context):\n    return event", name="w",
                            files={"awslambdaric_is_here_only.py": ""})  # fmt: skip
    with ExitStack() as stack:
        functions = {
            name: stack.enter_context(deploy(load(where), Settings(environment=name))).function
            for name, where in (("process", folder), ("in_process", worker))
        }
        calls = {name: lambda function=function: function.invoke(EVENT) for name, function in functions.items()}
        times = measure(1000, bare=bare, **calls)
    for name, seconds in times.items():
        print(f"\n  {name.ljust(12)} {seconds * 1e6:7.0f} us   {seconds / times['bare']:.2f} x the bare RIE", end="")
