"""One HTML page that needs nothing else: the matrix, events and answers side by side, and times.

It has no script, and its policy forbids any, so that what a handler answers cannot run.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from msgspec import UNSET

from lambda_contracts.checks.cases import Verdict, body_value
from lambda_contracts.checks.registry import Report
from lambda_contracts.finding import Finding, Severity
from lambda_contracts.http import Response
from lambda_contracts.matching import differences
from lambda_contracts.payloads import parse
from lambda_contracts.reports.latency import HEIGHT, LEFT, RIGHT, WIDTH, Plot, Timing, plot, told
from lambda_contracts.reports.run import Folders, Run, place
from lambda_contracts.reports.sides import Side, alone, answer_lines, beside, cut, json_lines
from lambda_contracts.reports.text import alike, cell, change, columns, printable, summary


def _escaped(value: Any) -> Any:
    """Escape what a page cannot hold, in every text that the template writes but for markup of its own."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return "\n".join(printable(line) for line in value.split("\n"))
    return value


_TEMPLATES = Environment(
    loader=PackageLoader("lambda_contracts.reports"),
    autoescape=True,
    finalize=_escaped,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["change"] = change


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A finding, and where it points."""

    finding: Finding
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trial:
    """A trial as the page shows it. `pairs` are sides that stand beside each other.

    `first` says that it is the one to read of the failures that are alike.
    """

    anchor: str
    verdict: Verdict
    cell: str
    colour: str
    first: bool
    time: str
    found: tuple[_Found, ...]
    pairs: tuple[tuple[Side, ...], ...]
    log: tuple[str, ...]
    repeat: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A case: a row of the matrix."""

    name: str
    trials: tuple[_Trial, ...]

    @property
    def known(self) -> int:
        return sum(trial.colour == "known" for trial in self.trials)

    @property
    def failed(self) -> int:
        return sum(not trial.verdict.passed for trial in self.trials)

    def of(self, shape: str) -> _Trial | None:
        """Return the trial that the matrix shows of a shape: one that failed, if any."""
        sent = [trial for trial in self.trials if trial.verdict.trial.shape == shape]
        return min(sent, key=lambda trial: trial.verdict.passed, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Check:
    """What another check than the cases found."""

    report: Report
    found: tuple[_Found, ...]
    trials: tuple[_Trial, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Section:
    """A contract as the page shows it: its matrix, its cases with their trials, its times."""

    anchor: str
    run: Run
    file: str
    shapes: tuple[str, ...]
    cases: tuple[_Case, ...]
    checks: tuple[_Check, ...]
    plot: Plot
    summary: str


def html(runs: Sequence[Run], folders: Folders) -> str:
    """Return the page. Needs the extra `html`."""
    sections = [_section(number, run, folders) for number, run in enumerate(runs, 1)]
    box = {"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT}
    return _TEMPLATES.get_template("report.html").render(sections=sections, box=box)


def _section(number: int, run: Run, folders: Folders) -> _Section:
    rows: dict[str, list[Verdict]] = {}
    for verdict in run.verdicts:
        rows.setdefault(verdict.trial.case.name, []).append(verdict)
    checks = enumerate(run.reports, 1)
    return _Section(
        anchor=f"f{number}",
        run=run,
        file=folders.name(run.contract.file),
        shapes=tuple(columns(run.contract, run.verdicts)),
        cases=tuple(
            _Case(name=name, trials=_trials(f"f{number}-{place}", run, row, folders))
            for place, (name, row) in enumerate(rows.items(), 1)
        ),
        checks=tuple(_check(f"f{number}-c{place}", run, report, folders) for place, report in checks),
        plot=plot([Timing.of(verdict) for verdict in run.verdicts], run.contract.function.timeout),
        summary=summary(run.verdicts, run.seconds, reports=run.reports, figures=run.figures),
    )


def _check(anchor: str, run: Run, report: Report, folders: Folders) -> _Check:
    found = tuple(_found(run, None, finding, folders) for finding in report.findings)
    return _Check(report=report, found=found, trials=_trials(anchor, run, report.verdicts, folders))


def _trials(anchor: str, run: Run, row: Sequence[Verdict], folders: Folders) -> tuple[_Trial, ...]:
    """Return trials of one case or check; one of those that failed alike is to be read."""
    heads = [group[0] for group in alike(row)]
    trials = []
    for number, verdict in enumerate(row, 1):
        outcome, colour = verdict.outcome, _colour(verdict)
        init = f", init {told(outcome.init_duration)}" if outcome.init_duration else ""
        trials.append(
            _Trial(
                anchor=f"{anchor}-{number}",
                verdict=verdict,
                cell=f"{verdict.response.status} known" if colour == "known" else cell(verdict)[0],
                colour=colour,
                first=any(verdict is head for head in heads),
                time=told(outcome.duration) + init,
                found=tuple(_found(run, verdict, finding, folders) for finding in verdict.findings),
                pairs=_pairs(row, verdict),
                log=tuple(cut(outcome.log[-50:])),
                repeat=run.repeat.get(verdict.trial.id, {}),
            )
        )
    return tuple(trials)


def _found(run: Run, verdict: Verdict | None, finding: Finding, folders: Folders) -> _Found:
    file, line = place(run, verdict, finding)
    return _Found(finding=finding, where=f"{folders.name(file)}:{line}")


def _colour(verdict: Verdict) -> str:
    if not verdict.passed:
        return "bad"
    if any(finding.known for finding in verdict.findings):
        return "known"
    return "warn" if _warned(verdict) else "good"


def _warned(verdict: Verdict) -> bool:
    return any(finding.severity is Severity.WARNING for finding in verdict.findings)


def _pairs(row: Sequence[Verdict], verdict: Verdict) -> tuple[tuple[Side, ...], ...]:
    """Return what stands beside what: a failure beside the same case in a shape that holds, else what it should be."""
    event, answer = json_lines(verdict.trial.event), answer_lines(verdict.response)
    shape = verdict.trial.shape
    if verdict.passed:
        return ((alone("event", event), alone("answer", answer)),)
    returned = alone(f"what the function returned ({verdict.outcome.kind})", _payload_lines(verdict))
    name = verdict.trial.case.name
    alikes = (other for other in row if other.trial.case.name == name and other.passed and not _warned(other))
    holds = next(alikes, None)
    if holds is not None:
        other = holds.trial.shape
        return (
            beside(f"event as {other}, which holds", json_lines(holds.trial.event), f"event as {shape}", event),
            beside(f"answer to {other}", answer_lines(holds.response), f"answer to {shape}", answer),
            (returned,),
        )
    asked = _asked(verdict)
    if asked == verdict.response:
        return ((alone("event", event), alone("answer", answer)), (returned,))
    return (
        (alone("event", event), returned),
        beside("answer that the contract asks for", answer_lines(asked), "answer", answer),
    )


def _asked(verdict: Verdict) -> Response:
    """Return the answer as the contract asks for it: like the one that came, but for what is wrong with it."""
    case, response = verdict.trial.case, verdict.response
    status = response.status if case.status is None else case.status
    if case.body is UNSET:
        return replace(response, status=status)
    return replace(response, status=status, body=json.dumps(_right(case.body, body_value(response))).encode())


def _right(expected: Any, actual: Any) -> Any:
    """Return what a body would have to be: the actual value where it holds, else the expected one."""
    if not list(differences(expected, actual)):
        return actual
    if isinstance(expected, dict) and isinstance(actual, dict) and not any(key.startswith("$") for key in expected):
        return {**actual, **{key: _right(value, actual.get(key)) for key, value in expected.items()}}
    return expected


def _payload_lines(verdict: Verdict) -> list[str]:
    try:
        return json_lines(parse(verdict.outcome.payload))
    except (ValueError, RecursionError):
        return cut(verdict.outcome.payload.decode("utf-8", "replace").split("\n"))
