"""Work that waits, written once for threads and event loops: a generator yields what it waits for.

`run` drives it in a thread, which blocks; `lambda_emulator.fronts.loop.Drive` in an event loop, which goes on.
"""

from __future__ import annotations

import select
import socket
import subprocess
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T")


class Channel:
    """A socket that does not block, to or from another process.

    An event loop goes on watching it between the waits for it. `idle` is called when there is something to read that
    nobody waits for; it says whether it took that in, else the socket is watched no more until somebody waits again.
    """

    __slots__ = ("_poll", "idle", "socket", "watch")

    def __init__(self, connection: socket.socket, idle: Callable[[], bool] = lambda: False) -> None:
        connection.setblocking(False)
        self.socket = connection
        self.idle = idle
        self.watch: Watch | None = None
        self._poll = select.poll()
        self._poll.register(connection, select.POLLIN)

    def readable(self) -> bool:
        """Whether there is something to read, or the end."""
        return bool(self._poll.poll(0))

    def close(self) -> None:
        """Close the socket, in the event loop that watches it."""
        if self.watch is None:
            self.socket.close()
        else:
            self.watch.close()


class Watch(Protocol):
    """What an event loop keeps of a channel."""

    def close(self) -> None:
        """Watch the channel no more, and close its socket. May be called from another thread."""


@dataclass(slots=True)
class Ready:
    """Wait until one of some channels can be read, or written, or until some seconds have passed."""

    channels: tuple[Channel, ...]
    seconds: float
    writing: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait for some seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Call:
    """Call a function that may block for long; its result, or what it raises, comes back."""

    function: Callable[[], Any]


@dataclass(slots=True)
class Later:
    """Go on at once, and have a function called that needs little time, when what waits for this work has gone on."""

    function: Callable[[], None]


Wait = Ready | Pause | Call | Later | Future[Any]
Steps = Generator[Wait, Any, T]


def run(steps: Steps[T]) -> T:
    """Do the work in this thread and return what it returns, or raise what it raises."""
    try:
        wait = next(steps)
        while True:
            try:
                result = _block(wait)
            except Exception as error:  # noqa: BLE001  # it is the work's to handle
                wait = steps.throw(error)
            else:
                wait = steps.send(result)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    finally:
        steps.close()


class Here(Executor):
    """Calls in the thread that asks for it."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Call a function now."""
        called: Future[T] = Future()
        try:
            called.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  # it is for whoever takes the result
            called.set_exception(error)
        return called


def run_all(works: Iterable[Steps[T]], at_once: int, executor: Executor) -> Iterator[T]:
    """Do all work in this thread, so many works at once, and yield what each returns, in their order.

    Threads would wait for each other more than for what they do: only what may block for long is called by an executor.
    What a work raises is raised in its turn; those that have begun end then.
    """
    works, begun = iter(works), deque[_Begun[T]]()
    try:
        while True:
            free = at_once - sum(not one.done for one in begun)
            begun.extend(_Begun(work, executor) for work in islice(works, min(free, _AHEAD - len(begun))))
            if not begun:
                return
            if begun[0].done:
                yield begun.popleft().result()
            else:
                _go_on([one for one in begun if not one.done])
    finally:
        for one in begun:
            one.work.close()


_AHEAD = 64
"""How much work may have ended before what began earlier: its results are kept until then."""
_LOOK = 0.01
"""How often promises are looked at while sockets are waited for, in seconds."""


