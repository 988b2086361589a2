"""`lambdaproof check`: the pre-deploy gate."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lambda_emulator.cli import conformance as gateway
from lambda_emulator.cli import console, gate, repeating, reporting
from lambda_emulator.cli.options import function_options

if TYPE_CHECKING:
    from lambda_contracts.checks.budget import Figures
    from lambda_contracts.checks.cases import Trial, Verdict
    from lambda_contracts.checks.registry import Check, Report
    from lambda_contracts.contract import Contract
    from lambda_contracts.reports.redacted import Redacted
    from lambda_contracts.reports.run import Run
    from lambda_contracts.tracing.observed import Observed

    from lambda_emulator.checking import Checked
    from lambda_emulator.deployment import Deployment
    from lambda_emulator.fuzzing import Fuzzed
    from lambda_emulator.remote import Deployed
    from lambda_emulator.settings import Settings


@click.command(cls=reporting.ReportingCommand)
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
@click.option(
    "--conformance",
    metavar="TARGET",
    help="Instead: say where a gateway departs from AWS. Its URL, or serve, localstack, ministack.",
)
@click.option(
    "--remote",
    metavar="TARGET",
    help="Send the safe cases, and nothing else, to a deployed function: its name or ARN, or the URL of its API.",
)
@click.option("--front", metavar="NAME", help="With --conformance or --remote: what a URL is: rest, http-v2, ...")
@reporting.report_options
@function_options
def check(
    paths: tuple[Path, ...],
    *,
    conformance: str | None,
    remote: str | None,
    front: str | None,
    targets: tuple[reporting.Target, ...],
    options: dict[str, Any],
    **asked: Any,
) -> None:
    """Send every case of a contract in every shape it accepts, and judge each answer; then run the other checks.

    PATH is a contract.toml, or a folder that has some in or below it. Default: this folder. For a template, or a folder
    of Terraform's, the contract beside or above it is held to the function as it is deployed there. Exit code 1 says
    that a contract is broken.
    """
    from lambda_emulator.settings import resolve

    if front is not None and conformance is None and remote is None:
        raise click.UsageError("--front says what the URL of --conformance or --remote is.")
    if conformance is not None and (paths or targets or remote):
        raise click.UsageError("--conformance checks a gateway: leave out paths, --report and --remote.")
    reporting.forget(targets)
    settings = resolve(options)
    if conformance is not None:
        conforms = gateway.check(conformance, settings, front=front, as_json=asked["as_json"])
        click.get_current_context().exit(0 if conforms else 1)
    stdout_taken = any(target.replaces_text for target in targets)
    wanted = gate.resolve(settings, stdout_taken=stdout_taken, remote=remote is not None, **asked)
    contracts = [contract for path in paths or (Path(),) for contract in _contracts(path)]
    deployed = _deployed(remote, contracts, front)
    reporting.prepare(targets, as_json=wanted.as_json)
    checked = [_check_one(contract, settings, wanted, deployed) for contract in contracts]
    wanted.settle_baseline()
    reporting.write(targets, [run for run, _ in checked])
    click.get_current_context().exit(0 if all(holds for _, holds in checked) else 1)


def _deployed(remote: str | None, contracts: list[Contract], front: str | None) -> Deployed | None:
    """Return the deployed function that is to be checked; None for the contract's own. Raises UsageError."""
    from lambda_emulator.errors import UsageError
    from lambda_emulator.remote import deployed

    if remote is None:
        return None
    if len(contracts) > 1:
        files = ", ".join(str(contract.file) for contract in contracts)
        raise UsageError("--remote is one function, and there are several contracts.", hint=f"Name one of: {files}.")
    return deployed(remote, contracts[0], front)


