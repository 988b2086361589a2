"""HTTP/1.1 on a socket: bytes to requests as they were written, responses to bytes.

httptools, a binding of Node's parser, finds the messages; names, paths and queries stay as the client wrote them.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import deque
from dataclasses import dataclass
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from typing import Protocol, cast

import httptools
from lambda_contracts.http import Request, Response

from lambda_emulator.fronts.loop import Driver

log = logging.getLogger(__name__)

MAX_HEAD_BYTES = 1 << 20
"""What a request line and headers may have: far over every front's own limit, which the front answers itself."""
_HEADER_COST = 64
"""What a header counts for beside its bytes, so that no number of tiny ones fills the memory."""
_PIPELINED = 8
"""How many requests a connection may have sent ahead before no more are read from it."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a client may take, in seconds.

    `receiving` is for a request line and headers, and then for each further piece of the body; `idle` for its next
    request, and for each further piece of an answer; `linger` for an answer after which nothing more is read.
    """

    receiving: float = 30.0
    idle: float = 75.0
    linger: float = 2.0


TIMEOUTS = Timeouts()


class Application(Protocol):
    """What answers the requests of a port."""

    @property
    def max_body(self) -> int:
        """How many bytes of a body are taken in; of a longer one only that it is too long."""

    async def answer(self, request: Request, *, whole: bool) -> Response:
        """Answer a request; it is not `whole` when its body was too long to be taken in."""


@dataclass(slots=True)
class _Due:
    """A request that is to be answered, or the `refusal` of what is none; `last` ends the connection."""

    request: Request
    whole: bool = True
    last: bool = False
    refusal: Response | None = None


