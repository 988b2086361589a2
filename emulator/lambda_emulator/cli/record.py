"""`lambdaproof record`: events out of logs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lambda_emulator.cli import console
from lambda_emulator.cli.files import read_bytes
from lambda_emulator.cli.reporting import no_redact_option

if TYPE_CHECKING:
    from lambda_contracts.logs import Found
    from lambda_contracts.records import Record

    from lambda_emulator.recordings import Recordings


@click.command()
@click.option(
    "--from-log",
    "files",
    required=True,
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A log in which events are printed; - is standard input. Can be given again.",
)
@click.option(
    "--to", type=click.Path(path_type=Path), default=Path("recorded"), show_default=True, metavar="DIR",
    help="The folder to record into.",
)  # fmt: skip
@click.option("--function", metavar="NAME", help="The function's name. Default: that of the file.")
@click.option("--direct", is_flag=True, help="Take objects that no shape tells for payloads of direct invocations.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each event, and for what is none.")
@no_redact_option
def record(
    files: tuple[Path, ...], *, to: Path, function: str | None, direct: bool, as_json: bool, no_redact: bool
) -> None:
    """Find the events that functions printed into CloudWatch's logs, and record each for `lambdaproof replay`.

    Exit code 1 says that an object was found that is cut off or cannot be read; it is told where, and not guessed at.
    """
    from lambda_contracts.errors import EventError
    from lambda_contracts.logs import find

    from lambda_emulator.recordings import Recordings

    recorded = unread = 0
    logs = [(file, read_bytes(file)) for file in files]
    with Recordings(to) as recordings:
        for file, content in logs:
            found = find(content.decode("utf-8", "replace"), direct=direct)
            name = function or ("stdin" if str(file) == "-" else file.stem)
            for logged in found.events:
                made = _record(name, logged.event)
                written = _written(recordings, made, redact=not no_redact)
                told = {"file": str(file), "place": logged.place, "request_id": logged.request_id}
                _say({**told, "shape": str(made.shape), "recorded": str(written)}, as_json=as_json)
            _say_rest(file, found, as_json=as_json)
            recorded += len(found.events)
            unread += len(found.unread)
    if not recorded and not unread:
        hint = "" if direct else " Print the event in the handler, or take every object for one: --direct."
        raise EventError(f"There is no event in {', '.join(map(str, files))}.{hint}")
    events = "1 event" if recorded == 1 else f"{recorded:,} events"
    click.echo(f"{events} recorded into {to}" + (f", {unread:,} not read" if unread else ""), err=True)
    click.get_current_context().exit(1 if unread else 0)


def _written(recordings: Recordings, record: Record, *, redact: bool) -> Path:
    from lambda_emulator.errors import ToolError

    try:
        return recordings.add(record, redact=redact)
    except OSError as error:
        raise ToolError(f"{recordings.folder} cannot be written: {error.strerror}.") from error


def _record(function: str, event: object) -> Record:
    import json

    from lambda_contracts.records import Record, recognised
    from lambda_contracts.shapes import Shape

    text = json.dumps(event).encode()
    return recognised(Record(function=function, shape=Shape.DIRECT, route="", event=text))


def _say(told: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        console.say_json(told)
        return
    from lambda_contracts.reports.text import printable

    request = f", request {printable(told['request_id'])}" if told["request_id"] else ""
    console.say(f"{told['file']}: {told['place']}: {told['shape']}{request} -> {told['recorded']}")


def _say_rest(file: Path, found: Found, *, as_json: bool) -> None:
    """Say what was found that is no event, or may be one."""
    for unread in found.unread:
        if as_json:
            console.say_json({"file": str(file), "place": unread.place, "error": unread.why})
        else:
            console.say(f"{file}: {unread.place}: {console.paint('not recorded', 'bad')}: an object {unread.why}")
    if as_json:
        for place in found.others:
            console.say_json({"file": str(file), "place": place, "shape": None})
    elif found.others:
        more = f" and {len(found.others) - 5:,} more" if len(found.others) > 5 else ""
        places = ", ".join(found.others[:5]) + more
        console.say(f"{file}: no event of a front or trigger: {places} (--direct takes payloads)")
    if found.repeated:
        click.echo(f"{file}: {found.repeated:,} printed twice for one invocation", err=True)
