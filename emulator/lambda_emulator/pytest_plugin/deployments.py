"""The functions that a session runs, started when they are needed, ended with it."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lambda_contracts.checks.cases import Verdict
    from lambda_contracts.contract import Contract

    from lambda_emulator.deployment import Deployment


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


DEPLOYMENTS: pytest.StashKey[Deployments] = pytest.StashKey()
