"""A contract's function deployed into LocalStack by check, and what is said of LocalStack then."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from deployed import of_these_tests
from support import RunTool, WriteFunction, leaked_processes

pytestmark = pytest.mark.localstack

CODE = """
import json, os

def handler(event, context):
    payload = json.loads(event["body"]) if "body" in event else event
    if payload["kind"] == "object":
        return {"statusCode": 200, "body": payload}
    return {"statusCode": 200, "body": json.dumps(payload), "headers": {"Content-Type": "application/json"}}
"""
CASES = """
[shapes]
accept = ["direct", "rest"]

[[route]]
path = "/kinds/{id}"

[checks]
bad-input = false

[[case]]
name = "text"
path = "/kinds/1"
payload = { kind = "text" }
status = 200
body = { kind = "text" }
"""
OBJECT = '[[case]]\nname = "object"\npath = "/kinds/2"\npayload = { kind = "object" }\n'


def test_localstack_answers_as_our_front_does(lambdaproof: RunTool, write_function: WriteFunction) -> None:
    done = lambdaproof("check", write_function(CODE, contract=CASES), "--backend", "localstack", "--json")
    assert 0 == done.returncode, done.stdout + done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert ["text", "text"] == [line["case"] for line in lines if "case" in line]
    assert [[]] == [line["findings"] for line in lines if line.get("check") == "localstack"]


def test_where_localstack_departs_awss_record_wins(lambdaproof: RunTool, write_function: WriteFunction) -> None:
    done = lambdaproof("check", write_function(CODE, contract=CASES + OBJECT), "--backend", "localstack")
    assert 1 == done.returncode, done.stderr
    assert "error P02 at /body: the body is an object, not a string" in done.stdout
    assert "warning R31: object[rest]: LocalStack departs in the status: 200, where AWS has 502." in done.stdout
    assert 1 == done.stdout.count("LocalStack departs")


def test_localstack_that_is_killed_meanwhile_is_exit_3_and_nothing_stays(write_function: WriteFunction) -> None:
    folder = write_function(CODE, contract=CASES)
    before = set(of_these_tests())
    command = [sys.executable, "-m", "lambda_emulator.cli", "check", str(folder), "--backend", "localstack"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "Deploying" in line:
                break
        for localstack in set(of_these_tests()) - before:
            os.kill(localstack, signal.SIGKILL)
        _, told = process.communicate()
    assert 3 == process.returncode
    assert "error: http://127.0.0.1:" in told
    assert "Traceback" not in told
    assert [] == leaked_processes()
    assert [] == list(Path(tempfile.gettempdir()).glob(f"lambdaproof-{process.pid}-*"))
