"""`lambdaproof check`: the pre-deploy gate."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lambda_emulator.cli import console, gate
from lambda_emulator.cli.options import function_options, running

if TYPE_CHECKING:
    from lambda_contracts.checks.budget import Figures
    from lambda_contracts.checks.cases import Verdict
    from lambda_contracts.checks.registry import Check, Report
    from lambda_contracts.contract import Contract

    from lambda_emulator.deployment import Deployment
    from lambda_emulator.observing import Observing
    from lambda_emulator.settings import Settings

FAILURES = Path(".lambdaproof/failures")
"""Where the events of failed trials are kept, for `lambdaproof replay`."""


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for each event.")
@click.option(
    "--fuzz",
    is_flag=False,
    flag_value="1000",
    metavar="[N|SECONDSs]",
    help="Send N more requests (default 1000), or for some seconds, like the cases' but for what can go wrong.",
)
@click.option("--seed", type=int, metavar="N", help="Repeat the events of an earlier --fuzz.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Known findings, which break nothing.",
)
@click.option("--update-baseline", is_flag=True, help="Write what is found now into the baseline.")
@click.option(
    "--trace/--no-trace", default=None, help="Say what the handler reads. Default: if observed.json is there."
)
@click.option(
    "--update-observed", is_flag=True, help="Write what the handler reads to observed.json, beside the contract."
)
@function_options
def check(
    paths: tuple[Path, ...],
    *,
    as_json: bool,
    fuzz: str | None,
    seed: int | None,
    baseline: Path | None,
    update_baseline: bool,
    trace: bool | None,
    update_observed: bool,
    options: dict[str, Any],
) -> None:
    """Send every case of a contract in every shape it accepts, and judge each answer; then run the other checks.

    PATH is a contract.toml, or a folder that has some in or below it. Default: this folder. Exit code 1 says that a
    contract is broken.
    """
    from lambda_contracts.contract import load

    from lambda_emulator import checking
    from lambda_emulator.observing import Observing
    from lambda_emulator.settings import resolve

    settings = resolve(options)
    limit, first = gate.limits(fuzz, seed)
    found = gate.read_baseline(baseline, update=update_baseline)
    wanted = gate.Gate(known=checking.known(settings), baseline=found, update=update_baseline, limit=limit, seed=first)
    contracts = [load(file) for file in find(paths or (Path(),))]
    observing = Observing(trace=trace, update=update_observed)
    results = [_check_one(contract, settings, wanted, observing, as_json=as_json) for contract in contracts]
    gate.settle_baseline(found, baseline, update=update_baseline, as_json=as_json)
    click.get_current_context().exit(0 if all(results) else 1)


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


def _check_one(
    contract: Contract, settings: Settings, wanted: gate.Gate, observing: Observing, *, as_json: bool
) -> bool:
    """Check one function, print the report, and return whether its contract holds."""
    from lambda_contracts.checks import budget, cases, registry
    from lambda_contracts.reports import structured

    from lambda_emulator import checking

    cases.plan(contract)  # a contract that cannot be checked says so before anything is started
    checks = registry.chosen(contract, wanted.known)
    name, started = contract.function.name, time.monotonic()
    verdicts = []
    trace = observing.traces(contract)
    with running(contract, settings, trace=trace) as deployment:
        for judged in cases.check(contract, deployment.function.invoke):
            verdict = wanted.baseline.verdict(name, judged)
            verdicts.append(verdict)
            if as_json:
                console.say_json({"function": name, **structured.verdict(verdict)})
        figures = budget.figures(checking.subject_of(deployment, verdicts))
        reports = _run_checks(deployment, checks, wanted, verdicts, as_json=as_json)
        fuzzed = wanted.fuzz(deployment)
    if trace:
        reports.append(wanted.baseline.report(name, _observe(contract, verdicts, observing, as_json=as_json)))
    wanted.baseline.finish(name)
    if fuzzed is not None:
        reports.append(fuzzed[1])
    if not as_json:
        for text in _report(contract, settings, verdicts, reports, figures, time.monotonic() - started):
            console.say(text)
    if fuzzed is not None:
        gate.say_fuzzed(name, *fuzzed, as_json=as_json)
    return wanted.holds(verdicts, reports)


def _run_checks(
    deployment: Deployment, checks: Sequence[Check], wanted: gate.Gate, verdicts: list[Verdict], *, as_json: bool
) -> list[Report]:
    from lambda_contracts.reports import structured

    from lambda_emulator import checking

    name, reports = deployment.contract.function.name, []
    with console.progress():
        for found in checking.run(checks, deployment, verdicts):
            reports.append(wanted.baseline.report(name, found))
            for line in structured.report(reports[-1]) if as_json else ():
                console.say_json({"function": name, **line})
    return reports


def _observe(contract: Contract, verdicts: list[Verdict], observing: Observing, *, as_json: bool) -> Report:
    """Compare what the handler read with observed.json, or write that; print it where it was asked for."""
    from lambda_contracts.reports import observed, structured

    from lambda_emulator.observing import observed as sum_up
    from lambda_emulator.observing import report

    found = sum_up(verdicts)
    compared = report(contract, found, update=observing.update)
    name = contract.function.name
    if as_json:
        if found is not None and observing.trace:
            console.say_json({"function": name, "observed": found.document()})
        for line in structured.report(compared):
            console.say_json({"function": name, **line})
    elif found is not None and observing.trace:
        console.say(observed.text(name, found, console.paint) + "\n")
    return compared


def _report(
    contract: Contract,
    settings: Settings,
    verdicts: list[Verdict],
    reports: list[Report],
    figures: Figures,
    seconds: float,
) -> Iterator[str]:
    from lambda_contracts.reports import text

    yield text.matrix(contract, verdicts, console.paint)
    yield ""
    for judged in (verdicts, *(report.verdicts for report in reports)):
        for group in text.alike(judged):
            yield text.failure(group, _repeat(contract, settings, group[0]), console.paint) + "\n"
        yield from (f"{warning}\n" for warning in text.warnings(judged, console.paint))
    for report in reports:
        yield from ("\n".join(text.finding(found, console.paint)) + "\n" for found in report.findings)
    yield text.summary(verdicts, seconds, console.paint, reports=reports, figures=figures)


def _repeat(contract: Contract, settings: Settings, verdict: Verdict) -> dict[str, str]:
    """Keep a failed trial's event, and return the lines that send it again."""
    import json

    from lambda_emulator.rie import INVOKE_PATH

    FAILURES.mkdir(parents=True, exist_ok=True)
    (FAILURES.parent / ".gitignore").write_text("*\n")
    name = re.sub(r"[^\w.-]+", "-", f"{contract.function.name}.{verdict.trial.case.name}.{verdict.trial.shape}")
    file = FAILURES / f"{name}.json"
    file.write_text(json.dumps(verdict.trial.event, indent=2) + "\n", encoding="utf-8")
    where = "" if settings.environment == "process" else f" --environment {settings.environment}"
    folder = shlex.quote(str(contract.folder))
    return {
        "replay": f"lambdaproof replay {folder} {shlex.quote(str(file))}{where}",
        "curl": f"curl -sS http://127.0.0.1:9000{INVOKE_PATH} --data-binary @{shlex.quote(str(file))}",
        "": f"  while this runs: lambdaproof invoke {folder} --keep --port 9000{where}",
    }
