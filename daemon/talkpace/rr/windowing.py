"""What is done to the samples of a window before its spectrum is taken."""

from __future__ import annotations

import math
from collections.abc import Sequence


def without_trend(samples: Sequence[float]) -> list[float]:
    """Less their mean and the straight line of least squares; two samples at least."""
    count = len(samples)
    middle = (count - 1) / 2
    mean = sum(samples) / count
    spread = count * (count * count - 1) / 12
    slope = sum((place - middle) * value for place, value in enumerate(samples)) / spread
    return [value - mean - slope * (place - middle) for place, value in enumerate(samples)]


def hann(count: int) -> list[float]:
    """Weights that fade in and out, periodic in `count`, so that what is slower does not leak in."""
    return [0.5 - 0.5 * math.cos(math.tau * place / count) for place in range(count)]
