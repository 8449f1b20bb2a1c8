"""Three estimates of an athlete's aerobic threshold: DFA alpha 1, the talk test, and the fixed 70 %.

The threshold may be where alpha 1 falls through 0.75 while the heart rate rises slowly:
Rogers, Giles, Draper, Hoos and Gronwald (2021), "A new detection method defining the aerobic
threshold for endurance exercise and training prescription based on fractal correlation properties
of heart rate variability", Front. Physiol. 11:596567, who fit a line to alpha 1 over heart rate
where it falls from about 1.0 to 0.5 in an incremental test, and read the heart rate at 0.75. That reads
too high on average: 151 bpm for 141 (Eronen et al. 2024, medRxiv 2024.08.14.24311967, 64 people, error 10
± 16), 146 ± 22 for 131 ± 11 (Rogers et al. 2024, "Improving the agreement between the first heart rate
variability threshold and the gas exchange threshold", Int. J. Sports Physiol. Perform., doi
10.1123/ijspp.2024-0143, 14 people). With a personal value, halfway between the highest alpha 1 early in the
rise and 0.5, the latter found 132 ± 17 bpm. So studies favour the personal value, which is newer and rests on
fewer people. Both are advisory.

The criteria of such a rise are this project's own: at least 8 minutes, in which the heart
rate rises by 15 bpm or more, by no more than 5 bpm a minute, and never falls by more than 5 bpm below
the highest so far; alpha 1 of at least 10 windows within 0.25 of the value, on both sides of it, and
falling with heart rate (r of -0.5 or stronger). Early is the first third of a rise; where alpha 1 never
reaches 1.0 there, the rise began too hard to show a personal value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, median, stdev

from ..hrv.dfa import Alpha1Window
from .talk_test import TalkTestAnswer

THRESHOLD_ALPHA1 = 0.75
FIXED_EFFORT = 0.70

_FITTED_ALPHA1 = 0.25
"""on either side of the value: 1.0 to 0.5 around 0.75"""
_RANDOM_ALPHA1 = 0.5
"""of beats without correlation, as at high effort"""
_EARLY = 1 / 3
_MIN_EARLY_ALPHA1 = 1.0
_MIN_WINDOWS = 10
_MIN_R = 0.5
_MAX_PAUSE_MS = 60_000
_MIN_DURATION_MS = 8 * 60_000
_MIN_RISE_BPM = 15.0
_MAX_BPM_PER_MIN = 5.0
_MAX_DIP_BPM = 5.0
_MAX_CONTRADICTING = 1 / 3


@dataclass(frozen=True, slots=True)
class ThresholdCrossing:
    """The heart rate at which alpha 1 passed a value in one rise."""

    heart_rate: float
    """bpm"""
    error_bpm: float
    """standard error of the regression, converted to heart rate"""
    windows: int
    r: float
    """correlation of alpha 1 with heart rate"""
    alpha1: float = THRESHOLD_ALPHA1
    """the value passed"""


@dataclass(frozen=True, slots=True)
class ThresholdEstimate:
    """An effort (fraction) or heart rate (bpm) from several observations."""

    value: float
    spread: float | None
    """standard deviation, or the error of a single observation; None where unknown"""
    count: int


@dataclass(frozen=True, slots=True)
class TalkTestEstimate:
    """The effort up to which talking is comfortable, by the answers of the talk test."""

    answers: dict[TalkTestAnswer, int]
    highest_comfortable: float | None
    lowest_strained: float | None
    """lowest effort of an answer `strained` or `unable`"""
    estimate: ThresholdEstimate | None
    """None without answers on both sides, and where more than a third contradict it"""
    contradicting: int
    """number of answers on the wrong side of the best estimate"""


def find_slow_rises(windows: Sequence[Alpha1Window]) -> list[list[Alpha1Window]]:
    """Return the parts of a session in which heart rate rises slowly, by the criteria above."""
    rises: list[list[Alpha1Window]] = []
    rise: list[Alpha1Window] = []
    highest = 0.0
    for window in windows:
        if rise and (
            window.end_ms - rise[-1].end_ms > _MAX_PAUSE_MS or window.heart_rate < highest - _MAX_DIP_BPM
        ):
            rises.append(rise)
            rise = []
        if not rise:
            highest = window.heart_rate
        highest = max(highest, window.heart_rate)
        rise.append(window)
    rises.append(rise)
    return [slow for slow in (_from_lowest(rise) for rise in rises) if _is_slow_rise(slow)]


def _from_lowest(rise: list[Alpha1Window]) -> list[Alpha1Window]:
    """Return the part from the lowest heart rate to the highest after it."""
    if not rise:
        return rise
    start = min(range(len(rise)), key=lambda index: rise[index].heart_rate)
    end = max(range(start, len(rise)), key=lambda index: rise[index].heart_rate)
    return rise[start : end + 1]


def _is_slow_rise(rise: Sequence[Alpha1Window]) -> bool:
    if len(rise) < _MIN_WINDOWS:
        return False
    duration_ms = rise[-1].end_ms - rise[0].end_ms
    increase_bpm = rise[-1].heart_rate - rise[0].heart_rate
    return (
        duration_ms >= _MIN_DURATION_MS
        and increase_bpm >= _MIN_RISE_BPM
        and increase_bpm <= _MAX_BPM_PER_MIN * duration_ms / 60_000
    )


def personal_alpha1(rise: Sequence[Alpha1Window]) -> float | None:
    """Return the value halfway from the highest alpha 1 early in a rise to 0.5; None if it began too hard."""
    if not rise:
        return None
    early_ms = rise[0].end_ms + _EARLY * (rise[-1].end_ms - rise[0].end_ms)
    highest = max(one.alpha1 for one in rise if one.end_ms <= early_ms)
    return None if highest < _MIN_EARLY_ALPHA1 else (highest + _RANDOM_ALPHA1) / 2


def find_crossing(rise: Sequence[Alpha1Window], alpha1: float = THRESHOLD_ALPHA1) -> ThresholdCrossing | None:
    """Return where alpha 1 passes a value in a rise; None where it does not clearly."""
    low, high = alpha1 - _FITTED_ALPHA1, alpha1 + _FITTED_ALPHA1
    steep = [one for one in rise if low <= one.alpha1 <= high]
    if len(steep) < _MIN_WINDOWS or not min(one.alpha1 for one in steep) < alpha1 < max(
        one.alpha1 for one in steep
    ):
        return None
    rates, alphas = [one.heart_rate for one in steep], [one.alpha1 for one in steep]
    mean_rate, mean_alpha = mean(rates), mean(alphas)
    rate_squares = sum((rate - mean_rate) ** 2 for rate in rates)
    products = sum(
        (rate - mean_rate) * (alpha - mean_alpha) for rate, alpha in zip(rates, alphas, strict=True)
    )
    alpha_squares = sum((alpha - mean_alpha) ** 2 for alpha in alphas)
    if rate_squares <= 0 or alpha_squares <= 0:
        return None
    slope = products / rate_squares
    r = products / math.sqrt(rate_squares * alpha_squares)
    at_bpm = mean_rate + (alpha1 - mean_alpha) / slope if slope < 0 else math.inf
    if r > -_MIN_R or not min(rates) <= at_bpm <= max(rates):
        return None
    residual = max(0.0, alpha_squares - slope * products)
    error = math.sqrt(residual / (len(steep) - 2)) / abs(slope)
    return ThresholdCrossing(at_bpm, error, len(steep), r, alpha1)


def find_crossings(windows: Sequence[Alpha1Window]) -> list[ThresholdCrossing]:
    """Return the crossings of 0.75 of all rises of a session."""
    return [one for one in map(find_crossing, find_slow_rises(windows)) if one is not None]


def find_personal_crossings(windows: Sequence[Alpha1Window]) -> list[ThresholdCrossing]:
    """Return the crossings of each rise's personal value, of all rises of a session."""
    values = [(rise, personal_alpha1(rise)) for rise in find_slow_rises(windows)]
    found = [find_crossing(rise, alpha1) for rise, alpha1 in values if alpha1 is not None]
    return [one for one in found if one is not None]


