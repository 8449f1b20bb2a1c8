"""Synthetic RR intervals that swing at a pace."""

from __future__ import annotations

import math
from random import Random

from talkpace.habits.coherence import RR


def sine_intervals(
    pace: float,
    minutes: float,
    *,
    mean_ms: float = 900,
    swing_ms: float = 80,
    noise_ms: float = 0,
    seed: int = 1,
) -> list[RR]:
    """Return RR intervals with a sine at `pace` (per minute) and Gaussian noise; times in ms."""
    random, intervals, at_ms = Random(seed), [], 0.0
    while at_ms < minutes * 60_000:
        rr = mean_ms + swing_ms * math.sin(2 * math.pi * at_ms / 60_000 * pace) + random.gauss(0, noise_ms)
        at_ms += rr
        intervals.append(RR(at_ms, rr))
    return intervals
