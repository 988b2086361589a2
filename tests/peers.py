"""What benchmarks compare with: the bare RIE, one keep-alive client, and how many requests some of them get through."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from lambda_contracts.contract import load
from lambda_emulator import interpreters, rie
from lambda_emulator.environments.host import HostFunction
from lambda_emulator.function_code import Code
from lambda_emulator.settings import Settings
from support import wait_for

ECHO = "def handler(event, context):\n    return {'statusCode': 200, 'body': event.get('body') or 'none'}"


def host(folder: Path) -> HostFunction:
    """The handler in a folder as it runs on this machine."""
    function = load(folder).function
    python = interpreters.resolve(function, folder, Settings().cache)
    return HostFunction(function=function, code=Code.of(folder), python=python, backend={})


@contextlib.contextmanager
def bare_emulator(folder: Path) -> Iterator[int]:
    """The emulator alone, with the same runtime client and handler; yields its port when it listens."""
    port, runtime_port = rie.free_ports(2)
    command = [str(rie.resolve(Settings().cache)), *rie.arguments(port, runtime_port), *host(folder).runtime_client]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port, pause=0.002)
            yield port
        finally:
            process.terminate()


@contextlib.contextmanager
def served(folder: Path, environment: str, count: int) -> Iterator[int]:
    """`lambdaproof serve` in a process of its own, with some environments; yields the REST API's port."""
    [port] = rie.free_ports(1)
    command = [sys.executable, "-m", "lambda_emulator.cli", "serve", str(folder), "--port", str(port), "--quiet"]
    command += ["--environment", environment, "--concurrency", str(count), "--warm", str(count), "--no-reload"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for(port)
            yield port
        finally:
            process.terminate()


class Client:
    """A keep-alive connection that sends one request again and again, with as little of its own cost as can be."""

    def __init__(self, port: int, path: str, body: bytes) -> None:
        self._head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        self.send(body)
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, body: bytes) -> None:
        """Say what is to be sent from now on."""
        self._request = f"{self._head}Content-Length: {len(body)}\r\n\r\n".encode() + body

    def post(self) -> bytes:
        """Send the request and return the body of the answer; anything but a 200 fails."""
        self._socket.sendall(self._request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._receive()
        head, _, body = answer.partition(b"\r\n\r\n")
        assert b" 200 " in head.partition(b"\r\n")[0], answer
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        while len(body) < length:
            body += self._receive()
        return body

    def _receive(self) -> bytes:
        data = self._socket.recv(1 << 16)
        assert data, "the server closed the connection"
        return data

    def close(self) -> None:
        self._socket.close()


def throughput(make: Callable[[], Client], count: int, seconds: float) -> float:
    """Return the requests a second that clients get through in parallel, each in a thread; an error of one fails."""
    counts: list[int] = []
    ends = time.perf_counter() + seconds

    def work() -> None:
        client, sent = make(), 0
        try:
            while time.perf_counter() < ends:
                client.post()
                sent += 1
        finally:
            client.close()
        counts.append(sent)

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count == len(counts), "a client failed"
    return sum(counts) / seconds
