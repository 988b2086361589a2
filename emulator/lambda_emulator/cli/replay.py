"""`lambdaproof replay`: recorded events."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lambda_emulator.cli import console, reporting
from lambda_emulator.cli.options import function_options, running


@click.command()
@click.argument("function", type=click.Path(path_type=Path))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each event.")
@reporting.no_redact_option
@function_options
def replay(function: Path, files: tuple[Path, ...], *, as_json: bool, no_redact: bool, options: dict[str, Any]) -> None:
    """Send recorded events to FUNCTION as they are, and say what the client would have got for each.

    Exit code 1 says that one of them got no valid response.
    """
    from lambda_contracts.reports import structured, text
    from lambda_contracts.reports.redacted import Redacted

    from lambda_emulator import replay as replaying
    from lambda_emulator.loading import load
    from lambda_emulator.settings import resolve

    contract = load(function)
    shown = Redacted(contract, redact=not no_redact)
    broken = False
    with running(contract, resolve(options)) as deployment:
        for verdict in map(shown.verdict, replaying.replay(contract, deployment.function.invoke, files)):
            broken = broken or not verdict.passed
            if as_json:
                console.say_json(structured.verdict(verdict))
            elif verdict.passed:
                body = text.printable(verdict.response.body.decode("utf-8", "replace"))
                console.say(f"{text.printable(verdict.trial.id)}: {verdict.response.status} {body}")
            else:
                console.say(text.failure([verdict], {}, console.paint))
    click.get_current_context().exit(1 if broken else 0)
