"""What an event, a log or an answer holds never steers the terminal that shows it."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from judged import HOSTILE as WORST
from support import WriteFunction

HOSTILE = f"\x1b[31m\u202e{WORST}"
STEERING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
ECHO = """
    import json
    def handler(event, context):
        value = event.get("wörd") or json.loads(event["body"])
        print(value["text"])
        event[value["text"]]
        return {"statusCode": 200, "body": value["text"]}
"""
SAYS = """
    def handler(event, context):
        print(event["text"])
        return event["text"]
"""


def terminal(*arguments: str | Path, cwd: Path) -> str:
    """Return what a command writes on a terminal without colours."""
    ours, theirs = pty.openpty()
    environ = {**os.environ, "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "200", "LAMBDAPROOF_ENVIRONMENT": "in_process"}
    command = [sys.executable, "-m", "lambda_emulator.cli", *map(str, arguments)]
    with subprocess.Popen(
        command, cwd=cwd, env=environ, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, close_fds=True
    ) as process:
        os.close(theirs)
        read = bytearray()
        while chunk := _read(ours):
            read += chunk
        os.close(ours)
        process.wait(60)
    assert b"lambda_emulator/" not in read, read.decode("utf-8", "replace")  # a traceback of ours
    return read.decode("utf-8")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # nobody writes to it any more
        return b""


def written(folder: Path, value: Any) -> Path:
    file = folder / "event.json"
    file.write_text(json.dumps(value), encoding="utf-8")
    return file


@pytest.fixture
def event(tmp_path: Path) -> Path:
    """Return the file of a REST event that is hostile wherever a client can make it."""
    body = json.dumps({"text": HOSTILE})
    headers = {"X-Name": HOSTILE, HOSTILE: "x"}
    return written(
        tmp_path,
        {"resource": "/", "path": f"/{HOSTILE}", "httpMethod": "POST", "headers": headers, "body": body,
         "queryStringParameters": {"q": HOSTILE.replace("\ud800", "")}, "isBase64Encoded": False,
         "requestContext": {"resourceId": "x", "stage": HOSTILE}},
    )  # fmt: skip


def assert_harmless(shown: str) -> None:
    assert [] == STEERING.findall(shown.replace("\r\n", "\n").replace("\t", " "))
    assert "[31m" in shown, "it is shown at all"


def test_an_event_is_explained(event: Path, tmp_path: Path) -> None:
    assert_harmless(terminal("explain", event, cwd=tmp_path))
    assert_harmless(terminal("explain", event, "--beside", "http-v2", cwd=tmp_path))


def test_a_function_that_prints_and_raises_it_is_explained(
    event: Path, tmp_path: Path, write_function: WriteFunction
) -> None:
    folder = write_function(ECHO)
    assert_harmless(terminal("explain", event, folder / "app.py:handler", cwd=tmp_path))


def test_a_function_that_prints_and_returns_it_is_invoked(tmp_path: Path, write_function: WriteFunction) -> None:
    folder = write_function(SAYS)
    assert_harmless(terminal("invoke", folder, "-e", written(tmp_path, {"text": HOSTILE}), cwd=tmp_path))


def test_a_check_and_a_replay_fail_on_it(event: Path, tmp_path: Path, write_function: WriteFunction) -> None:
    folder = write_function(ECHO, contract=f'[[case]]\nname = "one"\nevent = "{event}"\n')
    assert_harmless(terminal("check", folder, cwd=tmp_path))
    assert_harmless(terminal("replay", folder, event, cwd=tmp_path))


def test_an_event_is_reshaped_and_a_result_read(event: Path, tmp_path: Path) -> None:
    assert_harmless(terminal("event", "http-v2", "--from", event, cwd=tmp_path))
    result = written(tmp_path, {"statusCode": 200, "headers": {HOSTILE: HOSTILE}, "body": HOSTILE})
    assert_harmless(terminal("respond", "rest", result, cwd=tmp_path))


def test_strings_of_six_megabytes_are_cut(tmp_path: Path, write_function: WriteFunction) -> None:
    folder = write_function(SAYS)
    shown = terminal(
        "explain", written(tmp_path, {"text": "\x1b" + "x" * 6_000_000}), folder / "app.py:handler", cwd=tmp_path
    )
    assert [] == STEERING.findall(shown.replace("\r\n", "\n").replace("\t", " "))
    assert len(shown) < 200_000
    assert re.search(r"^    rest +\d+", shown, re.M)
    assert "console-template  " not in shown.partition("what the client gets")[2], (
        "in base64 it is more than Lambda takes"
    )
