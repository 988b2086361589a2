"""Ten thousand recorded events by two environments, against two bare RIEs that are only sent their events."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from lambda_contracts.contract import load
from lambda_contracts.events import build
from lambda_contracts.http import Request
from lambda_contracts.outcomes import returned
from lambda_contracts.records import Record
from lambda_contracts.results import respond
from lambda_contracts.route import Route
from lambda_contracts.shapes import Shape
from lambda_emulator import rie
from lambda_emulator.deployment import deploy
from lambda_emulator.recordings import Recordings
from lambda_emulator.replay import replay
from lambda_emulator.settings import Settings
from peers import ECHO, Client, bare_emulator
from support import WriteFunction

EVENTS = 10_000
ROUNDS = 3
GOAL = 1.25
ROUTE = Route(path="/predict")


def recorded(folder: Path) -> tuple[list[Path], list[bytes]]:
    """Record the events of an echo, and return their files and their JSON."""
    payloads = []
    with Recordings(folder) as recordings:
        for number in range(EVENTS):
            body = json.dumps({"sepal_length": 5.9, "sepal_width": 3, "petal_length": 5.1, "number": number})
            event = build(Request(method="POST", path="/predict", body=body.encode()), Shape.REST, ROUTE)
            payloads.append(json.dumps(event, separators=(",", ":")).encode())
            outcome = returned({"statusCode": 200, "body": body})
            record = Record(
                function="sample",
                shape=Shape.REST,
                route="POST /predict",
                event=payloads[-1],
                outcome=outcome,
                response=respond(outcome, Shape.REST, ROUTE).response,
            )
            recordings.add(record, redact=False)
    return sorted(path for path in folder.rglob("*.json") if "outcome" not in path.name), payloads


def post_all(port: int, payloads: list[bytes]) -> int:
    """Send one event after the other to a bare RIE."""
    client = Client(port, rie.INVOKE_PATH, b"")
    for payload in payloads:
        client.send(payload)
        client.post()
    client.close()
    return len(payloads)


@contextlib.contextmanager
def two_emulators(write_function: WriteFunction) -> Iterator[list[int]]:
    with contextlib.ExitStack() as stack:
        folders = [write_function(ECHO, name=f"bare{number}") for number in range(2)]
        yield [stack.enter_context(bare_emulator(folder)) for folder in folders]


def test_ten_thousand_events(write_function: WriteFunction, tmp_path: Path) -> None:
    files, payloads = recorded(tmp_path / "recorded")
    contract = load(write_function(ECHO))
    halves = [payloads[::2], payloads[1::2]]
    times: dict[str, list[float]] = {"raw": [], "process": [], "worker": []}
    with contextlib.ExitStack() as stack:
        raw = stack.enter_context(two_emulators(write_function))
        threads = stack.enter_context(ThreadPoolExecutor(2))
        functions = {}
        for name in ("process", "worker"):
            functions[name] = stack.enter_context(deploy(contract, Settings(environment=name), size=2)).function
            functions[name].warm(2)
        for one in raw:
            post_all(one, payloads[:10])
        for _ in range(ROUNDS):
            started = time.perf_counter()
            sent = sum(threads.map(post_all, raw, halves))
            times["raw"].append(time.perf_counter() - started)
            assert EVENTS == sent
            for name, function in functions.items():
                started = time.perf_counter()
                passed = sum(one.passed for one in replay(contract, function, files))
                times[name].append(time.perf_counter() - started)
                assert EVENTS == passed
    bare = median(times["raw"])
    for name, rounds in times.items():
        told = f", goal {GOAL}" if name == "process" else ""
        print(
            f"\n  {name.ljust(10)} {median(rounds):5.2f} s   {median(rounds) / bare:.2f} x two bare RIEs{told}", end=""
        )
