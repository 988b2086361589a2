"""The fixtures: a running function for tests of your own."""

from __future__ import annotations

import json as json_
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lambda_emulator.pytest_plugin.session import SESSION

if TYPE_CHECKING:
    from lambda_contracts.checks.cases import Verdict

    from lambda_emulator.deployment import Deployment
    from lambda_emulator.function import FunctionPool

CONTRACT = "contract.toml"


@pytest.fixture
def lambda_deployment(request: pytest.FixtureRequest) -> Deployment:
    """Return the contract's running function with everything around it: `.contract`, `.function`, `.backend`."""
    from lambda_contracts.errors import ContractsError

    from lambda_emulator.errors import LambdaproofError
    from lambda_emulator.loading import load

    marker = request.node.get_closest_marker("lambdaproof")
    environment = marker.kwargs.get("environment") if marker else None
    try:
        return request.config.stash[SESSION].deployment(load(_contract_of(request.node)), environment=environment)
    except (ContractsError, LambdaproofError) as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
def lambda_function(lambda_deployment: Deployment) -> FunctionPool:
    """Return the contract's running function: `invoke(event)` returns its outcome."""
    return lambda_deployment.function


@pytest.fixture
def lambda_s3(lambda_deployment: Deployment) -> Iterator[Any]:
    """Yield a boto3 client of the S3 that the function sees. The contract has to name at least one bucket."""
    if lambda_deployment.backend is None:
        pytest.fail(f"{lambda_deployment.contract.file} names no buckets under [setup], so there is no S3.")
    client = lambda_deployment.backend.s3()
    yield client
    client.close()


@pytest.fixture
def lambda_request(lambda_deployment: Deployment) -> Callable[..., Verdict]:
    """Return a sender of HTTP requests by way of a shape: the verdict has event, outcome, response and findings.

    `lambda_request("POST", "/predict", json={...}, shape="http-v2").response.status`
    """
    from lambda_contracts import events
    from lambda_contracts.checks.cases import Trial, judge, route_of
    from lambda_contracts.contract import Case
    from lambda_contracts.http import Request
    from lambda_contracts.shapes import Shape

    def send(
        method: str,
        path: str,
        *,
        shape: str = Shape.REST,
        json: Any = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Verdict:
        pairs = dict(headers or {})
        if json is not None:
            body = json_.dumps(json).encode()
            pairs.setdefault("Content-Type", "application/json")
        raw, _, query = path.partition("?")
        http = Request(method=method, path=raw, query=query, headers=tuple(pairs.items()), body=body)
        route = route_of(lambda_deployment.contract, raw)
        if route is None:
            pytest.fail(f"{raw} leads to no [[route]] of {lambda_deployment.contract.file}")
        event = events.build(http, Shape(shape), route)
        trial = Trial(case=Case(name=f"{method} {path}"), shape=Shape(shape), event=event, route=route, request=http)
        return judge(lambda_deployment.contract, trial, lambda_deployment.function.invoke(event))

    return send


@pytest.fixture
def lambda_events(lambda_deployment: Deployment) -> dict[str, Any]:
    """Return the recorded events beside the contract, by file name: `lambda_events["rest"]` is events/rest.json."""
    files = sorted((lambda_deployment.contract.folder / "events").glob("*.json"))
    return {file.stem: json_.loads(file.read_bytes()) for file in files}


def _contract_of(node: pytest.Item) -> Path:
    """Return the contract that a test is about: the marker's, else the nearest one beside or above the test."""
    marker = node.get_closest_marker("lambdaproof")
    if marker and marker.args:
        return Path(node.config.rootpath / str(marker.args[0]))
    for folder in node.path.parents:
        if (folder / CONTRACT).is_file():
            return folder
    pytest.fail(
        f'{node.nodeid}: no {CONTRACT} beside or above the test; name one: @pytest.mark.lambdaproof("handlers/iris")',
        pytrace=False,
    )
