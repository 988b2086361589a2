"""The last invocations, kept for whoever looks."""

from __future__ import annotations

import asyncio

import pytest
from lambda_contracts.outcomes import Outcome, OutcomeKind
from lambda_contracts.shapes import Shape
from lambda_emulator.fronts.invocations import Invocation
from lambda_emulator.inspector.history import History


def invocation(event: bytes = b"{}") -> Invocation:
    outcome = Outcome(kind=OutcomeKind.RESULT, payload=b"null")
    return Invocation(function="sample", shape=Shape.REST, route="POST /", event=event, outcome=outcome)


def test_the_oldest_are_forgotten_when_there_are_too_many() -> None:
    history = History(most=3)
    for _ in range(5):
        history(invocation())
    assert (3, 5) == (history.first, history.last)
    assert [3, 4, 5] == [entry.number for entry in history.after(0, 10)]
    assert [5, 4] == [entry.number for entry in history.newest(2)]
    assert history.find(2) is None


def test_large_ones_are_forgotten_sooner_but_never_the_last() -> None:
    history = History(most_bytes=1_000_000)
    for _ in range(4):
        history(invocation(b"x" * 400_000))
    assert [3, 4] == [entry.number for entry in history.after(0, 10)]
    history(invocation(b"x" * 2_000_000))
    assert [5] == [entry.number for entry in history.after(0, 10)]


def test_they_are_given_page_by_page() -> None:
    history = History()
    for _ in range(5):
        history(invocation())
    assert [[1, 2], [3, 4], [5], []] == [[entry.number for entry in history.after(last, 2)] for last in (0, 2, 4, 5)]


@pytest.mark.parametrize("waiting", [1, 3])
def test_whoever_waits_is_told_of_the_next_one(waiting: int) -> None:
    async def wait() -> None:
        history = History()
        tasks = [asyncio.create_task(history.changed(0, 60)) for _ in range(waiting)]
        await asyncio.sleep(0)
        history(invocation())
        await asyncio.wait_for(asyncio.gather(*tasks), 10)

    asyncio.run(wait())


def test_nobody_waits_longer_than_asked() -> None:
    asyncio.run(asyncio.wait_for(History().changed(0, 0.01), 10))
