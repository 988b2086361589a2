"""What the commands that run a function share: their options, and starting it with progress shown."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from lambda_emulator.cli import console

if TYPE_CHECKING:
    from lambda_contracts.contract import Contract

    from lambda_emulator.deployment import Deployment
    from lambda_emulator.settings import Settings

_ENVIRONMENT = (
    click.option(
        "--environment",
        "-E",
        metavar="NAME",
        help="Where the handler runs: process (the RIE on this machine, the default), container, worker, in_process.",
    ),
    click.option("--engine", metavar="NAME", help="The container engine: podman, docker or nerdctl."),
    click.option(
        "--backend", metavar="NAME", help="AWS: moto (the default), localstack, ministack, or the URL of one that runs."
    ),
)
_PORT = click.option("--port", type=int, metavar="N", help="The emulator's port. Default: a free one.")


_DEBUG = (
    click.option("--debug", is_flag=True, help="Wait for a debugger to attach to the handler, and for no timeout."),
    click.option(
        "--debug-port", type=click.IntRange(1, 65535), metavar="N", help="The debugger's port. Default: 5678."
    ),
)


def debug_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that debug a function; they join the command's `options`, and so come above those."""

    def with_debugging(*args: Any, debug: bool, debug_port: int | None, options: dict[str, Any], **rest: Any) -> Any:
        from lambda_emulator.debugger import PORT

        port = debug_port or (PORT if debug else None)
        return command(*args, options={**options, "debug_port": port}, **rest)

    return _decorated(command, with_debugging, _DEBUG)


def environment_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where a function runs; the command gets them as `options`."""
    return _gathered(command, _ENVIRONMENT)


def function_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where a function runs, and at which port; the command gets them as `options`."""
    return _gathered(command, (*_ENVIRONMENT, _PORT))


def _gathered(command: Callable[..., Any], options: tuple[Callable[..., Any], ...]) -> Callable[..., Any]:
    names = ("environment", "engine", "backend", "port")[: len(options)]

    def with_options(*args: Any, **rest: Any) -> Any:
        return command(*args, options={name: rest.pop(name) for name in names}, **rest)

    return _decorated(command, with_options, options)


def _decorated(
    command: Callable[..., Any], wrapper: Callable[..., Any], options: tuple[Callable[..., Any], ...]
) -> Callable[..., Any]:
    """Return a wrapper that passes for the command, with the options, and with those that the command has already."""
    functools.update_wrapper(wrapper, command)
    for option in reversed(options):
        wrapper = option(wrapper)
    return wrapper


@contextlib.contextmanager
def running(contract: Contract, settings: Settings, *, size: int = 1) -> Iterator[Deployment]:
    """Start a contract's function, showing progress until it takes events, and end it afterwards.

    `size` is how many events it handles at once.
    """
    from lambda_emulator.deployment import deploy

    with contextlib.ExitStack() as stack:
        with console.progress(contract.function.name):
            deployment = stack.enter_context(deploy(contract, settings, size=size))
        yield deployment
