"""`lambdaproof check`: the pre-deploy gate."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lambda_emulator.cli import console, repeating, reporting
from lambda_emulator.cli.options import function_options, running

if TYPE_CHECKING:
    from lambda_contracts.checks.cases import Verdict
    from lambda_contracts.checks.registry import Check, Report
    from lambda_contracts.contract import Contract
    from lambda_contracts.reports.run import Run

    from lambda_emulator.observing import Observing
    from lambda_emulator.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one check is to observe and to show: objects or text as it goes, with or without secrets."""

    observing: Observing
    as_json: bool
    as_text: bool
    redact: bool


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each event.")
@click.option(
    "--trace/--no-trace", default=None, help="Say what the handler reads. Default: if observed.json is there."
)
@click.option(
    "--update-observed", is_flag=True, help="Write what the handler reads to observed.json, beside the contract."
)
@reporting.report_options
@function_options
def check(
    paths: tuple[Path, ...],
    *,
    as_json: bool,
    trace: bool | None,
    update_observed: bool,
    targets: tuple[reporting.Target, ...],
    no_redact: bool,
    options: dict[str, Any],
) -> None:
    """Send every case of a contract in every shape it accepts, and judge each answer.

    PATH is a contract.toml, or a folder that has some in or below it. Default: this folder. Exit code 1 says that a
    contract is broken.
    """
    from lambda_contracts.contract import load

    from lambda_emulator import checking
    from lambda_emulator.observing import Observing
    from lambda_emulator.settings import resolve

    settings = resolve(options)
    checks = checking.known(settings)
    contracts = [load(file) for file in find(paths or (Path(),))]
    reporting.prepare(targets, as_json=as_json)
    wanted = Wanted(
        observing=Observing(trace=trace, update=update_observed),
        as_json=as_json,
        as_text=not as_json and not any(target.replaces_text for target in targets),
        redact=not no_redact,
    )
    runs = []
    for contract in contracts:
        runs.append(_check_one(contract, settings, checks, wanted))
        for text in _report(runs[-1]) if wanted.as_text else ():
            console.say(text)
    reporting.write(targets, runs)
    click.get_current_context().exit(0 if all(run.passed for run in runs) else 1)


def find(paths: tuple[Path, ...]) -> list[Path]:
    """Return the contract files that paths name, or that lie in and below them. Raises UsageError for none."""
    from lambda_contracts.contract import FILE_NAME

    from lambda_emulator.errors import UsageError

    found: list[Path] = []
    for path in paths:
        files = _below(path, FILE_NAME) if path.is_dir() else [path]
        if not files:
            raise UsageError(
                f"{path} has no {FILE_NAME} in it or below it.",
                hint="Write one beside the handler, or name its folder.",
            )
        found += files
    return found


def _below(folder: Path, name: str) -> list[Path]:
    """Return the files of a name in and below a folder, but not in hidden folders such as .venv."""
    found = (file.relative_to(folder) for file in folder.rglob(name))
    return sorted(folder / file for file in found if not any(part.startswith(".") for part in file.parts))


def _check_one(contract: Contract, settings: Settings, known: Sequence[Check], wanted: Wanted) -> Run:
    """Check one function, and return what the reports are made of."""
    from lambda_contracts.checks import budget, cases, registry
    from lambda_contracts.reports import structured
    from lambda_contracts.reports.redacted import Redacted
    from lambda_contracts.reports.run import Run

    from lambda_emulator import checking

    cases.plan(contract)  # a contract that cannot be checked says so before anything is started
    checks = registry.chosen(contract, known)
    started = time.monotonic()
    shown = Redacted(contract, redact=wanted.redact)
    verdicts, reports = [], []
    trace = wanted.observing.traces(contract)
    with running(contract, settings, trace=trace) as deployment:
        for verdict in cases.check(contract, deployment.function.invoke):
            verdicts.append(verdict)
            if wanted.as_json:
                console.say_json({"function": contract.function.name, **structured.verdict(shown.verdict(verdict))})
        figures = budget.figures(checking.subject_of(deployment, verdicts))
        with console.progress():
            for report in checking.run(checks, deployment, verdicts):
                reports.append(report)
                for line in structured.report(shown.report(report)) if wanted.as_json else ():
                    console.say_json({"function": contract.function.name, **line})
    if trace:
        reports.append(_observe(contract, verdicts, wanted))
    run = Run(
        contract=contract,
        verdicts=tuple(verdicts),
        reports=tuple(reports),
        figures=figures,
        seconds=time.monotonic() - started,
    )
    return shown.run(run, repeating.keep_all(run, settings, redact=wanted.redact))


def _observe(contract: Contract, verdicts: Sequence[Verdict], wanted: Wanted) -> Report:
    """Compare what the handler read with observed.json, or write that; print it where it was asked for."""
    from lambda_contracts.reports import observed, structured

    from lambda_emulator.observing import observed as sum_up
    from lambda_emulator.observing import report

    found = sum_up(verdicts)
    compared = report(contract, found, update=wanted.observing.update)
    name = contract.function.name
    if wanted.as_json:
        if found is not None and wanted.observing.trace:
            console.say_json({"function": name, "observed": found.document()})
        for line in structured.report(compared):
            console.say_json({"function": name, **line})
    elif found is not None and wanted.observing.trace and wanted.as_text:
        console.say(observed.text(name, found, console.paint) + "\n")
    return compared


def _report(run: Run) -> Iterator[str]:
    from lambda_contracts.reports import text

    yield text.matrix(run.contract, run.verdicts, console.paint)
    yield ""
    for judged in (run.verdicts, *(report.verdicts for report in run.reports)):
        for group in text.alike(judged):
            yield text.failure(group, run.repeat.get(group[0].trial.id, {}), console.paint) + "\n"
        yield from (f"{warning}\n" for warning in text.warnings(judged, console.paint))
    for report in run.reports:
        yield from ("\n".join(text.finding(found, console.paint)) + "\n" for found in report.findings)
    yield text.summary(run.verdicts, run.seconds, console.paint, reports=run.reports, figures=run.figures)
