"""Gateways held against what is recorded of AWS: our own fronts, and those of others."""

from __future__ import annotations

import functools
import json
from pathlib import Path

import pytest
from lambda_contracts.shapes import FRONTS, Shape
from lambda_emulator.conformance.gateways import REFERENCE, made
from lambda_emulator.conformance.probing import probe
from lambda_emulator.loading import target
from lambda_emulator.rie import free_ports
from lambda_emulator.serving import Options, serve
from lambda_emulator.settings import Settings
from lambda_emulator.templates import load
from support import RunTool


def test_our_own_fronts_depart_from_nothing(settings: Settings) -> None:
    with made("serve", Settings(environment="worker", cache=settings.cache)) as gateways:
        assert set(FRONTS) == {gateway.front for gateway in gateways}
        for gateway in gateways:
            done = probe(gateway, lambda *_: None)
            assert [] == [departure for one in done.rules for departure in one.departures], gateway.front
            assert done.conforms


def test_the_command_says_rule_by_rule_where_a_gateway_departs(
    tmp_path: Path, settings: Settings, lambdaproof: RunTool
) -> None:
    """The gateway is ours, with an API that has another binary media type and no stage than it is said to have."""
    for name in ("app.py", "contract.toml"):
        text = (REFERENCE / name).read_text().replace("image/png", "video/mp4")
        (tmp_path / name).write_text(text)
    options = Options(port=0, reload=False, concurrency=1)
    worker = Settings(environment="worker", cache=settings.cache)
    with serve([functools.partial(target, tmp_path)], worker, options) as served:
        port = next(one.port for one in served if one.api and one.api.front is Shape.REST)
        url = f"http://127.0.0.1:{port}/dev"
        said = lambdaproof("check", "--conformance", url)
        for_tools = lambdaproof("check", "--conformance", url, "--front", "rest", "--json")
    assert (1, 1) == (said.returncode, for_tools.returncode), said.stderr
    assert "departs R12 (recorded)" in said.stdout
    assert f"{url} as rest" in said.stdout
    rules = {one["rule"]: one for one in map(json.loads, for_tools.stdout.splitlines())}
    assert {"R12", "R32"} == {rule for rule, one in rules.items() if one["status"] == "departs"}
    assert "holds" == rules["R8"]["status"]
    assert "a binary body" == rules["R12"]["departures"][0]["probe"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ("nobody",),
            "--conformance cannot be 'nobody'. Choose serve, localstack, ministack, or the URL of a gateway.",
        ),
        (("http://localhost:1", "--front", "graphql"), "--front cannot be 'graphql'."),
        (("serve", "somewhere"), "--conformance checks a gateway: leave out paths, --report and --remote."),
        (("serve", "--remote", "iris"), "--conformance checks a gateway: leave out paths, --report and --remote."),
    ],
)
def test_what_is_no_gateway_is_told(lambdaproof: RunTool, arguments: tuple[str, ...], told: str) -> None:
    done = lambdaproof("check", "--conformance", *arguments)
    assert 2 == done.returncode
    assert told in done.stderr.replace("\n  ", " ")


def test_a_gateway_that_does_not_answer_is_told(lambdaproof: RunTool) -> None:
    done = lambdaproof("check", "--conformance", f"http://127.0.0.1:{free_ports(1)[0]}/dev")
    assert 3 == done.returncode
    assert "does not answer GET /plain" in done.stderr


def test_the_template_and_the_contract_of_the_reference_have_the_same_routes() -> None:
    (api,) = load(REFERENCE / "template.yaml").apis
    (served,) = (one for one in target(REFERENCE).apis if one.front is Shape.REST)
    assert {
        (one.route.method, one.route.path, one.route.stage, one.route.binary_media_types) for one in api.endpoints
    } == {(one.route.method, one.route.path, one.route.stage, one.route.binary_media_types) for one in served.endpoints}
