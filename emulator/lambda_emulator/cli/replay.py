"""`lambdaproof replay`: recorded events."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lambda_emulator.cli import console, reporting
from lambda_emulator.cli.options import function_options, running

if TYPE_CHECKING:
    from lambda_contracts.contract import Contract

    from lambda_emulator.replay import Repeated
    from lambda_emulator.settings import Settings


@click.command()
@click.argument("function", type=click.Path(path_type=Path))
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILES|FOLDERS...")
@click.option(
    "--jobs", "-j", type=click.IntRange(1), default=1, metavar="N", help="Send to so many environments at once."
)
@click.option("--update", is_flag=True, help="Take what is different now as what is recorded.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each event.")
@reporting.no_redact_option
@function_options
def replay(
    function: Path,
    files: tuple[Path, ...],
    *,
    jobs: int,
    update: bool,
    as_json: bool,
    no_redact: bool,
    options: dict[str, Any],
) -> None:
    """Send recorded events to FUNCTION as they are, and say what is not as it was recorded.

    An event without an outcome beside it is judged: exit code 1 says that one got no valid response, or another
    outcome than the recorded one.
    """
    from lambda_emulator import recordings
    from lambda_emulator.errors import ToolError, UsageError
    from lambda_emulator.loading import load
    from lambda_emulator.replay import keep
    from lambda_emulator.settings import resolve

    contract, settings = load(function), resolve(options)
    if jobs > 1 and settings.port is not None:
        raise UsageError("Several environments cannot have one port.", hint="Leave out --port or --jobs.")
    events = recordings.events(files, contract.function.name)
    tell = _Telling(contract, as_json=as_json, redact=not no_redact)
    for repeated in _repeated(contract, settings, events, jobs):
        tell(repeated)
        if update and (repeated.changes or not repeated.recorded):
            try:
                keep(repeated, redact=not no_redact)
            except OSError as error:
                raise ToolError(f"The outcome of {repeated.file} cannot be written: {error.strerror}.") from error
            tell.updated += 1
    tell.summary()
    click.get_current_context().exit(1 if tell.broken and not update else 0)


def _repeated(contract: Contract, settings: Settings, events: list[Path], jobs: int) -> Iterator[Repeated]:
    from lambda_emulator import replay as replaying

    with running(contract, settings, size=jobs) as deployment:
        yield from replaying.replay(contract, deployment.function, events)


class _Telling:
    """Says what became of each event, and counts."""

    def __init__(self, contract: Contract, *, as_json: bool, redact: bool) -> None:
        from lambda_contracts.reports.redacted import Redacted

        self._shown = Redacted(contract, redact=redact)
        self._as_json = as_json
        self._redact = redact
        self._started = time.perf_counter()
        self._events = 0
        self.broken = 0
        self.updated = 0

    def __call__(self, repeated: Repeated) -> None:
        self._events += 1
        self.broken += not repeated.passed
        if self._as_json:
            self._say_json(repeated)
        else:
            self._say(repeated)

    def _say(self, repeated: Repeated) -> None:
        from lambda_contracts.reports import text
        from lambda_contracts.reports.repeated import changed, without_secrets

        if repeated.recorded and repeated.passed:
            name = text.printable(str(repeated.file))
            console.say(f"{name}: {_outcome(repeated)}, {console.paint('as recorded', 'good')}")
            return
        verdict = self._shown.verdict(repeated.verdict)
        if repeated.recorded:
            changes = map(without_secrets, repeated.changes) if self._redact else repeated.changes
            console.say(changed(verdict, tuple(changes), console.paint))
        elif verdict.passed:
            body = text.printable(verdict.response.body.decode("utf-8", "replace"))
            console.say(f"{text.printable(verdict.trial.id)}: {verdict.response.status} {body}")
        else:
            console.say(text.failure([verdict], {}, console.paint))

    def _say_json(self, repeated: Repeated) -> None:
        from lambda_contracts.reports import structured
        from lambda_contracts.reports.repeated import as_json, without_secrets

        changes = map(without_secrets, repeated.changes) if self._redact else repeated.changes
        told = structured.verdict(self._shown.verdict(repeated.verdict))
        console.say_json(
            {
                **told,
                "file": str(repeated.file),
                "passed": repeated.passed,
                "recorded": repeated.recorded,
                "changes": [as_json(change) for change in changes],
            }
        )

    def summary(self) -> None:
        """Say on stderr how many there were."""
        events = "1 event" if self._events == 1 else f"{self._events:,} events"
        updated = f", {self.updated:,} updated" if self.updated else ""
        seconds = time.perf_counter() - self._started
        click.echo(f"{events}, {self.broken:,} changed or failed{updated}, {seconds:.1f} s", err=True)


def _outcome(repeated: Repeated) -> str:
    verdict = repeated.verdict
    return str(verdict.response.status) if verdict.outcome.ok else f"{verdict.outcome.kind}"
