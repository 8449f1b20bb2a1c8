"""Hearts that follow a breath as they are told: intervals whose swing is known."""

from __future__ import annotations

import math
from random import Random

from talkpace.practice.coherence import RR


def swinging(
    pace: float,
    minutes: float,
    *,
    mean_ms: float = 900,
    swing_ms: float = 80,
    noise_ms: float = 0,
    seed: int = 1,
) -> list[RR]:
    """Intervals that swing by a sine at this pace, and by chance."""
    chance, intervals, at_ms = Random(seed), [], 0.0
    while at_ms < minutes * 60_000:
        rr = mean_ms + swing_ms * math.sin(2 * math.pi * at_ms / 60_000 * pace) + chance.gauss(0, noise_ms)
        at_ms += rr
        intervals.append(RR(at_ms, rr))
    return intervals
