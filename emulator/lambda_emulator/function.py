"""A function over a pool of execution environments: events in, outcomes out."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

from lambda_contracts.errors import EventError
from lambda_contracts.ids import uuid
from lambda_contracts.outcomes import Outcome, OutcomeKind

from lambda_emulator.environments.base import Environment
from lambda_emulator.errors import NotReached, Throttled, ToolError
from lambda_emulator.rie import require_size
from lambda_emulator.steps import Call, Steps, run

ATTEMPTS = 3
"""How many environments an event is given to when each ends before it has reached it."""

_LIVES_ON = (OutcomeKind.RESULT, OutcomeKind.FUNCTION_ERROR)
Start = Callable[[], tuple[Environment, Outcome]]


@dataclass(slots=True, eq=False)
class _Slot:
    """Room for one environment. `started` is how it came up, until an event has had that told; `idle` since when.

    One that is given up may get its environment only then, from the thread that was starting it.
    """

    environment: Environment | None = None
    started: Outcome | None = None
    generation: int = 0
    idle: float = 0.0
    given_up: bool = False

    def give_up(self) -> None:
        self.given_up = True
        self.empty()

    def empty(self) -> None:
        environment, self.environment, self.started = self.environment, None, None
        if environment is not None:
            environment.close()


class FunctionPool:
    """Up to `size` environments of one function, started when they are needed and replaced when they died.

    An environment handles one event at a time; at most `queue` further events wait, first come first served (None:
    any number), and one more is Throttled. An event is given to another environment only when it cannot have reached
    the one that it was given to first. One that is not `clocked` reports no durations: somebody stops the function to
    look at it. `encode` makes JSON text of an event, or raises TypeError or ValueError. Safe to use from many threads,
    and from an event loop by way of `exchange`.
    """

    def __init__(
        self,
        start: Start,
        *,
        size: int = 1,
        queue: int | None = None,
        clocked: bool = True,
        encode: Callable[[Any], bytes] | None = None,
    ) -> None:
        self._start = start
        self._clocked = clocked
        self._encode = encode or _dumped
        self.size = size
        self._queue = queue
        self._lock = threading.Lock()
        self._slots = 0
        self._idle: list[_Slot] = []
        self._waiting: deque[Future[_Slot]] = deque()
        self._generation = 0
        self._closed = False

    @property
    def alive(self) -> bool:
        """Whether an environment is up and waits for an event."""
        with self._lock:
            return any(slot.environment is not None and slot.environment.alive for slot in self._idle)

    def initialise(self) -> Outcome:
        """Start the first environment ahead of the first event; the outcome says whether the handler loaded.

        The first event's outcome has the time that took and its log, as Lambda reports them.
        """
        return run(self._with_slot(self._initialise))

    def warm(self, count: int) -> None:
        """Start environments until there are `count`, as far as the pool's size allows."""
        with self._lock:
            fresh = [_Slot() for _ in range(min(count, self.size) - self._slots)]
            self._slots += len(fresh)
        for slot in fresh:
            try:
                self._prepare(slot)
            finally:
                self._release(slot)

    def invoke(self, event: Any, *, request_id: str | None = None) -> Outcome:
        """Handle one event: a JSON value, or the JSON text of one as bytes. Waits in this thread.

        Raises EventError for an event that is not JSON, or larger than Lambda takes, and Throttled.
        """
        return run(self.exchange(self._text(event), request_id or uuid()))

    def _text(self, event: Any) -> bytes:
        if isinstance(event, bytes):
            return event
        try:
            return self._encode(event)
        except (TypeError, ValueError) as error:
            raise EventError(f"The event is not JSON: {error}.") from error

    def exchange(self, payload: bytes, request_id: str, client_context: str | None = None) -> Steps[Outcome]:
        """Handle one event (JSON text; so is the client context), step by step. Raises EventError and Throttled."""
        require_size(payload)
        return self._with_slot(lambda slot: self._handle(slot, payload, request_id, client_context))

    def peak_memory(self) -> int | None:
        """Return the most memory, in bytes, that an environment needed; None where that is not known."""
        with self._lock:
            peaks = [slot.environment.peak_memory() for slot in self._idle if slot.environment]
        return max((peak for peak in peaks if peak is not None), default=None)

    def replace(self, start: Start | None = None) -> None:
        """Let every further event go to environments started from now on; those at work finish what they have."""
        with self._lock:
            self._start = start or self._start
            self._generation += 1
        self._drop(lambda slot: slot.generation != self._generation)

    def reap(self, seconds: float) -> None:
        """End environments that have had nothing to do for some seconds, and those that were replaced."""
        longest = time.monotonic() - seconds
        self._drop(lambda slot: slot.idle < longest or slot.generation != self._generation)

    def close(self) -> None:
        """End every environment: idle ones now, the others with the event that they handle."""
        with self._lock:
            self._closed = True
            waiting, self._waiting = self._waiting, deque()
        for future in waiting:
            future.set_exception(ToolError("The function was closed while an event waited."))
        self._drop(lambda _: True)

    def _drop(self, condition: Callable[[_Slot], bool]) -> None:
        with self._lock:
            dropped = [slot for slot in self._idle if condition(slot)]
            self._idle = [slot for slot in self._idle if slot not in dropped]
            self._slots -= len(dropped)
        for slot in dropped:
            slot.empty()

    def _with_slot(self, work: Callable[[_Slot], Steps[Outcome]]) -> Steps[Outcome]:
        slot = self._take()
        if isinstance(slot, Future):
            promise = slot
            try:
                slot = yield promise
            except BaseException:
                if not promise.cancel() and promise.exception() is None:
                    self._release(promise.result())
                raise
        try:
            return (yield from work(slot))
        except BaseException:
            slot.give_up()  # what it was doing is not known
            slot = _Slot()
            raise
        finally:
            self._release(slot)

    def _take(self) -> _Slot | Future[_Slot]:
        """Return a free slot, the one used last first, or the promise of one."""
        with self._lock:
            if self._closed:
                raise ToolError("The function was closed.")
            if self._idle:
                return self._idle.pop()
            if self._slots < self.size:
                self._slots += 1
                return _Slot()
            if self._queue is not None and len(self._waiting) >= self._queue:
                raise Throttled(f"All {self.size} environments are busy, and {self._queue} events wait.")
            future: Future[_Slot] = Future()
            self._waiting.append(future)
            return future

    def _release(self, slot: _Slot) -> None:
        """Give a slot to the event that has waited longest, or keep it."""
        slot.idle = time.monotonic()
        with self._lock:
            while self._waiting:
                future = self._waiting.popleft()
                if future.set_running_or_notify_cancel():
                    future.set_result(slot)
                    return
            if slot.environment is not None and not self._closed:
                self._idle.append(slot)
                return
            self._slots -= 1
        slot.empty()

    def _ready(self, slot: _Slot) -> bool:
        environment = slot.environment
        return environment is not None and slot.generation == self._generation and environment.alive

    def _prepare(self, slot: _Slot) -> Environment:
        """Have a running environment in a slot, and return it."""
        environment = slot.environment
        if environment is None or not self._ready(slot):
            slot.empty()
            with self._lock:
                start, slot.generation = self._start, self._generation
            environment, slot.started = start()
            slot.environment = environment
            if slot.given_up:
                slot.empty()
        return environment

    def _initialise(self, slot: _Slot) -> Steps[Outcome]:
        yield Call(lambda: self._prepare(slot))
        if slot.started is None:
            raise ToolError("The function has been started before.")
        started = slot.started
        if not started.ok:
            slot.empty()
        return started

    def _handle(self, slot: _Slot, payload: bytes, request_id: str, client_context: str | None) -> Steps[Outcome]:
        for _ in range(ATTEMPTS):
            environment = slot.environment
            if environment is None or not self._ready(slot):
                environment = yield Call(lambda: self._prepare(slot))
            started, slot.started = slot.started, None
            if started is not None and not started.ok:
                yield Call(slot.empty)
                return replace(started, request_id=request_id)
            try:
                outcome = yield from environment.exchange(payload, request_id, client_context)
            except NotReached:
                yield Call(slot.empty)
                continue
            if outcome.kind not in _LIVES_ON and not environment.alive:
                yield Call(slot.empty)
            if started is not None:
                outcome = replace(outcome, init_duration=started.init_duration, log=started.log + outcome.log)
            return outcome if self._clocked else _without_times(outcome)
        raise NotReached(f"{ATTEMPTS} environments in turn ended before the event reached them.")


def _without_times(outcome: Outcome) -> Outcome:
    return replace(outcome, duration=0.0, init_duration=None if outcome.init_duration is None else 0.0)


def _dumped(event: Any) -> bytes:
    return json.dumps(event, allow_nan=False).encode()
