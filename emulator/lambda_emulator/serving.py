"""Functions served over HTTP: deployed, behind the fronts that their contracts name, and kept up to date."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lambda_contracts.api import Api
from lambda_contracts.apis import apis
from lambda_contracts.contract import Contract

from lambda_emulator.aws.moto import Moto
from lambda_emulator.deployment import Deployment, deploy
from lambda_emulator.errors import UsageError
from lambda_emulator.fronts.gateway import Gateway
from lambda_emulator.fronts.invocations import Functions, Listener
from lambda_emulator.fronts.port import Answered, Port
from lambda_emulator.fronts.server import Listening, listening
from lambda_emulator.reloading import reloading
from lambda_emulator.settings import Settings

log = logging.getLogger(__name__)

FIRST_PORT = 3000
QUEUE = 1000
"""How many events may wait for an environment of a function."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How functions are served.

    `port` is the first API's, and the others' follow it; 0 gives each a free one. `concurrency` is how many
    environments a function may have, `warm` how many are started at once; those that are idle for `idle` seconds are
    ended. `reload` says that changed code is taken up; files in the `ignored` folders do not count.
    """

    host: str = "127.0.0.1"
    port: int = FIRST_PORT
    concurrency: int = 4
    warm: int = 1
    idle: float = 600.0
    reload: bool = True
    ignored: tuple[Path, ...] = ()
    listeners: tuple[Listener, ...] = ()
    answered: Answered | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """One API and the port that it has."""

    api: Api
    port: int


@contextlib.contextmanager
def serve(contracts: Sequence[Contract], settings: Settings, options: Options) -> Iterator[tuple[Served, ...]]:
    """Serve each front of each contract until the block ends.

    Raises a ContractsError or a LambdaproofError: what is wrong with a contract, a port that is taken, a function that
    does not start.
    """
    served = [(contract, api) for contract in contracts for api in apis(contract)]
    if not served:
        raise UsageError("There is no front to serve.", hint="Name one under [shapes] in the contract: rest, http-v2.")
    with contextlib.ExitStack() as stack:
        deployments = _deploy(contracts, settings, options, stack)
        functions = Functions(
            {name: deployment.function for name, deployment in deployments.items()}, listeners=[*options.listeners]
        )
        ports = [Port(Gateway(api, functions), answered=options.answered) for _, api in served]
        numbers = [options.port and options.port + index for index in range(len(ports))]
        server = listening(
            [Listening(port, number) for port, number in zip(ports, numbers, strict=True)],
            functions,
            host=options.host,
            idle_seconds=options.idle,
        )
        found = stack.enter_context(server)

        def take_up(contract: Contract) -> None:
            for (old, api), port in zip(served, ports, strict=True):
                fresh = {one.front: one for one in apis(contract)} if old.file == contract.file else {}
                if api.front in fresh:
                    port.gateway = Gateway(fresh[api.front], functions)

        if options.reload:
            stack.enter_context(reloading(tuple(deployments.values()), take_up, ignored=options.ignored))
        yield tuple(Served(api, number) for (_, api), number in zip(served, found, strict=True))


def _deploy(
    contracts: Sequence[Contract], settings: Settings, options: Options, stack: contextlib.ExitStack
) -> dict[str, Deployment]:
    backend = stack.enter_context(Moto()) if any(contract.setup.buckets for contract in contracts) else None
    deployments: dict[str, Deployment] = {}
    for contract in contracts:
        name = contract.function.name
        if name in deployments:
            other = deployments[name].contract.file
            raise UsageError(f"{contract.file}: its function is called {name}, as that of {other}.")
        reserved = contract.function.reserved_concurrency
        deployment = stack.enter_context(
            deploy(
                contract,
                replace(settings, port=None, environment=_ENVIRONMENT.get(settings.environment, settings.environment)),
                backend=backend,
                size=reserved or options.concurrency,
                queue=0 if reserved else QUEUE,
            )
        )
        deployment.function.warm(options.warm)
        deployments[name] = deployment
    return deployments


_ENVIRONMENT = {"in_process": "worker"}
"""A handler that could end or block the server's own process gets one of its own."""
