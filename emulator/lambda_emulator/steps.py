"""Work that waits, written once for threads and event loops: a generator yields what it waits for.

`run` drives it in a thread, which blocks; `lambda_emulator.fronts.loop.Drive` in an event loop, which goes on.
"""

from __future__ import annotations

import contextlib
import select
import socket
import subprocess
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

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
