"""A failure that is not surely a known one gets no code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from diagnosis.twins import S3_EVENT, event, fetching, get, post, raw, reads, recorded
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lambda_contracts.checks.cases import Verdict, check
from lambda_contracts.contract import load
from lambda_contracts.diagnosis import CATALOGUE, diagnose
from lambda_contracts.finding import Severity
from lambda_contracts.outcomes import Outcome, OutcomeKind
from lambda_contracts.reports import text
from lambda_emulator.deployment import deploy
from lambda_emulator.settings import Settings
from support import RunTool, WriteFunction

CLASS = "class Missing(KeyError):\n    pass\n\n\n"
UNKNOWN = {
    "raised by the handler": (reads('raise KeyError("x")'), post("rest")),
    "raised by a function of its own": (
        "def need(event):\n    raise KeyError('body')\n\n\n" + reads("answer = need(event)"), raw("rest")),
    "raised again as another error": (
        CLASS
        + reads("try:", '    answer = event["x"]', "except KeyError as error:", "    raise Missing('x') from error"),
        post("rest")),
    "an assertion": (reads('assert "x" in event'), post("rest")),
    "null from elsewhere": (reads("found = {}.get('row')", "answer = json.loads(found)"), raw("rest")),
    "null from a function that is not known": (
        "import os\n" + reads('found = os.environ.get("NOT_THERE")', "answer = json.loads(found)"), raw("rest")),
    "a key of a dict of its own": (reads("known = {}", 'answer = known["x"]'), post("rest")),
    "a key that no one sent": (reads('answer = event["y"]'), post("rest")),
    "a key that is not in the parsed body": (reads('answer = json.loads(event["body"])["y"]'), post("rest")),
    "a header that no one sent": (reads('answer = event["headers"]["X-Other"]'), post("rest")),
    "a body that is no JSON": (reads('answer = json.loads(event["body"])'), raw("rest", "{oops")),
    "text that is no JSON, beside a null body": (reads('answer = json.loads("{oops")'), raw("rest")),
    "an event that was replaced": (
        "import os\n" + reads('event = {"body": os.environ.get("NOT_THERE")}', 'answer = json.loads(event["body"])'),
        raw("rest")),
    "an event that was emptied": (reads('event.pop("body")', 'answer = event["body"]'), post("rest")),
    "a division": (reads("answer = 1 / 0"), post("rest")),
    "a wrong status": (reads("answer = 1").replace("200", "500"), post("rest")),
    "a wrong status in one shape": (
        reads("answer = 1").replace('"statusCode": 200', '"statusCode": 200 if "version" in event else 500'),
        post("http-v2 rest")),
    "a wrong answer to several values": (reads("answer = 1"), get("rest", "/items?t=a&t=b", case="body = 2")),
    "a function of a framework, whose parameter is no event": (
        "class Router:\n    def resolve(self, event, call):\n        return call({'body': None})\n\n\n"
        "def route(item):\n    return item['x']\n\n\n"
        "def handler(event, context):\n    return Router().resolve(event, route)\n", post("rest")),
    "a record that is called event": (
        "def one(event):\n    return event['path']\n\n\n"
        + reads("answer = list(map(one, json.loads(event['body'])))"), post("rest", payload="[{}]")),
    "a decoded key that is not there": (
        fetching('urllib.parse.unquote_plus(record["s3"]["object"]["key"]) + "x"'),
        '[setup]\nbuckets = ["uploads"]\n' + recorded()),
}  # fmt: skip


def checked(folder: Path, code: str, contract: str, events: dict[str, Any]) -> list[Verdict]:
    (folder / "app.py").write_text(code, encoding="utf-8")
    (folder / "contract.toml").write_text(f'[function]\nname = "x"\nhandler = "app.handler"\n{contract}')
    for name, content in events.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    with deploy(load(folder), Settings(environment="in_process")) as deployment:
        return list(check(load(folder), deployment.function.invoke))


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_unknown_failure_has_no_code(name: str, tmp_path: Path) -> None:
    code, contract = UNKNOWN[name]
    verdicts = checked(tmp_path, code, contract, event(S3_EVENT))
    found = [finding for verdict in verdicts for finding in verdict.findings if finding.severity is Severity.ERROR]
    assert found
    assert set() == {finding.code for finding in found} & CATALOGUE.keys()


def test_the_matrix_shows_the_code_in_place_of_the_status(tmp_path: Path) -> None:
    verdicts = checked(tmp_path, reads('answer = json.loads(event["body"])'), raw("rest http-v2"), {})
    matrix = text.matrix(load(tmp_path), verdicts)
    assert ["one", "E05", "E07"] == matrix.splitlines()[1].split()


def test_a_failure_is_told_with_reason_line_and_change(lambdaproof: RunTool, write_function: WriteFunction) -> None:
    folder = write_function(reads('answer = json.loads(event["body"])'), contract=raw("rest"))
    done = lambdaproof("check", folder, "--environment", "in_process")
    assert 1 == done.returncode, done.stderr
    for told in (
        "error E05 at /body: TypeError: the JSON object must be str, bytes or bytearray, not NoneType",
        f'line      {folder / "app.py"}:6  answer = json.loads(event["body"])',
        "(lambdaproof explain E05)",
        '-    answer = json.loads(event["body"])',
        '+    answer = json.loads((event.get("body") or "{}"))',
    ):
        assert told in done.stdout


@pytest.mark.parametrize("code", ['answer = event["y"]', "answer = 1"])
def test_an_event_that_is_too_deep_to_be_followed_has_no_code(code: str, tmp_path: Path) -> None:
    deep: Any = 0
    for _ in range(700):
        deep = {"a": deep}
    source = reads(code).replace("200", "500")
    verdicts = checked(tmp_path, source, recorded() + "status = 200\n", event({"version": "2.0", "body": deep}))
    assert set() == {finding.code for finding in verdicts[0].findings} & CATALOGUE.keys()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(
    ["body", "headers", "queryStringParameters", "requestContext", "httpMethod", "Records", "version"]
)
statements = st.lists(
    st.sampled_from(
        [
            'answer = event["body"]',
            "answer = json.loads(event['body'])['x'] + 1",
            "for answer in event.get('Records', []): answer['s3']",
            "try: answer = event['headers']['Host'].lower()\n    except (KeyError, TypeError): answer = None",
            "answer = [row['x'] for row in event['body'] if row]",
            "a, b = event.get('requestContext') or (1, 2)",
            "event['x'] = event.get('version') or {}",
            "answer = event['queryStringParameters']['q'][event['version']:]",
            "while answer: answer = answer[1:]",
            "if event['httpMethod'] == 'GET': return {}",
            "match event:\n        case {'body': answer}: pass",
            "answer = handler(event, context)",
            "answer = -event['version'] * 'x' % (1,)",
            "del event['body']",
        ]
    ),
    min_size=1,
    max_size=4,
)
errors = st.sampled_from(
    [("KeyError", "'body'"), ("TypeError", "'NoneType' object is not subscriptable"), ("NoSuchKey", "(NoSuchKey)")]
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(keys, json_values) | json_values, statements, errors, st.integers(1, 12))
def test_no_event_and_no_handler_make_the_diagnosis_fail(
    tmp_path: Path, sent: Any, lines: list[str], error: tuple[str, str], number: int
) -> None:
    """Whatever the handler is like: a diagnosis, or none."""
    source = reads(*lines)
    (tmp_path / "app.py").touch()
    before = json.dumps(sent)
    trace = [f'  File "{tmp_path}/app.py", line {number}, in handler\n']
    payload = json.dumps({"errorType": error[0], "errorMessage": error[1], "stackTrace": trace}).encode()
    outcome = Outcome(kind=OutcomeKind.FUNCTION_ERROR, payload=payload)
    found = diagnose(outcome, sent, lambda _: source, tmp_path, "app.handler")
    assert found is None or found.code in CATALOGUE
    assert before == json.dumps(sent)
