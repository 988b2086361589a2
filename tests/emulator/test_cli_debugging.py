"""`event`, `respond` and `explain`: the commands that need no function."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from lambda_contracts.shapes import Shape
from support import IRIS, RunTool, WriteFunction


def write(folder: Path, name: str, content: Any) -> Path:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return file


# --- event -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", Shape)
def test_a_sample_of_every_shape_is_recognised_as_it(lambdaproof: RunTool, shape: Shape) -> None:
    made = lambdaproof("event", shape, "--json")
    assert 0 == made.returncode, made.stderr
    explained = lambdaproof("explain", "-", "--json", stdin=made.stdout)
    assert shape == json.loads(explained.stdout)["shape"]


def test_the_options_describe_the_request(lambdaproof: RunTool) -> None:
    done = lambdaproof(
        "event", "http-v2", "--method", "PUT", "--path", "/flowers/7?colour=light+blue", "--route", "/flowers/{id}",
        "--header", "X-Mode: fast", "--header", "cookie: a=1; b=2", "--body", '{"n": 1}', "--stage", "beta",
    )  # fmt: skip
    event = json.loads(done.stdout)
    assert "PUT /flowers/{id}" == event["routeKey"]
    assert {"id": "7"} == event["pathParameters"]
    assert {"colour": "light blue"} == event["queryStringParameters"]
    assert ["a=1", "b=2"] == event["cookies"]
    assert "fast" == event["headers"]["x-mode"]
    assert '{"n": 1}' == event["body"]
    assert "beta" == event["requestContext"]["stage"]


def test_a_request_is_read_from_a_file_with_its_raw_headers_and_path(lambdaproof: RunTool, tmp_path: Path) -> None:
    request = {
        "method": "POST",
        "target": "/a%2Bb//c?x=1&x=%2B",
        "headers": [["tEsT", "1"], ["tEsT", "2"], ["Content-Type", "image/png"]],
        "body_base64": base64.b64encode(b"\x89PNG").decode(),
        "route": {"path": "/{proxy+}", "stage": "prod", "binary_media_types": ["image/*"]},
    }
    event = json.loads(lambdaproof("event", "rest", "--request", write(tmp_path, "request.json", request)).stdout)
    assert "/a%2Bb//c" == event["path"]
    assert {"proxy": "a%2Bb//c"} == event["pathParameters"]
    assert {"x": ["1", "+"]} == event["multiValueQueryStringParameters"]
    assert ["1", "2"] == event["multiValueHeaders"]["tEsT"]
    assert (True, base64.b64encode(b"\x89PNG").decode()) == (event["isBase64Encoded"], event["body"])
    assert "/prod/a%2Bb//c" == event["requestContext"]["path"]


def test_one_event_moves_into_another_shape(lambdaproof: RunTool) -> None:
    recorded = json.loads((IRIS / "events" / "rest.json").read_text())
    moved = json.loads(lambdaproof("event", "--from", IRIS / "events" / "rest.json", "--to", "http-v2").stdout)
    assert ("2.0", recorded["body"]) == (moved["version"], moved["body"])
    assert json.loads(recorded["body"]) == json.loads(
        lambdaproof("event", "direct", "--from", IRIS / "events" / "rest.json").stdout
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Name the shape to make"),
        (["rst"], "Did you mean rest?"),
        (["s3", "--path", "/"], "This event cannot be made"),
        (["direct", "--body", "{oops"], "This event cannot be made"),
        (["rest", "--from", "nowhere.json"], "nowhere.json cannot be read"),
        (["rest", "--request", "wrong.json"], "wrong.json is no request"),
        (["rest", "--request", "odd.json"], "has no key hedders"),
    ],
)
def test_what_cannot_be_made_is_told(lambdaproof: RunTool, tmp_path: Path, arguments: list[str], told: str) -> None:
    write(tmp_path, "wrong.json", {"method": 7})
    write(tmp_path, "odd.json", {"hedders": []})
    done = lambdaproof("event", *arguments)
    assert (2, "") == (done.returncode, done.stdout)
    assert told in done.stderr
    assert "Traceback" not in done.stderr


# --- respond ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("front", "result", "status", "content_type", "body"),
    [
        ("rest", b'{"statusCode": 201, "body": "x"}', 201, "application/json", b"x"),
        ("rest", b'{"body": {"a": 1}}', 502, "application/json", b'{"message": "Internal server error"}'),
        ("http-v1", b"{}", 500, "application/json", b'{"message":"Internal Server Error"}'),
        ("http-v2", b'{"statusCode": 200, "body": "x"}', 200, "text/plain; charset=utf-8", b"x"),
        ("http-v2", b'{"name": "John Doe", "age":', 200, "application/json", b'{"name": "John Doe", "age":'),
        ("function-url", b'{"hello": "world"}', 200, "application/json", b'{"hello":"world"}'),
    ],
)  # fmt: skip
def test_a_result_is_read_by_the_rules_of_the_front(
    lambdaproof: RunTool, tmp_path: Path, front: str, result: bytes, status: int, content_type: str, body: bytes
) -> None:
    done = lambdaproof("respond", front, write(tmp_path, "result", result), "--json")
    assert 0 == done.returncode, done.stderr
    answer = json.loads(done.stdout)
    assert status == answer["status"]
    assert ["content-type", content_type] in [[name.lower(), value] for name, value in answer["headers"]]
    assert body == base64.b64decode(answer["body_base64"])
    assert (status >= 500) == any(finding["severity"] == "error" for finding in answer["findings"])


def test_accept_decides_over_base64_on_a_rest_api(lambdaproof: RunTool, tmp_path: Path) -> None:
    """R32."""
    file = write(tmp_path, "r.json", {"statusCode": 200, "body": "aGk=", "isBase64Encoded": True})
    arguments = ("respond", "rest", file, "--json", "--binary-media-type", "image/*")
    with_accept, without = (
        json.loads(lambdaproof(*arguments, *more).stdout) for more in (("--accept", "image/png"), ())
    )
    assert (b"hi", b"aGk=") == (
        base64.b64decode(with_accept["body_base64"]),
        base64.b64decode(without["body_base64"]),
    )


def test_people_see_the_response_and_the_rules_that_led_to_it(lambdaproof: RunTool) -> None:
    done = lambdaproof("respond", "rest", "-", stdin='{"statusCode": 200, "body": {"a": 1}}')
    assert done.stdout.startswith("502\n")
    assert "error R31 at /body" in done.stdout
    assert re.search(r"^  R29 ", done.stdout, re.M)


@pytest.mark.parametrize("front", ["s3", "direct", "apigw"])
def test_what_is_no_front_is_told(lambdaproof: RunTool, front: str) -> None:
    done = lambdaproof("respond", front, "-", stdin="{}")
    assert 2 == done.returncode
    assert "Known: rest, http-v1, http-v2, function-url, alb, alb-multi" in done.stderr


# --- explain ---------------------------------------------------------------------------------------------------------


def test_each_file_is_explained_on_a_line_of_its_own(lambdaproof: RunTool) -> None:
    files = sorted((IRIS / "events").glob("*.json"))
    done = lambdaproof("explain", *files, "--json")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert 0 == done.returncode, done.stderr
    assert [str(file) for file in files] == [line["file"] for line in lines]
    assert {"shape", "variant", "confidence", "findings"} <= lines[0].keys()
    shapes = {Path(line["file"]).stem: line["shape"] for line in lines}
    assert ("console-test", "rest", "direct") == (shapes["console-test"], shapes["rest"], shapes["console-bare"])


HOPELESS = {
    "truncated.json": (b'{"body": "x', "is not JSON"),
    "latin1.json": (b'{"body": "\xe9"}', "is not UTF-8"),
    "deep.json": (b"[" * 10_000 + b"]" * 10_000, "nested too deep"),
    "empty.json": (b"", "is not JSON"),
    "huge.json": (b'"' + b"x" * (65 * 1024 * 1024) + b'"', "that is no event"),
}


@pytest.mark.parametrize("name", HOPELESS)
def test_a_hopeless_file_gets_a_clear_answer_and_the_others_are_explained(
    lambdaproof: RunTool, tmp_path: Path, name: str
) -> None:
    content, told = HOPELESS[name]
    done = lambdaproof("explain", write(tmp_path, name, content), IRIS / "events" / "rest.json", "--json", seconds=60)
    hopeless, rest = (json.loads(line) for line in done.stdout.splitlines())
    assert (2, "") == (done.returncode, done.stderr)
    assert told in hopeless["error"]
    assert (None, "rest") == (hopeless["shape"], rest["shape"])


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"7",
        b"{}",
        b"null",
        b'"text"',
        b'{"body": "' + b"x" * 50_000_000 + b'"}',
        b'{"a":' * 900 + b"1" + b"}" * 900,
    ],
    ids=["list", "number", "empty object", "null", "string", "50 MB", "900 levels"],
)
def test_any_json_is_at_least_a_direct_event(lambdaproof: RunTool, tmp_path: Path, content: bytes) -> None:
    done = lambdaproof("explain", write(tmp_path, "event.json", content), "--json", seconds=60)
    assert (0, "") == (done.returncode, done.stderr)
    explained = json.loads(done.stdout)
    assert "direct" == explained["shape"]
    assert explained["confidence"] < 0.5


def test_a_rule_is_explained_with_its_source_and_its_unverified_part(lambdaproof: RunTool) -> None:
    done = lambdaproof("explain", "R24", "--json")
    rule = json.loads(done.stdout)
    assert ("R24", "recorded") == (rule["id"], rule["confidence"])
    assert ["inferred"] == [part["confidence"] for part in rule["parts"]]
    assert "R24 (recorded;" in lambdaproof("explain", "R24").stdout


def test_a_rule_that_does_not_exist_is_told(lambdaproof: RunTool) -> None:
    done = lambdaproof("explain", "R999")
    assert 2 == done.returncode
    assert "There is no rule R999" in done.stdout


def test_a_known_failure_is_explained_with_its_fix_rules_and_evidence(lambdaproof: RunTool) -> None:
    done = lambdaproof("explain", "E05", "P02", "--json")
    null_body, object_body = (json.loads(line) for line in done.stdout.splitlines())
    assert (0, "E05", "P02") == (done.returncode, null_body["code"], object_body["code"])
    assert {"title", "why", "fix", "evidence", "rules"} <= null_body.keys()
    assert "R31" in object_body["rules"]
    told = lambdaproof("explain", "E05").stdout
    assert told.startswith(f"E05 {null_body['title']}\n")
    assert "powertools-python#881" in told


def test_a_code_that_does_not_exist_is_told(lambdaproof: RunTool) -> None:
    done = lambdaproof("explain", "E99")
    assert (2, True) == (done.returncode, "There is no code E99" in done.stdout)


HALF = """
    import json
    def handler(event, context):
        name = event["queryStringParameters"]["name"]
        return {"statusCode": 200, "body": json.dumps(name)}
