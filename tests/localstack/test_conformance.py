"""Where the gateways of LocalStack and MiniStack depart from what is recorded of AWS, as the tool finds it."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from support import RunTool

pytestmark = pytest.mark.localstack

Known = Mapping[tuple[str, str], str]
LOCALSTACK: Known = {
    ("rest", "R15"): "a path without a resource",
    ("rest", "R22"): "a statusCode of 0",
    ("rest", "R31"): "an object as body",
    ("function-url", "R60"): "a request without anything",
}
"""Seen in LocalStack 4.14.0."""
MINISTACK: Known = {
    ("rest", "R8"): "an encoded path",
    ("rest", "R10"): "headers in mixed case",
    ("rest", "R23"): "an unknown key",
    ("http-v2", "R45"): "cookies",
    ("http-v2", "R52"): "no Content-Type",
}
"""Seen in MiniStack 1.5.33."""


@pytest.mark.parametrize(
    ("name", "known", "fronts", "held"),
    [
        ("localstack", LOCALSTACK, {"rest", "function-url"}, ("R1", "R8", "R9", "R23", "R32")),
        ("ministack", MINISTACK, {"rest", "http-v1", "http-v2", "function-url"}, ("R6", "R12", "R20")),
    ],
)
def test_known_departures_are_found_and_what_holds_is_told(
    lambdaproof: RunTool, name: str, known: Known, fronts: set[str], held: tuple[str, ...]
) -> None:
    done = lambdaproof("check", "--conformance", name, "--json")
    assert 1 == done.returncode, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    found = {(one["front"], one["rule"]): one for one in lines}
    for key, probe in known.items():
        assert "departs" == found[key]["status"], found[key]
        assert probe in [departure["probe"] for departure in found[key]["departures"]]
    assert fronts == {one["front"] for one in lines}
    assert ["holds"] * len(held) == [found["rest", rule]["status"] for rule in held]
