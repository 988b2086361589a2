"""How the command line looks: colour and progress on a terminal, plain text in a pipe, answers on stdout only."""

from __future__ import annotations

import contextlib
import itertools
import os
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    import logging

Result = TypeVar("Result")

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


def foreign(text: str) -> str:
    """Return a text of a function's or a client's as it may be shown: nothing in it steers a terminal.

    JSON stays the same JSON; what is no JSON is left as it is in a pipe.
    """
    import json

    from lambda_contracts.reports.text import printable, printable_json

    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return "\n".join(map(printable, text.split("\n"))) if sys.stdout.isatty() else text
    return printable_json(text)


def note(text: str) -> None:
    """Write a line beside the answer, to stderr; nothing in it steers a terminal."""
    from lambda_contracts.reports.text import printable

    click.echo(printable(text), err=True)


def say_json(value: Any) -> None:
    """Write one object of the answer, on a line of its own."""
    import json

    click.echo(json.dumps(value, default=str))


def say_pretty(value: Any) -> None:
    """Write one object of the answer for people to read."""
    import json

    from lambda_contracts.reports.text import printable_json

    click.echo(printable_json(json.dumps(value, indent=2, ensure_ascii=False)))


def tell(problem: str, *, hint: str = "") -> None:
    """Write what went wrong to stderr, and what to type next."""
    from lambda_contracts.reports.text import printable

    colour = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    problem, hint = ("\n".join(map(printable, text.split("\n"))) for text in (problem, hint))
    label = click.style("error:", fg="red", bold=True) if colour else "error:"
    click.echo(f"{label} {problem}", err=True)
    if hint:
        click.echo(f"  {hint}", err=True)


class Progress:
    """What is being done now, and how far it is. This one shows it to nobody: there is no terminal to show it on."""

    def say(self, doing: str) -> None:
        """Say what begins now."""

    def step(self, doing: str, number: int, total: int) -> None:
        """Say what begins now, and that it is the n-th of so many."""
        self.say(f"{doing}, {number:,} of {total:,}")

    def counting(self, doing: str, call: Callable[[Any], Result]) -> Callable[[Any], Result]:
        """Return a function that says how often it was called, of what nobody knows how often it will be."""
        numbers = itertools.count(1)

        def counted(argument: Any) -> Result:
            self.say(f"{doing}, {next(numbers):,} events")
            return call(argument)

        return counted


@contextlib.contextmanager
def progress(name: str, *, answering: bool = False) -> Iterator[Progress]:
    """Show what is being done under a name, and for how long: one line that changes and goes, on a terminal only.

    What the library logs meanwhile stands there too, else on a line of its own. When lines of the answer are written
    meanwhile (`answering`), a terminal that shows those as well shows no progress beside them.
    """
    import logging

    logger = logging.getLogger("lambda_emulator")
    logger.setLevel(logging.DEBUG if os.environ.get("LAMBDAPROOF_DEBUG") else logging.INFO)
    live = sys.stderr.isatty() and not (answering and sys.stdout.isatty())
    with _line(name) if live else _no_line() as (shown, handler):
        logger.addHandler(handler)
        try:
            yield shown
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
def _no_line() -> Iterator[tuple[Progress, logging.Handler]]:
    import logging

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("lambdaproof: %(message)s"))
    yield Progress(), handler


@contextlib.contextmanager
def _line(name: str) -> Iterator[tuple[Progress, logging.Handler]]:
    import logging

    from lambda_contracts.reports.text import printable
    from rich.console import Console
    from rich.progress import Progress as Live
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.table import Column

    # sys.stderr as it is now: a handler in this interpreter has another while it runs. stdout is for answers.
    live = Live(
        SpinnerColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis")),
        console=Console(file=sys.stderr),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
        refresh_per_second=5,
    )
    task = live.add_task(printable(name))

    class Changing(Progress):
        def say(self, doing: str) -> None:
            live.update(task, description=printable(f"{name}: {doing}"))

    class Logged(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            live.update(task, description=printable(record.getMessage()))

    with live:
        yield Changing(), Logged()
