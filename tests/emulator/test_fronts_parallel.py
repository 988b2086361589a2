"""Many clients, few environments, and environments that are killed: each request gets one answer, and its own."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from lambda_emulator.loading import target
from lambda_emulator.serving import Options, serve
from lambda_emulator.settings import Settings
from raw_http import Answer, Client, request
from support import WriteFunction

CLIENTS, EACH, ENVIRONMENTS = 200, 10, 4
HANDLER = """
    import json, os, time

    def handler(event, context):
        token = json.loads(event["body"])["token"]
        with open(os.environ["RAN"], "ab", buffering=0) as ran:
            ran.write(f"{token} {os.getpid()}\\n".encode())
        time.sleep(float(os.environ["SLEEP"]))
        return {"statusCode": 200, "body": json.dumps({"token": token, "pid": os.getpid()})}
"""
CONTRACT = """
    [[route]]
    method = "POST"
    path = "/work"
    [shapes]
    accept = ["rest"]
    [[case]]
    name = "one"
    payload = { token = "case" }
"""


@dataclass
class Crowd:
    """Clients at work, what they were answered by token, and the handler's own list of what it ran."""

    port: int
    ran: Path
    answers: dict[str, Answer] = field(default_factory=dict)

    def run(self, clients: int = CLIENTS, each: int = EACH) -> float:
        """Return how many seconds all requests took. Every client keeps its connection."""
        began = time.monotonic()
        with ThreadPoolExecutor(clients) as threads:
            list(threads.map(functools.partial(self._talk, each), range(clients)))
        return time.monotonic() - began

    def _talk(self, each: int, client: int) -> None:
        with Client(self.port, seconds=60) as connection:
            for number in range(each):
                token = f"{client}-{number}"
                connection.send(request("POST", "/work", body=json.dumps({"token": token}).encode()))
                answer = connection.answer()
                assert token not in self.answers
                self.answers[token] = answer

    def started(self) -> list[tuple[str, int]]:
        """Return each run of the handler: token and process."""
        lines = self.ran.read_text().splitlines() if self.ran.exists() else []
        return [(token, int(pid)) for token, pid in (line.split() for line in lines)]


@contextlib.contextmanager
def crowd(write_function: WriteFunction, environment: str, sleep: float) -> Iterator[Crowd]:
    folder = write_function(HANDLER, contract=CONTRACT)
    ran = folder.parent / "ran"
    text = (folder / "contract.toml").read_text()
    table = f'timeout = 10\nenvironment = {{ RAN = "{ran}", SLEEP = "{sleep}" }}\n'
    (folder / "contract.toml").write_text(text.replace("[[route]]", f"{table}[[route]]", 1))
    options = Options(port=0, reload=False, concurrency=ENVIRONMENTS, warm=ENVIRONMENTS)
    with serve([functools.partial(target, folder)], Settings(environment=environment), options) as (served,):
        yield Crowd(served.port, ran)


def parent(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


@contextlib.contextmanager
def killing(among: Crowd, environment: str, pause: float) -> Iterator[list[int]]:
    """Kill the process of one of the last runs now and then: the runtime, and of emulated ones sometimes the RIE."""
    chosen = random.Random(3)
    killed: list[int] = []
    ended = threading.Event()

    def kill() -> None:
        while not ended.wait(pause):
            recent = {pid for _, pid in among.started()[-2 * ENVIRONMENTS :]} - set(killed)
            if not recent:
                continue
            process = chosen.choice(sorted(recent))
            with contextlib.suppress(OSError):
                victim = parent(process) if environment == "process" and chosen.random() < 0.5 else process
                os.kill(victim, signal.SIGKILL)
                killed.append(process)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        ended.set()
        thread.join()


@pytest.mark.parametrize("environment", ["worker", "process"])
def test_answers_are_neither_lost_nor_doubled_nor_crossed(write_function: WriteFunction, environment: str) -> None:
    with crowd(write_function, environment, sleep=0.002) as clients:
        took = clients.run()
        assert CLIENTS * EACH == len(clients.answers)
        assert {200: CLIENTS * EACH} == Counter(answer.status for answer in clients.answers.values())
        assert [] == [token for token, answer in clients.answers.items() if answer.json()["token"] != token]
        runs = clients.started()
    assert Counter(clients.answers.keys()) == Counter(token for token, _ in runs)
    processes = Counter(pid for _, pid in runs)
    print(f"{environment}: {len(runs) / took:.0f} requests/s, {sorted(processes.values())} in each environment")
    assert ENVIRONMENTS == len(processes)


@pytest.mark.parametrize("environment", ["worker", "process"])
def test_environments_that_are_killed_take_no_more_than_their_own_request_with_them(
    write_function: WriteFunction, environment: str
) -> None:
    """Each kill costs at most the one request that was being handled: every other goes to another environment."""
    with (
        crowd(write_function, environment, sleep=0.01) as clients,
        killing(clients, environment, pause=0.15) as killed,
    ):
        took = clients.run(each=6)
        runs = clients.started()
    failed = {token for token, answer in clients.answers.items() if answer.status == 502}
    answered = {token for token, answer in clients.answers.items() if answer.status == 200}
    times = Counter(token for token, _ in runs)
    print(
        f"{environment}: {len(clients.answers)} requests in {took:.1f} s, {len(killed)} environments killed, "
        f"{len(failed)} answered 502, {len(failed - times.keys())} of them before the handler began"
    )
    assert len(killed) >= 5
    assert failed
    assert CLIENTS * 6 == len(failed) + len(answered) == len(clients.answers)
    assert [] == [token for token in answered if clients.answers[token].json()["token"] != token]
    assert [] == [token for token, count in times.items() if count > 1]
    assert answered <= times.keys()
    assert len(failed) <= len(killed)
