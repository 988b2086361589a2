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
class Timing:
    """How long an event took, in seconds, and the `init` before it where it was cold."""

    name: str
    seconds: float
    init: float | None = None
    passed: bool = True

    @classmethod
    def of(cls, verdict: Verdict) -> Timing:
        """Return that of a verdict."""
        outcome = verdict.outcome
        return cls(name=verdict.trial.id, seconds=outcome.duration, init=outcome.init_duration, passed=verdict.passed)

    @property
    def whole(self) -> float:
        """Seconds with the init."""
        return self.seconds + (self.init or 0)

    @property
    def cold(self) -> bool:
        """Whether an environment was started for it."""
        return self.init is not None


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


def plot(timings: Sequence[Timing], timeout: float) -> Plot:
    """Return the plot of a function's events; its timeout is in seconds. A cold event's time has its init in it."""
    times = [timing.whole for timing in timings]
    low = math.floor(math.log10(max(_LEAST, min([timeout, *times]))))
    high = math.ceil(math.log10(max([timeout, *times])))

    def height(seconds: float) -> float:
        share = (math.log10(max(_LEAST, seconds)) - low) / max(1, high - low)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)

    step = (WIDTH - LEFT - RIGHT) / max(1, len(timings))
    points = tuple(
        Point(
            x=round(LEFT + (number + 0.5) * step, 1),
            y=height(timing.whole),
            cold=timing.cold,
            passed=timing.passed,
            label=_label(timing),
        )
        for number, timing in enumerate(timings)
    )
    return Plot(
        points=points,
        ticks=tuple(Tick(y=height(10.0**power), label=told(10.0**power)) for power in range(low, high + 1)),
        timeout=Tick(y=height(timeout), label=f"timeout {told(timeout)}"),
        figures=tuple(filter(None, (_figures(timings, cold=True), _figures(timings, cold=False)))),
    )


def told(seconds: float) -> str:
    """Return a time to read: `12 ms`, `1.25 s`."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} µs"
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def _label(timing: Timing) -> str:
    parts = "" if timing.init is None else f", {told(timing.init)} of it init"
    return printable(f"{timing.name}: {told(timing.whole)}{parts}")


def _figures(timings: Sequence[Timing], *, cold: bool) -> Figures | None:
    times = sorted(timing.whole for timing in timings if timing.cold is cold)
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
