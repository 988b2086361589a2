"""What a front adds to the emulator, and what serverless-offline needs for the same handler."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

from lambda_emulator import rie
from peers import ECHO, Client, bare_emulator, served, throughput
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
        try:
            wait_for(port)
            yield port
        finally:
            os.killpg(process.pid, signal.SIGTERM)


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
    with bare_emulator(write_function(ECHO, name="other")) as other:
        ports = iter((bare_rie, other))  # a client each: what two can do on this machine, with no front before them
        rates["2 bare RIEs, 2 clients"] = throughput(lambda: Client(next(ports), rie.INVOKE_PATH, event), 2, SECONDS)
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
