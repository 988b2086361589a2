"""Over the wire, byte by byte: the event that a handler gets and the answer that a client gets are AWS's.

What is expected comes from the rules in `lambda_contracts`, which have tests of their own; literals of the requests
that people stumble over most keep that from going in circles.
"""

from __future__ import annotations

import functools
import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from lambda_contracts import routing
from lambda_contracts.events import build
from lambda_contracts.http import Headers, Request
from lambda_contracts.outcomes import returned
from lambda_contracts.results import respond
from lambda_contracts.shapes import Shape
from lambda_emulator.loading import target
from lambda_emulator.serving import Options, Served, serve
from lambda_emulator.settings import Settings
from raw_http import Answer, Client, ask, request

HANDLER = '''
import base64, json

def handler(event, context):
    """Return the event, or what the header x-return says."""
    headers = event.get("headers") or {name: values[-1] for name, values in event["multiValueHeaders"].items()}
    wanted = {name.lower(): value for name, value in headers.items()}.get("x-return")
    if wanted is not None:
        return json.loads(base64.b64decode(wanted))
    return {
        "statusCode": 200,
        "headers": {},
        **({} if "version" in event else {"multiValueHeaders": {"Content-Type": ["application/json"]}}),
        "isBase64Encoded": False,
        "body": json.dumps(event),
    }
'''
CONTRACT = """
[function]
name = "echo"
handler = "app.handler"

[[route]]
method = "ANY"
path = "/{proxy+}"
binary_media_types = ["image/*", "application/octet-stream"]

[[route]]
method = "GET"
path = "/"

[[route]]
method = "POST"
path = "/items/{id}"

[shapes]
accept = ["rest", "http-v1", "http-v2", "function-url", "alb", "alb-multi"]

[[case]]
name = "one"
payload = {}
"""
FRONTS = (Shape.REST, Shape.HTTP_V1, Shape.HTTP_V2, Shape.FUNCTION_URL, Shape.ALB, Shape.ALB_MULTI)


def read(folder: Path, name: str, contract: str, handler: str = HANDLER) -> Path:
    (folder / name).mkdir()
    (folder / name / "app.py").write_text(handler)
    (folder / name / "contract.toml").write_text(contract)
    return folder / name


@pytest.fixture(scope="module")
def fronts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[Shape, Served]]:
    folder = read(tmp_path_factory.mktemp("fronts"), "echo", CONTRACT)
    options = Options(port=0, reload=False, concurrency=1)
    with serve([functools.partial(target, folder)], Settings(environment="worker"), options) as served:
        yield {one.api.front: one for one in served if one.api}


def logical(method: str, target: str, headers: Headers = (), body: bytes = b"", protocol: str = "HTTP/1.1") -> Request:
    path, _, query = target.partition("?")
    return Request(method=method, path=path, query=query, headers=headers, body=body, protocol=protocol)


HOST = ("Host", "localhost")


def plain(method: str, target: str, *headers: tuple[str, str], body: bytes = b"") -> tuple[bytes, Request]:
    """One request, as bytes and as what they mean."""
    length = (("Content-Length", str(len(body))),) if body else ()
    sent = request(method, target, *[f"{name}: {value}" for name, value in headers], body=body)
    return sent, logical(method, target, (HOST, *headers, *length), body)


def written(lines: str, body: bytes, meant: Request) -> tuple[bytes, Request]:
    return lines.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n" + body, meant


