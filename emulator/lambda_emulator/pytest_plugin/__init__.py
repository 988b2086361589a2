"""The pytest plug-in: contracts are collected as tests, and fixtures give a running function to tests of your own.

    handlers/iris/contract.toml::virginica[rest]        one item for each case in each shape

    @pytest.mark.lambdaproof("handlers/iris")           which contract; default: the nearest one above the test
    def test_prediction(lambda_function):
        assert lambda_function.invoke({"sepal_length": 5.9, ...}).ok

Nothing of lambdaproof is imported before a contract is collected or a fixture is used.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lambda_emulator.pytest_plugin.deployments import DEPLOYMENTS, Deployments
from lambda_emulator.pytest_plugin.fixtures import (
    CONTRACT,
    lambda_deployment,
    lambda_events,
    lambda_function,
    lambda_request,
    lambda_s3,
)
from lambda_emulator.pytest_plugin.items import ContractFile

__all__ = ["lambda_deployment", "lambda_events", "lambda_function", "lambda_request", "lambda_s3"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that `lambdaproof check` has too."""
    group = parser.getgroup("lambdaproof")
    group.addoption("--lambdaproof-environment", metavar="NAME", help="process (default), container or in_process")
    group.addoption("--lambdaproof-engine", metavar="NAME", help="podman, docker or nerdctl")
    group.addoption("--lambdaproof-no-redact", action="store_true", help="show secrets in what failed")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and what holds the functions that the tests start."""
    config.addinivalue_line(
        "markers", "lambdaproof(contract, environment=None): whose function the fixtures run, and where"
    )
    config.stash[DEPLOYMENTS] = Deployments(config)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End every function that was started, and fail the session when one left a container behind."""
    deployments = session.config.stash[DEPLOYMENTS]
    deployments.close()
    leaked = deployments.leaked_containers()
    if leaked:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.write_line(f"lambdaproof: containers were left behind: {', '.join(leaked)}", red=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what a session that was cut short has left."""
    config.stash[DEPLOYMENTS].close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ContractFile | None:
    """Collect contract files."""
    if file_path.name == CONTRACT:
        return ContractFile.from_parent(parent, path=file_path)
    return None
