"""`lambdaproof check`: the pre-deploy gate."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lambda_emulator.cli import console, repeating, reporting
from lambda_emulator.cli.options import function_options, running

if TYPE_CHECKING:
    from lambda_contracts.checks.cases import Verdict
    from lambda_contracts.contract import Contract
    from lambda_contracts.reports.run import Run

    from lambda_emulator.settings import Settings


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each event.")
@reporting.report_options
@function_options
def check(
    paths: tuple[Path, ...],
    *,
    as_json: bool,
    reports: tuple[reporting.Report, ...],
    no_redact: bool,
    options: dict[str, Any],
) -> None:
    """Send every case of a contract in every shape it accepts, and judge each answer.

    PATH is a contract.toml, or a folder that has some in or below it. Default: this folder. Exit code 1 says that a
    contract is broken.
    """
    from lambda_contracts.contract import load

    from lambda_emulator.settings import resolve

    settings = resolve(options)
    contracts = [load(file) for file in find(paths or (Path(),))]
    reporting.prepare(reports, as_json=as_json)
    quiet = any(report.replaces_text for report in reports)
    runs = [
        _check_one(contract, settings, as_json=as_json, quiet=quiet, redact=not no_redact) for contract in contracts
    ]
    reporting.write(reports, runs)
    click.get_current_context().exit(1 if any(run.failed for run in runs) else 0)


def find(paths: tuple[Path, ...]) -> list[Path]:
    """Return the contract files that paths name, or that lie in and below them. Raises UsageError for none."""
    from lambda_contracts.contract import FILE_NAME

    from lambda_emulator.errors import UsageError

    found: list[Path] = []
    for path in paths:
        files = sorted(path.rglob(FILE_NAME)) if path.is_dir() else [path]
        if not files:
            raise UsageError(
                f"{path} has no {FILE_NAME} in it or below it.",
                hint="Write one beside the handler, or name its folder.",
            )
        found += files
    return found


def _check_one(contract: Contract, settings: Settings, *, as_json: bool, quiet: bool, redact: bool) -> Run:
    from lambda_contracts.checks import cases
    from lambda_contracts.reports import structured
    from lambda_contracts.reports.redacted import redacted, redactor
    from lambda_contracts.reports.run import Run
    from lambda_contracts.reports.text import alike

    cases.plan(contract)  # a contract that cannot be checked says so before anything is started
    started = time.monotonic()
    known = redactor(contract)
    verdicts: list[Verdict] = []
    with running(contract, settings) as deployment:
        for verdict in cases.check(contract, deployment.function.invoke):
            verdicts.append(verdict)
            if as_json:
                one = redacted(verdict, known) if redact else verdict
                console.say_json({"function": contract.function.name, **structured.verdict(one)})
    seconds = time.monotonic() - started
    shown = [redacted(verdict, known) if redact else verdict for verdict in verdicts]
    sent = {verdict.trial.id: verdict for verdict in verdicts}
    repeat = {
        first.trial.id: repeating.keep(contract, settings, sent[first.trial.id], redact=redact)
        for first, *_ in ([] if as_json else alike(shown))
    }
    run = Run(contract=contract, verdicts=tuple(shown), seconds=seconds, repeat=repeat)
    if not as_json and not quiet:
        for text in _report(run):
            console.say(text)
    return run


def _report(run: Run) -> Iterator[str]:
    from lambda_contracts.reports import text

    yield text.matrix(run.contract, run.verdicts, console.paint)
    yield ""
    for group in text.alike(run.verdicts):
        yield text.failure(group, run.repeat[group[0].trial.id], console.paint) + "\n"
    yield from (f"{warning}\n" for warning in text.warnings(run.verdicts, console.paint))
    yield text.summary(run.verdicts, run.seconds, console.paint)
