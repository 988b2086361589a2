"""What a front adds to the emulator, and what serverless-offline needs for the same handler."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from lambda_contracts.contract import load
from lambda_emulator import rie
from lambda_emulator.deployment import deploy
from lambda_emulator.settings import Settings
from peers import ECHO, Client, bare_emulator, throughput
from support import WriteFunction, measure, wait_for

BODY = json.dumps({"sepal_length": 5.9, "sepal_width": 3, "petal_length": 5.1, "petal_width": 1.8}).encode()
SECONDS = 3.0
ROUTE = """
[[route]]
path = "/predict"

[shapes]
accept = ["rest"]

[[case]]
name = "one"
payload = {}
"""


@contextlib.contextmanager
def served(folder: Path, environment: str, count: int) -> Iterator[int]:
    """`lambdaproof serve` in a process of its own, with some environments; yields the REST API's port."""
    [port] = rie.free_ports(1)
    command = [sys.executable, "-m", "lambda_emulator.cli", "serve", str(folder), "--port", str(port), "--quiet"]
    command += ["--environment", environment, "--concurrency", str(count), "--warm", str(count), "--no-reload"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        wait_for(port)
        yield port
        process.terminate()


@contextlib.contextmanager
def serverless_offline(folder: Path) -> Iterator[int]:
    """The peer, where LAMBDAPROOF_SERVERLESS names a folder that npm installed it into."""
    port, lambda_port, socket_port = rie.free_ports(3)
    (folder / "serverless.yml").write_text(
        "service: bench\nframeworkVersion: '3'\nplugins: [serverless-offline]\n"
        "provider: {name: aws, runtime: python3.11}\n"
        "functions:\n  echo:\n    handler: app.handler\n    events: [{http: {path: predict, method: post}}]\n"
    )
    modules = Path(os.environ["LAMBDAPROOF_SERVERLESS"], "node_modules")
    (folder / "node_modules").symlink_to(modules)
    command = [str(modules / ".bin" / "serverless"), "offline", "start", "--noPrependStageInUrl"]
    command += ["--httpPort", str(port), "--lambdaPort", str(lambda_port), "--websocketPort", str(socket_port)]
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        wait_for(port)
        yield port
        os.killpg(process.pid, 15)


def report(rows: dict[str, str]) -> None:
    for name, text in rows.items():
        print(f"\n  {name.ljust(34)} {text}", end="")


def test_a_warm_request(bare_rie: int, write_function: WriteFunction) -> None:
    folder = write_function(ECHO, contract=ROUTE)
    event = json.dumps({"body": BODY.decode()}).encode()
    with served(folder, "process", 1) as front, served(folder, "worker", 1) as worker:
        clients = {
            "bare": Client(bare_rie, rie.INVOKE_PATH, event),
            "rest": Client(front, "/predict", BODY),
            "worker": Client(worker, "/predict", BODY),
        }
        for client in clients.values():
            client.post()
        times = measure(3000, 100, **{name: client.post for name, client in clients.items()})
        for client in clients.values():
            client.close()
    bare = times["bare"]
    report(
        {
            "bare RIE, p50": f"{bare * 1e6:5.0f} us",
            "REST front over the RIE, p50": f"{times['rest'] * 1e6:5.0f} us  {(times['rest'] - bare) * 1e6:+.0f} us",
            "REST front without the RIE, p50": f"{times['worker'] * 1e6:5.0f} us  {times['worker'] / bare:.2f} x bare",
        }
    )


def test_throughput(bare_rie: int, write_function: WriteFunction) -> None:
    folder = write_function(ECHO, contract=ROUTE)
    event = json.dumps({"body": BODY.decode()}).encode()
    rates = {"bare RIE, 1 client": throughput(lambda: Client(bare_rie, rie.INVOKE_PATH, event), 1, SECONDS)}
    for environment, name in (("process", "2 RIEs"), ("worker", "3 workers")):
        with served(folder, environment, int(name[0])) as port:
            for count in (1, 8):
                rates[f"{name}, {count} clients"] = throughput(functools.partial(client, port), count, SECONDS)
    if "LAMBDAPROOF_SERVERLESS" in os.environ:
        with serverless_offline(write_function(ECHO, name="peer")) as port:
            for count in (1, 8):
                throughput(functools.partial(client, port), count, 2.0)  # warms its workers
                rates[f"serverless-offline, {count} clients"] = throughput(
                    functools.partial(client, port), count, SECONDS
                )
    report({name: f"{rate:5.0f} requests a second" for name, rate in rates.items()})


def client(port: int) -> Client:
    return Client(port, "/predict", BODY)


def cold(port: int, path: str, body: bytes) -> None:
    client = Client(port, path, body)
    client.post()
    client.close()


def test_a_cold_start(write_function: WriteFunction) -> None:
    """From nothing to the first answer of an environment, as a request finds it that none is ready for."""
    folder = write_function(ECHO, contract=ROUTE)
    event = json.dumps({"body": BODY.decode()}).encode()

    def bare() -> None:
        with bare_emulator(folder) as port:
            cold(port, rie.INVOKE_PATH, event)

    with deploy(load(folder), Settings()) as deployment:

        def ours() -> None:
            with deployment.fresh() as function:
                assert function.invoke(event).ok

        times = measure(15, bare=bare, ours=ours)
    report(
        {
            "bare RIE": f"{times['bare'] * 1e3:5.1f} ms",
            "an environment of ours": f"{times['ours'] * 1e3:5.1f} ms  {times['ours'] / times['bare']:.2f} x bare",
        }
    )
