"""Places on a plot: values become fractions of its width or height, and round ones are labelled."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_TIME_STEPS_MIN = (1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720)


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high`, with labels at some values."""

    low: float
    high: float
    ticks: Sequence[tuple[float, str]]

    def place(self, value: float) -> float:
        """0 at `low`, 1 at `high`; what lies outside is put at the edge."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


def number_axis(low: float, high: float, *, most: int = 6, decimals: int = 0, unit: str = "") -> Axis:
    """Exactly from `low` to `high`, with at most `most` round values (steps of 1, 2 or 5) labelled."""
    if not low < high:
        raise ValueError("an axis needs a length")
    rough = (high - low) / most
    magnitude = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * magnitude for factor in (1, 2, 5, 10) if factor * magnitude >= rough * (1 - 1e-9))
    step = max(step, 10.0**-decimals)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    ticks = [(at * step, f"{at * step:.{decimals}f}{unit}") for at in range(first, last + 1)]
    return Axis(low, high, ticks)


def time_axis(end_ms: int, *, most: int = 6) -> Axis:
    """From a session's start to `end_ms`, labelled in hours and minutes."""
    minutes = max(end_ms, 1000) / 60_000
    step = next((step for step in _TIME_STEPS_MIN if minutes / step <= most), None)
    if step is None:
        step = math.ceil(minutes / most / 1440) * 1440
    ticks = [(minute * 60_000.0, _clock(minute)) for minute in range(0, math.floor(minutes) + 1, step)]
    return Axis(0, max(end_ms, 1000), ticks)


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"
