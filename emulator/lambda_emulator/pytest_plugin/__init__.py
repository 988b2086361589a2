"""The pytest plug-in: contracts are collected as tests, and fixtures give a running function to tests of your own.

    handlers/iris/contract.toml::virginica[rest]        one item for each case in each shape
    handlers/iris/contract.toml::state                  and for each check

    @pytest.mark.lambdaproof("handlers/iris")           which contract; default: the nearest one above the test
    def test_prediction(lambda_function):
        assert lambda_function.invoke({"sepal_length": 5.9, ...}).ok

Nothing of lambdaproof is imported before a contract is collected or a fixture is used.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from lambda_emulator.pytest_plugin.fixtures import (
    CONTRACT,
    SENT,
    fronts_of,
    lambda_aws,
    lambda_deployment,
    lambda_events,
    lambda_front,
    lambda_function,
    lambda_request,
    lambda_s3,
)
from lambda_emulator.pytest_plugin.items import ContractFile, ContractWarning
from lambda_emulator.pytest_plugin.session import SESSION, Session

__all__ = [
    "ContractWarning",
    "lambda_aws",
    "lambda_deployment",
    "lambda_events",
    "lambda_front",
    "lambda_function",
    "lambda_request",
    "lambda_s3",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that `lambdaproof check` has too."""
    group = parser.getgroup("lambdaproof")
    group.addoption(
        "--lambdaproof-environment", metavar="NAME", help="process (default), container, worker or in_process"
    )
    group.addoption("--lambdaproof-engine", metavar="NAME", help="podman, docker or nerdctl")
    group.addoption("--lambdaproof-backend", metavar="NAME", help="AWS: moto (default), localstack, or a URL")
    group.addoption("--lambdaproof-baseline", metavar="FILE", help="known findings, which break nothing")
    group.addoption(
        "--lambdaproof-debug",
        metavar="PORT",
        type=int,
        nargs="?",
        const=5678,
        help="wait for a debugger to attach to each handler that is started, and for no timeout",
    )
    group.addoption("--lambdaproof-no-redact", action="store_true", help="show secrets in what failed")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, and what holds the functions that the tests start."""
    config.addinivalue_line(
        "markers", "lambdaproof(contract, environment=None): whose function the fixtures run, and where"
    )
    config.stash[SESSION] = Session(config)
    config.stash[_LEAKED] = []


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take down what a worker of pytest-xdist has left behind; its own exit code counts for nothing."""
    node.config.stash[_LEAKED] += getattr(node, "workeroutput", {}).get("lambdaproof_leaked", [])


def pytest_sessionfinish(session: pytest.Session) -> None:
    """End every function that was started, and fail the session when one left a container behind."""
    config = session.config
    config.stash[SESSION].close()
    leaked = config.stash[_LEAKED] + config.stash[SESSION].leaked_containers()
    if hasattr(config, "workeroutput"):
        config.workeroutput["lambdaproof_leaked"] = leaked
    if leaked:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            reporter.write_line(f"lambdaproof: containers were left behind: {', '.join(leaked)}", red=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what a session that was cut short has left."""
    config.stash[SESSION].close()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> ContractFile | None:
    """Collect contract files."""
    if file_path.name == CONTRACT:
        return ContractFile.from_parent(parent, path=file_path)
    return None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test of `lambda_front` once for each front that its contract accepts."""
    if "lambda_front" in metafunc.fixturenames:
        metafunc.parametrize("lambda_front", fronts_of(metafunc.definition), indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Show what a test sent when it fails."""
    try:
        return (yield)
    except Exception:
        told = item.stash[SENT].told(redact=item.config.stash[SESSION].redact) if SENT in item.stash else ""
        if told:
            item.add_report_section("call", "lambdaproof", told)
        raise


_LEAKED: pytest.StashKey[list[str]] = pytest.StashKey()
