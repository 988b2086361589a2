"""Work that waits, written once for threads and event loops: a generator yields what it waits for.

`run` drives it in a thread, which blocks; `lambda_emulator.fronts.loop.Drive` in an event loop, which goes on.
"""

from __future__ import annotations

import contextlib
import select
import socket
import subprocess
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T")


class Channel:
    """A socket that does not block, to or from another process.

    An event loop goes on watching it between the waits for it. `idle` is called when there is something to read that
    nobody waits for; it says whether it took that in, else the socket is watched no more until somebody waits again.
    """

    __slots__ = ("idle", "socket", "watch")

    def __init__(self, connection: socket.socket, idle: Callable[[], bool] = lambda: False) -> None:
        connection.setblocking(False)
        self.socket = connection
        self.idle = idle
        self.watch: Watch | None = None

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


Wait = Ready | Pause | Call | Future[Any]
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


def run_all(works: Iterable[Steps[T]], at_once: int) -> Iterator[T]:
    """Do all work in this thread, so many works at once, and yield what each returns, in their order.

    Threads would wait for each other more than for what they do. What one raises is raised in its turn; those that
    have begun end then.
    """
    works, begun = iter(works), deque[_Begun[T]]()
    with ThreadPoolExecutor(at_once) as threads:
        try:
            while True:
                free = at_once - sum(not one.done for one in begun)
                begun.extend(_Begun(work, threads) for work in islice(works, min(free, _AHEAD - len(begun))))
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

    def __init__(self, work: Steps[T], threads: Executor) -> None:
        self.work = work
        self.done = False
        self._threads = threads
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
        if not isinstance(self.wait, Future):
            self._step(self.work.send, None)
        elif (error := self.wait.exception()) is not None:
            self._step(self.work.throw, error)
        else:
            self._step(self.work.send, self.wait.result())

    def _step(self, advance: Callable[[Any], Wait], value: Any) -> None:
        try:
            wait = advance(value)
        except StopIteration as end:
            self.done, self._value = True, end.value
        except Exception as error:  # noqa: BLE001  # it is for whoever takes the result
            self.done, self._error = True, error
        else:
            self.wait = self._threads.submit(wait.function) if isinstance(wait, Call) else wait
            self.until = time.monotonic() + (wait.seconds if isinstance(wait, Ready | Pause) else 0.0)


def _go_on(waiting: Sequence[_Begun[Any]]) -> None:
    """Wait until some of the work can go on, and let it."""
    poll = select.poll()
    for one in waiting:
        if isinstance(one.wait, Ready):
            for channel in one.wait.channels:
                poll.register(channel.socket, select.POLLOUT if one.wait.writing else select.POLLIN)
    promised = any(isinstance(one.wait, Future) for one in waiting)
    first = min((one.until for one in waiting if not isinstance(one.wait, Future)), default=float("inf"))
    seconds = min(first - time.monotonic(), _LOOK) if promised else first - time.monotonic()
    ready = {fd for fd, _ in poll.poll(max(0.0, seconds) * 1000)}
    now = time.monotonic()
    for one in waiting:
        if isinstance(one.wait, Future):
            if one.wait.done():
                one.go_on()
        elif one.until <= now or (
            isinstance(one.wait, Ready) and any(channel.socket.fileno() in ready for channel in one.wait.channels)
        ):
            one.go_on()


def ended(process: subprocess.Popen[bytes], seconds: float) -> Steps[int | None]:
    """Wait for a process to end, at most some seconds; return its status, None if it still runs."""
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        yield Pause(0.005)
    return process.poll()


def send(channel: Channel, data: bytes, deadline: float) -> Steps[None]:
    """Send all of some bytes.

    Raises TimeoutError, and OSError: also when the other end was closed before, where the system takes the bytes.
    """
    with contextlib.suppress(BlockingIOError):
        if not channel.socket.recv(1, socket.MSG_PEEK):
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
    if isinstance(wait, Call):
        return wait.function()
    if isinstance(wait, Pause):
        time.sleep(wait.seconds)
        return None
    return wait.result()
