"""The inspector's calls, made over HTTP."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from inspecting import BROKEN, CONTRACT, GOOD, Site, inspected
from lambda_contracts.events import sample
from lambda_contracts.shapes import Shape
from lambda_emulator.inspector import PREFIX
from lambda_emulator.inspector.guard import HEADER
from support import RunTool, WriteFunction

TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Doubling:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.11
      Handler: app.handler
      CodeUri: doubling/
      Events:
        Post: {Type: Api, Properties: {Path: /double, Method: post}}
"""
SECRET = "a-secret-of-the-user"


@pytest.fixture
def good(write_function: WriteFunction) -> Path:
    return write_function(GOOD, contract=CONTRACT)


@pytest.fixture
def broken(write_function: WriteFunction) -> Path:
    return write_function(BROKEN, contract=CONTRACT)


@pytest.fixture
def site(good: Path) -> Iterator[Site]:
    with inspected(good) as site:
        yield site


def everything(value: Any) -> str:
    return json.dumps(value)


def test_the_list_waits_for_the_next_invocation(site: Site) -> None:
    threading.Timer(0.3, site.post, [{"number": 3}]).start()
    started = time.monotonic()
    news = site.ask("invocations?after=0")
    assert 0.2 < time.monotonic() - started < 15
    (one,) = news["invocations"]
    assert ("sample", "rest", "POST /double", "result", 200) == tuple(
        one[key] for key in ("function", "shape", "route", "kind", "status")
    )
    assert (1, 1, False) == (news["first"], news["last"], news["more"])


def test_a_list_of_an_earlier_server_begins_anew(site: Site) -> None:
    site.post({"number": 3})
    assert [1] == [one["number"] for one in site.ask("invocations?after=800")["invocations"]]


def test_an_invocation_is_shown_step_by_step(site: Site) -> None:
    site.post({"number": 3})
    shown = site.ask("invocations/1")
    assert "POST /double HTTP/1.1" == shown["request"]["lines"][0]
    assert ("rest", []) == (shown["event"]["shape"], shown["event"]["findings"])
    assert '  "body": "{\\"number\\": 3}",' in shown["event"]["lines"]
    assert "R1" in shown["event"]["rules"]
    assert {"statusCode", "headers", "body"} == set(json.loads("\n".join(shown["outcome"]["lines"])))
    assert "status 200" == shown["response"]["lines"][0]
    assert shown["response"]["rules"]
    assert set(shown["response"]["rules"]) <= set(site.ask("rules"))


def test_a_broken_handler_is_diagnosed(broken: Path) -> None:
    with inspected(broken) as site:
        assert 502 == site.post({"number": 3})
        shown = site.ask("invocations/1")
    (finding,) = shown["findings"]
    assert ("E01", "app.py", True) == (finding["code"], Path(finding["file"]).name, bool(finding["diff"]))
    assert "asked" == shown["outcome"]["log"][0]


def test_what_an_sdk_sends_is_shown_too(site: Site) -> None:
    site.send("POST", "/2015-03-31/functions/sample/invocations", b'{"number": 3}')
    shown = site.ask("invocations/1")
    assert ("direct", "RequestResponse", False) == (shown["shape"], shown["route"], shown["response"]["sent"])


def test_an_event_is_compared_with_the_same_request_in_other_shapes(site: Site) -> None:
    site.post({"number": 3, "password": SECRET})
    found = site.ask("invocations/1/shapes")
    assert SECRET not in everything(found)
    assert ("rest", True) == (found["shapes"][0], {"direct", "console-test", "http-v2"} <= set(found["shapes"]))
    rows = {row["place"]: row["values"] for row in found["places"]}
    assert ('json.loads(event["body"])', "event") == (rows["payload"]["rest"], rows["payload"]["direct"])
    assert ('"POST"', None) == (rows["/httpMethod"]["rest"], rows["/httpMethod"]["http-v2"])
    assert '  "rawPath": "/double",' in found["events"]["http-v2"]
    assert found == site.ask("invocations/1/shapes")


