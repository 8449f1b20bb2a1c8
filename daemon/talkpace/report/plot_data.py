"""Axes with ticks, thinned series, and zone bands: plot data for HTML and for the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..training.effort_zones import Zone
from ..training.profile import Activity, AthleteProfile

Point = tuple[int, float]
"""time in ms, value"""

_TIME_STEPS_MIN = (1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720)
_UNBOUNDED_BPM = 10_000.0


@dataclass(frozen=True, slots=True)
class Axis:
    """A linear axis from `low` to `high` with labelled ticks."""

    low: float
    high: float
    ticks: Sequence[tuple[float, str]]

    def place(self, value: float) -> float:
        """Return the position as a fraction of the axis; values outside are clamped to 0 or 1."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


def number_axis(low: float, high: float, *, most: int = 6, decimals: int = 0, unit: str = "") -> Axis:
    """An axis from `low` to `high` with about `most` ticks in steps of 1, 2 or 5 times a power of ten.

    Raises ValueError unless `low` is less than `high`.
    """
    if not low < high:
        raise ValueError(f"axis has no length: {low} to {high}")
    rough = (high - low) / most
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * magnitude for factor in (1, 2, 5, 10) if factor * magnitude >= rough * (1 - 1e-9))
    step = max(step, 10.0**-decimals)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    ticks = [(at * step, f"{at * step:.{decimals}f}{unit}") for at in range(first, last + 1)]
    return Axis(low, high, ticks)


def time_axis(end_ms: int, *, most: int = 6) -> Axis:
    """An axis from 0 to `end_ms` (at least 1 s) with ticks labelled `h:mm`."""
    minutes = max(end_ms, 1000) / 60_000
    step = next((step for step in _TIME_STEPS_MIN if minutes / step <= most), None)
    if step is None:
        step = math.ceil(minutes / most / 1440) * 1440
    ticks = [
        (minute * 60_000.0, f"{minute // 60}:{minute % 60:02}")
        for minute in range(0, math.floor(minutes) + 1, step)
    ]
    return Axis(0, max(end_ms, 1000), ticks)


def split_at_gaps(points: Iterable[Point], longest_gap_ms: int) -> list[list[Point]]:
    """Split a series wherever two points are more than `longest_gap_ms` apart."""
    runs: list[list[Point]] = []
    last_ms: int | None = None
    for point in points:
        if last_ms is None or point[0] - last_ms > longest_gap_ms:
            runs.append([])
        runs[-1].append(point)
        last_ms = point[0]
    return runs


def thin(points: Sequence[Point], column_ms: float) -> list[Point]:
    """Reduce each column of a time-ordered series to first, lowest, highest and last point."""
    thinned: list[Point] = []
    column: list[Point] = []
    end_ms = float("-inf")
    for point in points:
        if point[0] >= end_ms:
            thinned += _extremes(column)
            column = []
            end_ms = (point[0] // column_ms + 1) * column_ms
        column.append(point)
    return thinned + _extremes(column)


def _extremes(column: list[Point]) -> list[Point]:
    if len(column) <= 4:
        return column
    places = {
        0,
        min(range(len(column)), key=lambda place: column[place][1]),
        max(range(len(column)), key=lambda place: column[place][1]),
        len(column) - 1,
    }
    return [column[place] for place in sorted(places)]


def zone_bands_bpm(profile: AthleteProfile) -> dict[Zone, tuple[float, float]]:
    """Lower and upper heart rate of each zone."""
    scale, zones = profile.scale, profile.zones
    bounds = [
        float(scale.base_bpm + bound * scale.span_bpm)
        for bound in (zones.conversational_from, zones.conversational_to, zones.hard_to)
    ]
    return dict(zip(Zone, pairwise([0.0, *bounds, _UNBOUNDED_BPM]), strict=True))


def ceilings_bpm(profile: AthleteProfile, activities: Iterable[tuple[int, str]]) -> list[tuple[int, float]]:
    """Turn the times (ms) at which activities begin into the times from which their ceilings hold."""
    scale = profile.scale
    return [
        (from_ms, float(scale.base_bpm + profile.ceilings[Activity(activity)] * scale.span_bpm))
        for from_ms, activity in activities
    ]
