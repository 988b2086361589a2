"""A small server of the Lambda Runtime API, for one runtime that handles one event at a time.

It feeds awslambdaric without the RIE, at about a third of the RIE's cost a call. The work is done by whoever drives
the steps: `next_event` hands an event to the runtime that waits for one, and reads on until the runtime posted an
answer.
The API: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

from __future__ import annotations

import contextlib
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from lambda_emulator.errors import NotReached
from lambda_emulator.rie import MAX_RESPONSE_BYTES
from lambda_emulator.steps import Channel, Later, Ready, Steps, send

_CLIENTS = 2
"""awslambdaric has a client that asks for events and one that posts what became of them."""
_GLANCE = 0.1
"""After how many seconds without a word from a runtime one looks whether it has ended."""
_NEXT = b"GET /2018-06-01/runtime/invocation/next"
_POST = b"POST /2018-06-01/runtime/"
_CONTINUE = re.compile(rb"\r\nexpect:[ \t]*100-continue")
_ACCEPTED = b'HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{"status":"OK"}\n'
_TOO_LARGE = b"HTTP/1.1 413 Request Entity Too Large\r\nContent-Length: 0\r\n\r\n"
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class RuntimeGoneError(Exception):
    """The runtime's process ended instead of answering."""


@dataclass(slots=True)
class Post:
    """What a runtime posted: `path` below the API's prefix (`init/error`, `invocation/ID/response`), and the body."""

    path: str
    body: bytes
    too_large: bool = False


@dataclass(slots=True)
class _Peer:
    """One connection of the runtime, and what has been read of it but not taken.

    `target` is of the request whose body is still arriving (empty: none is), `length` is of that body. `unread` says
    that the connection ended with bytes of ours that the runtime had not taken in: then the system resets it.
    """

    channel: Channel
    buffer: bytearray = field(default_factory=bytearray)
    target: bytes = b""
    length: int = 0
    unread: bool = False


