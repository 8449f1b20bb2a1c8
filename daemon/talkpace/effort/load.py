"""Training load of a session from the time held at each heart rate."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from .athlete import Sex

_MS_PER_MINUTE = 60_000

_BANISTER = {Sex.MALE: (0.64, 1.92), Sex.FEMALE: (0.86, 1.67), None: (0.75, 1.795)}
"""a and b; for an athlete whose sex isn't given the mean of both"""

_EDWARDS_BANDS = tuple(Fraction(tenths, 10) for tenths in range(5, 10))


def banister_trimp(
    held_ms: Mapping[int, int], *, resting_bpm: Fraction, maximum_bpm: Fraction, sex: Sex | None
) -> float:
    """Minutes x d x a x exp(b d) summed up, d the fraction of heart-rate reserve, 0 at least.

    `held_ms` maps a heart rate (bpm) to the time it was held. Morton, Fitz-Clarke and Banister (1990).
    """
    a, b = _BANISTER[sex]
    span = float(maximum_bpm - resting_bpm)
    load = 0.0
    for heart_rate in sorted(held_ms):
        reserve = max(0.0, float(heart_rate - resting_bpm) / span)
        load += held_ms[heart_rate] / _MS_PER_MINUTE * reserve * a * math.exp(b * reserve)
    return load


def edwards_trimp(held_ms: Mapping[int, int], *, maximum_bpm: Fraction) -> float:
    """Minutes in 50-60, 60-70, 70-80, 80-90 and 90-100 % of maximum, times 1 to 5. Edwards (1993).

    A band's lower bound is inside; what lies above the maximum counts as the highest band.
    """
    weighted_ms = sum(
        held * sum(heart_rate >= band * maximum_bpm for band in _EDWARDS_BANDS)
        for heart_rate, held in held_ms.items()
    )
    return weighted_ms / _MS_PER_MINUTE
