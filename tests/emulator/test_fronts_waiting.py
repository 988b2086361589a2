"""Fronts that stop waiting, environments that are all busy, and functions that go on meanwhile."""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from lambda_contracts.apis import apis
from lambda_contracts.contract import load
from lambda_contracts.outcomes import OutcomeKind
from lambda_contracts.shapes import Shape
from lambda_emulator.deployment import deploy
from lambda_emulator.environments.base import Environment
from lambda_emulator.errors import NotStarted
from lambda_emulator.fronts.gateway import Gateway
from lambda_emulator.fronts.invocations import Functions, Invocation, Listener
from lambda_emulator.fronts.server import Listening, listening
from lambda_emulator.function import FunctionPool
from lambda_emulator.orphans import scratch_prefix
from lambda_emulator.settings import Settings
from raw_http import Client, ask, request
from support import WriteFunction

HANDLER = """
    import json, os, time

    def handler(event, context):
        folder = os.environ["FOLDER"]
        name = (event.get("path") or event["rawPath"]).strip("/")
        if name.startswith("wait"):
            open(os.path.join(folder, name + "-began"), "w").close()
            while not os.path.exists(os.path.join(folder, "go-on")):
                time.sleep(0.01)
            open(os.path.join(folder, name + "-ended"), "w").close()
        if name == "exit":
            os._exit(3)
        return {"statusCode": 200, "isBase64Encoded": False, "headers": {}, "multiValueHeaders": {}, "body": name}
"""
CONTRACT = """
    [[route]]
    method = "GET"
    path = "/{proxy+}"
    [shapes]
    accept = ["rest", "http-v1", "http-v2", "function-url", "alb"]
    [[case]]
    name = "one"
    payload = {}
"""


@dataclass(frozen=True)
class Running:
    """A function behind one front, the folder in which it leaves marks, and what was told of its invocations."""

    port: int
    folder: Path
    told: list[Invocation]

    def go_on(self) -> None:
        (self.folder / "go-on").touch()

    def wait(self, mark: str) -> None:
        end = time.monotonic() + 10
        while not (self.folder / mark).exists():
            assert time.monotonic() < end
            time.sleep(0.01)

    def wait_told(self, count: int) -> list[Invocation]:
        """Return what was told, which is after the answer, when it is that much."""
        end = time.monotonic() + 10
        while len(self.told) < count:
            assert time.monotonic() < end
            time.sleep(0.01)
        return self.told


@contextlib.contextmanager
def behind(
    write_function: WriteFunction,
    front: Shape,
    *,
    timeout: float | None = None,
    function: str = "timeout = 10",
    size: int = 1,
    queue: int | None = None,
    environment: str = "worker",
    warm: int = 1,
    listeners: tuple[Listener, ...] = (),
) -> Iterator[Running]:
    folder = write_function(HANDLER, contract=CONTRACT)
    text = (folder / "contract.toml").read_text()
    more = f'{function}\nenvironment = {{ FOLDER = "{folder.parent}" }}\n'
    (folder / "contract.toml").write_text(text.replace("[[route]]", f"{more}[[route]]", 1))
    contract = load(folder)
    api = next(one for one in apis(contract) if one.front is front)
    api = replace(
        api, endpoints=tuple(replace(one, route=replace(one.route, timeout=timeout)) for one in api.endpoints)
    )
    with deploy(contract, Settings(environment=environment), size=size, queue=queue) as deployment:
        deployment.function.warm(warm)
        told: list[Invocation] = []
        functions = Functions({"sample": deployment.function}, listeners=[*listeners, told.append])
        with listening([Listening(Gateway(api, functions))], functions) as (port,):
            yield Running(port, folder.parent, told)


def get(path: str) -> bytes:
    return request("GET", path)


TIMED_OUT = {
    Shape.REST: (504, b'{"message": "Endpoint request timed out"}'),
    Shape.HTTP_V1: (503, b'{"message":"Service Unavailable"}'),
    Shape.HTTP_V2: (503, b'{"message":"Service Unavailable"}'),
}


@pytest.mark.parametrize("environment", ["worker", "process"])
@pytest.mark.parametrize("front", TIMED_OUT, ids=str)
def test_R30_R57u_the_client_is_told_in_time_and_the_function_goes_on(
    write_function: WriteFunction, front: Shape, environment: str
) -> None:
    with (
        behind(write_function, front, timeout=0.3, size=2, warm=2, environment=environment) as running,
        Client(running.port) as client,
    ):
        began = time.monotonic()
        client.send(get("/wait"))
        answer = client.answer()
        assert TIMED_OUT[front] == (answer.status, answer.body)
        assert 0.25 < time.monotonic() - began < 3
        client.send(get("/next"))
        assert b"next" == client.answer().body
        assert ["next"] == [one.outcome.value()["body"] for one in running.wait_told(1)]
        running.go_on()
        running.wait("wait-ended")
        late = running.wait_told(2)[1]
    assert late.response is not None
    assert (OutcomeKind.RESULT, "wait", TIMED_OUT[front][0]) == (
        late.outcome.kind,
        late.outcome.value()["body"],
        late.response.status,
    )


@pytest.mark.parametrize("environment", ["worker", "process"])
def test_a_client_has_its_answer_before_anybody_is_told_of_it(
    write_function: WriteFunction, environment: str, caplog: pytest.LogCaptureFixture
) -> None:
    """One that cannot listen is logged; the others are told all the same, in order, up to the server's end."""
    answered = threading.Event()

    def cannot(_invocation: Invocation) -> None:
        assert answered.wait(10), "no answer came"
        raise RuntimeError("no disk")

    with behind(write_function, Shape.REST, environment=environment, listeners=(cannot,)) as running:
        assert b"one" == ask(running.port, get("/one")).body
        assert [] == running.told
        answered.set()
        assert b"two" == ask(running.port, get("/two")).body
    assert ["one", "two"] == [one.outcome.value()["body"] for one in running.told]
    assert 2 == caplog.text.count("RuntimeError: no disk")
    assert "no answer came" not in caplog.text


