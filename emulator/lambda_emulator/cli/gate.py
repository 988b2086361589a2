"""What `lambdaproof check` is asked beside the cases: checks, fuzzing, a baseline, tracing."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_emulator.cli import console
from lambda_emulator.errors import UsageError

if TYPE_CHECKING:
    from lambda_contracts.baseline import Baseline
    from lambda_contracts.checks.cases import Verdict
    from lambda_contracts.checks.registry import Check, Report
    from lambda_contracts.tracing.observed import Observed

    from lambda_emulator.deployment import Deployment
    from lambda_emulator.fuzzing import Fuzzed, Limit
    from lambda_emulator.observing import Observing
    from lambda_emulator.settings import Settings

SEEDS = 2**32


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One run's choices.

    `known` are the checks there are, `limit` how long to fuzz and `seed` from where, `baseline` what is known already,
    read from `baseline_file`, `observing` whether to trace. `redact` takes secrets out of what is shown; `says_text` is
    false when stdout is a report's own.
    """

    known: tuple[Check, ...]
    baseline: Baseline
    baseline_file: Path | None
    update_baseline: bool
    limit: Limit | None
    seed: int
    observing: Observing
    redact: bool
    as_json: bool
    says_text: bool

    def fuzz(
        self, deployment: Deployment, verdicts: Sequence[Verdict], progress: console.Progress
    ) -> tuple[Fuzzed, Report] | None:
        """Fuzz a function when that was asked for; keep the events that it fails on beside its contract.

        `verdicts` are those of its cases: what it reads of them is what is changed, unless tracing is turned off.
        """
        from lambda_contracts.checks.registry import Report

        from lambda_emulator import fuzzing, observing

        if self.limit is None:
            return None
        reads = None if self.observing.trace is False else observing.reads(deployment, verdicts, progress.step)
        until = f"{self.limit.seconds:g} s" if self.limit.seconds < inf else f"{self.limit.requests:,} requests"
        invoke = progress.counting(f"fuzz until {until}", deployment.function.invoke)
        done = fuzzing.fuzz(deployment.contract, invoke, self.limit, seed=self.seed, observed=reads)
        kept = [verdict for failure in done.failures for verdict in fuzzing.save(deployment.contract, failure)]
        return done, Report(check="fuzz", verdicts=tuple(verdict for verdict in kept if not verdict.passed))

    def say_fuzzed(self, function: str, done: Fuzzed) -> None:
        """Say what a search sent, how fast, and how to repeat it."""
        if self.as_json:
            console.say_json({"function": function, "check": "fuzz", "seed": done.seed, "requests": done.requests})
        elif self.says_text:
            rate = done.events / max(done.seconds, 1e-9)
            sent = f"{done.requests:,} requests as {done.events:,} events, {rate:,.0f} events a second"
            console.say(f"fuzzed with {sent}; again: --seed {done.seed}")

    def observe(
        self, deployment: Deployment, verdicts: Sequence[Verdict], progress: console.Progress
    ) -> tuple[Observed | None, Report]:
        """Find out what the handler reads, and compare it with observed.json, or write that."""
        from lambda_emulator import observing

        found, differs = observing.watch(deployment, verdicts, progress.step)
        return found, observing.report(deployment.contract, found, differs, update=self.observing.update)

    def say_observed(self, function: str, found: Observed | None) -> None:
        """Say what a handler reads, where that was asked for."""
        from lambda_contracts.reports import observed

        if found is None or not self.observing.trace:
            return
        if self.as_json:
            console.say_json({"function": function, "observed": found.document()})
        elif self.says_text:
            console.say(observed.text(function, found, console.paint) + "\n")

    def settle_baseline(self) -> None:
        """Write the baseline, or say what has been fixed since it was written."""
        from lambda_contracts.baseline import dump

        if self.baseline_file is not None and self.update_baseline:
            self.baseline_file.write_text(dump(self.baseline.updated()), encoding="utf-8")
        elif self.says_text:
            for line in _fixed(self.baseline, self.baseline_file):
                console.say(line)

    def holds(self, verdicts: Sequence[Verdict], reports: Sequence[Report]) -> bool:
        """Whether a contract holds: all of it, or when the baseline is being written what no baseline keeps."""
        if self.update_baseline:
            return all(report.passed for report in reports if report.check == "fuzz")
        return all(verdict.passed for verdict in verdicts) and all(report.passed for report in reports)


def resolve(
    settings: Settings,
    *,
    stdout_taken: bool,
    remote: bool,
    as_json: bool,
    fuzz: str | None,
    seed: int | None,
    baseline: Path | None,
    update_baseline: bool,
    trace: bool | None,
    update_observed: bool,
    no_redact: bool,
) -> Gate:
    """Make one run's choices of the command's options. Raises UsageError for what cannot be done."""
    from lambda_emulator import checking
    from lambda_emulator.observing import Observing

    if remote and (fuzz is not None or trace or update_observed):
        hint = "Leave out --fuzz, --trace and --update-observed."
        raise UsageError("--remote sends the safe cases alone, and each once.", hint=hint)
    limit, first = limits(fuzz, seed)
    return Gate(
        known=checking.known(settings),
        baseline=read_baseline(baseline, update=update_baseline),
        baseline_file=baseline,
        update_baseline=update_baseline,
        limit=limit,
        seed=first,
        observing=Observing(trace=False if remote else trace, update=update_observed),
        redact=not no_redact,
        as_json=as_json,
        says_text=not as_json and not stdout_taken,
    )


def limits(fuzz: str | None, seed: int | None) -> tuple[Limit | None, int]:
    """Read `--fuzz` and `--seed`; without a seed one is drawn. Raises UsageError."""
    from lambda_emulator.fuzzing import Limit

    if fuzz is None and seed is not None:
        raise UsageError("--seed says where --fuzz starts.", hint="Type: --fuzz --seed N")
    chosen = random.randrange(SEEDS) if seed is None else seed  # noqa: S311  # no secret
    return Limit.parse(fuzz) if fuzz is not None else None, chosen


def read_baseline(file: Path | None, *, update: bool) -> Baseline:
    """Return the known findings of a baseline file; none without one. Raises UsageError, BaselineError."""
    from lambda_contracts import baseline

    if file is not None:
        return baseline.load(file, new=update)
    if update:
        raise UsageError("--update-baseline needs a file.", hint="Type: --baseline FILE --update-baseline")
    return baseline.Baseline()


def _fixed(baseline: Baseline, file: Path | None) -> Iterator[str]:
    fixed = baseline.fixed()
    for entry in fixed:
        yield f"fixed {entry.function} {entry.trial} {entry.code}".replace("  ", " ")
    if fixed:
        yield f"{len(fixed)} of {file} are fixed; take them out: --update-baseline"