"""


def test_an_event_is_explained_with_what_a_function_makes_of_it(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path
) -> None:
    folder = write_function(HALF)
    event = lambdaproof("event", "rest", "--method", "GET", "--path", "/hello").stdout
    done = lambdaproof("explain", write(tmp_path, "event.json", event.encode()), folder / "app.py:handler")
    assert 1 == done.returncode, done.stderr
    assert "error E13 at /queryStringParameters: TypeError: 'NoneType' object is not subscriptable" in done.stdout
    assert re.search(r"^  > /queryStringParameters +null +app.py:4  name = ", done.stdout, re.M)
    assert re.search(r"^    http-v2 +500 E13 +line 4 ", done.stdout, re.M)
    done = lambdaproof("explain", "-", folder, "--once", "--json", stdin=f"event: {json.loads(event)!r}")
    told = json.loads(done.stdout)
    assert (1, "rest", "- line 1") == (done.returncode, told["shape"], told["file"])
    assert "found in a log" in told["notes"][0]
    assert ["E13"] == [finding["code"] for finding in told["run"]["findings"]]
    assert "/queryStringParameters" == told["run"]["reads"][told["run"]["first_wrong"]]["path"]
    assert [] == told["run"]["answers"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["sample"], "Name the event too: lambdaproof explain event.json sample"),
        (["sample", "sample/app.py:handler", "sample/event.json"], "One function at a time"),
        (["E05", "sample"], "A rule or a code is of no function"),
        (["sample/event.json", "sample/nothing.py:handler"], "there is no such file"),
        (["sample/event.json", "--beside", "s3"], "This event cannot be shown as s3; known: "),
    ],
)
def test_what_cannot_be_explained_is_told(
    lambdaproof: RunTool, write_function: WriteFunction, arguments: list[str], told: str
) -> None:
    write_function(HALF, files={"event.json": "{}"})
    done = lambdaproof("explain", *arguments)
    assert 2 == done.returncode
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_two_shapes_stand_beside_each_other(lambdaproof: RunTool) -> None:
    done = lambdaproof("explain", IRIS / "events" / "rest.json", "--beside", "http-v2")
    assert re.search(r'^ +"httpMethod": "POST", +\| ', done.stdout, re.M)
    assert re.search(r'^ +\|? +"version": "2.0",|\| +"version": "2.0"', done.stdout, re.M)


TOTAL = """
    import json
    def handler(event, context):
        total = 0
        for item in json.loads(event["body"])["items"]:
            total += item["n"]
        return {"statusCode": 200, "body": json.dumps(total)}
