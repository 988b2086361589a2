"""The pytest plug-in: contracts are collected as tests, and fixtures give a running function to tests of your own.

    handlers/iris/contract.toml::virginica[rest]        one item for each case in each shape

    @pytest.mark.lambdaproof("handlers/iris")           which contract; default: the nearest one above the test
    def test_prediction(lambda_function):
        assert lambda_function.invoke({"sepal_length": 5.9, ...}).ok

Nothing of lambdaproof is imported before a contract is collected or a fixture is used.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
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
    group.addoption("--lambdaproof-environment", metavar="NAME", help="process (default), container or in_process")
    group.addoption("--lambdaproof-engine", metavar="NAME", help="podman, docker or nerdctl")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and what holds the functions that this session starts."""
    config.addinivalue_line("markers", "lambdaproof(contract): the contract whose function the fixtures run")
    config.stash[_DEPLOYMENTS] = Deployments(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End every function that was started."""
    config.stash[_DEPLOYMENTS].close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ContractFile | None:
    """Collect contract files."""
    if file_path.name == CONTRACT:
        return ContractFile.from_parent(parent, path=file_path)
    return None


class Deployments:
    """The functions of one session: each contract is started once, on first use, and S3 is shared between them."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._stack = contextlib.ExitStack()
        self._started: dict[Path, Deployment] = {}
        self._backend: Any = None

    def get(self, contract: Contract) -> Deployment:
        """Return a contract's running function. Raises a LambdaproofError when it does not start."""
        from lambda_emulator.aws.moto import Moto
        from lambda_emulator.deployment import deploy
        from lambda_emulator.settings import resolve

        file = contract.file.resolve()
        if file not in self._started:
            if contract.setup.buckets and self._backend is None:
                self._backend = self._stack.enter_context(Moto())
            names = ("environment", "engine")
            settings = resolve({name: self._config.getoption(f"lambdaproof_{name}") for name in names})
            deployed = deploy(contract, settings, backend=self._backend if contract.setup.buckets else None)
            self._started[file] = self._stack.enter_context(deployed)
        return self._started[file]

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
        from lambda_contracts.contract import load
        from lambda_contracts.errors import ContractsError

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

        try:
            function = self.config.stash[_DEPLOYMENTS].get(self._contract).function
        except LambdaproofError as error:
            pytest.fail(str(error), pytrace=False)
        verdict = judge(self._contract, self._trial, function.invoke(self._trial.event))
        if not verdict.passed:
            raise BrokenContract(verdict)

    def repr_failure(self, excinfo: ExceptionInfo[BaseException], style: Any = None) -> str | TerminalRepr:
        """Show what is wrong instead of a traceback of ours."""
        if isinstance(excinfo.value, BrokenContract):
            from lambda_contracts.reports import text

            return text.failure([excinfo.value.verdict], {})
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Name the item in reports."""
        return self.path, None, f"{self._contract.function.name}: {self.name}"


class BrokenContract(Exception):
    """A trial that did not hold."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        super().__init__(verdict.trial.id)


# --- fixtures --------------------------------------------------------------------------------------------------------


@pytest.fixture
def lambda_deployment(request: pytest.FixtureRequest) -> Deployment:
    """Return the contract's running function with everything around it: `.contract`, `.function`, `.backend`."""
    from lambda_contracts.contract import load

    return request.config.stash[_DEPLOYMENTS].get(load(_contract_of(request)))


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