class Connection(asyncio.Protocol):
    """One client's connection. Its requests are answered one after another, in order."""

    def __init__(
        self,
        application: Application,
        driver: Driver,
        connections: set[Connection],
        timeouts: Timeouts = TIMEOUTS,
    ) -> None:
        self._application = application
        self._driver = driver
        self._connections = connections
        self._timeouts = timeouts
        self._parser = httptools.HttpRequestParser(self)
        self._due: deque[_Due] = deque()
        self._answering = False
        self._writable = asyncio.Event()
        self._writable.set()
        self._deaf = False
        self._ended = False
        self._receiving = False
        self._in_body = False
        self._unused = 0
        self._unsent = 0
        self._deadline = time.monotonic() + timeouts.receiving

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin: `connections` holds those that are open."""
        self._transport = cast("asyncio.Transport", transport)  # what create_server gives, whosever loop it is
        peer = transport.get_extra_info("peername")
        self._source_ip = str(peer[0]) if peer else "127.0.0.1"
        self._connections.add(self)

    def connection_lost(self, _error: Exception | None) -> None:
        """End. An answer that is on its way is finished for nobody, as on AWS."""
        self._connections.discard(self)
        self._deaf = True
        self._writable.set()

    def pause_writing(self) -> None:
        """Wait with further answers for a client that does not read."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Go on."""
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        """Take in what the client sent."""
        if self._deaf:
            return
        self._unused += len(data)
        if self._in_body:
            self._expect(self._timeouts.receiving)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._stay(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self._refuse(HTTPStatus.BAD_REQUEST)
        if self._unused > MAX_HEAD_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        self._begin()

    # What the parser finds:

    def on_message_begin(self) -> None:
        """Begin with a request."""
        self._url = b""
        self._headers: list[tuple[str, str]] = []
        self._body = BytesIO()
        self._whole = True
        self._receiving = True
        self._in_body = False
        self._unused = 0
        self._expect(self._timeouts.receiving)

    def on_url(self, url: bytes) -> None:
        """Take in the request target, or a piece of it."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take in a header; what follows a body in chunks is none that any front hands on."""
        self._unused += _HEADER_COST
        if self._unused > MAX_HEAD_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        if not self._in_body:
            self._headers.append((name.decode("latin-1"), value.decode("latin-1").rstrip(" \t")))

    def on_headers_complete(self) -> None:
        """Ask for the body if the client waits for that."""
        self._in_body = True
        self._version = self._parser.get_http_version()
        if self._version not in ("1.0", "1.1"):
            self._refuse(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED)
        if self._deaf or self._version == "1.0":
            return
        for name, value in self._headers:
            if len(name) == 6 and name.lower() == "expect" and value.lower() == "100-continue":
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                break

    def on_body(self, data: bytes) -> None:
        """Take in a piece of the body, as long as it is not too long."""
        self._unused = 0
        if self._whole and self._body.tell() + len(data) <= self._application.max_body:
            self._body.write(data)
        elif self._whole:
            self._whole = False
            self._body = BytesIO()
            self._take(last=True)

    def on_message_complete(self) -> None:
        """Have the request answered."""
        self._receiving = False
        if self._whole and not self._parser.should_upgrade():
            self._take(last=not self._parser.should_keep_alive())

    def _stay(self, rest: bytes) -> None:
        """Read a request anew as one that asks for no other protocol, which is how every front takes it.

        The parser takes what follows its head for that protocol's, though it may be a body.
        """
        if self._parser.get_method() == b"CONNECT":
            self._refuse(HTTPStatus.BAD_REQUEST)
            return
        lines = [f"{self._parser.get_method().decode()} {self._url.decode('latin-1')} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in self._headers if name.lower() not in ("connection", "expect")]
        self._parser = httptools.HttpRequestParser(self)
        self.data_received(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + rest)

    def _take(self, *, last: bool) -> None:
        target = self._url.decode("latin-1")
        path, _, query = (target if target.startswith("/") else _without_origin(target)).partition("?")
        if not path.startswith("/"):  # `*`, which no front serves
            self._refuse(HTTPStatus.BAD_REQUEST)
            return
        request = Request(
            method=self._parser.get_method().decode("latin-1"),
            path=path,
            query=query,
            headers=tuple(self._headers),
            body=self._body.getvalue(),  # the buffer itself: a body is held once
            source_ip=self._source_ip,
            protocol="HTTP/1.1" if self._version == "1.1" else "HTTP/1.0",
        )
        self._add(_Due(request, whole=self._whole, last=last))

    def _refuse(self, status: HTTPStatus) -> None:
        """Answer what is no request that any front would see, and read no further."""
        body = f"{status.phrase}\n".encode()
        refusal = Response(status=status, headers=(("Content-Type", "text/plain"),), body=body)
        self._add(_Due(Request(), last=True, refusal=refusal))

    def _add(self, due: _Due) -> None:
        if self._deaf:
            return
        self._deaf = due.last
        self._due.append(due)
        if len(self._due) >= _PIPELINED:
            self._transport.pause_reading()

    def _begin(self) -> None:
        """Answer what is due, unless that is being done."""
        if self._due and not self._answering:
            self._answering = True
            self._driver.begin(self._answer_all())

    def _expect(self, seconds: float) -> None:
        """Give the client some seconds; none pass while it is waiting for us."""
        if not self._answering:
            self._deadline = time.monotonic() + seconds

    async def _answer_all(self) -> None:
        try:
            while self._due:
                due = self._due.popleft()
                self._deadline = _NEVER
                try:
                    response = due.refusal or await self._application.answer(due.request, whole=due.whole)
                except Exception:
                    log.exception("%s %s was not answered; please report this", due.request.method, due.request.path)
                    response = _FAILED
                if not self._writable.is_set():
                    self._deadline = time.monotonic() + self._timeouts.idle
                    await self._writable.wait()
                if self._transport.is_closing():
                    return
                # What is no final status leaves the client waiting, and would take the next answer for this one's.
                last = due.last or response.status < 200 or (self._ended and not self._due)
                self._transport.write(written(response, due.request, keep_alive=not last))
                self._deadline = time.monotonic() + self._timeouts.idle
                if last:
                    self._finish(unread=due.refusal is not None or not due.whole)
                    return
                self._transport.resume_reading()
        finally:
            self._answering = False

    def _finish(self, *, unread: bool) -> None:
        """End the connection; when the client still sends, only after it had time to read the answer."""
        self._deaf = True
        if not unread:
            self._transport.close()
            return
        if self._transport.can_write_eof():
            self._transport.write_eof()
        self._transport.resume_reading()  # what is left unread when a connection is closed takes the answer with it
        self._deadline = time.monotonic() + self._timeouts.linger

    def eof_received(self) -> bool:
        """Keep a half-closed connection while an answer is due."""
        self._ended = True
        return self._answering

    def expire(self, now: float) -> None:
        """End a connection whose client was too slow, or that has been idle for long."""
        if now <= self._deadline:
            return
        unsent = self._transport.get_write_buffer_size()
        if unsent and unsent != self._unsent:
            self._unsent = unsent
            self._deadline = now + self._timeouts.idle
        elif unsent:
            self._transport.abort()  # closing would wait for the client
        elif self._receiving and not self._deaf:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
            self._begin()
        else:
            self._transport.close()

    def shut(self) -> None:
        """End the connection now."""
        self._transport.abort()


def written(response: Response, request: Request, *, keep_alive: bool) -> bytes:
    """Return a response as it goes over the wire, with its date, its length and what becomes of the connection."""
    status, body = response.status, response.body
    head = f"{request.protocol} {status} {_PHRASES.get(status, '')}\r\n"
    for name, value in response.headers:
        if _is_sent(name):
            head += f"{name}: {value if value.isprintable() else _CONTROL.sub(' ', value)}\r\n"
    bodiless = status < 200 or status in (204, 304)
    length = "" if bodiless else f"Content-Length: {len(body)}\r\n"
    connection = "keep-alive" if keep_alive else "close"
    head += f"Date: {_date()}\r\n{length}Connection: {connection}\r\n\r\n"
    if bodiless or request.method == "HEAD":
        body = b""
    return head.encode("latin-1", "replace") + body


_NEVER = float("inf")
_FAILED = Response(status=500, body=b"lambdaproof failed; its log says how.\n")
_PHRASES = {int(status): status.phrase for status in HTTPStatus}
_OURS = frozenset({"date", "content-length", "connection", "transfer-encoding", "keep-alive"})
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")
"""What would end a header's line (RFC 9110, 5.5)."""


@lru_cache(maxsize=512)
def _is_sent(name: str) -> bool:
    """Whether a response's header goes over the wire: not what is written here, nor what is no name (RFC 9110, 5.1)."""
    return _NAME.fullmatch(name) is not None and name.lower() not in _OURS


_dated = (0, "")


def _date() -> str:
    global _dated  # written once a second
    now = int(time.time())
    if _dated[0] != now:
        _dated = (now, formatdate(now, usegmt=True))
    return _dated[1]


def _without_origin(target: str) -> str:
    """Drop the scheme and host of a request target, which only proxies are sent."""
    scheme, separator, rest = target.partition("://")
    if not (separator and scheme.isalpha()):
        return target
    return "/" + _AUTHORITY.sub("", rest, count=1)


_AUTHORITY = re.compile(r"[^/?#]*/?")