def test_what_the_handler_reads_is_told_by_a_replay(broken: Path) -> None:
    with inspected(broken) as site:
        site.post({"number": 3})
        status, found = site.call("POST", "invocations/1/trace")
        assert 1 == site.ask("invocations?after=0")["last"]
    assert (200, True, False) == (status, found["traced"], found["differs"])
    read = found["reads"][found["wrong"]]
    assert ("/number", True, "app.py", 5) == (read["path"], read["missing"], read["line"]["file"], read["line"]["line"])
    assert ["E01"] == [one["code"] for one in found["findings"]]


@pytest.mark.parametrize("shape", [Shape.S3, Shape.SQS, Shape.WEBSOCKET, Shape.AUTHORIZER_TOKEN])
def test_events_of_no_request_are_shown_too(site: Site, shape: Shape) -> None:
    site.send("POST", "/2015-03-31/functions/sample/invocations", json.dumps(sample(shape)).encode())
    assert shape == site.ask("invocations/1")["event"]["shape"]
    assert [shape] == site.ask("invocations/1/shapes")["shapes"]
    assert 200 == site.call("POST", "invocations/1/trace")[0]
    assert 422 == site.call("POST", "invocations/1/again", {"shape": "rest"})[0]


@pytest.mark.parametrize("payload", [b"7", b"null", b'"text"', b"[]", b"1e999"])
def test_any_json_is_shown(site: Site, payload: bytes) -> None:
    site.send("POST", "/2015-03-31/functions/sample/invocations", payload)
    assert "direct" == site.ask("invocations/1")["event"]["shape"]
    assert "direct" == site.ask("invocations/1/shapes")["shapes"][0]


def test_functions_of_a_template_are_inspected(write_function: WriteFunction, tmp_path: Path) -> None:
    write_function(BROKEN, name="doubling")
    template = tmp_path / "template.yaml"
    template.write_text(TEMPLATE)
    with inspected(template) as site:
        assert 502 == site.post({"number": 3}, "/Prod/double")
        assert "E01" == site.ask("invocations/1")["findings"][0]["code"]
        assert "http-v2" in site.ask("invocations/1/shapes")["shapes"]
        status, told = site.call("POST", "invocations/1/case", {"name": "one", "status": None})
        assert (422, True) == (status, "contract.toml" in told["error"])


def test_an_event_is_sent_again_as_it_was_and_in_another_shape(site: Site) -> None:
    site.post({"number": 3})
    for asked, shape, origin in (({}, "rest", "#1 again"), ({"shape": "http-v2"}, "http-v2", "#1 as http-v2")):
        status, sent = site.call("POST", "invocations/1/again", asked)
        assert 200 == status, sent
        shown = site.ask(f"invocations/{sent['number']}")
        assert (shape, origin, 200) == (shown["shape"], shown["origin"], shown["status"])


def test_a_direct_event_is_sent_in_the_shape_of_a_front(site: Site) -> None:
    site.send("POST", "/2015-03-31/functions/sample/invocations", b'{"number": 3}')
    _, sent = site.call("POST", "invocations/1/again", {"shape": "rest"})
    shown = site.ask(f"invocations/{sent['number']}")
    assert '  "path": "/double",' in shown["event"]["lines"]


def test_secrets_are_hidden_and_yet_sent_with_an_edited_event(site: Site) -> None:
    """The function answers with its body, so that the answer tells what it was sent."""
    site.post({"number": 3, "password": SECRET}, Authorization=f"Bearer {SECRET}")
    text = site.ask("invocations/1/event")["text"]
    assert SECRET not in text + everything(site.ask("invocations/1"))
    assert "REDACTED" in text
    edited = json.loads(text)
    edited["httpMethod"] = "PUT"
    status, sent = site.call("POST", "invocations/1/again", {"text": json.dumps(edited)})
    assert 200 == status, sent
    shown = site.ask(f"invocations/{sent['number']}")
    assert "PUT /double" == shown["route"]
    assert SECRET not in everything(shown)


