"""A small server of the Lambda Runtime API, for one runtime that handles one event at a time.

It feeds awslambdaric without the RIE, at about a third of the RIE's cost a call. The work is done by whoever drives
the steps: `next_event` hands an event to the runtime that waits for one, and reads on until the runtime posted an
answer.
The API: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from lambda_emulator.errors import NotReached
from lambda_emulator.rie import MAX_RESPONSE_BYTES
from lambda_emulator.steps import Ready, Steps, send

_CLIENTS = 2
"""awslambdaric has a client that asks for events and one that posts what became of them."""
_PREFIX = "/2018-06-01/runtime/"
_ACCEPTED = b'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{"status":"OK"}\n'
_TOO_LARGE = b"HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 0\r\n\r\n"
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class RuntimeGoneError(Exception):
    """The runtime's process ended instead of answering."""


@dataclass(frozen=True, slots=True)
class Post:
    """What a runtime posted: `path` below the API's prefix (`init/error`, `invocation/ID/response`), and the body."""

    path: str
    body: bytes
    too_large: bool = False


@dataclass(slots=True)
class _Peer:
    """One connection of the runtime, and what has been read of it.

    `unread` says that it ended with bytes of ours that the runtime had not taken in: then the system resets it.
    """

    socket: socket.socket
    buffer: bytearray = field(default_factory=bytearray)
    continued: bool = False
    unread: bool = False


class RuntimeApi:
    """The server's end of one runtime. `gone` tells whether the runtime's process has ended."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self._peers: list[_Peer] = []
        self._waiting: _Peer | None = None
        self.gone: Callable[[], bool] = lambda: False

    @property
    def address(self) -> str:
        """What AWS_LAMBDA_RUNTIME_API has to be."""
        return f"127.0.0.1:{self._listener.getsockname()[1]}"

    def wait_for_next(self, seconds: float) -> Steps[Post | None]:
        """Return None when the runtime asks for its first event, or what it posted instead.

        Raises TimeoutError, and RuntimeGoneError when the process ended.
        """
        deadline = time.monotonic() + seconds
        while self._waiting is None:
            post = yield from self._read(deadline)
            if post is not None:
                return post
        return None

    def next_event(self, headers: dict[str, str], payload: bytes, seconds: float) -> Steps[Post]:
        """Give the runtime its next event, and return what it posts for it.

        Raises TimeoutError, NotReached when the process ended before it had read the event, and RuntimeGoneError when
        it ended later.
        """
        deadline = time.monotonic() + seconds
        while self._waiting is None:
            try:
                yield from self._read(deadline)
            except RuntimeGoneError as error:
                raise NotReached("The runtime ended before an event reached it.") from error
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{lines}Content-Length: {len(payload)}\r\n\r\n"
        peer, self._waiting = self._waiting, None
        with contextlib.suppress(ConnectionError):
            yield from send(peer.socket, head.encode() + payload, deadline)
            while not peer.unread:
                post = yield from self._read(deadline, at_once=False)
                if post is not None:
                    return post
        raise NotReached("The runtime ended before it had read the event.")

    def close(self) -> None:
        """Close every socket."""
        self._listener.close()
        for peer in self._peers:
            peer.socket.close()
        self._peers.clear()

    def _read(self, deadline: float, *, at_once: bool = True) -> Steps[Post | None]:
        """Take in what comes next; return it if it is a post, keep the peer if it asks for an event.

        `at_once` says that something may be there already. Raises TimeoutError and RuntimeGoneError.
        """
        seconds = deadline - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        found, post = self._look() if at_once else (False, None)
        if found:
            return post
        yield self._something(min(seconds, 0.1))
        found, post = self._look()
        if not found and self.gone():
            found, post = self._look()  # what it sent before it ended
            if not found:
                raise RuntimeGoneError
        return post

    def _something(self, seconds: float) -> Ready:
        """Wait for any of the runtime's connections; a new one is expected until there are those of its two clients."""
        fds = [peer.socket.fileno() for peer in self._peers]
        if len(fds) < _CLIENTS:
            fds.append(self._listener.fileno())
        return Ready(tuple(fds), seconds)

    def _look(self) -> tuple[bool, Post | None]:
        """Take in what is there, up to the first post; say whether there was anything."""
        found = False
        for peer in tuple(self._peers):
            try:
                data = peer.socket.recv(1 << 16)
            except BlockingIOError:
                continue
            except ConnectionResetError:
                peer.unread = True
                data = b""
            found = True
            post = self._take(peer, data)
            if post is not None:
                return True, post
        return found or self._accept(), None

    def _accept(self) -> bool:
        try:
            connection, _ = self._listener.accept()
        except BlockingIOError:
            return False
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setblocking(False)
        self._peers.append(_Peer(connection))
        return True

    def _take(self, peer: _Peer, data: bytes) -> Post | None:
        if not data:
            self._forget(peer)
            return None
        peer.buffer += data
        return self._request(peer)

    def _forget(self, peer: _Peer) -> None:
        if peer is self._waiting:
            self._waiting = None
        self._peers.remove(peer)
        peer.socket.close()

    def _request(self, peer: _Peer) -> Post | None:
        """Answer the peer's request if it is complete. The two clients inside awslambdaric always send a length."""
        end = peer.buffer.find(b"\r\n\r\n")
        if end < 0:
            return None
        first, *lines = bytes(peer.buffer[:end]).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", "0"))
        if headers.get("expect", "").lower() == "100-continue" and not peer.continued:
            peer.continued = True
            _reply(peer, b"HTTP/1.1 100 Continue\r\n\r\n")
        if len(peer.buffer) < end + 4 + length:
            return None
        body = bytes(peer.buffer[end + 4 : end + 4 + length])
        del peer.buffer[: end + 4 + length]
        peer.continued = False
        return self._answer(peer, first, body)

    def _answer(self, peer: _Peer, first: str, body: bytes) -> Post | None:
        method, target, _ = first.split(" ", 2)
        path = target.removeprefix(_PREFIX)
        if method == "GET" and path == "invocation/next":
            self._waiting = peer
            return None
        if method != "POST" or not path.endswith(("/response", "/error")):
            _reply(peer, _NOT_FOUND)
            return None
        too_large = path.endswith("/response") and len(body) > MAX_RESPONSE_BYTES
        _reply(peer, _TOO_LARGE if too_large else _ACCEPTED)
        return Post(path, body, too_large)


def _reply(peer: _Peer, answer: bytes) -> None:
    """Send a short answer; a runtime that ended meanwhile does not need it."""
    with contextlib.suppress(OSError):
        peer.socket.sendall(answer)
