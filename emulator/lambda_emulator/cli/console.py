"""How the command line looks: colour and progress on a terminal, plain text in a pipe, answers on stdout only."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import logging

_STYLES: dict[str, dict[str, Any]] = {
    "good": {"fg": "green"},
    "bad": {"fg": "red", "bold": True},
    "warn": {"fg": "yellow"},
    "dim": {"dim": True},
    "bold": {"bold": True},
}


def paint(text: str, style: str) -> str:
    """Colour a text for stdout, if that is a terminal and NO_COLOR is not set."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return text
    return click.style(text, **_STYLES[style])


def say(text: str = "") -> None:
    """Write a line of the answer."""
    click.echo(text)


def say_json(value: Any) -> None:
    """Write one object of the answer, on a line of its own."""
    import json

    click.echo(json.dumps(value, default=str))


def say_pretty(value: Any) -> None:
    """Write one object of the answer for people to read."""
    import json

    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def tell(problem: str, *, hint: str = "") -> None:
    """Write what went wrong to stderr, and what to type next."""
    colour = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    label = click.style("error:", fg="red", bold=True) if colour else "error:"
    click.echo(f"{label} {problem}", err=True)
    if hint:
        click.echo(f"  {hint}", err=True)


@contextlib.contextmanager
def progress() -> Iterator[None]:
    """Show what the library logs while something is being done: one changing line on a terminal, else a line each."""
    import logging

    logger = logging.getLogger("lambda_emulator")
    logger.setLevel(logging.DEBUG if os.environ.get("LAMBDAPROOF_DEBUG") else logging.INFO)
    with _handler() as handler:
        logger.addHandler(handler)
        try:
            yield
        finally:
            logger.removeHandler(handler)


@contextlib.contextmanager
def notes() -> Iterator[None]:
    """Show the library's warnings, a line each."""
    import logging

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("lambdaproof: %(message)s"))
    handler.setLevel(logging.WARNING)
    logger = logging.getLogger("lambda_emulator")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


@contextlib.contextmanager
def _handler() -> Iterator[logging.Handler]:
    import logging

    if not sys.stderr.isatty():
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("lambdaproof: %(message)s"))
        yield handler
        return
    from rich.console import Console

    with Console(stderr=True).status("") as status:

        class Changing(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                status.update(record.getMessage())

        yield Changing()