JSON = ("Content-Type", "application/json")
PNG = b"\x89PNG\r\n\x1a\n\x00\xff"
REQUESTS = {
    "R44 R9 a plus, an encoded plus and an encoded space": plain("GET", "/q?a=1+2&b=1%2B2&c=1%202"),
    "R44 names again and again": plain("GET", "/q?a=1&b=2&a=3&a="),
    "R9 names without values, values without names": plain("GET", "/q?a&=b&&c=&d==e"),
    "R9 percents that encode nothing": plain("GET", "/q%zz?a=%&b=%4&c=%zz"),
    "R9 bytes that are not UTF-8": plain("GET", "/q%ff%fe?a=%ff"),
    "R9 a query of brackets, quotes and semicolons": plain("GET", '/q?a[]=1;b="2"&c={3}|4'),
    "R43 letters beyond ASCII": plain("GET", "/caf%C3%A9/%E2%82%AC?n%C3%A4me=%F0%9F%8D%87"),
    "R7 doubled slashes": plain("GET", "//a//b///c"),
    "R104u an encoded slash": plain("GET", "/a%2Fb/c%2f%2Fd"),
    "R104u dots": plain("GET", "/a/../b/./c/%2e%2e/%2E"),
    "R104 a slash at the end": plain("GET", "/a/b/"),
    "R103 nothing but the slash": plain("GET", "/"),
    "R43 a plus in the path": plain("GET", "/a+b%2Bc"),
    "R8 path parameters": plain("POST", "/items/caf%C3%A9%20au+lait", JSON, body=b"{}"),
    "R10 R45 R72 headers in any case": plain("GET", "/h", ("x-lower", "a"), ("X-UPPER", "b"), ("x-MiXed", "C")),
    "R10 R44 R45 headers twice, in two cases": plain("GET", "/h", ("X-A", "1"), ("x-a", "2"), ("X-A", "3, 4")),
    "R11 headers that fronts keep": plain("GET", "/h", ("TE", "trailers"), ("Via", "1.1 x"), ("Max-Forwards", "3")),
    "R10 headers that fronts write": plain("GET", "/h", ("X-Forwarded-For", "10.1.1.1"), ("X-Forwarded-Proto", "ftp")),
    "R45 empty headers": plain("GET", "/h", ("X-Empty", ""), ("Accept", "*/*")),
    "R72 Latin-1 in a header": plain("GET", "/h", ("X-A", "caf\xe9")),
    "R45 cookies": plain("GET", "/h", ("Cookie", "a=1; b=2"), ("Cookie", "c=3;d")),
    "R12 R47 JSON": plain("POST", "/b", JSON, body='{"é": "🍇"}'.encode()),
    "R12 R47 a body without a type": plain("POST", "/b", body=b"hello"),
    "R12 R47 bytes of a binary type": plain("POST", "/b", ("Content-Type", "image/png"), body=PNG),
    "R12 R47 bytes of a text type": plain("POST", "/b", ("Content-Type", "text/plain"), body=PNG),
    "R12 R47 bytes of no known type": plain("PUT", "/b", ("Content-Type", "application/octet-stream"), body=PNG),
    "R47 a form": plain("POST", "/b", ("Content-Type", "application/x-www-form-urlencoded"), body=b"a=1+2&b=%2B"),
    "R73 a compressed body": plain("POST", "/b", JSON, ("Content-Encoding", "gzip"), body=b"\x1f\x8b\x08\x00"),
    "R12 a body in a DELETE": plain("DELETE", "/b", JSON, body=b"{}"),
    "R12 a body in a GET": plain("GET", "/b", JSON, body=b"{}"),
    "R100u a PATCH": plain("PATCH", "/b", JSON, body=b"[]"),
    "R58 an OPTIONS": plain("OPTIONS", "/b", ("Origin", "https://shop.example")),
    "an absolute target": written(
        "GET http://shop.example/a//b?c=d HTTP/1.1\nHost: localhost", b"", logical("GET", "/a//b?c=d", (HOST,))
    ),
    "an absolute target without a path": written(
        "GET http://shop.example?c=d HTTP/1.1\nHost: localhost", b"", logical("GET", "/?c=d", (HOST,))
    ),
    "a body in chunks": written(
        "POST /b HTTP/1.1\nHost: localhost\nContent-Type: text/plain\nTransfer-Encoding: chunked",
        b"5;of=two\r\nhello\r\n6\r\n world\r\n0\r\nX-Trailer: left out\r\n\r\n",
        logical("POST", "/b", (HOST, ("Content-Type", "text/plain"), ("Transfer-Encoding", "chunked")), b"hello world"),
    ),
    "HTTP/1.0": written("GET /old HTTP/1.0", b"", logical("GET", "/old", (), b"", "HTTP/1.0")),
    "spaces around a header's value": written(
        "GET /h HTTP/1.1\nHost: localhost\nX-A: \t a  b \t", b"", logical("GET", "/h", (HOST, ("X-A", "a  b")))
    ),
    "another protocol asked for, with a body": written(
        "POST /b HTTP/1.1\nHost: localhost\nContent-Type: text/plain\nUpgrade: h2c\nConnection: Upgrade\n"
        "Content-Length: 5",
        b"hello",
        logical(
            "POST",
            "/b",
            (HOST, ("Content-Type", "text/plain"), ("Upgrade", "h2c"), ("Content-Length", "5")),
            b"hello",
        ),
    ),
}