class RuntimeApi:
    """The server's end of one runtime. `gone` tells whether the runtime's process has ended."""

    def __init__(self) -> None:
        self._listener = Channel(socket.create_server(("127.0.0.1", 0)), self._idle)
        self._at_work = False
        self._peers: list[_Peer] = []
        self._channels = self._watched()
        self._waiting: _Peer | None = None
        self._posted: tuple[_Peer, bytes] | None = None
        self.gone: Callable[[], bool] = lambda: False

    @property
    def address(self) -> str:
        """What AWS_LAMBDA_RUNTIME_API has to be."""
        return f"127.0.0.1:{self._listener.socket.getsockname()[1]}"

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
        lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{lines}Content-Length: {len(payload)}\r\n\r\n"
        self._at_work = True
        try:
            if self._hear()[1] is not None:  # what came since the last event: mostly that it asks for this one
                self._acknowledge()
            peer = self._waiting or (yield from self._next_peer(deadline))
            self._waiting = None
            with contextlib.suppress(ConnectionError):
                yield from send(peer.channel, head.encode() + payload, deadline, looked=True)
                while not peer.unread:
                    post = yield from self._read(deadline)
                    if post is not None:
                        return post
        finally:
            self._at_work = False
        raise NotReached("The runtime ended before it had read the event.")

    def _next_peer(self, deadline: float) -> Steps[_Peer]:
        """Return the connection on which the runtime asks for an event, when it does."""
        while self._waiting is None:
            try:
                yield from self._read(deadline)
            except RuntimeGoneError as error:
                raise NotReached("The runtime ended before an event reached it.") from error
        return self._waiting

    def close(self) -> None:
        """Close every socket."""
        self._listener.close()
        for peer in self._peers:
            peer.channel.close()
        self._peers.clear()

    def _read(self, deadline: float) -> Steps[Post | None]:
        """Wait for what comes next and take it in; return it if it is a post, keep the peer if it asks for an event.

        Raises TimeoutError and RuntimeGoneError.
        """
        seconds = deadline - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        yield Ready(self._channels, seconds if seconds < _GLANCE else _GLANCE)
        found, post = self._look()
        if not found and self.gone():
            found, post = self._look()  # what it sent before it ended
            if not found:
                raise RuntimeGoneError
        if post is not None:
            yield Later(self._acknowledge)  # the runtime takes a processor then, and somebody waits for what it posted
        return post

    def _idle(self) -> bool:
        """Take in what arrives between events: the runtime asking for the next, or its end."""
        if self._at_work:
            return False
        found, post = self._look()
        if post is not None:
            self._acknowledge()
        return found

    def _look(self) -> tuple[bool, Post | None]:
        """Take in what is there, a new connection too; say whether there was anything, and return the first post."""
        found, post = self._hear()
        return found or self._accept(), post

    def _hear(self) -> tuple[bool, Post | None]:
        """Take in what has come on the connections that there are, up to the first post."""
        found = False
        for peer in tuple(self._peers):
            try:
                data = peer.channel.socket.recv(1 << 16)
            except BlockingIOError:
                continue
            except ConnectionResetError:
                peer.unread = True
                data = b""
            found = True
            if not data:
                self._forget(peer)
                continue
            post = self._take(peer, data)
            if post is not None:
                return True, post
        return found, None

    def _accept(self) -> bool:
        try:
            connection, _ = self._listener.socket.accept()
        except BlockingIOError:
            return False
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._peers.append(_Peer(Channel(connection, self._idle)))
        self._channels = self._watched()
        return True

    def _forget(self, peer: _Peer) -> None:
        if peer is self._waiting:
            self._waiting = None
        self._peers.remove(peer)
        self._channels = self._watched()
        peer.channel.close()

    def _watched(self) -> tuple[Channel, ...]:
        """Return the runtime's connections; a new one is expected until there are those of its two clients."""
        channels = [peer.channel for peer in self._peers]
        if len(channels) < _CLIENTS:
            channels.append(self._listener)
        return tuple(channels)

    def _take(self, peer: _Peer, data: bytes) -> Post | None:
        """Answer the peer's request if it is complete. The two clients inside awslambdaric always send a length."""
        buffer = peer.buffer
        buffer += data
        if (not peer.target and not self._begin(peer)) or len(buffer) < peer.length:
            return None
        target, body = peer.target, bytes(buffer[: peer.length])
        del buffer[: peer.length]
        peer.target = b""
        if target != _NEXT:
            return self._answer(peer, target, body)
        self._waiting = peer
        return None

    def _begin(self, peer: _Peer) -> bool:
        """Take the head of a request, if all of it is there: its target, and the length of its body."""
        end = peer.buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = bytes(peer.buffer[:end])
        del peer.buffer[: end + 4]
        peer.target, peer.length = head[: head.index(b" HTTP/")], 0
        if peer.target != _NEXT:
            named = head.lower()
            length = named.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0].strip()
            peer.length = int(length) if length.isdigit() else 0
            if b"100-" in named and _CONTINUE.search(named):
                _reply(peer, b"HTTP/1.1 100 Continue\r\n\r\n")
        return True

    def _answer(self, peer: _Peer, target: bytes, body: bytes) -> Post | None:
        if not target.startswith(_POST) or not target.endswith((b"/response", b"/error")):
            _reply(peer, _NOT_FOUND)
            return None
        too_large = target.endswith(b"/response") and len(body) > MAX_RESPONSE_BYTES
        self._posted = (peer, _TOO_LARGE if too_large else _ACCEPTED)
        return Post(target.removeprefix(_POST).decode("latin-1"), body, too_large)

    def _acknowledge(self) -> None:
        """Answer the runtime's last post."""
        if self._posted is not None:
            _reply(*self._posted)
            self._posted = None


def _reply(peer: _Peer, answer: bytes) -> None:
    """Send a short answer; a runtime that ended meanwhile does not need it."""
    with contextlib.suppress(OSError):
        peer.channel.socket.sendall(answer)
