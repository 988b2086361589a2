"""What `lambdaproof check` is asked beside the cases: checks, fuzzing, a baseline."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_emulator.cli import console
from lambda_emulator.errors import UsageError

if TYPE_CHECKING:
    from lambda_contracts.baseline import Baseline
    from lambda_contracts.checks.cases import Verdict
    from lambda_contracts.checks.registry import Check, Report

    from lambda_emulator.deployment import Deployment
    from lambda_emulator.fuzzing import Fuzzed, Limit

SEEDS = 2**32


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One run's choices: the checks there are, how long to fuzz and from which seed, and what is known already."""

    known: tuple[Check, ...]
    baseline: Baseline
    update: bool = False
    limit: Limit | None = None
    seed: int = 0

    def fuzz(self, deployment: Deployment) -> tuple[Fuzzed, Report] | None:
        """Fuzz a function when that was asked for; keep the events that it fails on beside its contract."""
        from lambda_contracts.checks.registry import Report

        from lambda_emulator import fuzzing

        if self.limit is None:
            return None
        done = fuzzing.fuzz(deployment.contract, deployment.function.invoke, self.limit, seed=self.seed)
        kept = [verdict for failure in done.failures for verdict in fuzzing.save(deployment.contract, failure)]
        return done, Report(check="fuzz", verdicts=tuple(verdict for verdict in kept if not verdict.passed))

    def holds(self, verdicts: Sequence[Verdict], reports: Sequence[Report]) -> bool:
        """Whether a contract holds: all of it, or when the baseline is being written what no baseline keeps."""
        if self.update:
            return all(report.passed for report in reports if report.check == "fuzz")
        return all(verdict.passed for verdict in verdicts) and all(report.passed for report in reports)


def limits(fuzz: str | None, seed: int | None) -> tuple[Limit | None, int]:
    """Read `--fuzz` and `--seed`; without a seed one is drawn. Raises UsageError."""
    from lambda_emulator.fuzzing import Limit

    if fuzz is None and seed is not None:
        raise UsageError("--seed says where --fuzz starts.", hint="Type: --fuzz --seed N")
    chosen = random.randrange(SEEDS) if seed is None else seed  # noqa: S311  # no secret
    return Limit.parse(fuzz) if fuzz is not None else None, chosen


def say_fuzzed(function: str, done: Fuzzed, report: Report, *, as_json: bool) -> None:
    """Say what a search sent, how fast, and how to repeat it; as JSON also what it found."""
    from lambda_contracts.reports import structured

    if as_json:
        summary = {"check": "fuzz", "passed": report.passed, "seed": done.seed, "requests": done.requests}
        for line in (*structured.report(report), summary):
            console.say_json({"function": function, **line})
        return
    rate = done.events / max(done.seconds, 1e-9)
    sent = f"{done.requests:,} requests as {done.events:,} events, {rate:,.0f} events a second"
    console.say(f"fuzzed with {sent}; again: --seed {done.seed}")


def read_baseline(file: Path | None, *, update: bool) -> Baseline:
    """Return the known findings of a baseline file; none without one. Raises UsageError for a file that is none."""
    from lambda_contracts import baseline

    if file is None:
        if update:
            raise UsageError("--update-baseline needs a file.", hint="Type: --baseline FILE --update-baseline")
        return baseline.Baseline()
    try:
        return baseline.parse(file.read_bytes())
    except FileNotFoundError:
        if update:
            return baseline.Baseline()
        raise UsageError(f"There is no baseline {file}.", hint="Write it: --update-baseline") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{file} is no baseline: {error}.") from error


def settle_baseline(baseline: Baseline, file: Path | None, *, update: bool, as_json: bool) -> None:
    """Write the baseline, or say what has been fixed since it was written."""
    from lambda_contracts.baseline import dump

    if file is not None and update:
        file.write_text(dump(baseline.updated()), encoding="utf-8")
    elif not as_json:
        for line in _fixed(baseline, file):
            console.say(line)


def _fixed(baseline: Baseline, file: Path | None) -> Iterator[str]:
    fixed = baseline.fixed()
    for entry in fixed:
        yield f"fixed {entry.function} {entry.trial} {entry.code}".replace("  ", " ")
    if fixed:
        yield f"{len(fixed)} of {file} are fixed; take them out: --update-baseline"
