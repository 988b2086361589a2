"""The fixtures: a running function for tests of your own."""

from __future__ import annotations

import contextlib
import functools
import json as json_
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lambda_emulator.pytest_plugin.session import SESSION

if TYPE_CHECKING:
    from lambda_contracts.checks.cases import Verdict
    from lambda_contracts.contract import Contract

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
def lambda_aws(lambda_deployment: Deployment) -> Iterator[Callable[[str], Any]]:
    """Yield a maker of boto3 clients of the AWS that the function sees: `lambda_aws("dynamodb")`.

    The contract has to name a bucket or a table.
    """
    backend = lambda_deployment.backend
    if backend is None:
        pytest.fail(
            f"{lambda_deployment.contract.file} names no buckets or tables under [setup], so there is no AWS.",
            pytrace=False,
        )
    with contextlib.ExitStack() as stack:
        yield functools.cache(lambda service: stack.enter_context(contextlib.closing(backend.client(service))))


@pytest.fixture
def lambda_s3(lambda_aws: Callable[[str], Any]) -> Any:
    """Return a boto3 client of the S3 that the function sees: `lambda_aws("s3")`."""
    return lambda_aws("s3")


@pytest.fixture
def lambda_request(request: pytest.FixtureRequest, lambda_deployment: Deployment) -> Callable[..., Verdict]:
    """Return a sender of HTTP requests by way of a shape: the verdict has event, outcome, response and findings.

    `lambda_request("POST", "/predict", json={...}, shape="http-v2").response.status`. A test that fails shows the row
    of the matrix for what it sent.
    """
    from lambda_contracts import events
    from lambda_contracts.checks.cases import Trial, judge, route_of
    from lambda_contracts.contract import CASE_SHAPES, Case
    from lambda_contracts.http import Request
    from lambda_contracts.shapes import Shape

    contract, function = lambda_deployment.contract, lambda_deployment.function
    sent = request.node.stash[SENT] = Sent(contract)

    def send(
        method: str,
        path: str,
        *,
        shape: str = Shape.REST,
        json: Any = None,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Verdict:
        if shape not in CASE_SHAPES:
            pytest.fail(f"a request cannot be sent as {shape}; choose one of: {', '.join(CASE_SHAPES)}")
        pairs = dict(headers or {})
        if json is not None:
            body = json_.dumps(json).encode()
            pairs.setdefault("Content-Type", "application/json")
        raw, _, query = path.partition("?")
        http = Request(method=method, path=raw, query=query, headers=tuple(pairs.items()), body=body)
        route = route_of(contract, raw)
        if route is None:
            pytest.fail(f"{raw} leads to no [[route]] of {contract.file}")
        event = events.build(http, Shape(shape), route)
        trial = Trial(case=Case(name=f"{method} {path}"), shape=Shape(shape), event=event, route=route, request=http)
        return sent.noted(judge(contract, trial, function.invoke(event)))

    return send


@pytest.fixture
def lambda_front(request: pytest.FixtureRequest, lambda_request: Callable[..., Verdict]) -> Callable[..., Verdict]:
    """Return `lambda_request` by way of one front: the test is run once for each that the contract accepts."""
    return functools.partial(lambda_request, shape=request.param)


def fronts_of(definition: pytest.Item) -> list[str]:
    """Return the fronts that the contract of a test accepts. Raises CollectError for none."""
    from lambda_contracts.errors import ContractsError
    from lambda_contracts.shapes import FRONTS

    from lambda_emulator.errors import LambdaproofError
    from lambda_emulator.loading import load

    try:
        contract = load(_contract_of(definition))
    except (ContractsError, LambdaproofError) as error:
        raise pytest.Collector.CollectError(str(error)) from None
    fronts = [str(shape) for shape in contract.accept if shape in FRONTS]
    if not fronts:
        problem = f"{contract.file} accepts no front, so lambda_front has nothing to send by way of."
        raise pytest.Collector.CollectError(problem)
    return fronts


class Sent:
    """The requests that a test sent, and what became of each: the last one, where it sent one again."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._verdicts: dict[str, Verdict] = {}

    def noted(self, verdict: Verdict) -> Verdict:
        """Take down a verdict, and return it."""
        self._verdicts[verdict.trial.id] = verdict
        return verdict

    def told(self, *, redact: bool) -> str:
        """Return the matrix of what was sent, and what is wrong with it; nothing when nothing was sent."""
        from lambda_contracts.reports import text
        from lambda_contracts.reports.redacted import Redacted

        if not self._verdicts:
            return ""
        shown = Redacted(self._contract, redact=redact)
        verdicts = [shown.verdict(verdict) for verdict in self._verdicts.values()]
        return "\n\n".join([text.matrix(self._contract, verdicts), *text.told(verdicts)])


SENT: pytest.StashKey[Sent] = pytest.StashKey()


@pytest.fixture
def lambda_events(lambda_deployment: Deployment) -> dict[str, Any]:
    """Return the recorded events beside the contract, by file name: `lambda_events["rest"]` is events/rest.json."""
    files = sorted((lambda_deployment.contract.folder / "events").glob("*.json"))
    try:
        return {(file := each).stem: json_.loads(each.read_bytes()) for each in files}
    except ValueError as error:
        pytest.fail(f"{file} is not JSON: {error}", pytrace=False)


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
