"""How long events took, cold and warm, as figures and as the geometry of a plot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from lambda_contracts.checks.cases import Verdict
from lambda_contracts.reports.text import printable

WIDTH, HEIGHT = 720, 240
"""The plot, in pixels of its own."""
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 14, 34
_LEAST = 1e-5
"""Seconds: a shorter time is drawn there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One event: its place in the plot, and what it says."""

    x: float
    y: float
    cold: bool
    passed: bool
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A line across the plot at a time."""

    y: float
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Times of one kind, as texts."""

    name: str
    count: int
    least: str
    median: str
    p95: str
    most: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Everything to draw: times upwards on a logarithmic scale, events from left to right in the order sent."""

    points: tuple[Point, ...]
    ticks: tuple[Tick, ...]
    timeout: Tick
    figures: tuple[Figures, ...]


def plot(verdicts: Sequence[Verdict], timeout: float) -> Plot:
    """Return the plot of a run, whose function has a timeout in seconds. A cold event's time has its init in it."""
    times = [_seconds(verdict) for verdict in verdicts]
    low = math.floor(math.log10(max(_LEAST, min([timeout, *times]))))
    high = math.ceil(math.log10(max([timeout, *times])))

    def height(seconds: float) -> float:
        share = (math.log10(max(_LEAST, seconds)) - low) / max(1, high - low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    step = (WIDTH - LEFT - RIGHT) / max(1, len(verdicts))
    points = tuple(
        Point(
            x=round(LEFT + (number + 0.5) * step, 1),
            y=height(seconds),
            cold=_cold(verdict),
            passed=verdict.passed,
            label=_label(verdict, seconds),
        )
        for number, (verdict, seconds) in enumerate(zip(verdicts, times, strict=True))
    )
    return Plot(
        points=points,
        ticks=tuple(Tick(y=height(10.0**power), label=told(10.0**power)) for power in range(low, high + 1)),
        timeout=Tick(y=height(timeout), label=f"timeout {told(timeout)}"),
        figures=tuple(filter(None, (_figures(verdicts, cold=True), _figures(verdicts, cold=False)))),
    )


def told(seconds: float) -> str:
    """Return a time to read: `12 ms`, `1.25 s`."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} µs"
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def _cold(verdict: Verdict) -> bool:
    return verdict.outcome.init_duration is not None


def _seconds(verdict: Verdict) -> float:
    return verdict.outcome.duration + (verdict.outcome.init_duration or 0)


def _label(verdict: Verdict, seconds: float) -> str:
    init = verdict.outcome.init_duration
    parts = f", {told(init)} of it init" if init is not None else ""
    return printable(f"{verdict.trial.id}: {told(seconds)}{parts}")


def _figures(verdicts: Sequence[Verdict], *, cold: bool) -> Figures | None:
    times = sorted(_seconds(verdict) for verdict in verdicts if _cold(verdict) is cold)
    if not times:
        return None
    return Figures(
        name="cold, with init" if cold else "warm",
        count=len(times),
        least=told(times[0]),
        median=told(median(times)),
        p95=told(times[math.ceil(0.95 * len(times)) - 1]),
        most=told(times[-1]),
    )
