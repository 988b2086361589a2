"""`lambdaproof doctor`: what is installed, what is missing, what to type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from lambda_emulator.cli import console

if TYPE_CHECKING:
    from lambda_emulator.aws.managed import Installation
    from lambda_emulator.settings import Settings

Line = tuple[str, bool, str]
"""What was looked for, whether it is there, and what it is or what to type."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each line.")
@click.option("--fix", is_flag=True, help="Make what can be made: the environments of LocalStack and MiniStack.")
def doctor(*, as_json: bool, fix: bool) -> None:
    """Say what is installed, what is missing, and what to type.

    Exit code 3 says that the default environment, process, cannot work.
    """
    from lambda_emulator.settings import resolve

    settings = resolve()
    if fix:
        _fix(settings)
    works = True
    for name, found, text in _examine(settings):
        works = works and (found or name != "emulator")
        if as_json:
            console.say_json({"name": name, "found": found, "text": text})
        else:
            mark = console.paint("ok     ", "good") if found else console.paint("missing", "warn")
            console.say(f"{mark}  {name.ljust(12)} {text}")
    click.get_current_context().exit(0 if works else 3)


def _examine(settings: Settings) -> Iterator[Line]:
    import shutil
    import sys

    from lambda_emulator import engine, interpreters, rie

    yield "python", True, f"{sys.version.split()[0]} ({sys.executable})"
    yield "emulator", *_try(lambda: str(rie.resolve(settings.cache, given=settings.rie)))
    yield "runtime", True, f"{interpreters.RUNTIME_CLIENT} in every environment that is made"
    yield "uv", *_have(shutil.which("uv"), "optional: makes environments ten times faster (pip install uv)")
    yield "engine", *_try(lambda: " ".join(engine.find(settings.engine).program))
    for package, extra in (("moto", "aws"), ("boto3", "aws"), ("pytest", "pytest"), ("hypothesis", "hypothesis")):
        yield package, *_package(package, extra)
    for installation in _installations():
        yield installation.name, *_installed(installation, settings)
    yield "cache", True, str(settings.cache)


def _fix(settings: Settings) -> None:
    """Make the environments of stand-ins for AWS, showing progress. Raises InterpreterUnavailable."""
    for installation in _installations():
        with console.progress(installation.name):
            installation.environment(settings.cache)


def _installations() -> tuple[Installation, ...]:
    from lambda_emulator.aws.localstack import LOCALSTACK
    from lambda_emulator.aws.ministack import MINISTACK

    return LOCALSTACK, MINISTACK


def _installed(installation: Installation, settings: Settings) -> tuple[bool, str]:
    python = installation.made(settings.cache)
    if python is None:
        return False, f"optional, for --backend {installation.name}: lambdaproof doctor --fix"
    return True, f"{installation.version()} ({python.parent.parent})"


def _try(find: Callable[[], str]) -> tuple[bool, str]:
    from lambda_emulator.errors import LambdaproofError

    try:
        return True, find()
    except LambdaproofError as error:
        return False, str(error)


def _have(found: str | None, otherwise: str) -> tuple[bool, str]:
    return found is not None, found or otherwise


def _package(name: str, extra: str) -> tuple[bool, str]:
    from importlib import metadata

    try:
        return True, metadata.version(name)
    except metadata.PackageNotFoundError:
        return False, f"pip install 'lambdaproof[{extra}]'"