def lasting(event: Any) -> Any:
    """Return an event without what is new in each: times and ids."""
    if isinstance(event, dict):
        return {key: lasting(value) for key, value in event.items() if key.lower() not in NEW}
    return event


NEW = {
    "requestid",
    "extendedrequestid",
    "requesttime",
    "requesttimeepoch",
    "time",
    "timeepoch",
    "x-amzn-trace-id",
}


@pytest.mark.parametrize("front", FRONTS, ids=str)
@pytest.mark.parametrize(("sent", "meant"), REQUESTS.values(), ids=REQUESTS.keys())
def test_the_event_that_arrives_is_the_one_of_the_rules(
    fronts: Mapping[Shape, Served], sent: bytes, meant: Request, front: Shape
) -> None:
    api = fronts[front].api
    assert api is not None
    found = routing.compile(api).find(meant)
    answer = ask(fronts[front].port, sent)
    if not isinstance(found, routing.Match):
        assert (found.response.status, found.response.body) == (answer.status, answer.body)
        return
    assert 200 == answer.status
    assert lasting(build(found.request, front, found.route)) == lasting(answer.json())


def event(fronts: Mapping[Shape, Served], front: Shape, sent: bytes) -> Any:
    return ask(fronts[front].port, sent).json()


def test_literally_what_a_rest_api_makes_of_a_request(fronts: Mapping[Shape, Served]) -> None:
    """R1 R7 R9 R10 R12."""
    lines = ("X-a: 1", "x-A: 2", "content-type: image/png", "user-agent: curl")
    got = event(fronts, Shape.REST, request("POST", "//a/b%20c/?x=1+2&x=%2B", *lines, body=PNG))
    assert ("/{proxy+}", "/a/b%20c/", {"proxy": "a/b%20c"}) == (got["resource"], got["path"], got["pathParameters"])
    assert {"x": "+"} == got["queryStringParameters"]
    assert {"x": ["1 2", "+"]} == got["multiValueQueryStringParameters"]
    assert ("2", ["1", "2"]) == (got["headers"]["X-a"], got["multiValueHeaders"]["X-a"])
    assert ("curl", "image/png") == (got["headers"]["User-Agent"], got["headers"]["content-type"])
    assert "Content-Length" not in got["headers"]
    assert (b64encode(PNG).decode(), True) == (got["body"], got["isBase64Encoded"])
    assert ("prod", "/prod//a/b%20c/") == (got["requestContext"]["stage"], got["requestContext"]["path"])
    assert "127.0.0.1" == got["requestContext"]["identity"]["sourceIp"]


def test_literally_what_an_http_api_makes_of_a_request(fronts: Mapping[Shape, Served]) -> None:
    """R40 R43 R44 R45 R47."""
    lines = ("X-A: 1", "x-a: 2", "Cookie: a=1; b=2", "Content-Type: application/x-www-form-urlencoded")
    got = event(fronts, Shape.HTTP_V2, request("POST", "/a/b%20c?x=1+2&x=%2B", *lines, body=b"a=b"))
    assert ("2.0", "ANY /{proxy+}", "/a/b c") == (got["version"], got["routeKey"], got["rawPath"])
    assert ("x=1+2&x=%2B", {"x": "1 2,+"}) == (got["rawQueryString"], got["queryStringParameters"])
    assert ("1,2", ["a=1", "b=2"]) == (got["headers"]["x-a"], got["cookies"])
    assert "cookie" not in got["headers"]
    assert ("YT1i", True) == (got["body"], got["isBase64Encoded"])
    assert {"proxy": "a/b c"} == got["pathParameters"]


def test_literally_what_a_load_balancer_makes_of_a_request(fronts: Mapping[Shape, Served]) -> None:
    """R70 R71 R72 R73: the query stays encoded."""
    got = event(fronts, Shape.ALB, request("GET", "/a/b%20c?x=1+2&x=%2B", "X-A: 1", "x-a: 2"))
    assert ("/a/b%20c", {"x": "%2B"}) == (got["path"], got["queryStringParameters"])
    assert ("2", "", False) == (got["headers"]["x-a"], got["body"], got["isBase64Encoded"])
    many = event(fronts, Shape.ALB_MULTI, request("GET", "/a?x=1+2&x=%2B", "X-A: 1", "x-a: 2"))
    assert ({"x": ["1+2", "%2B"]}, ["1", "2"]) == (
        many["multiValueQueryStringParameters"],
        many["multiValueHeaders"]["x-a"],
    )


