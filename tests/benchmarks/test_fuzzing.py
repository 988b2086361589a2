"""How many events a second `check --fuzz` sends, how many Hypothesis draws alone, and how many schemathesis sends."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from pathlib import Path

import pytest
from lambda_contracts.contract import load
from lambda_contracts.outcomes import returned
from lambda_emulator.deployment import deploy
from lambda_emulator.fuzzing import Limit, fuzz
from lambda_emulator.settings import Settings
from peers import served
from support import WriteFunction

ECHO = 'def handler(event, context):\n    return {"statusCode": 200, "body": "ok"}\n'
CASES = """
    [shapes]
    accept = ["direct", "rest", "http-v2"]
    [[case]]
    name = "one"
    payload = { a = 1, b = "x", c = [1, 2] }
"""
REQUESTS = 2_000
CASES_OF_PEER = 1_000
PEER = 211
"""What schemathesis sent a second on the machine that the goals were set on."""


def schemathesis(folder: Path, environment: str) -> float:
    """How many cases a second the peer, which LAMBDAPROOF_SCHEMATHESIS names, sends to a front of the same handler."""
    properties = {
        "a": {"type": "integer"},
        "b": {"type": "string"},
        "c": {"type": "array", "items": {"type": "integer"}},
    }
    content = {"schema": {"type": "object", "properties": properties, "required": [*properties]}}
    post = {"requestBody": {"content": {"application/json": content}}, "responses": {"200": {"description": "ok"}}}
    api = {"openapi": "3.0.3", "info": {"title": "peer", "version": "1"}, "paths": {"/": {"post": post}}}
    (folder / "openapi.json").write_text(json.dumps(api))
    command = [os.environ["LAMBDAPROOF_SCHEMATHESIS"], "run", str(folder / "openapi.json"), "--phases", "fuzzing"]
    command += ["--mode", "positive", "--checks", "status_code_conformance", "--max-examples", str(CASES_OF_PEER)]
    command += ["--generation-deterministic"]  # then it keeps no database, which takes half its time
    with served(folder, environment, 1) as port:
        command += ["--url", f"http://127.0.0.1:{port}"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert f"{CASES_OF_PEER} generated" in done.stdout, done.stdout
    took = re.search(r"Fuzzing \(in ([\d.]+)s\)", done.stdout)
    assert took, done.stdout
    return CASES_OF_PEER / float(took[1])


@pytest.mark.parametrize(("environment", "goal"), [("in_process", 2_000), ("process", 600)])
def test_two_thousand_requests(write_function: WriteFunction, environment: str, goal: int) -> None:
    contract = load(write_function(ECHO, contract=CASES))
    answer = returned({"statusCode": 200, "body": "ok"})
    drawn = fuzz(contract, lambda _: answer, Limit(requests=REQUESTS), seed=1)
    with deploy(contract, Settings(environment=environment)) as deployment:
        invoked = fuzz(contract, deployment.function.invoke, Limit(requests=REQUESTS), seed=1)
        started = time.perf_counter()
        for _ in range(REQUESTS):
            deployment.function.invoke({"a": 1})
        bare = time.perf_counter() - started
    rates = {
        "requests": invoked.requests / invoked.seconds,
        "events": invoked.events / invoked.seconds,
        "events drawn and judged alone": drawn.events / drawn.seconds,
        "events invoked alone": REQUESTS / bare,
    }
    told = ", ".join(f"{rate:,.0f} {name}" for name, rate in rates.items())
    print(f"\n  {environment.ljust(11)} a second: {told}; goal {goal:,}", end="")
    if "LAMBDAPROOF_SCHEMATHESIS" in os.environ:
        peer = schemathesis(contract.folder, {"in_process": "worker"}.get(environment, environment))
        times = rates["events"] / peer
        print(f"; {times:.1f} x schemathesis' {peer:,.0f} cases, goal {goal / PEER:.1f} x", end="")
    assert ([], REQUESTS) == (invoked.failures, invoked.requests)
