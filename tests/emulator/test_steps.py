"""Work that waits, done side by side in one thread."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import pytest
from lambda_emulator.steps import Call, Channel, Here, Pause, Ready, Steps, run_all


@pytest.fixture(params=[Here, lambda: ThreadPoolExecutor(2)], ids=["here", "threads"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor]:
    with request.param() as executor:
        yield executor


def pausing(seconds: float) -> Steps[float]:
    yield Pause(seconds)
    return seconds


def test_what_work_returns_comes_in_the_order_of_the_work(executor: Executor) -> None:
    pauses = [0.05, 0.0, 0.02, 0.01, 0.0]
    assert pauses == list(run_all(map(pausing, pauses), 3, executor))


def test_only_so_much_work_is_begun_at_once(executor: Executor) -> None:
    begun, most = 0, 0

    def counted() -> Steps[None]:
        nonlocal begun, most
        begun += 1
        most = max(most, begun)
        yield Pause(0.001)
        begun -= 1

    assert 9 == len(list(run_all((counted() for _ in range(9)), 3, executor)))
    assert 3 == most


def test_sockets_calls_and_promises_are_waited_for(executor: Executor) -> None:
    promise: Future[str] = Future()
    near, far = socket.socketpair()
    channel = Channel(near)

    def reads() -> Steps[Any]:
        yield Ready((channel,), 10.0)
        promise.set_result("kept")
        return near.recv(10)

    def calls() -> Steps[Any]:
        return (yield Call(lambda: far.send(b"called")))

    def hopes() -> Steps[Any]:
        return (yield promise)

    assert [b"called", "kept", 6] == list(run_all((reads(), hopes(), calls()), 3, executor))
    channel.close()
    far.close()


def test_work_goes_on_once_though_two_of_its_channels_are_ready(executor: Executor) -> None:
    pairs = [socket.socketpair() for _ in range(2)]
    channels = tuple(Channel(near) for near, _ in pairs)

    def reads() -> Steps[Any]:
        yield Ready(channels, 10.0)
        return [near.recv(10) for near, _ in pairs]

    for _, far in pairs:
        far.send(b"both")
    assert [[b"both", b"both"]] == list(run_all([reads()], 1, executor))
    for near, far in pairs:
        near.close()
        far.close()


@pytest.mark.parametrize("wait", [lambda: Pause(0.0), lambda: Call(lambda: 1 / 0)], ids=["its own", "what it called"])
def test_an_error_is_raised_in_its_turn_and_ends_the_others(
    executor: Executor, wait: Callable[[], Pause | Call]
) -> None:
    ended: list[str] = []

    def fails() -> Steps[float]:
        yield wait()
        return 1 / 0

    def endless() -> Steps[float]:
        try:
            while True:
                yield Pause(0.001)
        finally:
            ended.append("endless")

    results = run_all((pausing(0.02), fails(), endless()), 3, executor)
    assert 0.02 == next(results)
    with pytest.raises(ZeroDivisionError):
        next(results)
    assert ["endless"] == ended


def test_what_is_called_here_is_called_in_this_thread() -> None:
    def calls() -> Steps[Any]:
        return (yield Call(threading.get_ident))

    assert [threading.get_ident()] * 2 == list(run_all((calls() for _ in range(2)), 2, Here()))


def test_time_passes_once_for_all(executor: Executor) -> None:
    began = time.monotonic()
    assert 20 == len(list(run_all((pausing(0.2) for _ in range(20)), 20, executor)))
    assert time.monotonic() - began < 2
