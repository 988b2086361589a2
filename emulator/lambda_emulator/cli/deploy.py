"""`lambdaproof deploy`: a template, or a contract's function, into LocalStack by its CloudFormation."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lambda_emulator.cli import console

if TYPE_CHECKING:
    from lambda_contracts.contract import Contract

    from lambda_emulator.aws.backend import Backend
    from lambda_emulator.settings import Settings
    from lambda_emulator.stacks import Deployed, Stack

_LOOK_SECONDS = 0.5


@click.command()
@click.argument("path", metavar="TEMPLATE|PATH", type=click.Path(path_type=Path))
@click.option("--parameter", "-p", "parameters", multiple=True, metavar="NAME=VALUE", help="A template's parameter.")
@click.option("--backend", metavar="URL", help="LocalStack that runs. Default: one is started, and ended by Ctrl-C.")
@click.option("--engine", metavar="NAME", help="The container engine: podman, docker or nerdctl.")
@click.option("--port", type=int, metavar="N", help="The port of the LocalStack that is started. Default: a free one.")
@click.option("--watch", is_flag=True, help="Deploy again when files change, until Ctrl-C.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each deployment.")
def deploy(
    path: Path,
    *,
    parameters: tuple[str, ...],
    backend: str | None,
    engine: str | None,
    port: int | None,
    watch: bool,
    as_json: bool,
) -> None:
    """Deploy a SAM or CloudFormation template into LocalStack: images built, code uploaded, the stack made.

    PATH names a contract, or its folder: its setup is done, then its template is deployed, or without one its function
    behind a REST API. Functions run under the RIE, those of images too. What LocalStack was started for ends with it,
    at Ctrl-C.
    """
    from lambda_emulator.settings import resolve

    settings = _settings(resolve({"backend": backend, "engine": engine}), asked=backend)
    starts = settings.backend == "localstack"
    if port is not None and not starts:
        raise click.UsageError("--port is that of a LocalStack that is started here.")
    with contextlib.ExitStack() as until:
        stack, contract = until.enter_context(_stacked(path, settings, _values(parameters)))
        with console.progress(stack.name):
            stack.build()
            running = until.enter_context(_backend(settings, port))
            if contract is not None:
                _set_up(contract, settings, running)
            seen = stack.files()
            deployed = stack.deploy(running)
        until.enter_context(console.notes())
        _say(deployed, as_json=as_json)
        if watch or starts:
            click.echo("Ctrl-C ends it.", err=True)
            with contextlib.suppress(KeyboardInterrupt):
                while True:
                    time.sleep(_LOOK_SECONDS)
                    running.require_alive()
                    if watch and (files := stack.files()) != seen:
                        seen = files
                        _deploy_again(stack, running, as_json=as_json)


@contextlib.contextmanager
def _stacked(path: Path, settings: Settings, parameters: dict[str, str]) -> Iterator[tuple[Stack, Contract | None]]:
    """Yield the stack of a template, or of a contract, and that contract."""
    from lambda_contracts.contract import FILE_NAME

    from lambda_emulator import loading
    from lambda_emulator.stacks import Stack
    from lambda_emulator.stacks.contracts import stacked

    if path.name != FILE_NAME and not (path / FILE_NAME).is_file():
        yield Stack(path, settings, parameters), None
        return
    contract = loading.load(path)
    template = contract.folder / (contract.function.template or "")
    if template.is_file():
        yield Stack(template, settings, parameters), contract
        return
    if parameters:
        raise click.UsageError(f"--parameter is a template's, and {contract.file} names none.")
    with stacked(contract, settings, image=contract.function.image is not None, builds=True) as stack:
        yield stack, contract


def _set_up(contract: Contract, settings: Settings, running: Backend) -> None:
    """Do a contract's setup where its function will find it, by its image where that is deployed."""
    from dataclasses import replace

    import msgspec

    from lambda_emulator.deployment import set_up

    environment = "container" if contract.function.image else "process"
    built = msgspec.structs.replace(contract, function=msgspec.structs.replace(contract.function, build=None))
    set_up(built, replace(settings, environment=environment), running)


def _settings(settings: Settings, *, asked: str | None) -> Settings:
    """Return settings whose backend can deploy: LocalStack, unless a URL is chosen. Raises UsageError."""
    from dataclasses import replace

    from lambda_emulator.errors import UsageError

    if "://" in settings.backend or settings.backend == "localstack":
        return settings
    if asked is not None:
        raise UsageError(f"{asked} has no CloudFormation to deploy with.", hint="Choose localstack, or a URL of one.")
    return replace(settings, backend="localstack")


def _values(parameters: tuple[str, ...]) -> dict[str, str]:
    for parameter in parameters:
        if "=" not in parameter:
            raise click.UsageError(f"--parameter is NAME=VALUE, not `{parameter}`.")
    return dict(parameter.split("=", 1) for parameter in parameters)


def _backend(settings: Settings, port: int | None) -> Backend:
    from lambda_emulator.aws import starting
    from lambda_emulator.aws.localstack import LocalStack

    return LocalStack(settings, port=port) if settings.backend == "localstack" else starting.chosen(settings)


def _deploy_again(stack: Stack, running: Backend, *, as_json: bool) -> None:
    """Deploy what has changed; what is wrong with it is told, and what was deployed stays."""
    from lambda_contracts.errors import ContractsError

    from lambda_emulator.errors import LambdaproofError

    try:
        with console.progress(stack.name):
            stack.build()
            deployed = stack.deploy(running)
    except ContractsError as error:
        console.tell(str(error))
    except LambdaproofError as error:
        console.tell(error.problem, hint=error.hint)
    else:
        _say(deployed, as_json=as_json)


def _say(deployed: Deployed, *, as_json: bool) -> None:
    if as_json:
        import dataclasses

        console.say_json(dataclasses.asdict(deployed))
        return
    console.say(f"{console.paint(deployed.stack, 'bold')} in LocalStack at {deployed.endpoint}")
    for route in deployed.routes:
        console.say(f"  {route.method:6} {route.url}")
    for name in deployed.functions:
        console.say(f"  invoke {name}")
    for name, value in deployed.outputs.items():
        console.say(f"  {name}: {value}")
