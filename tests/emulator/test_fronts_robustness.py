"""Whatever clients do to the server: AWS's answer or a clear error, and everybody else is served on."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import random
import socket
import ssl
import struct
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from lambda_contracts.http import Headers, Request, Response
from lambda_emulator.errors import PortInUse
from lambda_emulator.fronts.invocations import Functions
from lambda_emulator.fronts.server import Listening, listening
from lambda_emulator.fronts.wire import MAX_HEAD_BYTES, TIMEOUTS, Connection, Timeouts
from raw_http import Client, NoAnswerError, ask, request

LARGE = bytes(6 << 20)
CONNECTIONS = 10_000


@dataclass
class Application:
    """Answers with the path that was asked for, in what ways the path says, and keeps what it got."""

    max_body: int = 1000
    seen: list[Request] = field(default_factory=list)
    headers: Headers = ()
    status: int = 200
    go_on: threading.Event = field(default_factory=threading.Event)

    async def answer(self, request: Request, *, whole: bool) -> Response:
        self.seen.append(request)
        if request.path.startswith("/slow"):
            await asyncio.sleep(0.3)
        if request.path == "/wait":
            while not self.go_on.is_set():
                await asyncio.sleep(0.01)
        if request.path == "/fail":
            raise RuntimeError("a mistake of ours")
        if request.path == "/large":
            return Response(status=200, body=LARGE)
        if request.path == "/body":
            return Response(status=200 if whole else 413, body=str(len(request.body)).encode())
        return Response(status=self.status if whole else 413, headers=self.headers, body=request.path.encode())


@contextlib.contextmanager
def serving(application: Application, timeouts: Timeouts = TIMEOUTS) -> Iterator[int]:
    with listening([Listening(application)], Functions({}), timeouts=timeouts) as (port,):
        yield port


@pytest.fixture
def application() -> Application:
    return Application()


@pytest.fixture
def port(application: Application) -> Iterator[int]:
    with serving(application) as port:
        yield port


def post(*headers: str, body: str) -> bytes:
    return "\r\n".join(["POST / HTTP/1.1", *headers, "", body]).encode()


def get(target: bytes) -> bytes:
    return b"GET " + target + b" HTTP/1.1\r\nHost: x\r\n\r\n"


CHUNKED = "Transfer-Encoding: chunked"
SMUGGLED = "0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n"
REFUSED = {
    "bytes of no protocol": (random.Random(1).randbytes(2000), 400),
    "a TLS handshake": (bytes.fromhex("16030100a5010000a10303") + bytes(160), 400),
    "HTTP/2 with prior knowledge": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "one word": (b"hello\r\n\r\n", 400),
    "a version that does not exist": (b"GET / HTTP/9.9\r\n\r\n", 400),
    "version 2.0 in plain text": (b"GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505),
    "version 0.9": (b"GET /\r\n\r\n", 505),
    "an unknown method": (b"BREW / HTTP/1.1\r\n\r\n", 400),
    "a method in lower case": (b"get / HTTP/1.1\r\n\r\n", 400),
    "a proxy's CONNECT": (b"CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "the whole server": (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 400),
    "an empty path": (get(b"?x=1"), 400),
    "a path without its slash": (get(b"a"), 400),
    "a space in the path": (get(b"/a b"), 400),
    "a NUL in the path": (get(b"/a\0b"), 400),
    "raw bytes that are not UTF-8 in the path": (get(b"/\xff\xfe"), 400),
    "raw bytes that are not UTF-8 in the query": (get(b"/?a=\xff"), 400),
    "a header without a colon": (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400),
    "a header without a name": (b"GET / HTTP/1.1\r\n: value\r\n\r\n", 400),
    "a space before the colon": (b"GET / HTTP/1.1\r\nA : 1\r\n\r\n", 400),
    "a header of two lines": (b"GET / HTTP/1.1\r\nA: 1\r\n b\r\n\r\n", 400),
    "a NUL in a header": (b"GET / HTTP/1.1\r\nA: 1\0\r\n\r\n", 400),
    "lines that end without CR": (b"GET / HTTP/1.1\nHost: x\n\n", 400),
    "two lengths": (post("Content-Length: 5", "Content-Length: 6", body="hello"), 400),
    "a length that is none": (post("Content-Length: abc", body="hello"), 400),
    "a negative length": (post("Content-Length: -1", body="hello"), 400),
    "a length of 23 digits": (post("Content-Length: 99999999999999999999999", body="hello"), 400),
    "a length and chunks": (post("Content-Length: 5", CHUNKED, body=SMUGGLED), 400),
    "chunks and a length": (post(CHUNKED, "Content-Length: 5", body=SMUGGLED), 400),
    "an encoding that only looks like chunks": (post("Transfer-Encoding: xchunked", body=SMUGGLED), 400),
    "an encoding after chunks": (post("Transfer-Encoding: chunked, identity", body=SMUGGLED), 400),
    "an encoding without chunks": (post("Transfer-Encoding: gzip", body="hello"), 400),
    "a chunk's size that is none": (post(CHUNKED, body="zz\r\n\r\n"), 400),
    "a chunk's size over 64 bits": (post(CHUNKED, body="fffffffffffffffff\r\n\r\n"), 400),
    "a chunk longer than it says": (post(CHUNKED, body="5\r\nhelloX\r\n0\r\n\r\n"), 400),
}


@pytest.mark.parametrize(("data", "status"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_request_gets_a_clear_error_and_reaches_nobody(
    application: Application, port: int, data: bytes, status: int
) -> None:
    with Client(port) as neighbour, Client(port) as client:
        client.send(data)
        assert status == client.answer().status
        assert b"" == client.rest()
        neighbour.send(get(b"/next"))
        assert b"/next" == neighbour.answer().body
    assert ["/next"] == [one.path for one in application.seen]


def test_random_garbage_never_ends_the_server(application: Application, port: int) -> None:
    """Requests with bytes exchanged, left out and put in, at random."""
    made = random.Random(2)
    whole = request("POST", "/a?b=c", "X-A: 1", "Cookie: a=b", body=b"hello")
    for _ in range(500):
        data = bytearray(whole)
        for _ in range(made.randint(1, 4)):
            at = made.randrange(len(data))
            data[at : at + made.randint(0, 2)] = made.randbytes(made.randint(0, 3))
        with Client(port) as client:
            client.send(bytes(data))
            client.end()
            client.rest()
    assert b"/next" == ask(port, get(b"/next")).body


@pytest.mark.parametrize("cut", [0, 1, 10, 30, -1])
def test_half_a_request_reaches_nobody(application: Application, port: int, cut: int) -> None:
    with Client(port) as client:
        client.send(request("POST", "/half", body=b"hello")[:cut])
        client.end()
        assert b"" == client.rest()
    assert b"/next" == ask(port, get(b"/next")).body
    assert ["/next"] == [one.path for one in application.seen]


HALF = {"a head": b"GET / HTTP/1.1\r\nHost:", "a body": b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhe"}


@pytest.mark.parametrize("half", HALF.values(), ids=HALF.keys())
def test_who_sends_half_and_no_more_is_told_so(application: Application, half: bytes) -> None:
    with serving(application, Timeouts(receiving=0.2)) as port, Client(port) as slow:
        slow.send(half)
        assert b"/next" == ask(port, get(b"/next")).body
        assert 408 == slow.answer().status
        assert b"" == slow.rest()


def test_who_sends_nothing_is_sent_away(application: Application) -> None:
    with serving(application, Timeouts(receiving=0.2)) as port, Client(port) as silent:
        assert b"" == silent.rest()


def test_a_slow_head_is_not_waited_for_however_often_a_byte_comes(application: Application) -> None:
    with serving(application, Timeouts(receiving=0.3)) as port, Client(port) as slow:
        began = time.monotonic()
        with contextlib.suppress(ConnectionError):
            for byte in b"GET / HTTP/1.1\r\n" + b"A: 1\r\n" * 50:
                slow.send(bytes([byte]))
                time.sleep(0.05)
        assert time.monotonic() - began < 10
    assert [] == application.seen


def test_a_slow_body_is_waited_for_as_long_as_it_goes_on(application: Application) -> None:
    with serving(application, Timeouts(receiving=1.5)) as port, Client(port) as slow:
        head, body = request("POST", "/body", body=b"x" * 40).split(b"\r\n\r\n")
        slow.send(head + b"\r\n\r\n")
        for _ in body:
            slow.send(b"x")
            time.sleep(0.08)
        assert b"40" == slow.answer().body


def test_a_connection_that_asks_for_nothing_more_is_ended(application: Application) -> None:
    with serving(application, Timeouts(idle=0.2)) as port, Client(port) as client:
        client.send(get(b"/once"))
        assert b"/once" == client.answer().body
        assert b"" == client.rest()


def test_a_long_answer_is_waited_for_whatever_else_the_client_sends_meanwhile(application: Application) -> None:
    with serving(application, Timeouts(receiving=0.2, idle=0.2)) as port, Client(port) as client:
        client.send(get(b"/wait") + b"GET /ne")
        time.sleep(2.5)
        application.go_on.set()
        assert b"/wait" == client.answer().body


def test_ten_thousand_headers_arrive(application: Application, port: int) -> None:
    """How many a front takes it says itself; the server takes what fits in a megabyte."""
    answer = ask(port, request("GET", "/", *[f"X-{number}: {number}" for number in range(10_000)]))
    assert (200, 10_001) == (answer.status, len(application.seen[0].headers))


@pytest.mark.parametrize(
    "line",
    [b"A: 1\r\n", b"A: " + b"x" * 2000 + b"\r\n", b"x" * 2000],
    ids=["headers without end", "long headers without end", "one header without end"],
)
@pytest.mark.parametrize(
    "start",
    [b"GET / HTTP/1.1\r\nA: ", b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: "],
    ids=["in front", "behind a body"],
)
def test_headers_without_end_are_cut_off(application: Application, port: int, start: bytes, line: bytes) -> None:
    with Client(port) as client:
        sent = len(start)
        client.send(start)
        with contextlib.suppress(ConnectionError):
            while sent < 4 * MAX_HEAD_BYTES:
                client.send(line * 20)
                sent += len(line) * 20
        assert 431 == client.answer().status
    assert [] == application.seen
    assert b"/next" == ask(port, get(b"/next")).body


def test_a_body_over_the_limit_is_answered_before_it_is_whole_and_not_kept(application: Application, port: int) -> None:
    with Client(port) as client:
        client.send(b"POST /body HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 2000)
        assert (413, b"0") == ((answer := client.answer()).status, answer.body)
        assert "close" == answer.header("connection")


def test_a_client_that_sends_its_whole_body_before_it_reads_still_gets_the_refusal(port: int) -> None:
    for body in (b"x" * 1001, b"x" * 3_000_000):
        assert 413 == ask(port, request("POST", "/body", body=body)).status
    chunk = b"ff\r\n" + b"x" * 255 + b"\r\n"
    data = post(CHUNKED, body="") + chunk * 1000 + b"0\r\n\r\n"
    assert 413 == ask(port, data).status


def test_an_upload_is_held_once_and_one_over_the_limit_not_at_all(application: Application) -> None:
    application.max_body = limit = 10 << 20
    piece = bytes(1 << 16)
    with serving(application) as port:
        tracemalloc.start()
        try:
            for size, most in ((limit, 1.3 * limit), (10 * limit, 1.3 * limit)):
                application.seen.clear()
                tracemalloc.reset_peak()
                before = tracemalloc.get_traced_memory()[0]
                with Client(port) as client:
                    client.send(f"POST /body HTTP/1.1\r\nContent-Length: {size}\r\n\r\n".encode())
                    with contextlib.suppress(ConnectionError):
                        for _ in range(size // len(piece)):
                            client.send(piece)
                    answer = client.answer()
                peak = tracemalloc.get_traced_memory()[1] - before
                print(f"{size >> 20} MB sent: {answer.status}, peak {peak / (1 << 20):.1f} MB")
                assert peak < most
        finally:
            tracemalloc.stop()


def test_an_upload_to_a_client_that_waits_is_asked_for(port: int) -> None:
    with Client(port) as client:
        client.send(b"POST /body HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        assert b"HTTP/1.1 100 Continue\r\n\r\n" == client.socket.recv(100)
        client.send(b"hello")
        assert b"5" == client.answer().body


def test_a_request_for_another_protocol_is_answered_in_this_one_with_its_body(
    application: Application, port: int
) -> None:
    asked = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
    with Client(port) as client:
        for body in (b"", b"hello"):
            client.send(request("POST", "/body", *asked, body=body))
            assert str(len(body)).encode() == client.answer().body
    assert [b"", b"hello"] == [one.body for one in application.seen]


def test_requests_sent_ahead_are_answered_in_their_order(application: Application, port: int) -> None:
    targets = [b"/slow/%d" % number if number % 5 == 0 else b"/%d" % number for number in range(30)]
    with Client(port) as client:
        client.send(b"".join(map(get, targets)))
        assert targets == [client.answer().body for _ in targets]
    assert targets == [one.path.encode() for one in application.seen]


def test_garbage_behind_a_good_request_is_refused_after_its_answer(application: Application, port: int) -> None:
    with Client(port) as client:
        client.send(get(b"/slow") + b"garbage\r\n\r\n" + get(b"/never"))
        assert (200, 400) == (client.answer().status, client.answer().status)
        assert b"" == client.rest()
    assert ["/slow"] == [one.path for one in application.seen]


def test_who_ends_its_side_after_a_request_gets_the_answer_and_the_end(port: int) -> None:
    with Client(port) as client:
        client.send(get(b"/slow") + get(b"/slow/2"))
        client.end()
        assert b"/slow" == client.answer().body
        last = client.answer()
        assert (b"/slow/2", "close") == (last.body, last.header("connection"))
        assert b"" == client.rest()


def test_a_client_that_goes_away_takes_nobody_with_it(application: Application, port: int) -> None:
    for _ in range(20):
        with Client(port) as client:
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.send(get(b"/slow") + get(b"/slow"))
    assert b"/next" == ask(port, get(b"/next")).body


def test_who_does_not_read_a_large_answer_holds_up_nobody_and_gets_it_in_the_end(port: int) -> None:
    with Client(port, window=4096) as slow:
        slow.send(get(b"/large") + get(b"/after"))
        for number in range(50):
            began = time.monotonic()
            assert 200 == ask(port, get(b"/%d" % number)).status
            assert time.monotonic() - began < 2
        assert len(LARGE) == len(slow.answer().body)
        assert b"/after" == slow.answer().body


def test_who_reads_slowly_gets_all_of_a_last_answer(application: Application) -> None:
    with serving(application, Timeouts(idle=0.5, linger=0.1)) as port, Client(port, window=1 << 16) as slow:
        slow.send(request("GET", "/large", "Connection: close"))
        left = len(LARGE)
        while left > 0:
            data = slow.socket.recv(1 << 15)
            assert data
            left -= len(data)
            time.sleep(0.02)
        assert left < 0
        assert b"" == slow.rest()


def test_who_never_reads_is_let_go(application: Application) -> None:
    with serving(application, Timeouts(idle=0.3)) as port, Client(port, window=4096) as stuck:
        stuck.send(get(b"/large") * 3)
        _until(lambda: not _connections())


def _connections() -> list[Connection]:
    gc.collect()
    return [one for one in gc.get_objects() if type(one) is Connection]


def _until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_connections_leave_nothing_behind(application: Application, port: int) -> None:
    """One in ten asks for something, one in twenty goes in the middle of that."""

    def open_and_close(number: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if number % 10 == 0:
                one.sendall(get(b"/") if number % 20 else b"GET / HT")

    def open_files() -> int:
        return sum(1 for _ in Path("/proc/self/fd").iterdir())

    files = open_files()

    def held() -> int:
        _until(lambda: not _connections() and open_files() <= files)  # one may have been accepted that is none yet
        application.seen.clear()
        return len(gc.get_objects())

    for number in range(1000):
        open_and_close(number)
    objects = held()
    began = time.monotonic()
    for number in range(CONNECTIONS):
        open_and_close(number)
    took = time.monotonic() - began
    left = held() - objects
    print(f"{CONNECTIONS} connections in {took:.1f} s left {left} objects")
    assert left < 100


def test_many_connections_at_once_are_all_served(port: int) -> None:
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(Client(port)) for _ in range(300)]
        for number, client in enumerate(clients):
            client.send(get(b"/slow/%d" % number))
        assert [b"/slow/%d" % number for number in range(300)] == [client.answer().body for client in clients]


def test_a_client_that_speaks_tls_is_refused_at_once(port: int) -> None:
    context = ssl.create_default_context()
    with (
        pytest.raises(ssl.SSLError),
        socket.create_connection(("127.0.0.1", port), timeout=5) as bare,
        context.wrap_socket(bare, server_hostname="localhost"),
    ):
        pytest.fail("it spoke TLS")


SPLITTING = {
    "a line break": (("X-A", "1\r\nSet-Cookie: evil=1\r\n\r\n<html>"), ("X-A", "1 Set-Cookie: evil=1 <html>")),
    "a bare LF": (("X-A", "1\nX-B: 2"), ("X-A", "1 X-B: 2")),
    "a NUL": (("X-A", "1\x002"), ("X-A", "1 2")),
    "a name with a line break": (("X-A: 1\r\nX-B", "2"), None),
    "a name with a colon": (("X-A: 1", "2"), None),
    "a name that is empty": (("", "2"), None),
    "a name that is not ASCII": (("é", "2"), None),
    "Latin-1": (("X-A", "café"), ("X-A", "café")),
    "not Latin-1": (("X-A", "1 €"), ("X-A", "1 ?")),
    "half a character": (("X-A", "\ud800"), ("X-A", "?")),
    "a tab": (("X-A", "1\t2"), ("X-A", "1\t2")),
}


@pytest.mark.parametrize(("header", "sent"), SPLITTING.values(), ids=SPLITTING.keys())
def test_a_header_of_a_handler_never_splits_the_answer(
    application: Application, port: int, header: tuple[str, str], sent: tuple[str, str] | None
) -> None:
    application.headers = (header,)
    with Client(port) as client:
        for path in (b"/1", b"/2"):
            client.send(get(path))
            answer = client.answer()
            ours = {"Date", "Content-Length", "Connection"}
            assert (path, [sent] if sent else []) == (
                answer.body,
                [one for one in answer.headers if one[0] not in ours],
            )


@pytest.mark.parametrize("status", [100, 101, 103])
def test_a_status_that_is_not_final_leaves_no_client_waiting(application: Application, port: int, status: int) -> None:
    application.status = status
    with Client(port) as client:
        client.send(get(b"/1") + get(b"/2"))
        answer = client.rest().decode()
    assert answer.startswith(f"HTTP/1.1 {status} ")
    assert (1, True) == (answer.count("HTTP/1.1"), answer.endswith("\r\n\r\n"))


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_a_body_has_none(application: Application, port: int, status: int) -> None:
    application.status = status
    with Client(port) as client:
        for _ in range(2):
            client.send(get(b"/1"))
            answer = client.answer()
            assert (status, None) == (answer.status, answer.header("content-length"))


def test_a_mistake_of_ours_is_an_answer_too(port: int, caplog: pytest.LogCaptureFixture) -> None:
    with Client(port) as client:
        client.send(get(b"/fail") + get(b"/next"))
        assert (500, 200) == (client.answer().status, client.answer().status)
    assert "GET /fail was not answered" in caplog.text


def test_the_server_ends_though_clients_wait_and_send(application: Application) -> None:
    with contextlib.ExitStack() as clients:
        with serving(application) as port:
            for data in (get(b"/wait"), b"GET / HT", get(b"/large"), b""):
                client = clients.enter_context(Client(port))
                client.send(data)
            _until(lambda: len(application.seen) == 2)
            began = time.monotonic()
        assert time.monotonic() - began < 3
    assert not [one for one in threading.enumerate() if one.name.startswith("lambdaproof")]


@pytest.mark.parametrize(
    ("host", "taken", "told"),
    [
        ("127.0.0.1", None, "address already in use"),
        ("127.0.0.1", 70_000, "0-65535"),
        ("no such host.invalid", 0, "of no such host.invalid cannot be used"),
        ("a" * 300, 0, "cannot be used"),
    ],
    ids=["in use", "no port", "no host", "no name"],
)
def test_a_port_that_cannot_be_had_is_told(application: Application, host: str, taken: int | None, told: str) -> None:
    with serving(application) as port:
        listeners = [Listening(application), Listening(application, port if taken is None else taken)]
        with pytest.raises(PortInUse, match=told), listening(listeners, Functions({}), host=host):
            pytest.fail("it listens")
        assert b"/next" == ask(port, get(b"/next")).body


def test_parallel_clients_each_get_their_own(port: int) -> None:
    def talk(name: int) -> bool:
        with Client(port) as client:
            for number in range(50):
                path = b"/%d/%d" % (name, number)
                client.send(get(path))
                if client.answer().body != path:
                    return False
        return True

    with ThreadPoolExecutor(20) as threads:
        assert all(threads.map(talk, range(20)))


def test_an_answer_that_never_comes_whole_is_noticed(port: int) -> None:
    """The client of these tests does not take half an answer for one."""
    with Client(port) as client:
        client.send(request("GET", "/", "Connection: close"))
        client.answer()
        with pytest.raises(NoAnswerError):
            client.answer()
