"""Replay as a library: on a pool, on executors of threads and of processes, and on none."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from lambda_contracts.errors import EventError
from lambda_emulator.deployment import deploy
from lambda_emulator.loading import load
from lambda_emulator.replay import Anywhere, keep, replay
from lambda_emulator.settings import Settings
from lambda_emulator.steps import Here
from support import WriteFunction

COUNTS = "import os\ndef handler(event, context):\n    return {'statusCode': 200, 'body': str(2 * event['n'])}"
EVENTS = 70


@pytest.fixture
def folder(write_function: WriteFunction) -> Path:
    return write_function(COUNTS, files={f"e/{n:03}.json": json.dumps({"n": n}) for n in range(EVENTS)})


@pytest.fixture(params=["none", "threads", "processes", "forked processes"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor | None]:
    if request.param == "none":
        yield None
    elif request.param == "threads":
        with ThreadPoolExecutor(2) as threads:
            yield threads
    else:
        context = multiprocessing.get_context("fork" if request.param.startswith("fork") else "spawn")
        with ProcessPoolExecutor(2, mp_context=context) as processes:
            yield processes


def test_any_executor_replays_in_the_order_of_the_files(folder: Path, executor: Executor | None) -> None:
    """Processes start the function in themselves; the fixture `no_leaks` sees that it ends with them."""
    contract = load(folder)
    anywhere = Anywhere(contract, Settings(environment="worker"))
    files = sorted((folder / "e").glob("*.json"))
    results = list(replay(contract, anywhere, files, executor=executor))
    assert files == [one.file for one in results]
    assert [str(2 * n) for n in range(EVENTS)] == [one.verdict.response.body.decode() for one in results]
    for one in results:
        keep(one)
    assert all(one.recorded and one.passed for one in replay(contract, anywhere, files, executor=executor))
    anywhere.close()


@pytest.mark.parametrize("size", [1, 2])
def test_a_pool_is_used_side_by_side_in_the_order_of_the_files(folder: Path, size: int) -> None:
    contract = load(folder)
    files = sorted((folder / "e").glob("*.json"))
    with deploy(contract, Settings(environment="worker"), size=size) as deployment:
        results = list(replay(contract, deployment.function, files))
        with pytest.raises(TypeError, match="A pool needs no executor"):
            next(replay(contract, deployment.function, files, executor=Here()))
    assert files == [one.file for one in results]
    assert [str(2 * n) for n in range(EVENTS)] == [one.verdict.response.body.decode() for one in results]


def test_a_handler_in_this_interpreter_is_interrupted_when_its_time_is_up(write_function: WriteFunction) -> None:
    code = "def handler(event, context):\n    while event: ..."
    folder = write_function(code, function="timeout = 1", files={"1.json": "0", "2.json": "1", "3.json": "0"})
    contract = load(folder)
    with deploy(contract, Settings(environment="in_process")) as deployment:
        repeated = list(replay(contract, deployment.function, sorted(folder.glob("*.json"))))
    assert ["result", "timeout", "result"] == [one.verdict.outcome.kind for one in repeated]


def test_a_file_that_holds_no_event_ends_the_replay(folder: Path) -> None:
    contract = load(folder)
    anywhere = Anywhere(contract, Settings(environment="worker"))
    (folder / "e" / "040.json").write_text("{")
    with ThreadPoolExecutor(2) as threads, pytest.raises(EventError, match="holds no event"):
        list(replay(contract, anywhere, sorted((folder / "e").glob("*.json")), executor=threads))
    anywhere.close()