COOKIES = ["a=1; Path=/", "b=2; HttpOnly"]
RESULTS: dict[str, Any] = {
    "R22 null as statusCode": {"statusCode": None, "body": "x"},
    "R22 R53 no statusCode": {"body": "x"},
    "R22 R53 a status of digits": {"statusCode": "201", "body": "x"},
    "R22 R53 a status of words": {"statusCode": "created", "body": "x"},
    "R22 R56 zero": {"statusCode": 0, "body": "x"},
    "R53 a fraction": {"statusCode": 200.5, "body": "x"},
    "R21 R53 an empty object": {},
    "R24u nothing": None,
    "R24 R50 a text": "hello",
    "R24 R50 a list": [1, "two"],
    "R50 R51 an object of one's own": {"greeting": "hi", "n": 1.0},
    "R53 an error object": {"errorMessage": "no", "errorType": "E"},
    "R23 R53 a key that is none": {"statusCode": 200, "body": "x", "extra": 1},
    "R31 R63 an object as body": {"statusCode": 200, "body": {"a": 1}},
    "R31u a number as body": {"statusCode": 200, "body": 3},
    "R31 no body": {"statusCode": 200},
    "R25u numbers and nulls as headers": {"statusCode": 200, "headers": {"X-A": 1, "X-B": None, "X-C": True}},
    "R26 a text in multiValueHeaders": {"statusCode": 200, "multiValueHeaders": {"X-A": "1"}},
    "R27 R54 R64 headers in both maps": {
        "statusCode": 200,
        "headers": {"x-a": "1", "X-B": "2"},
        "multiValueHeaders": {"X-A": ["3", "4"], "x-b": ["2"]},
    },
    "R27 R74 cookies in multiValueHeaders": {
        "statusCode": 200,
        "headers": {},
        "multiValueHeaders": {"Set-Cookie": COOKIES},
        "isBase64Encoded": False,
    },
    "R54 R64 cookies in their list": {"statusCode": 200, "cookies": COOKIES, "body": "x"},
    "R28 R52 R61 no content type": {"statusCode": 200, "body": "plain"},
    "R32 R52 base64": {
        "statusCode": 200,
        "headers": {"Content-Type": "image/png"},
        "body": b64encode(PNG).decode(),
        "isBase64Encoded": True,
    },
    "R32 base64 that is none": {"statusCode": 200, "body": "%%%", "isBase64Encoded": True},
    "R32u an odd flag": {"statusCode": 200, "body": "aGk=", "isBase64Encoded": "yes"},
    "R20 R53 no content": {"statusCode": 204, "headers": {"X-A": "1"}},
    "R20 R53 not modified": {"statusCode": 304, "headers": {"ETag": '"1"'}},
    "R20 a redirect": {"statusCode": 302, "headers": {"Location": "/a?b=c"}, "body": ""},
    "R22 a status over 599": {"statusCode": 600, "body": "x"},
    "headers of the connection": {
        "statusCode": 200,
        "headers": {"Content-Length": "3", "Connection": "close", "Transfer-Encoding": "chunked", "Date": "today"},
        "body": "hello",
    },
    "text beyond Latin-1": {"statusCode": 200, "headers": {"Content-Type": "text/plain"}, "body": "€ 🍇"},
}
WIRE = {"date", "content-length", "connection"}
ADDED = {
    Shape.REST: {"x-amzn-requestid", "x-amz-apigw-id"},
    Shape.HTTP_V1: {"apigw-requestid"},
    Shape.HTTP_V2: {"apigw-requestid"},
    Shape.FUNCTION_URL: {"x-amzn-requestid"},
    Shape.ALB: {"server"},
    Shape.ALB_MULTI: {"server"},
}


def returning(value: Any, *headers: str, method: str = "GET") -> bytes:
    return request(method, "/r", f"X-Return: {b64encode(json.dumps(value).encode()).decode()}", *headers)


def own(answer: Answer, front: Shape) -> list[tuple[str, str]]:
    """Return the headers of an answer that are neither the connection's nor added by the front."""
    return [header for header in answer.headers if header[0].lower() not in WIRE | ADDED[front]]


