"""The emulator's answers over HTTP/1.1, as their bytes come in: whole ones by length, longer ones in chunks.

Not a parser of a library's: LocalStack's Python has none of ours, and Go's server writes no other kind of answer.
"""

from __future__ import annotations

import re

_SHORT = re.compile(
    rb"HTTP/1\.1 (\d{3}) [^\r]*\r\nDate: [^\r]*\r\nContent-Length: (\d+)\r\nContent-Type: [^\r]*\r\n\r\n"
)


class AnswerError(ValueError):
    """What came is no answer of the emulator's."""


class Answer:
    """One answer. `feed` it until it is `complete`; then `status` and `body` are there."""

    def __init__(self) -> None:
        self.status = 0
        self.body: bytes | bytearray = bytearray()
        self.complete = False
        self.keep_alive = True
        self._unread = bytearray()
        self._left: int | None = None
        """Bytes that the body or the chunk still lacks; None in between."""
        self._chunked = False

    def feed(self, data: bytes) -> None:
        """Take the next bytes. Raises AnswerError."""
        if self.status == 0 and not self._unread and self._is_whole(data):
            return
        self._unread += data
        if self.status == 0 and not self._read_head():
            return
        while self._read_body():
            pass

    def _is_whole(self, data: bytes) -> bool:
        """Take in what nearly every answer is: a short one, in one piece."""
        short = _SHORT.match(data)
        if short is None or len(data) != short.end() + int(short[2]):
            return False
        self.status, self.body, self.complete = int(short[1]), data[short.end() :], True
        return True

    def _read_head(self) -> bool:
        head, end, rest = bytes(self._unread).partition(b"\r\n\r\n")
        if not end:
            return False
        first, *lines = head.split(b"\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        try:
            self.status = int(first.split(b" ", 2)[1])
            self._chunked = headers.get(b"transfer-encoding") == b"chunked"
            self._left = None if self._chunked else int(headers.get(b"content-length", b"0"))
        except (ValueError, IndexError):
            raise AnswerError(bytes(first)) from None
        self.keep_alive = headers.get(b"connection") != b"close"
        self._unread = bytearray(rest)
        return True

    def _read_body(self) -> bool:
        """Read what is there; return whether there may be more to read of it."""
        if self._left is None:
            return self._read_chunk_head()
        part = self._unread[: self._left]
        del self._unread[: self._left]
        self.body += part
        self._left -= len(part)
        if self._left:
            return False
        if self._chunked:
            return self._end_chunk()
        self.complete = True
        return False

    def _read_chunk_head(self) -> bool:
        end = self._unread.find(b"\r\n")
        if end < 0:
            return False
        try:
            length = int(self._unread[:end], 16)
        except ValueError:
            raise AnswerError(bytes(self._unread[:end])) from None
        if length == 0:  # the last one; Go sends no trailers after it
            self.complete = self._unread.startswith(b"\r\n", end + 2)
            return False
        del self._unread[: end + 2]
        self._left = length
        return True

    def _end_chunk(self) -> bool:
        if len(self._unread) < 2:
            return False
        del self._unread[:2]
        self._left = None
        return True
