"""What an invocation costs in each environment, against the bare RIE."""

from __future__ import annotations

import json
from contextlib import ExitStack
from functools import partial

from lambda_contracts.contract import load
from lambda_emulator import rie
from lambda_emulator.deployment import deploy
from lambda_emulator.settings import Settings
from peers import Client
from support import WriteFunction, measure

EVENT = {"sepal_length": 5.9, "sepal_width": 3, "petal_length": 5.1, "petal_width": 1.8}


def test_an_invocation(bare_rie: int, write_function: WriteFunction) -> None:
    bare = Client(bare_rie, rie.INVOKE_PATH, json.dumps(EVENT).encode())
    folder = write_function("def handler(event, context):\n    return event")
    with ExitStack() as stack:
        functions = {
            name: stack.enter_context(deploy(load(folder), Settings(environment=name))).function
            for name in ("process", "worker", "in_process")
        }
        calls = {name: partial(function.invoke, EVENT) for name, function in functions.items()}
        times = measure(1000, bare=bare.post, **calls)
    bare.close()
    for name, seconds in times.items():
        print(f"\n  {name.ljust(12)} {seconds * 1e6:7.0f} us   {seconds / times['bare']:.2f} x the bare RIE", end="")