def _contracts(path: Path) -> list[Contract]:
    """Return the contracts that a path names, or that lie in and below it."""
    from lambda_contracts.contract import FILE_NAME

    from lambda_emulator import loading, templates

    if templates.is_template(path) and not (path.is_dir() and _below(path, FILE_NAME)):
        return [loading.deployed(path)]
    return [loading.load(file) for file in find((path,))]


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
    contract: Contract, settings: Settings, wanted: gate.Gate, deployed: Deployed | None = None
) -> tuple[Run, bool]:
    """Check one function and say what came of it; return what reports are made of, and whether the contract holds.

    Where it is `deployed` already, nothing but the safe cases is sent.
    """
    from lambda_contracts.checks import cases, registry
    from lambda_contracts.reports.redacted import Redacted
    from lambda_contracts.reports.run import Run

    from lambda_emulator import checking, comparing

    # A contract that cannot be checked says so before anything is started.
    trials = deployed.trials(contract) if deployed else cases.plan(contract)
    checks = registry.chosen(contract, wanted.known) if deployed is None else ()
    running = deployed.connect(contract, settings, trials) if deployed else _running(contract, settings)
    name, started = contract.function.name, time.monotonic()
    lines = _Lines(name, Redacted(contract, redact=wanted.redact), said=wanted.as_json)
    wanted.observing.traces(contract)  # says what cannot be done before anything is started
    with console.progress(name, answering=wanted.as_json) as progress, running as deployment:
        checked = checking.Checked(deployment, trials, wanted.baseline)
        sent = _send(checked, trials, checks, wanted, lines, progress)
        if deployed is None and settings.backend == "localstack":
            found = comparing.compare(deployment, sent.verdicts, settings, progress.step)
            sent.reports.append(wanted.baseline.report(name, found))
            lines.report(sent.reports[-1])
    wanted.baseline.finish(name)
    run = Run(
        contract=contract,
        verdicts=tuple(sent.verdicts),
        reports=tuple(sent.reports),
        figures=sent.figures,
        seconds=time.monotonic() - started,
    )
    shown = lines.shown.run(run, repeating.keep_all(run, settings, redact=wanted.redact))
    wanted.say_observed(name, sent.observed)
    if wanted.says_text:
        for text in _report(shown):
            console.say(text)
    if sent.fuzzed is not None:
        wanted.say_fuzzed(name, sent.fuzzed)
    return shown, wanted.holds(sent.verdicts, sent.reports)


@contextlib.contextmanager
def _running(contract: Contract, settings: Settings) -> Iterator[Deployment]:
    """Run a contract's function; LocalStack, to deploy it into besides, is there whether its setup needs AWS or not."""
    from lambda_emulator.aws import starting
    from lambda_emulator.deployment import deploy

    with contextlib.ExitStack() as until:
        chosen = settings.backend == "localstack"
        backend = until.enter_context(starting.chosen(settings)) if chosen else None
        yield until.enter_context(deploy(contract, settings, backend=backend))


@dataclass(slots=True)
class _Sent:
    """What came of all that was sent to one function."""

    verdicts: list[Verdict] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    figures: Figures | None = None
    observed: Observed | None = None
    fuzzed: Fuzzed | None = None


def _send(
    checked: Checked,
    trials: Sequence[Trial],
    checks: Sequence[Check],
    wanted: gate.Gate,
    lines: _Lines,
    progress: console.Progress,
) -> _Sent:
    """Send a function all that it is to be judged by: its cases, what the checks want, what --fuzz draws."""
    from lambda_contracts.checks import budget

    from lambda_emulator import checking
    from lambda_emulator.environments.interpreter import lending

    deployment, sent = checked.deployment, _Sent()
    contract, name = deployment.contract, deployment.contract.function.name
    with lending():
        for number, trial in enumerate(trials, 1):
            progress.step(trial.id, number, len(trials))
            sent.verdicts.append(checked.verdict(trial))
            lines.verdict(sent.verdicts[-1])
    sent.figures = budget.figures(checked.subject)
    for number, check in enumerate(checks, 1):
        progress.step(f"check {check.name}", number, len(checks))
        sent.reports.append(checked.report(check))
        lines.report(sent.reports[-1])
    own = checking.on_lambda(sent.verdicts)
    if wanted.observing.traces(contract):
        sent.observed, found = wanted.observe(deployment, own, progress)
        sent.reports.append(wanted.baseline.report(name, found))
        lines.report(sent.reports[-1])
    if (fuzzed := wanted.fuzz(deployment, own, progress)) is not None:
        sent.fuzzed, found = fuzzed  # what it finds is known to no baseline
        sent.reports.append(found)
        lines.report(found)
    return sent


class _Lines:
    """What `--json` says while a function is checked, a line each, without secrets; nothing without `--json`."""

    def __init__(self, function: str, shown: Redacted, *, said: bool) -> None:
        self.shown = shown
        self._function = function
        self._said = said

    def verdict(self, verdict: Verdict) -> None:
        """Say what became of a trial."""
        from lambda_contracts.reports import structured

        if self._said:
            console.say_json({"function": self._function, **structured.verdict(self.shown.verdict(verdict))})

    def report(self, report: Report) -> None:
        """Say what a check found."""
        from lambda_contracts.reports import structured

        for line in structured.report(self.shown.report(report)) if self._said else ():
            console.say_json({"function": self._function, **line})


def _report(run: Run) -> Iterator[str]:
    from lambda_contracts.reports import text

    yield text.matrix(run.contract, run.verdicts, console.paint)
    yield ""
    yield from (f"{told}\n" for told in text.told(run.judged, run.reports, run.repeat, console.paint))
    yield text.summary(run.verdicts, run.seconds, console.paint, reports=run.reports, figures=run.figures)
