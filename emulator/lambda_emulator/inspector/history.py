"""The last invocations, kept in memory for whoever looks."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from lambda_emulator.fronts.invocations import Invocation

MOST = 10_000
MOST_BYTES = 64 * 1024 * 1024
"""How many invocations are kept, and about how many bytes of events, answers and logs; older ones are forgotten."""


@dataclass(slots=True)
class Entry:
    """An invocation and its number, from 1. `origin` says what it repeats, where the inspector sent it."""

    number: int
    invocation: Invocation
    size: int
    origin: str = ""


class History:
    """A listener of invocations that keeps the last of them. Used in the event loop alone, like all listeners."""

    def __init__(self, *, most: int = MOST, most_bytes: int = MOST_BYTES) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._entries: OrderedDict[int, Entry] = OrderedDict()
        self._bytes = 0
        self._waiting: set[asyncio.Future[None]] = set()
        self.last = 0

    def __call__(self, invocation: Invocation) -> None:
        """Keep an invocation; takes some microseconds."""
        self.last += 1
        entry = Entry(self.last, invocation, _size(invocation))
        self._entries[self.last] = entry
        self._bytes += entry.size
        while len(self._entries) > self._most or (self._bytes > self._most_bytes and len(self._entries) > 1):
            self._bytes -= self._entries.popitem(last=False)[1].size
        if self._waiting:
            self._wake()

    @property
    def first(self) -> int:
        """The number of the oldest that is kept; one more than the last where none is."""
        return next(iter(self._entries), self.last + 1)

    def find(self, number: int) -> Entry | None:
        """Return an invocation by its number; None where it is forgotten, or not there yet."""
        return self._entries.get(number)

    def after(self, number: int, most: int) -> list[Entry]:
        """Return the oldest of those that came after a number, in order."""
        start = max(number + 1, self.first)
        return [self._entries[one] for one in range(start, min(start + most, self.last + 1))]

    def newest(self, most: int) -> Iterator[Entry]:
        """Yield the last ones, the newest first."""
        for number in range(self.last, max(self.last - most, self.first - 1), -1):
            yield self._entries[number]

    async def changed(self, number: int, seconds: float) -> None:
        """Return when there is one after a number, or after some seconds."""
        if self.last > number:
            return
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        try:
            await asyncio.wait([waiting], timeout=seconds)
        finally:
            self._waiting.discard(waiting)

    def _wake(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        self._waiting.clear()


def _size(invocation: Invocation) -> int:
    """Return about how many bytes an invocation holds."""
    outcome, request, response = invocation.outcome, invocation.request, invocation.response
    size = 1024 + len(invocation.event) + len(outcome.payload) + sum(map(len, outcome.log))
    return size + (len(request.body) if request else 0) + (len(response.body) if response else 0)
