"""An HTTP client on a bare socket: it sends the bytes that it is given and tidies nothing up."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from typing import Any, Self

from lambda_contracts.http import Headers, last_value


class NoAnswerError(Exception):
    """The server ended the connection before an answer was whole; `left` is what had come of it."""

    def __init__(self, left: bytes) -> None:
        super().__init__(left[:200])
        self.left = left


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as it came over the wire, interim ones left out."""

    protocol: str
    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        return last_value(self.headers, name)

    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """One connection. Nothing takes longer than `seconds`."""

    def __init__(self, port: int, seconds: float = 20.0, *, window: int | None = None) -> None:
        self.socket = socket.socket()
        self.socket.settimeout(seconds)
        if window is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        self.socket.connect(("127.0.0.1", port))
        self._read = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def end(self) -> None:
        """Say that nothing more will be sent."""
        self.socket.shutdown(socket.SHUT_WR)

    def answer(self, *, to_head: bool = False) -> Answer:
        """Read the next answer. Raises NoAnswerError."""
        lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        protocol, status, _ = lines[0].split(" ", 2)
        headers = tuple((name, value) for name, _, value in (line.partition(": ") for line in lines[1:] if line))
        if status == "100":
            return self.answer(to_head=to_head)
        length = 0 if to_head else int(last_value(headers, "content-length") or 0)
        while len(self._read) < length:
            self._more()
        body, self._read = self._read[:length], self._read[length:]
        return Answer(protocol, int(status), headers, body)

    def rest(self) -> bytes:
        """Read until the server ends the connection."""
        try:
            while True:
                self._more()
        except NoAnswerError as end:
            self._read = b""
            return end.left

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._read:
            self._more()
        found, _, self._read = self._read.partition(mark)
        return found

    def _more(self) -> None:
        try:
            data = self.socket.recv(1 << 16)
        except ConnectionError:
            data = b""
        if not data:
            raise NoAnswerError(self._read)
        self._read += data


def request(method: str, target: str, *headers: str, body: bytes = b"") -> bytes:
    """Write a request; a body's length is added, nothing else is."""
    length = [f"Content-Length: {len(body)}"] if body else []
    head = "\r\n".join([f"{method} {target} HTTP/1.1", "Host: localhost", *headers, *length])
    return head.encode("latin-1") + b"\r\n\r\n" + body


def ask(port: int, data: bytes, *, to_head: bool = False) -> Answer:
    """Send some bytes over a new connection and read one answer."""
    with Client(port) as client:
        client.send(data)
        return client.answer(to_head=to_head)
