"""Three witnesses of an athlete's threshold: alpha 1, the talk test, and the fixed 70 %.

Where alpha 1 falls through 0.75 while the heart rate rises slowly, the aerobic threshold may be:
Rogers, Giles, Draper, Hoos and Gronwald (2021), "A new detection method defining the aerobic
threshold for endurance exercise and training prescription based on fractal correlation properties
of heart rate variability", Front. Physiol. 11:596567, who fit a line to alpha 1 over heart rate
where it falls from about 1.0 to 0.5 in an incremental test, and read the heart rate at 0.75. Studies
disagree on how well that works, so this is advice and no more.

What counts here as such a rise is this project's own choice: at least 8 minutes, in which the heart
rate rises by 15 bpm or more, by no more than 5 bpm a minute, and never falls by more than 5 bpm below
the highest so far; alpha 1 of at least 10 windows between 1.0 and 0.5, on both sides of 0.75, and
falling with heart rate (r of -0.5 or stronger).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, median, stdev

from ..effort.talk_test import Answer
from .dfa import Window

AT_ALPHA1 = 0.75
FIXED_EFFORT = 0.70

_HIGHEST, _LOWEST = 1.0, 0.5
_LEAST_WINDOWS = 10
_LEAST_R = 0.5
_LONGEST_PAUSE_MS = 60_000
_LEAST_MS = 8 * 60_000
_LEAST_RISE_BPM = 15.0
_FASTEST_BPM_PER_MIN = 5.0
_DIP_BPM = 5.0
_MOST_CONTRADICTING = 1 / 3


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where alpha 1 passed 0.75 in one rise."""

    heart_rate: float
    """bpm"""
    error_bpm: float
    """standard error of the regression, seen along heart rate"""
    windows: int
    r: float
    """correlation of alpha 1 with heart rate"""


@dataclass(frozen=True, slots=True)
class Estimate:
    """An effort (fraction) or heart rate (bpm) from several observations."""

    value: float
    spread: float | None
    """standard deviation; of a single one its own error; None where nothing is known of it"""
    count: int


@dataclass(frozen=True, slots=True)
class TalkEvidence:
    """What the talk test's answers say of the effort up to which talking is comfortable."""

    answers: dict[Answer, int]
    highest_comfortable: float | None
    lowest_strained: float | None
    """strained or unable"""
    estimate: Estimate | None
    """None until there are answers on either side, and where more than a third contradict"""
    contradicting: int
    """answers on the wrong side, however the efforts are divided"""


def rises(windows: Sequence[Window]) -> list[list[Window]]:
    """The stretches of a session in which heart rate rises slowly enough, by the head of this module."""
    found: list[list[Window]] = []
    rise: list[Window] = []
    highest = 0.0
    for window in windows:
        if rise and (
            window.end_ms - rise[-1].end_ms > _LONGEST_PAUSE_MS or window.heart_rate < highest - _DIP_BPM
        ):
            found.append(rise)
            rise = []
        if not rise:
            highest = window.heart_rate
        highest = max(highest, window.heart_rate)
        rise.append(window)
    found.append(rise)
    return [slow for slow in (_from_lowest(rise) for rise in found) if _is_slow_rise(slow)]


def _from_lowest(rise: list[Window]) -> list[Window]:
    """From the lowest heart rate on, and up to the highest."""
    if not rise:
        return rise
    start = min(range(len(rise)), key=lambda place: rise[place].heart_rate)
    end = max(range(start, len(rise)), key=lambda place: rise[place].heart_rate)
    return rise[start : end + 1]


def _is_slow_rise(rise: Sequence[Window]) -> bool:
    if len(rise) < _LEAST_WINDOWS:
        return False
    lasted_ms = rise[-1].end_ms - rise[0].end_ms
    rose_bpm = rise[-1].heart_rate - rise[0].heart_rate
    return (
        lasted_ms >= _LEAST_MS
        and rose_bpm >= _LEAST_RISE_BPM
        and rose_bpm <= _FASTEST_BPM_PER_MIN * lasted_ms / 60_000
    )


def crossing(rise: Sequence[Window]) -> Crossing | None:
    """Where alpha 1 passes 0.75 in a rise; None where it doesn't clearly."""
    steep = [one for one in rise if _LOWEST <= one.alpha1 <= _HIGHEST]
    if len(steep) < _LEAST_WINDOWS or not min(one.alpha1 for one in steep) < AT_ALPHA1 < max(
        one.alpha1 for one in steep
    ):
        return None
    rates, alphas = [one.heart_rate for one in steep], [one.alpha1 for one in steep]
    mean_rate, mean_alpha = mean(rates), mean(alphas)
    spread = sum((rate - mean_rate) ** 2 for rate in rates)
    shared = sum((rate - mean_rate) * (alpha - mean_alpha) for rate, alpha in zip(rates, alphas, strict=True))
    varied = sum((alpha - mean_alpha) ** 2 for alpha in alphas)
    if spread <= 0 or varied <= 0:
        return None
    slope, r = shared / spread, shared / math.sqrt(spread * varied)
    at_bpm = mean_rate + (AT_ALPHA1 - mean_alpha) / slope if slope < 0 else math.inf
    if r > -_LEAST_R or not min(rates) <= at_bpm <= max(rates):
        return None
    left = max(0.0, varied - slope * shared)
    error = math.sqrt(left / (len(steep) - 2)) / abs(slope)
    return Crossing(at_bpm, error, len(steep), r)


def crossings(windows: Sequence[Window]) -> list[Crossing]:
    """Of all rises of a session."""
    return [found for found in map(crossing, rises(windows)) if found is not None]


def estimate(found: Sequence[Crossing], scale: Callable[[float], float] = float) -> Estimate | None:
    """The median over rises, by `scale` of their heart rates; None without any.

    The spread is between rises, or the error within one, whichever is larger.
    """
    if not found:
        return None
    values = [scale(one.heart_rate) for one in found]
    within = median(
        (scale(one.heart_rate + one.error_bpm) - scale(one.heart_rate - one.error_bpm)) / 2 for one in found
    )
    between = stdev(values) if len(values) > 1 else 0.0
    return Estimate(median(values), max(within, between), len(values))


def talk_evidence(answers: Sequence[tuple[Answer, float]]) -> TalkEvidence:
    """What answers, each with the effort (fraction) at which it was given, say together.

    The estimate is the effort with the fewest answers on its wrong side, halfway where several have;
    its spread is half of how far they reach.
    """
    comfortable = sorted(effort for answer, effort in answers if answer is Answer.COMFORTABLE)
    strained = sorted(effort for answer, effort in answers if answer is not Answer.COMFORTABLE)
    counts = {one: sum(answer is one for answer, _ in answers) for one in Answer}
    found, wrong = None, 0
    if comfortable and strained:
        points = sorted({*comfortable, *strained})
        middles = [(low + high) / 2 for low, high in pairwise(points)] or points
        misplaced = {
            middle: sum(effort > middle for effort in comfortable)
            + sum(effort < middle for effort in strained)
            for middle in middles
        }
        wrong = min(misplaced.values())
        best = [place for place, middle in enumerate(middles) if misplaced[middle] == wrong]
        low, high = points[best[0]], points[min(best[-1] + 1, len(points) - 1)]
        if wrong <= _MOST_CONTRADICTING * len(answers):
            found = Estimate((low + high) / 2, (high - low) / 2, len(answers))
    return TalkEvidence(
        answers=counts,
        highest_comfortable=comfortable[-1] if comfortable else None,
        lowest_strained=strained[0] if strained else None,
        estimate=found,
        contradicting=wrong,
    )