class _Begun(Generic[T]):
    """Work that others are done beside. It waits for something until it is `done`."""

    def __init__(self, work: Steps[T], executor: Executor) -> None:
        self.work = work
        self.done = False
        self.promise: Future[Any] | None = None
        self.channels: tuple[Channel, ...] = ()
        self.event = select.POLLIN
        self.until = float("inf")
        self._executor = executor
        self._value: Any = None
        self._error: Exception | None = None
        self._step(work.send, None)

    def result(self) -> T:
        """Return what it returned, or raise what it raised."""
        if self._error is not None:
            raise self._error
        return self._value  # type: ignore[no-any-return]

    def go_on(self) -> None:
        """Go on with what it waited for."""
        promise = self.promise
        if promise is None:
            self._step(self.work.send, None)
        elif (error := promise.exception()) is not None:
            self._step(self.work.throw, error)
        else:
            self._step(self.work.send, promise.result())

    def _step(self, advance: Callable[[Any], Wait], value: Any) -> None:
        try:
            wait = advance(value)
            while isinstance(wait, Later):
                wait.function()
                wait = self.work.send(None)
        except StopIteration as end:
            self.done, self._value = True, end.value
        except Exception as error:  # noqa: BLE001  # it is for whoever takes the result
            self.done, self._error = True, error
        else:
            self._wait(wait)

    def _wait(self, wait: Wait) -> None:
        self.promise, self.channels, self.until = None, (), float("inf")
        if isinstance(wait, Ready):
            self.channels, self.event = wait.channels, select.POLLOUT if wait.writing else select.POLLIN
            self.until = time.monotonic() + wait.seconds
        elif isinstance(wait, Pause):
            self.until = time.monotonic() + wait.seconds
        elif isinstance(wait, Call):
            self.promise = self._executor.submit(wait.function)
        elif isinstance(wait, Future):
            self.promise = wait


def _go_on(waiting: Sequence[_Begun[Any]]) -> None:
    """Let all of the work go on that can, after waiting until some can."""
    promises = [one for one in waiting if one.promise is not None]
    able = [one for one in promises if one.promise is not None and one.promise.done()]
    if not able:
        sockets = {channel.socket.fileno(): one for one in waiting for channel in one.channels}
        poll = select.poll()
        for descriptor, one in sockets.items():
            poll.register(descriptor, one.event)
        seconds = min(one.until for one in waiting) - time.monotonic()
        found = poll.poll(max(0.0, min(seconds, _LOOK) if promises else seconds) * 1000)
        now = time.monotonic()
        able = [sockets[descriptor] for descriptor, _ in found] + [one for one in waiting if one.until <= now]
    for one in dict.fromkeys(able):  # two channels of one work may be ready at once
        one.go_on()


def ended(process: subprocess.Popen[bytes], seconds: float) -> Steps[int | None]:
    """Wait for a process to end, at most some seconds; return its status, None if it still runs."""
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        yield Pause(0.005)
    return process.poll()


def send(channel: Channel, data: bytes, deadline: float, *, looked: bool = False) -> Steps[None]:
    """Send all of some bytes.

    Raises TimeoutError, and OSError: also when the other end was closed before, where the system takes the bytes,
    unless the caller has `looked` for that.
    """
    if not looked and channel.readable() and not channel.socket.recv(1, socket.MSG_PEEK):
        raise BrokenPipeError
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[channel.socket.send(rest) :]
        except BlockingIOError:
            yield Ready((channel,), _left(deadline), writing=True)


def receive(channel: Channel, deadline: float) -> Steps[bytes]:
    """Return the next bytes that arrive. Raises TimeoutError, OSError, and EOFError at the end."""
    while True:
        yield Ready((channel,), _left(deadline))  # an answer takes a while: looking first would find nothing
        try:
            data = channel.socket.recv(1 << 16)
        except BlockingIOError:
            continue
        else:
            if not data:
                raise EOFError
            return data


def _left(deadline: float) -> float:
    """Return the seconds until a moment of the monotonic clock. Raises TimeoutError when it has passed."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def _block(wait: Wait) -> Any:
    if isinstance(wait, Ready):
        poll = select.poll()
        for channel in wait.channels:
            poll.register(channel.socket, select.POLLOUT if wait.writing else select.POLLIN)
        poll.poll(max(0.0, wait.seconds) * 1000)
        return None
    if isinstance(wait, Call | Later):
        return wait.function()
    if isinstance(wait, Pause):
        time.sleep(wait.seconds)
        return None
    return wait.result()