def combine_crossings(
    crossings: Sequence[ThresholdCrossing], scale: Callable[[float], float] = float
) -> ThresholdEstimate | None:
    """Return the median over crossings, their heart rates converted by `scale`; None without any.

    The spread is that between rises, or the error within one, whichever is larger.
    """
    if not crossings:
        return None
    values = [scale(one.heart_rate) for one in crossings]
    within = median(
        (scale(one.heart_rate + one.error_bpm) - scale(one.heart_rate - one.error_bpm)) / 2
        for one in crossings
    )
    between = stdev(values) if len(values) > 1 else 0.0
    return ThresholdEstimate(median(values), max(within, between), len(values))


def estimate_from_talk_test(answers: Sequence[tuple[TalkTestAnswer, float]]) -> TalkTestEstimate:
    """Estimate from answers, each with the effort (fraction) at which it was given.

    The estimate is the effort with the fewest answers on its wrong side, or the middle of the range of
    such efforts; the spread is half of that range.
    """
    comfortable = sorted(effort for answer, effort in answers if answer is TalkTestAnswer.COMFORTABLE)
    strained = sorted(effort for answer, effort in answers if answer is not TalkTestAnswer.COMFORTABLE)
    counts = {one: sum(answer is one for answer, _ in answers) for one in TalkTestAnswer}
    estimate, contradicting = None, 0
    if comfortable and strained:
        points = sorted({*comfortable, *strained})
        middles = [(low + high) / 2 for low, high in pairwise(points)] or points
        misplaced = {
            middle: sum(effort > middle for effort in comfortable)
            + sum(effort < middle for effort in strained)
            for middle in middles
        }
        contradicting = min(misplaced.values())
        best = [index for index, middle in enumerate(middles) if misplaced[middle] == contradicting]
        low, high = points[best[0]], points[min(best[-1] + 1, len(points) - 1)]
        if contradicting <= _MAX_CONTRADICTING * len(answers):
            estimate = ThresholdEstimate((low + high) / 2, (high - low) / 2, len(answers))
    return TalkTestEstimate(
        answers=counts,
        highest_comfortable=comfortable[-1] if comfortable else None,
        lowest_strained=strained[0] if strained else None,
        estimate=estimate,
        contradicting=contradicting,
    )
