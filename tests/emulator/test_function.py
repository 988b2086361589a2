"""A pool handles any number of events at once, one at a time in each environment."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from lambda_contracts.contract import load
from lambda_contracts.errors import EventError
from lambda_contracts.outcomes import OutcomeKind
from lambda_emulator.deployment import deploy
from lambda_emulator.errors import FunctionNotStartable, Throttled
from lambda_emulator.function import FunctionPool
from lambda_emulator.settings import Settings
from support import WriteFunction


@contextlib.contextmanager
def served(folder: Path, environment: str, *, size: int = 1, queue: int | None = None) -> Iterator[FunctionPool]:
    """A pool of environments in processes of their own, which can be killed."""
    with deploy(load(folder), Settings(environment=environment), size=size, queue=queue) as deployment:
        yield deployment.function


def kill(process: int) -> None:
    """Kill a process and wait until its parent knows; before, nobody can say whether it was given an event."""
    os.kill(process, signal.SIGKILL)
    stat = Path(f"/proc/{process}/stat")
    while stat.exists() and " Z " not in stat.read_text():
        time.sleep(0.01)
    time.sleep(0.2)


def parent(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


CODE = """
    import os, sys, time
    def handler(event, context):
        if event.get("exit"):
            os._exit(7)
        if "leave" in event:
            open(event["leave"], "w").close()
            while not os.path.exists(event["wait_for"]):  # until the function's timeout
                time.sleep(0.01)
        time.sleep(event.get("sleep", 0))
        return {"token": event.get("token"), "pid": os.getpid()}
