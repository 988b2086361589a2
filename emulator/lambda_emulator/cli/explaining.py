"""What `explain` says of events: each by itself, or as a function takes it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from lambda_contracts.contract import Contract
from lambda_contracts.errors import EventError
from lambda_contracts.explanation import About, Explained, about
from lambda_contracts.pasted import Pasted, read
from lambda_contracts.redaction import Redactor
from lambda_contracts.reports import explained as told
from lambda_contracts.reports import sides, structured
from lambda_contracts.reports.redacted import Redacted
from lambda_contracts.reports.text import printable
from lambda_contracts.shapes import Shape

from lambda_emulator.cli import console
from lambda_emulator.cli.files import read_bytes

Explain = Callable[[Any], Explained]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to explain; `places` puts the shapes of an event side by side, `beside` one of them line by line."""

    function: str | None
    once: bool
    beside: str | None
    as_json: bool
    redact: bool
    places: bool
    environment: dict[str, Any]


def explained(files: Sequence[str], options: Options) -> int:
    """Explain the events of files; return the exit code. What cannot be read is told, so that the others are."""
    code = 0
    with _function(options) as (contract, explain):
        for file in files:
            try:
                events = _read(file)
            except EventError as error:
                _say_unreadable(file, error.problem, options)
                code = 2
                continue
            for event in events:
                code = max(code, _one(file, event, options, contract, explain))
    return code


@contextlib.contextmanager
def _function(options: Options) -> Iterator[tuple[Contract | None, Explain | None]]:
    """Run the function that is named, if one is."""
    if options.function is None:
        yield None, None
        return
    from lambda_emulator.cli.options import running
    from lambda_emulator.explaining import explain
    from lambda_emulator.loading import function
    from lambda_emulator.settings import resolve

    contract = function(options.function)
    with running(contract, resolve(options.environment)) as deployment:
        yield contract, lambda event: explain(deployment, event, once=options.once)


def _read(file: str) -> tuple[Pasted, ...]:
    data = read_bytes(Path(file))
    try:
        return read(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise EventError(f"it is not UTF-8: {error.reason} at byte {error.start:,}") from error


def _say_unreadable(file: str, problem: str, options: Options) -> None:
    if options.as_json:
        console.say_json(
            {"file": file, "shape": None, "variant": "", "confidence": 0.0, "findings": [], "error": problem}
        )
    else:
        error = console.paint("error", "bad")
        console.say(f"{console.paint(printable(file), 'bold')}: {error}: {printable(problem)}")


def _one(file: str, event: Pasted, options: Options, contract: Contract | None, explain: Explain | None) -> int:
    name = f"{file} {event.place}" if event.place else file
    if contract is None or explain is None:
        what = about(event.event)
        shown = what.redacted(Redactor()) if options.redact else what
        _say(name, event, shown, None, options)
        return 0
    found = explain(event.event)
    visible = Redacted(contract, redact=options.redact).explained(found)
    _say(name, event, visible.about, visible, options, contract.function.handler or contract.function.name)
    return 0 if found.verdict.passed else 1


def _say(name: str, event: Pasted, what: About, found: Explained | None, options: Options, function: str = "") -> None:
    if options.as_json:
        document = {"file": name, **structured.about(what), "notes": event.notes}
        console.say_json({**document, "run": structured.explained(found)} if found else document)
        return
    lines = told.about(name, what, console.paint, places=options.places and options.beside is None)
    console.say(next(lines))
    for note in event.notes:
        console.say(f"  {console.paint('repaired', 'warn')}  {printable(note)}")
    for line in lines:
        console.say(line)
    if options.beside is not None:
        _say_beside(what, options.beside)
    if found is not None:
        for line in told.function(function, found, console.paint):
            console.say(line)


def _say_beside(what: About, shape: str) -> None:
    """Show the event and the same request in another shape in two columns."""
    known = ", ".join(other for other in what.events if other is not what.shape)
    if shape not in what.events:
        raise click.UsageError(f"This event cannot be shown as {shape}; known: {known or 'none'}.")
    ours, theirs = (sides.json_lines(what.events[one]) for one in (what.shape, Shape(shape)))
    left, right = sides.beside(what.shape, ours, shape, theirs)
    width = min(max(len(line.text) for line in left.lines), 60)
    console.say(f"  {console.paint(left.title.ljust(width), 'bold')}    {console.paint(right.title, 'bold')}")
    for one, other in zip(left.lines, right.lines, strict=True):
        mark = "|" if one.differs or other.differs else " "
        line = f"  {one.text[:width].ljust(width)}  {mark} {other.text[:60]}"
        console.say(console.paint(line, "warn") if mark == "|" else line)
