"""What a session of pytest has: its settings, checks and baseline, and the functions that it started."""

from __future__ import annotations

import contextlib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lambda_contracts.baseline import Baseline
    from lambda_contracts.checks.registry import Check
    from lambda_contracts.contract import Contract

    from lambda_emulator.deployment import Deployment
    from lambda_emulator.errors import LambdaproofError
    from lambda_emulator.settings import Settings


class Session:
    """One session, or that of one worker of pytest-xdist.

    Each function is started once, on first use, also when that fails; they share one stand-in for AWS.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._stack = contextlib.ExitStack()
        self._started: dict[tuple[Path, str], Deployment | LambdaproofError] = {}
        self._backend: Any = None
        self._engines: set[str | None] = set()

    def settings(self, environment: str | None = None) -> Settings:
        """Return the user's choices; the options come before a marker's environment. Raises UsageError."""
        from lambda_emulator.settings import resolve

        chosen = self._config.getoption("lambdaproof_environment") or environment
        engine = self._config.getoption("lambdaproof_engine")
        backend = self._config.getoption("lambdaproof_backend")
        debug_port = self._config.getoption("lambdaproof_debug")
        given = {"environment": chosen, "engine": engine, "backend": backend, "debug_port": debug_port}
        return resolve(given, folder=self._config.invocation_params.dir)

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """All checks that there are. Raises UsageError."""
        from lambda_emulator.checking import known

        return known(self.settings(), self._config.invocation_params.dir)

    @cached_property
    def baseline(self) -> Baseline:
        """The findings that are known. Raises BaselineError."""
        from lambda_contracts.baseline import Baseline, load

        file = self._config.getoption("lambdaproof_baseline")
        return load(self._config.invocation_params.dir / file) if file else Baseline()

    @property
    def redact(self) -> bool:
        """Whether secrets are taken out of what failed."""
        return not self._config.getoption("lambdaproof_no_redact")

    def deployment(self, contract: Contract, *, environment: str | None = None) -> Deployment:
        """Return a contract's running function. Raises a LambdaproofError when it does not start."""
        from lambda_emulator.errors import LambdaproofError

        settings = self.settings(environment)
        key = (contract.file.resolve(), settings.environment)
        if key not in self._started:
            try:
                self._started[key] = self._start(contract, settings)
            except LambdaproofError as error:
                self._started[key] = error
        started = self._started[key]
        if isinstance(started, LambdaproofError):
            raise started
        return started

    def _start(self, contract: Contract, settings: Settings) -> Deployment:
        from lambda_emulator.aws import starting
        from lambda_emulator.deployment import deploy

        if settings.environment == "container":
            self._engines.add(settings.engine)
        backend = None
        if contract.setup.needs_aws:
            self._backend = self._backend or self._stack.enter_context(starting.chosen(settings))
            backend = self._backend
        if settings.debug_port is not None:
            self._tell(f"{contract.function.name} waits for a debugger at 127.0.0.1:{settings.debug_port}")
        return self._stack.enter_context(deploy(contract, settings, backend=backend))

    def _tell(self, line: str) -> None:
        """Write a line to the terminal now, whatever pytest captures."""
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        capture = self._config.pluginmanager.get_plugin("capturemanager")
        if reporter is not None:
            with capture.global_and_fixture_disabled() if capture else contextlib.nullcontext():
                reporter.ensure_newline()
                reporter.write_line(f"lambdaproof: {line}")

    def leaked_containers(self) -> list[str]:
        """Return the names of containers that this process started and that are still there."""
        if not self._engines:
            return []
        import os

        from lambda_emulator import engine

        containers = [found for name in self._engines for found in engine.find(name).containers()]
        return [name for name, pid in containers if pid == os.getpid()]

    def close(self) -> None:
        """End every function."""
        self._started.clear()
        self._stack.close()


SESSION: pytest.StashKey[Session] = pytest.StashKey()