"""


@pytest.fixture
def folder(write_function: WriteFunction) -> Path:
    return write_function(CODE, function="timeout = 5")


@pytest.fixture(params=["process", "in_process"])
def pool(request: pytest.FixtureRequest, folder: Path) -> Iterator[FunctionPool]:
    with deploy(load(folder), Settings(environment=request.param)) as deployment:
        yield deployment.function


def test_events_sent_at_once_all_get_their_own_answer(folder: Path) -> None:
    """The emulator itself would die of two."""
    with (
        deploy(load(folder), Settings()) as deployment,
        ThreadPoolExecutor(8) as threads,
    ):
        answers = threads.map(lambda token: deployment.function.invoke({"token": token}).value(), range(40))
        assert list(range(40)) == [answer["token"] for answer in answers]


def test_two_environments_work_side_by_side(folder: Path) -> None:
    events = [{"leave": str(folder / name), "wait_for": str(folder / other)} for name, other in ("ab", "ba")]
    with deploy(load(folder), Settings(), size=2) as deployment, ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(deployment.function.invoke, events))
        assert 2 == len({answer.value()["pid"] for answer in answers})


def test_functions_in_this_interpreter_take_turns(folder: Path) -> None:
    settings = Settings(environment="in_process")
    with deploy(load(folder), settings, size=4) as deployment, ThreadPoolExecutor(4) as threads:
        answers = threads.map(lambda token: deployment.function.invoke({"token": token}).value(), range(40))
        assert list(range(40)) == [answer["token"] for answer in answers]


def test_the_first_event_has_the_time_that_loading_took(pool: FunctionPool) -> None:
    first, second = pool.invoke({}), pool.invoke({})
    assert (first.init_duration or 0) > 0
    assert second.init_duration is None


def test_after_a_runtime_died_the_next_event_finds_another(folder: Path) -> None:
    with deploy(load(folder), Settings()) as deployment:
        first = deployment.function.invoke({})
        died = deployment.function.invoke({"exit": True})
        after = deployment.function.invoke({})
    assert [OutcomeKind.RESULT, OutcomeKind.EXIT, OutcomeKind.RESULT] == [first.kind, died.kind, after.kind]
    assert first.value()["pid"] != after.value()["pid"]


@pytest.mark.parametrize("environment", ["process", "worker"])
def test_an_event_that_did_not_reach_a_killed_runtime_is_given_to_another(folder: Path, environment: str) -> None:
    with served(folder, environment) as pool:
        first = pool.invoke({})
        kill(first.value()["pid"])
        after = pool.invoke({"token": 1})
    assert (OutcomeKind.RESULT, 1) == (after.kind, after.value()["token"])
    assert first.value()["pid"] != after.value()["pid"]


def test_an_event_that_did_not_reach_a_killed_emulator_is_given_to_another(folder: Path) -> None:
    with served(folder, "process") as pool:
        runtime = pool.invoke({}).value()["pid"]
        kill(parent(runtime))
        assert pool.invoke({"token": 1}).ok


@pytest.mark.parametrize("environment", ["process", "worker"])
def test_an_event_that_was_being_handled_is_never_handled_again(folder: Path, environment: str) -> None:
    """Killed from outside while the handler sleeps: the count of its starts says how often it ran."""
    counted = folder / "started"
    event = {"leave": str(counted), "wait_for": str(folder / "never")}
    with served(folder, environment) as pool, ThreadPoolExecutor(1) as threads:
        pid = pool.invoke({}).value()["pid"]
        answer = threads.submit(pool.invoke, event)
        while not counted.exists():
            time.sleep(0.01)
        counted.unlink()
        os.kill(pid, signal.SIGKILL)
        assert OutcomeKind.EXIT is answer.result().kind
        assert not counted.exists()


def test_events_wait_in_turn_and_one_too_many_is_refused(folder: Path) -> None:
    with served(folder, "worker", queue=2) as pool, ThreadPoolExecutor(3) as threads:
        order: list[str] = []

        def handle(name: str, event: dict[str, str]) -> None:
            pool.invoke(event)
            order.append(name)

        leave = {"leave": str(folder / "busy"), "wait_for": str(folder / "go on")}
        running = [threads.submit(handle, "first", leave)]
        while not (folder / "busy").exists():
            time.sleep(0.01)
        for name in ("second", "third"):
            running.append(threads.submit(handle, name, {}))
            time.sleep(0.05)
        with pytest.raises(Throttled):
            pool.invoke({})
        (folder / "go on").touch()
        for one in running:
            one.result()
    assert ["first", "second", "third"] == order


def test_a_replaced_function_answers_further_events_while_the_old_one_finishes_its_own(
    folder: Path, write_function: WriteFunction
) -> None:
    other = write_function("def handler(event, context):\n    return 'new'", name="other")
    leave = {"token": "old", "leave": str(folder / "busy"), "wait_for": str(folder / "go on")}
    with served(folder, "process", size=2) as pool, served(other, "process") as new, ThreadPoolExecutor(1) as threads:
        old = threads.submit(pool.invoke, leave)
        while not (folder / "busy").exists():
            time.sleep(0.01)
        pool.replace(new._start)
        assert "new" == pool.invoke({}).value()
        (folder / "go on").touch()
        assert "old" == old.result().value()["token"]
        assert ["new", "new"] == list(threads.map(lambda _: pool.invoke({}).value(), range(2)))


def test_idle_environments_are_ended_and_started_again_when_they_are_needed(folder: Path) -> None:
    with served(folder, "process") as pool:
        first = pool.invoke({}).value()["pid"]
        pool.reap(3600)
        assert pool.alive
        pool.reap(0)
        assert not pool.alive
        again = pool.invoke({})
    assert first != again.value()["pid"]
    assert (again.init_duration or 0) > 0


def test_warmed_environments_wait_for_their_first_event(folder: Path) -> None:
    with served(folder, "process", size=2) as pool:
        pool.warm(5)
        events = [{"leave": str(folder / name), "wait_for": str(folder / other)} for name, other in ("ab", "ba")]
        with ThreadPoolExecutor(2) as threads:
            answers = list(threads.map(pool.invoke, events))
    assert 2 == len({answer.value()["pid"] for answer in answers})
    assert all(answer.init_duration for answer in answers)


def test_each_event_has_its_own_request_id(pool: FunctionPool) -> None:
    ids = {pool.invoke({}).request_id for _ in range(3)}
    assert 3 == len(ids)
    assert "mine" == pool.invoke({}, request_id="mine").request_id


@pytest.mark.parametrize("event", [{1, 2}, float("nan"), object()], ids=["a set", "NaN", "an object"])
def test_what_is_not_json_is_no_event(pool: FunctionPool, event: object) -> None:
    with pytest.raises(EventError):
        pool.invoke(event)


@pytest.mark.parametrize("event", [None, [], "text", 3, {"a": {"b": []}}])
def test_any_json_is_an_event(write_function: WriteFunction, event: object) -> None:
    echo = write_function("def handler(event, context):\n    return event", name="echo")
    with deploy(load(echo), Settings(environment="in_process")) as deployment:
        assert event == deployment.function.invoke(event).value()


def test_a_function_that_does_not_load_is_told_with_the_line(write_function: WriteFunction) -> None:
    folder = write_function("import os\n\nBUCKET = os.environ['BUCKET_NAME']\n")
    with (
        pytest.raises(FunctionNotStartable, match=r"KeyError: 'BUCKET_NAME'\n.*app\.py:3  BUCKET = "),
        deploy(load(folder), Settings()),
    ):
        pytest.fail("it started")


def test_an_interrupted_invocation_ends_its_environment(folder: Path) -> None:
    """Ctrl-C while an event is handled leaves nothing running: the fixture looks for it."""
    with deploy(load(folder), Settings()) as deployment:
        timer = threading.Timer(0.3, lambda: signal.raise_signal(signal.SIGINT))
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            deployment.function.invoke({"sleep": 4})
        assert deployment.function.invoke({"token": "next"}).ok