@pytest.mark.parametrize("accept", ["", "image/png"], ids=["any", "png"])
@pytest.mark.parametrize("front", FRONTS, ids=str)
@pytest.mark.parametrize("value", RESULTS.values(), ids=RESULTS.keys())
def test_the_answer_that_arrives_is_the_one_of_the_rules(
    fronts: Mapping[Shape, Served], value: Any, front: Shape, accept: str
) -> None:
    api = fronts[front].api
    assert api is not None
    found = routing.compile(api).find(logical("GET", "/r"))
    assert isinstance(found, routing.Match)
    expected = respond(returned(value), front, found.route, accept=accept or None).response
    with Client(fronts[front].port) as client:
        for _ in range(2):  # the connection goes on, whatever came of the first
            client.send(returning(value, *([f"Accept: {accept}"] if accept else [])))
            answer = client.answer()
            kept = [header for header in expected.headers if header[0].lower() not in WIRE]
            body = b"" if expected.status in (204, 304) else expected.body
            assert (expected.status, kept, body) == (answer.status, own(answer, front), answer.body)
            assert ADDED[front] <= {name.lower() for name, _ in answer.headers}


def test_literally_what_clients_get_for_nothing_returned(fronts: Mapping[Shape, Served]) -> None:
    """R24u R50 R61 R75."""
    answers = {front: ask(one.port, returning(None)) for front, one in fronts.items()}
    assert (502, b'{"message": "Internal server error"}') == (answers[Shape.REST].status, answers[Shape.REST].body)
    assert (500, b'{"message":"Internal Server Error"}') == (answers[Shape.HTTP_V1].status, answers[Shape.HTTP_V1].body)
    assert (200, b"null") == (answers[Shape.HTTP_V2].status, answers[Shape.HTTP_V2].body)
    assert (200, b"null") == (answers[Shape.FUNCTION_URL].status, answers[Shape.FUNCTION_URL].body)
    assert 502 == answers[Shape.ALB].status == answers[Shape.ALB_MULTI].status


def test_several_cookies_are_several_headers(fronts: Mapping[Shape, Served]) -> None:
    """R27 R54 R64 R74."""
    many = RESULTS["R27 R74 cookies in multiValueHeaders"]
    listed = RESULTS["R54 R64 cookies in their list"]
    for front, value in {
        Shape.REST: many,
        Shape.HTTP_V1: many,
        Shape.HTTP_V2: listed,
        Shape.FUNCTION_URL: listed,
        Shape.ALB_MULTI: many,
    }.items():
        answer = ask(fronts[front].port, returning(value))
        assert COOKIES == [text for name, text in answer.headers if name.lower() == "set-cookie"]


@pytest.mark.parametrize("front", FRONTS, ids=str)
def test_a_head_gets_the_headers_of_a_get_and_no_body(fronts: Mapping[Shape, Served], front: Shape) -> None:
    value = {"statusCode": 200, "headers": {"X-A": "1"}, "body": "hello", "isBase64Encoded": False}
    with Client(fronts[front].port) as client:
        client.send(returning(value, method="HEAD") + returning(value))
        head, get = client.answer(to_head=True), client.answer()
    assert (200, "5", b"") == (head.status, head.header("content-length"), head.body)
    assert (b"hello", own(get, front)) == (get.body, own(head, front))


@pytest.mark.parametrize("front", FRONTS, ids=str)
def test_whoever_asks_to_go_on_is_told_to_once(fronts: Mapping[Shape, Served], front: Shape) -> None:
    with Client(fronts[front].port) as client:
        client.send(
            b"POST /b HTTP/1.1\r\nContent-Type: text/plain\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"
        )
        assert b"HTTP/1.1 100 Continue\r\n\r\n" == client.socket.recv(100)
        client.send(b"hello")
        assert "hello" == client.answer().json()["body"]


@pytest.mark.parametrize("front", FRONTS, ids=str)
def test_http_1_0_closes_unless_asked(fronts: Mapping[Shape, Served], front: Shape) -> None:
    with Client(fronts[front].port) as client:
        client.send(b"GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /b HTTP/1.0\r\n\r\n")
        first, second = client.answer(), client.answer()
        assert ("keep-alive", "close") == (first.header("connection"), second.header("connection"))
        assert "HTTP/1.0" == first.protocol
        assert b"" == client.rest()


