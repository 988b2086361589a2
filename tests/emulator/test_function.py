"""A pool handles any number of events at once, one at a time in each environment."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from lambda_contracts.contract import load
from lambda_contracts.errors import EventError
from lambda_contracts.outcomes import OutcomeKind
from lambda_emulator.deployment import deploy
from lambda_emulator.errors import FunctionNotStartable
from lambda_emulator.function import FunctionPool
from lambda_emulator.settings import Settings
from support import WriteFunction

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
    import signal

    with deploy(load(folder), Settings()) as deployment:
        timer = threading.Timer(0.3, lambda: signal.raise_signal(signal.SIGINT))
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            deployment.function.invoke({"sleep": 4})
        assert deployment.function.invoke({"token": "next"}).ok