def test_the_only_environment_is_busy_until_its_event_is_done_though_nobody_waits(
    write_function: WriteFunction,
) -> None:
    with behind(write_function, Shape.REST, timeout=0.5) as running, ThreadPoolExecutor(1) as threads:
        assert 504 == ask(running.port, get("/wait")).status
        waiting = threads.submit(ask, running.port, get("/next"))
        time.sleep(0.2)
        assert not waiting.done()
        running.go_on()
        assert b"next" == waiting.result().body


@pytest.mark.parametrize("front", [Shape.FUNCTION_URL, Shape.ALB], ids=str)
def test_R60_a_front_without_a_limit_of_its_own_waits(write_function: WriteFunction, front: Shape) -> None:
    with behind(write_function, front, timeout=0.1) as running, Client(running.port) as client:
        client.send(get("/wait"))
        running.wait("wait-began")
        time.sleep(0.5)
        running.go_on()
        assert b"wait" == client.answer().body


def test_R83_a_function_that_runs_out_of_time_is_a_502_and_the_next_request_finds_another(
    write_function: WriteFunction,
) -> None:
    with behind(write_function, Shape.REST, function="timeout = 1") as running:
        assert 502 == ask(running.port, get("/wait")).status
        assert b"next" == ask(running.port, get("/next")).body
    assert [OutcomeKind.TIMEOUT, OutcomeKind.RESULT] == [one.outcome.kind for one in running.told]


FAILED = {Shape.REST: 502, Shape.HTTP_V1: 500, Shape.HTTP_V2: 500, Shape.FUNCTION_URL: 502, Shape.ALB: 502}


@pytest.mark.parametrize("front", FAILED, ids=str)
def test_R84_a_runtime_that_exits_is_an_error_of_the_front_and_the_next_request_finds_another(
    write_function: WriteFunction, front: Shape
) -> None:
    with behind(write_function, front) as running, Client(running.port) as client:
        client.send(get("/exit") + get("/next"))
        failed, following = client.answer(), client.answer()
    assert (FAILED[front], 200, b"next") == (failed.status, following.status, following.body)


THROTTLED = {
    Shape.REST: (500, b'{"message": "Internal server error"}'),
    Shape.HTTP_V1: (500, b'{"message":"Internal Server Error"}'),
    Shape.HTTP_V2: (500, b'{"message":"Internal Server Error"}'),
    Shape.FUNCTION_URL: (429, b'{"Message":"Rate Exceeded."}'),
    Shape.ALB: (502, None),
}


@pytest.mark.parametrize("front", THROTTLED, ids=str)
def test_R114u_R120_R120u_one_event_more_than_there_are_environments_is_throttled(
    write_function: WriteFunction, front: Shape
) -> None:
    with (
        behind(write_function, front, size=2, queue=0) as running,
        Client(running.port) as first,
        Client(running.port) as second,
    ):
        first.send(get("/wait-1"))
        second.send(get("/wait-2"))
        running.wait("wait-1-began")
        running.wait("wait-2-began")
        status, body = THROTTLED[front]
        for _ in range(3):
            refused = ask(running.port, get("/next"))
            assert (status, refused.body if body is None else body) == (refused.status, refused.body)
        running.go_on()
        assert (b"wait-1", b"wait-2") == (first.answer().body, second.answer().body)
        assert b"next" == ask(running.port, get("/next")).body


def test_a_client_that_goes_away_does_not_end_the_function(write_function: WriteFunction) -> None:
    with behind(write_function, Shape.REST) as running:
        with Client(running.port) as client:
            client.send(get("/wait"))
            running.wait("wait-began")
        running.go_on()
        assert b"next" == ask(running.port, get("/next")).body
        assert (running.folder / "wait-ended").exists()
    assert ["wait", "next"] == [one.outcome.value()["body"] for one in running.told]


@pytest.mark.parametrize("environment", ["worker", "process"])
def test_the_server_ends_while_functions_run_and_start(write_function: WriteFunction, environment: str) -> None:
    """The environments go with it, also one that was just being started."""
    folders = f"{scratch_prefix()}*"
    before = set(Path(tempfile.gettempdir()).glob(folders))
    with contextlib.ExitStack() as clients:
        with behind(write_function, Shape.REST, size=3, environment=environment) as running:
            first, second = (clients.enter_context(Client(running.port)) for _ in range(2))
            first.send(get("/wait"))
            running.wait("wait-began")
            count = len(set(Path(tempfile.gettempdir()).glob(folders)))
            second.send(get("/wait-2"))
            while len(set(Path(tempfile.gettempdir()).glob(folders))) == count:
                time.sleep(0.001)
        assert b"" == first.rest()
    assert before == set(Path(tempfile.gettempdir()).glob(folders))


def test_an_environment_that_does_not_start_is_an_error_of_the_front_and_told(
    write_function: WriteFunction, caplog: pytest.LogCaptureFixture
) -> None:
    def start() -> tuple[Environment, object]:
        raise NotStarted("No room left.")

    folder = write_function(HANDLER, contract=CONTRACT)
    api = apis(load(folder))[0]
    pool = FunctionPool(start)  # type: ignore[arg-type]  # it never returns
    functions = Functions({"sample": pool})
    with listening([Listening(Gateway(api, functions))], functions) as (port,):
        for _ in range(2):
            assert 502 == ask(port, get("/next")).status
    assert "No room left." in caplog.text