def test_secrets_are_shown_where_that_was_asked_for(good: Path) -> None:
    with inspected(good, redact=False) as site:
        site.post({"password": SECRET})
        assert SECRET in everything(site.ask("invocations/1"))


def test_what_was_edited_to_no_json_is_not_sent(site: Site) -> None:
    site.post({"number": 3})
    status, told = site.call("POST", "invocations/1/again", {"text": "{"})
    assert (422, True) == (status, "This is no JSON" in told["error"])


@pytest.mark.parametrize("text", ["7", '"text"', "null", "[]", '{"body": 3}', '{"body": "\\ud800"}'])
def test_anything_that_is_json_can_be_sent_instead(site: Site, text: str) -> None:
    site.post({"number": 3})
    status, sent = site.call("POST", "invocations/1/again", {"text": text})
    assert 200 == status, sent
    assert ("rest" if text.startswith("{") else "direct") == sent["shape"]
    assert 200 == site.call("GET", f"invocations/{sent['number']}")[0]


@pytest.mark.parametrize("asked", [{"shape": ["rest"]}, {"shape": "s3"}, {"shape": 3}, {"text": "[" * 100_000}])
def test_what_cannot_be_sent_is_refused(site: Site, asked: dict[str, Any]) -> None:
    site.post({"number": 3})
    status, told = site.call("POST", "invocations/1/again", asked)
    assert (True, True) == (status in (400, 422), bool(told["error"]))
    assert 1 == site.ask("invocations?after=0")["last"]


def test_a_case_that_is_saved_is_one_that_check_runs(broken: Path, lambdaproof: RunTool) -> None:
    file = broken / "contract.toml"
    before = file.read_text()
    with inspected(broken) as site:
        site.post({"number": 3}, Authorization=f"Bearer {SECRET}")
        status, saved = site.call("POST", "invocations/1/case", {"name": 'it "broke" there', "status": 200})
        assert 200 == status, saved
        again, told = site.call("POST", "invocations/1/case", {"name": 'it "broke" there', "status": None})
        assert (422, True) == (again, "There is a case called" in told["error"])
    assert file.read_text().startswith(before)
    assert SECRET not in (broken / "events" / "it-broke-there.json").read_text()
    (broken / "app.py").write_text(GOOD.replace("\n    ", "\n"))
    checked = lambdaproof("check", broken, "--environment", "in_process")
    assert re.search(r'it "broke" there +- +- +ok ', checked.stdout), checked.stdout + checked.stderr


