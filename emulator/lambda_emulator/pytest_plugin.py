"""The pytest plug-in: contracts are collected as tests, and fixtures give a running function to tests of your own.

    handlers/iris/contract.toml::virginica[rest]        one item for each case in each shape

    @pytest.mark.lambdaproof("handlers/iris")           which contract; default: the nearest one above the test
    def test_prediction(lambda_function):
        assert lambda_function.invoke({"sepal_length": 5.9, ...}).ok

Nothing of lambdaproof is imported before a contract is collected or a fixture is used.
"""

from __future__ import annotations

import contextlib
import json as json_
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from _pytest._code.code import ExceptionInfo, TerminalRepr
    from lambda_contracts.checks.cases import Trial, Verdict
    from lambda_contracts.contract import Contract

    from lambda_emulator.deployment import Deployment
    from lambda_emulator.function import FunctionPool

CONTRACT = "contract.toml"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that `lambdaproof check` has too."""
    group = parser.getgroup("lambdaproof")
    group.addoption(
        "--lambdaproof-environment", metavar="NAME", help="process (default), container, worker or in_process"
    )
    group.addoption("--lambdaproof-engine", metavar="NAME", help="podman, docker or nerdctl")
    group.addoption("--lambdaproof-no-redact", action="store_true", help="show secrets in what failed")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and what holds the functions that the tests start."""
    config.addinivalue_line(
        "markers", "lambdaproof(contract, environment=None): whose function the fixtures run, and where"
    )
    config.stash[_DEPLOYMENTS] = Deployments(config)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End every function that was started, and fail the session when one left a container behind."""
    deployments = session.config.stash[_DEPLOYMENTS]
    deployments.close()
    leaked = deployments.leaked_containers()
    if leaked:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.write_line(f"lambdaproof: containers were left behind: {', '.join(leaked)}", red=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what a session that was cut short has left."""
    config.stash[_DEPLOYMENTS].close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ContractFile | None:
    """Collect contract files."""
    if file_path.name == CONTRACT:
        return ContractFile.from_parent(parent, path=file_path)
    return None


class Deployments:
    """The functions of one session, or of one worker of pytest-xdist.

    Each is started once, on first use; they share one S3. `verdicts` keeps what became of a contract's trials so far.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._stack = contextlib.ExitStack()
        self._started: dict[tuple[Path, str], Deployment] = {}
        self._backend: Any = None
        self._engines: set[str | None] = set()
        self.verdicts: dict[Path, list[Verdict]] = {}

    def get(self, contract: Contract, *, environment: str | None = None) -> Deployment:
        """Return a contract's running function. Raises a LambdaproofError when it does not start."""
        from lambda_emulator.aws.moto import Moto
        from lambda_emulator.deployment import deploy
        from lambda_emulator.settings import resolve

        chosen = self._config.getoption("lambdaproof_environment")
        engine = self._config.getoption("lambdaproof_engine")
        settings = resolve({"environment": chosen or environment, "engine": engine})
        key = (contract.file.resolve(), settings.environment)
        if key not in self._started:
            if settings.environment == "container":
                self._engines.add(settings.engine)
            if contract.setup.buckets and self._backend is None:
                self._backend = self._stack.enter_context(Moto())
            deployed = deploy(contract, settings, backend=self._backend if contract.setup.buckets else None)
            self._started[key] = self._stack.enter_context(deployed)
        return self._started[key]

    def leaked_containers(self) -> list[str]:
        """Return the names of containers that this process started and that are still there."""
        if not self._engines:
            return []
        import os

        from lambda_emulator import engine

        containers = [found for name in self._engines for found in engine.find(name).containers()]
        return [name for name, pid in containers if pid == os.getpid()]

    def close(self) -> None:
        """End them all."""
        self._started.clear()
        self._stack.close()


_DEPLOYMENTS: pytest.StashKey[Deployments] = pytest.StashKey()


# --- contracts as tests ----------------------------------------------------------------------------------------------


class ContractFile(pytest.File):
    """One contract file; its items are its trials."""

    def collect(self) -> Iterable[pytest.Item]:
        """Yield an item for each case in each shape."""
        from lambda_contracts.checks.cases import plan
        from lambda_contracts.errors import ContractsError

        from lambda_emulator.loading import load

        try:
            contract = load(self.path)
            trials = plan(contract)
        except ContractsError as error:
            raise self.CollectError(str(error)) from None
        for trial in trials:
            yield TrialItem.from_parent(self, name=trial.id, contract=contract, trial=trial)


class TrialItem(pytest.Item):
    """One case in one shape."""

    def __init__(self, *, contract: Contract, trial: Trial, **rest: Any) -> None:
        super().__init__(**rest)
        self._contract = contract
        self._trial = trial

    def runtest(self) -> None:
        """Send the event and judge the answer."""
        from lambda_contracts.checks.cases import judge

        from lambda_emulator.errors import LambdaproofError

        deployments = self.config.stash[_DEPLOYMENTS]
        try:
            function = deployments.get(self._contract).function
        except LambdaproofError as error:
            pytest.fail(str(error), pytrace=False)
        verdict = judge(self._contract, self._trial, function.invoke(self._trial.event))
        row = deployments.verdicts.setdefault(self._contract.file, [])
        row.append(verdict)
        if not verdict.passed:
            raise BrokenContract(self._contract, verdict, [one for one in row if one.trial.case == self._trial.case])

    def repr_failure(self, excinfo: ExceptionInfo[BaseException], style: Any = None) -> str | TerminalRepr:
        """Show what is wrong instead of a traceback of ours."""
        if isinstance(excinfo.value, BrokenContract):
            return excinfo.value.told(redact=not self.config.getoption("lambdaproof_no_redact"))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the item in reports."""
        return self.path, None, f"{self._contract.function.name}: {self.name}"


class BrokenContract(Exception):
    """A trial that did not hold; `row` has what became of its case in the shapes that were tried so far."""

    def __init__(self, contract: Contract, verdict: Verdict, row: list[Verdict]) -> None:
        self.contract = contract
        self.verdict = verdict
        self.row = row
        super().__init__(verdict.trial.id)

    def told(self, *, redact: bool = True) -> str:
        """Return the row of the matrix, and what is wrong, without secrets."""
        from lambda_contracts.reports import text
        from lambda_contracts.reports.redacted import Redacted

        shown = Redacted(self.contract, redact=redact).verdict(self.verdict)
        return f"{text.matrix(self.contract, self.row)}\n\n{text.failure([shown], {})}"


# --- fixtures --------------------------------------------------------------------------------------------------------


@pytest.fixture
def lambda_deployment(request: pytest.FixtureRequest) -> Deployment:
    """Return the contract's running function with everything around it: `.contract`, `.function`, `.backend`."""
    from lambda_emulator.loading import load

    marker = request.node.get_closest_marker("lambdaproof")
    environment = marker.kwargs.get("environment") if marker else None
    return request.config.stash[_DEPLOYMENTS].get(load(_contract_of(request)), environment=environment)


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


def _contract_of(request: pytest.FixtureRequest) -> Path:
    marker = request.node.get_closest_marker("lambdaproof")
    if marker and marker.args:
        return Path(request.config.rootpath / str(marker.args[0]))
    for folder in request.path.parents:
        if (folder / CONTRACT).is_file():
            return folder
    raise pytest.UsageError(
        f"{request.node.nodeid}: no {CONTRACT} beside or above the test; name one: "
        '@pytest.mark.lambdaproof("handlers/iris")'
    )
