"""Work that waits, written once for threads and event loops: a generator yields what it waits for.

`run` drives it in a thread, which blocks; `lambda_emulator.fronts.loop.drive` in an event loop, which goes on.
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
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ready:
    """Wait until one of some file descriptors can be read, or written, or until some seconds have passed."""

    fds: tuple[int, ...]
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


def send(connection: socket.socket, data: bytes, deadline: float) -> Steps[None]:
    """Send all of some bytes over a socket that does not block.

    Raises TimeoutError, and OSError: also when the other end was closed before, where the system takes the bytes.
    """
    with contextlib.suppress(BlockingIOError):
        if not connection.recv(1, socket.MSG_PEEK):
            raise BrokenPipeError
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[connection.send(rest) :]
        except BlockingIOError:
            yield Ready((connection.fileno(),), _left(deadline), writing=True)


def receive(connection: socket.socket, deadline: float) -> Steps[bytes]:
    """Return the next bytes of a socket that does not block. Raises TimeoutError, OSError, and EOFError at its end."""
    while True:
        try:
            data = connection.recv(1 << 16)
        except BlockingIOError:
            yield Ready((connection.fileno(),), _left(deadline))
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
        for fd in wait.fds:
            poll.register(fd, select.POLLOUT if wait.writing else select.POLLIN)
        poll.poll(max(0.0, wait.seconds) * 1000)
        return None
    if isinstance(wait, Call):
        return wait.function()
    if isinstance(wait, Pause):
        time.sleep(wait.seconds)
        return None
    return wait.result()