TOO_MANY = (431, b'{"message":"Request Header Fields Too Large"}')
ENTITY = (413, b'{"message":"Request Entity Too Large"}')
URL_LIMIT = (413, b'{"Message":"Request must be smaller than 6291456 bytes for the InvokeFunction operation"}')
LIMITS = {
    ("headers", Shape.REST): TOO_MANY,
    ("headers", Shape.HTTP_V1): TOO_MANY,
    ("headers", Shape.HTTP_V2): TOO_MANY,
    ("headers", Shape.ALB): (400, None),
    ("headers", Shape.ALB_MULTI): (400, None),
    ("body", Shape.REST): (413, b"HTTP content length exceeded 10485760 bytes."),
    ("body", Shape.HTTP_V1): ENTITY,
    ("body", Shape.HTTP_V2): ENTITY,
    ("body", Shape.FUNCTION_URL): URL_LIMIT,
    ("body", Shape.ALB): (413, None),
    ("body", Shape.ALB_MULTI): (413, None),
    ("event", Shape.REST): (413, b'{"message":"Request Too Long"}'),
    ("event", Shape.HTTP_V1): ENTITY,
    ("event", Shape.HTTP_V2): ENTITY,
    ("event", Shape.FUNCTION_URL): URL_LIMIT,
}


def too_large(what: str, front: Shape) -> bytes:
    if what == "headers":
        return request("GET", "/a", *[f"X-{number}: {number:05}" for number in range(10_000)])
    sizes = {"event": 7 << 20, "body": (1 << 20) + 1 if front in (Shape.ALB, Shape.ALB_MULTI) else (10 << 20) + 1}
    return request("POST", "/a", "Content-Type: text/plain", body=b"x" * sizes[what])


@pytest.mark.parametrize(("what", "front"), LIMITS.keys())
def test_R33_R57_R115_R116_R117_R119u_what_is_too_large_gets_the_answer_of_the_front(
    fronts: Mapping[Shape, Served], what: str, front: Shape
) -> None:
    answer = ask(fronts[front].port, too_large(what, front))
    status, body = LIMITS[what, front]
    assert (status, answer.body if body is None else body) == (answer.status, answer.body)
    assert 200 == ask(fronts[front].port, request("GET", "/a")).status


def test_an_event_that_grows_over_the_limit_gets_the_load_balancers_502(fronts: Mapping[Shape, Served]) -> None:
    """A megabyte of NULs is taken in, and six of JSON, which Lambda does not take."""
    sent = request("POST", "/a", "Content-Type: text/plain", body=bytes(1 << 20))
    assert 502 == ask(fronts[Shape.ALB].port, sent).status


STAGED = """
[function]
name = "staged"
handler = "app.handler"

[[route]]
method = "GET"
path = "/items/{id}"
stage = "dev"

[[route]]
method = "GET"
path = "/"
stage = "dev"

[shapes]
accept = ["rest", "http-v2"]

[[case]]
name = "one"
payload = {}
"""
STAGES = {
    "R103 the stage in front": ("/dev/items/7", 200, 200),
    "R103 the stage alone": ("/dev", 200, 200),
    "R103 the stage and a slash": ("/dev/", 200, 200),
    "R103u without the stage": ("/items/7", 403, 404),
    "R103u a longer word": ("/devs/items/7", 403, 404),
    "R15 R59 an unknown path": ("/dev/other", 403, 404),
    "R104 R101u a slash at the end": ("/dev/items/7/", 200, 404),
    "R104 slashes in front": ("//dev/items/7", 200, 200),
    "R104u an encoded slash is part of the parameter": ("/dev/items/7%2F8", 200, 200),
}


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, ...]]:
    folder = read(tmp_path_factory.mktemp("staged"), "staged", STAGED)
    options = Options(port=0, reload=False, concurrency=1)
    with serve([functools.partial(target, folder)], Settings(environment="worker"), options) as served:
        yield served


@pytest.mark.parametrize(("path", "rest", "http"), STAGES.values(), ids=STAGES.keys())
def test_a_path_begins_with_its_stage(staged: tuple[Served, ...], path: str, rest: int, http: int) -> None:
    statuses = [ask(one.port, request("GET", path)).status for one in staged]
    assert [rest, http] == statuses


def test_the_stage_is_told_where_aws_tells_it(staged: tuple[Served, ...]) -> None:
    """R5 R43: a REST API's `path` has no stage, an HTTP API's `rawPath` has."""
    rest, http = (ask(one.port, request("GET", "/dev/items/a%2Fb")).json() for one in staged)
    assert ("/items/a%2Fb", "/dev/items/a%2Fb", "dev") == (
        rest["path"],
        rest["requestContext"]["path"],
        rest["requestContext"]["stage"],
    )
    assert {"id": "a%2Fb"} == rest["pathParameters"]
    assert ("/dev/items/a/b", {"id": "a/b"}, "dev") == (
        http["rawPath"],
        http["pathParameters"],
        http["requestContext"]["stage"],
    )
