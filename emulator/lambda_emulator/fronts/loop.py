"""The event loop's driver of `lambda_emulator.steps`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, Generic, TypeVar

from lambda_emulator.steps import Call, Pause, Ready, Steps, Wait

T = TypeVar("T")


class Drive(Generic[T]):
    """Work that is being done while the event loop goes on with other work. What blocks is called in a thread.

    It begins at once, in the caller. `result` is its end, or TimeoutError after some seconds: then the work goes on,
    and `late` is called with what it returned. `running` holds it until it has ended. With callbacks and not as a task:
    this is on every request's path.
    """

    def __init__(
        self,
        steps: Steps[T],
        executor: Executor | None = None,
        *,
        running: set[Drive[T]],
        seconds: float | None = None,
        late: Callable[[T], None] | None = None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._steps = steps
        self._executor = executor
        self._late = late
        self._ready: Ready | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._running = running
        self.result: asyncio.Future[T] = self._loop.create_future()
        running.add(self)
        self._limit = None if seconds is None else self._loop.call_later(seconds, self._time_out)
        self._step(lambda: next(steps))

    def stop(self) -> None:
        """End the work where it stands."""
        self._forget_wait()
        self._end()
        self._steps.close()
        self.result.cancel()

    def _step(self, advance: Callable[[], Wait]) -> None:
        try:
            wait = advance()
        except StopIteration as end:
            self._end()
            if not self.result.done():
                self.result.set_result(end.value)
            elif self._late is not None:
                self._late(end.value)
        except Exception as error:  # noqa: BLE001  # it is for whoever waits
            self._end()
            if not self.result.done():
                self.result.set_exception(error)
        else:
            self._wait(wait)

    def _end(self) -> None:
        self._running.discard(self)
        if self._limit is not None:
            self._limit.cancel()

    def _time_out(self) -> None:
        if not self.result.done():
            self.result.set_exception(TimeoutError())

    def _wait(self, wait: Wait) -> None:
        if isinstance(wait, Ready):
            self._ready = wait
            add = self._loop.add_writer if wait.writing else self._loop.add_reader
            for fd in wait.fds:
                add(fd, self._go_on)
            self._timer = self._loop.call_later(max(0.0, wait.seconds), self._go_on)
        elif isinstance(wait, Pause):
            self._timer = self._loop.call_later(wait.seconds, self._go_on)
        elif isinstance(wait, Call):
            self._loop.run_in_executor(self._executor, wait.function).add_done_callback(self._take)
        else:
            wait.add_done_callback(self._take_from_thread)

    def _go_on(self) -> None:
        self._forget_wait()
        self._step(lambda: self._steps.send(None))

    def _forget_wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._ready is not None:
            remove = self._loop.remove_writer if self._ready.writing else self._loop.remove_reader
            for fd in self._ready.fds:
                remove(fd)
            self._ready = None

    def _take(self, done: asyncio.Future[Any] | Future[Any]) -> None:
        error = None if done.cancelled() else done.exception()
        if done.cancelled():
            self._steps.close()
        elif error is not None:
            self._step(lambda: self._steps.throw(error))
        else:
            self._step(lambda: self._steps.send(done.result()))

    def _take_from_thread(self, done: Future[Any]) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._take, done)
