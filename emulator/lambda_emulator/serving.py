"""Functions served over HTTP: deployed, behind the fronts that their contracts name, and kept up to date."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lambda_contracts.api import Api
from lambda_contracts.contract import Contract

from lambda_emulator.aws import starting
from lambda_emulator.deployment import Deployment, deploy
from lambda_emulator.errors import UsageError
from lambda_emulator.fronts.gateway import Gateway
from lambda_emulator.fronts.invocations import Functions, Listener
from lambda_emulator.fronts.invoke_api import InvokeApi
from lambda_emulator.fronts.port import Answered, Port
from lambda_emulator.fronts.server import Listening, listening
from lambda_emulator.inspector.application import Inspector
from lambda_emulator.inspector.calls import Calls
from lambda_emulator.inspector.history import History
from lambda_emulator.loading import Target
from lambda_emulator.reloading import Watched, reloading
from lambda_emulator.settings import Settings

log = logging.getLogger(__name__)

FIRST_PORT = 3000
QUEUE = 1000
"""How many events may wait for an environment of a function."""


Reader = Callable[[], Target]
"""Reads what is to be served: at the start, and again after its files changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspect:
    """That there is an inspector: what its callers have to know (empty: nothing), and whether it hides secrets."""

    token: str = ""
    redact: bool = True


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
    inspect: Inspect | None = None


@dataclass(frozen=True, slots=True)
class Served:
    """One API and the port that it has; no API where only the Invoke API is."""

    api: Api | None
    port: int


@contextlib.contextmanager
def serve(readers: Sequence[Reader], settings: Settings, options: Options) -> Iterator[tuple[Served, ...]]:
    """Serve what each reader reads until the block ends: functions, each API at a port of its own.

    Raises a ContractsError or a LambdaproofError: what is wrong with a contract, a port that is taken, a function that
    does not start.
    """
    targets = [read() for read in readers]
    apis = [api for target in targets for api in target.apis]
    contracts = [contract for target in targets for contract in target.contracts]
    _require_functions(contracts, apis)
    with contextlib.ExitStack() as stack:
        deployments = _deploy(contracts, settings, options, stack)
        pools = {name: deployment.function for name, deployment in deployments.items()}
        functions = Functions(pools, listeners=[*options.listeners])
        definitions = {contract.function.name: contract.function for contract in contracts}
        patient = settings.debug_port is not None
        ports = _ports(apis, functions, InvokeApi(functions, definitions), options, patient=patient)
        current = {contract.function.name: contract for contract in contracts}
        if options.inspect is not None:
            history = History()
            functions.listeners.append(history)
            calls = Calls(
                served=functions,
                deployments=deployments,
                contracts=current,
                history=history,
                redact=options.inspect.redact,
            )
            ports[0].change(ports[0].gateway, (*ports[0].beside, Inspector(calls, options.inspect.token)))
        listeners = [Listening(port, options.port and options.port + index) for index, port in enumerate(ports)]
        server = listening(listeners, functions, host=options.host, idle_seconds=options.idle)
        numbers = stack.enter_context(server)

        def take_up(target: Target) -> None:
            definitions.update((contract.function.name, contract.function) for contract in target.contracts)
            current.update((contract.function.name, contract) for contract in target.contracts)
            for fresh in target.apis:
                for port in ports:
                    if port.gateway is not None and port.gateway.api.name == fresh.name:
                        port.change(Gateway(fresh, functions, patient=patient), port.beside)

        if options.reload:
            watched = [Watched(read, target) for read, target in zip(readers, targets, strict=True)]
            stack.enter_context(reloading(watched, deployments, take_up, ignored=options.ignored))
        yield tuple(
            Served(port.gateway.api if port.gateway else None, number)
            for port, number in zip(ports, numbers, strict=True)
        )


def _ports(
    apis: Sequence[Api], functions: Functions, invoke_api: InvokeApi, options: Options, *, patient: bool
) -> list[Port]:
    """Return a port for each API, the first with the Invoke API beside it; without an API that has a port alone."""
    answered = functions.afterwards(options.answered) if options.answered else None
    ports = [Port(Gateway(api, functions, patient=patient), answered=answered) for api in apis] or [
        Port(None, answered=answered)
    ]
    ports[0].change(ports[0].gateway, (invoke_api,))
    return ports


def _require_functions(contracts: Sequence[Contract], apis: Sequence[Api]) -> None:
    """Raise UsageError when a route leads to a function that is not served."""
    known = {contract.function.name for contract in contracts}
    for api in apis:
        asked = {endpoint.function for endpoint in api.endpoints}
        asked |= {authorizer.function for authorizer in api.authorizers.values() if authorizer.function}
        for name in sorted(asked - known):
            raise UsageError(f"{api.name} needs the function {name}.", hint="Name the folder of its contract too.")


def _deploy(
    contracts: Sequence[Contract], settings: Settings, options: Options, stack: contextlib.ExitStack
) -> dict[str, Deployment]:
    needed = any(contract.setup.needs_aws for contract in contracts)
    backend = stack.enter_context(starting.chosen(settings)) if needed else None
    deployments: dict[str, Deployment] = {}
    for number, contract in enumerate(contracts):
        name = contract.function.name
        if name in deployments:
            other = deployments[name].contract.file
            raise UsageError(f"{contract.file}: its function is called {name}, as that of {other}.")
        reserved = contract.function.reserved_concurrency
        environment = _ENVIRONMENT.get(settings.environment, settings.environment)
        debug_port = None if settings.debug_port is None else settings.debug_port + number
        deployment = stack.enter_context(
            deploy(
                contract,
                replace(settings, port=None, environment=environment, debug_port=debug_port),
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
