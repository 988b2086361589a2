"""The event loop's driver of `lambda_emulator.steps`, and of coroutines that await what it drives.

On every request's path: work goes on in the callback that has what it waits for, sockets stay registered between
waits, and long waits share one timer. asyncio's tasks, futures and timers would cost more than the rest of a request.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import Executor, Future
from typing import Any, Generic, TypeVar

from lambda_emulator.steps import Call, Channel, Later, Pause, Ready, Steps

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Steps[T] | Coroutine[Any, Any, T]
_TICK = 0.05
"""How exact a deadline is, in seconds."""
_NEVER = float("inf")


class Driver:
    """Drives work in the event loop that runs where it is made. What blocks is called in a thread of the executor."""

    def __init__(self, executor: Executor | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        self.executor = executor
        self.thread = threading.get_ident()
        self.running: set[Drive[Any]] = set()
        self.watches: set[_Watch] = set()
        self.stepping = False
        self.left: list[Callable[[], None]] = []
        self._ticking = False

    def begin(self, work: Work[Any]) -> None:
        """Do work that nobody waits for; what it raises is logged."""
        Drive(self, work, alone=True)

    def later(self, call: Callable[[], None]) -> None:
        """Call something that no answer needs once everything that can go on has, in the order of these calls.

        It is never far off, and never lost: the event loop does nothing else before. What it raises is logged.
        """
        self.left.append(call)
        if not self.stepping:
            self.catch_up()

    def catch_up(self) -> None:
        """Make the calls that were left for later."""
        left, self.left = self.left, []
        for call in left:
            try:
                call()
            except Exception:
                log.exception("What was left for later failed; please report this")

    def due(self, seconds: float) -> float:
        """Return the moment in some seconds at which a running drive is to be told that its time is up.

        It is told a little late rather than early. One timer does it for all: most are never told.
        """
        if not self._ticking:
            self._ticking = True
            self.loop.call_later(_TICK, self._tick)
        return time.monotonic() + seconds

    def _tick(self) -> None:
        now = time.monotonic()
        for drive in tuple(self.running):
            drive.expire(now)
        self._ticking = any(drive.timed for drive in self.running)
        if self._ticking:
            self.loop.call_later(_TICK, self._tick)

    def stop(self) -> None:
        """End all work where it stands, and watch no channel any more."""
        for drive in tuple(self.running):
            drive.stop()
        for watch in tuple(self.watches):
            watch.forget()


class Drive(Generic[T]):
    """Work that is being done while the event loop goes on with other work. It begins at once, in the caller.

    Awaiting it gives what the work returns or raises, or TimeoutError after some seconds: then the work goes on, and
    `late` is called with what it returned. One that is `alone` is never awaited.
    """

    _late: Callable[[T], None] | None = None
    _alone = False
    _limit = _until = _NEVER
    _ready: Ready | None = None
    _timer: asyncio.TimerHandle | None = None
    _waiter: Callable[[], None] | None = None
    _done = _stopped = False
    _value: Any = None
    _error: BaseException | None = None

    def __init__(
        self,
        driver: Driver,
        work: Work[T],
        *,
        seconds: float | None = None,
        late: Callable[[T], None] | None = None,
        alone: bool = False,
    ) -> None:
        self._driver = driver
        self._work = work
        if seconds is not None:
            self._limit, self._late = driver.due(seconds), late
        if alone:
            self._alone = True
        driver.running.add(self)
        self._step(work.send, None)

    def __await__(self) -> Generator[Any, None, T]:
        if not self._done:
            yield self
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[no-any-return]

    @property
    def timed(self) -> bool:
        """Whether there is a moment at which its time will be up."""
        return self._limit < _NEVER or self._until < _NEVER

    def expire(self, now: float) -> None:
        """Go on where the time for it, or for what it waits for, is up."""
        if self._limit <= now:
            self._limit = _NEVER
            self._tell(None, TimeoutError())
        if self._until <= now:
            self._go_on()

    def stop(self) -> None:
        """End the work where it stands."""
        self._stopped = True
        self._forget_wait()
        self._finish()
        self._work.close()

    def _step(self, advance: Callable[[Any], Any], value: Any) -> None:
        if self._stopped:
            return
        driver = self._driver
        outermost, driver.stepping = not driver.stepping, True
        try:
            wait = advance(value)
            while isinstance(wait, Later):
                driver.left.append(wait.function)
                wait = self._work.send(None)
        except StopIteration as end:
            self._end(end.value, None)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001  # it is for whoever waits
            self._end(None, error)
        else:
            self._wait(wait)
        finally:
            if outermost:
                driver.stepping = False
                if driver.left:
                    driver.catch_up()

    def _end(self, value: Any, error: BaseException | None) -> None:
        self._finish()
        if self._done:  # its time was up
            if self._late is not None and error is None:
                self._late(value)
            return
        self._tell(value, error)

    def _finish(self) -> None:
        self._driver.running.discard(self)
        self._limit = _NEVER

    def _tell(self, value: Any, error: BaseException | None) -> None:
        self._done, self._value, self._error = True, value, error
        if self._waiter is not None:
            self._waiter()
        elif self._alone and error is not None:
            log.error("Work in the background failed; please report this", exc_info=error)

    def _wait(self, wait: Any) -> None:
        if isinstance(wait, Ready):
            self._ready = wait
            for channel in wait.channels:
                self._watch(channel).begin(self._go_on, writing=wait.writing)
            self._until = self._driver.due(wait.seconds)
        elif isinstance(wait, Drive):
            wait._waiter = self._woken
        elif isinstance(wait, Pause):
            self._timer = self._driver.loop.call_later(wait.seconds, self._go_on)
        elif isinstance(wait, Call):
            called = self._driver.loop.run_in_executor(self._driver.executor, wait.function)
            called.add_done_callback(self._take)
        elif isinstance(wait, Future):
            wait.add_done_callback(self._take_from_thread)
        elif wait is None:  # asyncio.sleep(0)
            self._driver.loop.call_soon(self._woken)
        else:  # one of asyncio's futures, in its own protocol: resumed without a value, it gives its result itself
            wait._asyncio_future_blocking = False
            wait.add_done_callback(self._woken)

    def _watch(self, channel: Channel) -> _Watch:
        if not isinstance(channel.watch, _Watch):
            channel.watch = _Watch(self._driver, channel)
        return channel.watch

    def _go_on(self) -> None:
        self._forget_wait()
        self._step(self._work.send, None)

    def _woken(self, _done: asyncio.Future[Any] | None = None) -> None:
        self._step(self._work.send, None)

    def _forget_wait(self) -> None:
        if self._ready is not None:
            for channel in self._ready.channels:
                if isinstance(channel.watch, _Watch):
                    channel.watch.end(writing=self._ready.writing)
            self._ready, self._until = None, _NEVER
        elif self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _take(self, done: asyncio.Future[Any] | Future[Any]) -> None:
        if done.cancelled():
            self.stop()
        elif (error := done.exception()) is not None:
            self._step(self._work.throw, error)
        else:
            self._step(self._work.send, done.result())

    def _take_from_thread(self, done: Future[Any]) -> None:
        loop = self._driver.loop
        if threading.get_ident() == self._driver.thread:
            loop.call_soon(self._take, done)
        elif not loop.is_closed():
            loop.call_soon_threadsafe(self._take, done)


class _Watch:
    """A channel's socket in the event loop: registered from the first wait on, not for each anew."""

    __slots__ = ("_channel", "_closing", "_driver", "_fd", "_reading", "_wake")

    def __init__(self, driver: Driver, channel: Channel) -> None:
        self._driver = driver
        self._channel = channel
        self._fd = channel.socket.fileno()
        self._wake: Callable[[], None] | None = None
        self._reading = self._closing = False
        driver.watches.add(self)

    def begin(self, wake: Callable[[], None], *, writing: bool) -> None:
        """Call `wake`, once, when the channel is ready."""
        if writing:
            self._driver.loop.add_writer(self._fd, wake)
            return
        self._wake = wake
        if not self._reading:
            self._driver.loop.add_reader(self._fd, self._readable)
            self._reading = True

    def end(self, *, writing: bool) -> None:
        """Wait no more."""
        self._wake = None
        if writing:
            self._driver.loop.remove_writer(self._fd)

    def forget(self) -> None:
        """Register the channel no more."""
        self._stop_reading()
        self._driver.loop.remove_writer(self._fd)
        self._driver.watches.discard(self)
        self._channel.watch = None
        if self._closing:
            self._channel.socket.close()

    def close(self) -> None:
        """Close the channel: here, or in the loop's own thread."""
        self._closing = True
        if threading.get_ident() == self._driver.thread:
            self.forget()
        else:
            try:
                self._driver.loop.call_soon_threadsafe(self.forget)
            except RuntimeError:  # it ended, and with it the watching
                self._channel.socket.close()

    def _readable(self) -> None:
        if self._wake is not None:
            self._wake()
        elif not self._channel.idle():
            self._stop_reading()

    def _stop_reading(self) -> None:
        if self._reading:
            self._driver.loop.remove_reader(self._fd)
            self._reading = False