"""


def test_a_recorded_event_is_minimized_and_scrubbed(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path
) -> None:
    folder = write_function(TOTAL)
    body = json.dumps({"items": [{"n": 1}, {"m": "x" * 500}], "password": "hunter2hunter2", "note": "y" * 500})
    headers = ["--header", "Authorization: Bearer 0123456789abcdef0123"]
    event = lambdaproof("event", "rest", "--method", "POST", "--path", "/sum", "--body", body, *headers).stdout
    recorded = write(tmp_path, "prod.json", event.encode())
    done = lambdaproof("event", "--from", recorded, "--minimize", folder)
    assert 0 == done.returncode, done.stderr
    assert ('{"items":[{}]}', "/sum", {}) == tuple(json.loads(done.stdout)[key] for key in ("body", "path", "headers"))
    assert re.search(r"[\d,]+ characters, now [\d,]+: function error as before, \d+ events sent", done.stderr)
    done = lambdaproof("event", "--from", recorded, "--minimize", f"{folder}/app.py:handler", "--free", "-E", "worker")
    assert {"body": '{"items":[{}]}'} == json.loads(done.stdout)
    done = lambdaproof("event", "http-v2", "--from", recorded, "--scrub")
    assert "http-v2" == json.loads(lambdaproof("explain", "-", "--json", stdin=done.stdout).stdout)["shape"]
    assert "hunter2hunter2" not in done.stdout
    assert "0123456789abcdef0123" not in done.stdout
    assert "REDACTED" in done.stdout


def test_a_function_that_is_not_steady_minimizes_nothing(
    lambdaproof: RunTool, write_function: WriteFunction, tmp_path: Path
) -> None:
    folder = write_function("import time\ndef handler(event, context):\n    return {'body': str(time.time())}\n")
    done = lambdaproof("event", "--from", write(tmp_path, "event.json", {"a": 1}), "--minimize", folder)
    assert (2, True) == (done.returncode, "does not do the same with the same event twice" in done.stderr)
