"""`lambdaproof invoke`: one event."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lambda_emulator.cli import console
from lambda_emulator.cli.options import debug_options, function_options, running

if TYPE_CHECKING:
    from lambda_contracts.outcomes import Outcome

    from lambda_emulator.function import FunctionPool


@click.command()
@click.argument("function", type=click.Path(path_type=Path))
@click.option("--event", "-e", type=click.File("rb"), metavar="FILE", help="The event as JSON; - is standard input.")
@click.option("--payload", "-p", metavar="JSON", help="The event itself, instead of a file.")
@click.option(
    "--keep", is_flag=True, help="Go on serving the emulator's port until Ctrl-C, one request at a time, for curl."
)
@click.option("--json", "as_json", is_flag=True, help="Print the whole outcome as one JSON object.")
@function_options
@debug_options
def invoke(
    function: Path, *, event: Any, payload: str | None, keep: bool, as_json: bool, options: dict[str, Any]
) -> None:
    """Send one event to FUNCTION, a folder with a contract.toml, and print what the handler returned.

    Log and durations go to stderr. Exit code 1 says that the function did not return.
    """
    from lambda_emulator.loading import load
    from lambda_emulator.settings import resolve

    if (event is None) == (payload is None) and not (keep and event is None):
        raise click.UsageError("Give the event with --event FILE or --payload JSON, one of them.")
    contract = load(function)
    settings = resolve(options)
    data = None if event is None and payload is None else _json(event.read() if event else str(payload).encode())
    ok = True
    with running(contract, settings) as deployment:
        if data is not None:
            outcome = deployment.function.invoke(data)
            _show(outcome, as_json=as_json)
            ok = outcome.ok
        if keep:
            _serve(deployment.function, settings.port)
    click.get_current_context().exit(0 if ok else 1)


def _json(data: bytes) -> bytes:
    """Return an event's text if it is JSON. Raises EventError."""
    import json

    from lambda_contracts.errors import EventError

    try:
        json.loads(data)
    except (ValueError, RecursionError) as error:
        raise EventError(f"The event is not JSON: {error}. Lambda's Invoke API answers 400.") from error
    return data


def _show(outcome: Outcome, *, as_json: bool) -> None:
    from lambda_contracts.reports import structured

    if as_json:
        console.say_json(structured.outcome(outcome))
        return
    for line in outcome.log:
        console.note(line)
    init = f"init {outcome.init_duration * 1000:.1f} ms, " if outcome.init_duration else ""
    click.echo(f"{outcome.kind}: {init}{outcome.duration * 1000:.1f} ms, request {outcome.request_id}", err=True)
    console.say(console.foreign(outcome.payload.decode("utf-8", "replace")))


def _serve(function: FunctionPool, port: int | None) -> None:
    import time

    from lambda_emulator.errors import ToolError

    click.echo(f"Serving on port {port}; Ctrl-C ends it." if port else "Running; Ctrl-C ends it.", err=True)
    try:
        while function.alive:
            time.sleep(0.1)
    except KeyboardInterrupt:
        click.echo("", err=True)
        return
    raise ToolError("The emulator ended.", hint="It takes one request at a time: a second one ends it. Start it again.")
