"""Where MiniStack's gateway departs from what is recorded of AWS, as the tool finds it."""

from __future__ import annotations

import json

import pytest
from support import RunTool

pytestmark = pytest.mark.localstack

KNOWN = {
    ("rest", "R8"): "an encoded path",
    ("rest", "R10"): "headers in mixed case, twice",
    ("rest", "R23"): "an unknown key",
    ("http-v2", "R45"): "cookies",
    ("http-v2", "R52"): "no Content-Type",
}
"""Seen in MiniStack 1.5.33."""


def test_known_departures_of_ministack_are_found(lambdaproof: RunTool) -> None:
    done = lambdaproof("check", "--conformance", "ministack", "--json")
    assert 1 == done.returncode, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    found = {(one["front"], one["rule"]): one for one in lines}
    for key, probe in KNOWN.items():
        assert "departs" == found[key]["status"]
        assert probe in [departure["probe"] for departure in found[key]["departures"]]
    assert {"rest", "http-v1", "http-v2", "function-url"} == {one["front"] for one in lines}
    assert "holds" == found["rest", "R15"]["status"], found["rest", "R15"]