def test_a_contract_that_takes_no_table_at_its_end_stays_as_it_is(good: Path) -> None:
    file = good / "contract.toml"
    text = file.read_text().replace(
        '[[case]]\nname = "three"\npayload = { number = 3 }   # kept, with its spaces\n', ""
    )
    with inspected(good) as site:
        site.post({"number": 3})
        file.write_text('case = [{name = "three", payload = {number = 3}}]\n' + text)
        before = file.read_bytes()
        status, told = site.call("POST", "invocations/1/case", {"name": "another", "status": None})
    assert (422, True) == (status, "takes no further case" in told["error"])
    assert before == file.read_bytes()
    assert not (good / "events").exists()


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "x" * 201, 7, None])
def test_a_case_has_a_name_of_one_line(site: Site, good: Path, name: Any) -> None:
    site.post({"number": 3})
    before = (good / "contract.toml").read_bytes()
    status, told = site.call("POST", "invocations/1/case", {"name": name, "status": 200})
    assert (True, True) == (status in (400, 422), "name" in told["error"])
    assert before == (good / "contract.toml").read_bytes()


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'{"number": 3, "text": "it\'s $HOME `id`"}', {"X_Own": 'it\'s "quoted" $HOME'}),
        (b"@/etc/passwd", {}),
        (b"\x1b[201~\x00\xff\xfe", {}),
        (b"", {"X_Empty": ""}),
    ],
)
def test_the_curl_line_sends_the_same_request(site: Site, body: bytes, headers: dict[str, str]) -> None:
    site.send("POST", "/double?a=%2F%27&b=c+d", body, Content_Type="text/plain", **headers)
    line = site.ask("invocations/1")["curl"]
    assert line.isprintable()
    subprocess.run(["bash", "-c", line], check=True, capture_output=True, timeout=30)
    first, second = (json.loads(site.ask(f"invocations/{number}/event")["text"]) for number in (1, 2))
    for key in ("httpMethod", "path", "body", "multiValueQueryStringParameters"):
        assert first[key] == second[key]
    assert first["headers"].get("X-Own") == second["headers"].get("X-Own")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "invocations/1", 404),
        ("GET", "invocations/-1", 400),
        ("GET", "invocations/%3Cscript%3E", 400),
        ("GET", "latency?function=other", 404),
        ("GET", "nothing", 404),
        ("POST", "invocations/1/again", 400),
        ("DELETE", "invocations/1", 404),
    ],
)
def test_calls_that_cannot_be_made_say_why(site: Site, method: str, path: str, status: int) -> None:
    found, told = site.call(method, path)
    assert (status, True) == (found, bool(told["error"]))


def test_every_call_is_guarded(site: Site) -> None:
    site.post({"number": 3})
    for method, path in (("GET", "invocations/1"), ("GET", "functions"), ("POST", "invocations/1/again")):
        for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Sec_Fetch_Site": "cross-site"}):
            assert 403 == site.call(method, path, {}, **headers)[0]
        assert 403 == site.send(method, f"{PREFIX}api/{path}")[0]
    assert 1 == site.ask("invocations?after=0")["last"]


def test_a_token_is_needed_where_there_is_one(good: Path) -> None:
    with inspected(good, token="the-token") as site:
        assert 403 == site.call("GET", "functions")[0]
        assert 200 == site.call("GET", "functions", **{HEADER: "the-token"})[0]
        assert 200 == site.send("GET", PREFIX)[0]


def test_the_page_is_served_with_a_policy_that_forbids_all_but_its_own_files(site: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.port)
    for name, kind in (("", "text/html"), ("app.js", "text/javascript"), ("style.css", "text/css")):
        connection.request("GET", PREFIX + name)
        answer = connection.getresponse()
        assert (200, True) == (answer.status, answer.getheader("Content-Type", "").startswith(kind))
        assert "default-src 'none'; script-src 'self'" in answer.getheader("Content-Security-Policy", "")
        answer.read()
    for path in ("../application.py", "..%2fapplication.py", "nothing.js", "__init__.py"):
        connection.request("GET", PREFIX + path)
        assert 404 == connection.getresponse().status
        connection.close()


def test_the_times_are_plotted(site: Site) -> None:
    for number in range(3):
        site.post({"number": number})
    plot = site.ask("latency?function=sample")
    assert 3 == len(plot["points"])
    assert 3 == sum(one["count"] for one in plot["figures"])


def test_large_and_hostile_events_are_cut_and_escaped(site: Site) -> None:
    """What is shown of 5 MB is little, and soon there; what no terminal or page should get is escaped."""
    hostile = "<script>alert(1)</script>\x1b[31m\u202e\u2066" + "x" * 5_000_000
    site.post({"number": hostile})
    started = time.monotonic()
    shown = site.ask("invocations/1")
    assert time.monotonic() - started < 10
    text = everything(shown)
    assert len(text) < 100_000
    assert not [char for char in ("\\u001b", "\\u202e", "\\u2066") if char in text.replace("\\\\", "")]
    assert 413 == site.call("GET", "invocations/1/event")[0]
    assert 422 == site.call("POST", "invocations/1/case", {"name": "large", "status": 200})[0]
