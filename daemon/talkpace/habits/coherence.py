"""Heart-rate coherence during paced breathing, and the pace with the largest heart-rate swing.

Heart rate rises with inhalation and falls with exhalation, so RR intervals swing at the pace of the breath.
Coherence is the share of their spectral power at that pace: P(pace ± 0.015 Hz) / P(0.0033 to 0.4 Hz).

Source: McCraty et al. 2009, The Coherent Heart. Window of 0.030 Hz, range of the total and 64 s of intervals
resampled at 2 Hz are theirs. They center the window on the highest peak from 0.04 to 0.26 Hz and give
peak / (total - peak), which is s / (1 - s) for a share s. Here the trend is removed first, and a Hann window
limits leakage from lower frequencies. A pure sine at the pace gives about 0.9.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import mul
from statistics import fmean, median, stdev
from typing import NamedTuple

from ..hrv.beats import Beat
from ..hrv.spectrum import detrend, hann_window

WINDOW_MS = 64_000
HALF_WIDTH_HZ = 0.015
TOTAL_HZ = (0.0033, 0.4)
PEAK_HZ = (0.04, 0.26)
LEAST_COVERAGE = 0.9
"""share of a window covered by usable intervals"""
MOST_ARTIFACTS = 0.05
"""share of artifacts among the intervals of a window"""
LEAST_BREATHS = 5
"""usable breaths, for a pace to be evaluated"""
LEAST_PACES = 3
"""evaluated paces, for one of them to be the best"""

_STEP_MS = 500
_PADDING = 4
"""zero padding: frequency steps are a quarter of 1/64 Hz"""
_CLEAR_LEAD = 2.0
"""standard errors by which the best pace has to lead"""


class RR(NamedTuple):
    """An RR interval; times in ms since the start of the exercise."""

    at_ms: float
    """end of the interval"""
    rr_ms: float
    artifact: bool = False


@dataclass(frozen=True, slots=True)
class Coherence:
    """Coherence of a window; of several, the mean share and the median peak."""

    share: float
    """share of the power at the pace, from 0 to 1"""
    peak_pace: float
    """pace (per minute) with the most power; another than the guided one if that is not followed"""


@dataclass(frozen=True, slots=True)
class PaceTrial:
    """Heart-rate swing at one pace."""

    pace: float
    swing_bpm: float | None
    """mean over the breaths of highest minus lowest heart rate; None with too few breaths"""
    error_bpm: float | None
    """standard error of that mean"""


@dataclass(frozen=True, slots=True)
class BestPace:
    """The pace with the largest heart-rate swing, and those that are not clearly worse."""

    pace: float
    swing_bpm: float
    similar: tuple[float, ...]
    """other paces whose swing is not clearly smaller"""

    @property
    def clear(self) -> bool:
        """Whether the pace is clearly better than every other."""
        return not self.similar


def rr_intervals(beats: Iterable[Beat]) -> list[RR]:
    """Time beats by their intervals (1 ms) instead of their arrival (about 1 s).

    The first beat, and the first after a gap, keep their time; the others follow by their intervals.
    """
    intervals: list[RR] = []
    for beat in beats:
        if intervals and not beat.lost_ms:
            at_ms = intervals[-1].at_ms + beat.rr_ms
        else:
            at_ms = max(float(beat.at_ms), intervals[-1].at_ms if intervals else 0.0)
        intervals.append(RR(at_ms, beat.rr_ms, beat.artifact))
    return intervals


def coherence(intervals: Sequence[RR], pace: float, end_ms: float) -> Coherence | None:
    """Compute the coherence of the 64 s up to `end_ms`; None with gaps or too many artifacts.

    `intervals` are sorted by time and may extend beyond the window.
    """
    start_ms = end_ms - WINDOW_MS
    # One more on either side, so that the edges of the window are between two beats.
    first = max(0, bisect_left(intervals, start_ms, key=_at) - 1)
    inside = intervals[first : bisect_right(intervals, end_ms, key=_at) + 1]
    good = [each for each in inside if not each.artifact]
    if len(inside) - len(good) > MOST_ARTIFACTS * len(inside) or not _covered(good, start_ms, end_ms):
        return None
    samples = _interpolated(good, start_ms)
    spectrum = _spectrum(list(map(mul, detrend(samples), hann_window(len(samples)))))
    total = sum(spectrum.values())
    if total <= 0:
        return None
    at_pace = sum(power for hz, power in spectrum.items() if abs(hz - pace / 60) <= HALF_WIDTH_HZ)
    peak_hz = max((hz for hz in spectrum if PEAK_HZ[0] <= hz <= PEAK_HZ[1]), key=spectrum.__getitem__)
    return Coherence(at_pace / total, peak_hz * 60)


def mean_coherence(intervals: Sequence[RR], pace: float, start_ms: float, end_ms: float) -> Coherence | None:
    """Average over windows that overlap by half, without those that have no value; None if none has."""
    ends = [start_ms + WINDOW_MS]
    while ends[-1] + WINDOW_MS / 2 <= end_ms:
        ends.append(ends[-1] + WINDOW_MS / 2)
    if ends[-1] > end_ms:
        return None
    if ends[-1] < end_ms:
        ends.append(end_ms)
    windows = [each for each in (coherence(intervals, pace, end) for end in ends) if each is not None]
    if not windows:
        return None
    shares, peaks = zip(*((window.share, window.peak_pace) for window in windows), strict=True)
    return Coherence(fmean(shares), median(peaks))


def pace_trial(intervals: Sequence[RR], pace: float, breaths: Sequence[tuple[int, int]]) -> PaceTrial:
    """Evaluate breaths (start, end in ms) at a pace, without the first one, in which the heart settles."""
    evaluated = breaths[1:]
    swings = [swing for swing in (_swing(intervals, *breath) for breath in evaluated) if swing is not None]
    enough = len(swings) >= LEAST_BREATHS
    return PaceTrial(
        pace=pace,
        swing_bpm=fmean(swings) if enough else None,
        error_bpm=stdev(swings) / math.sqrt(len(swings)) if enough else None,
    )


def best_pace(trials: Sequence[PaceTrial]) -> BestPace | None:
    """Return the pace with the largest swing (Lehrer's protocol); None with too few evaluated paces.

    The protocol uses more signs, with a breath sensor; here only the heart is measured. A pace is similar to
    the best one if their means differ by less than two standard errors.
    """
    evaluated = [(each.swing_bpm, each.error_bpm, each.pace) for each in trials if each.swing_bpm is not None]
    if len(evaluated) < LEAST_PACES:
        return None
    swing, error, pace = max(evaluated)
    similar = tuple(
        sorted(
            other_pace
            for other, other_error, other_pace in evaluated
            if other_pace != pace and swing - other < _CLEAR_LEAD * math.hypot(error or 0, other_error or 0)
        )
    )
    return BestPace(pace, swing, similar)


def _at(interval: RR) -> float:
    return interval.at_ms


def _covered(good: Sequence[RR], start_ms: float, end_ms: float) -> bool:
    covered = sum(max(0.0, min(each.at_ms, end_ms) - max(each.at_ms - each.rr_ms, start_ms)) for each in good)
    return covered >= LEAST_COVERAGE * (end_ms - start_ms)


def _interpolated(good: Sequence[RR], start_ms: float) -> list[float]:
    """Interpolate linearly at 2 Hz; constant before the first and after the last beat."""
    values: list[float] = []
    place = 0
    for number in range(WINDOW_MS // _STEP_MS):
        now_ms = start_ms + number * _STEP_MS
        while place + 1 < len(good) and good[place + 1].at_ms <= now_ms:
            place += 1
        here = good[place]
        after = good[min(place + 1, len(good) - 1)]
        width_ms = after.at_ms - here.at_ms
        share = 0.0 if width_ms <= 0 else min(1.0, max(0.0, (now_ms - here.at_ms) / width_ms))
        values.append(here.rr_ms + share * (after.rr_ms - here.rr_ms))
    return values


def _spectrum(values: Sequence[float]) -> dict[float, float]:
    """Power by frequency (Hz) in the range of the total, in arbitrary units."""
    step_hz = 1000 / WINDOW_MS / _PADDING
    first, last = math.ceil(TOTAL_HZ[0] / step_hz), math.floor(TOTAL_HZ[1] / step_hz)
    return {
        number * step_hz: _power(values, 2 * math.pi * number * step_hz * _STEP_MS / 1000)
        for number in range(first, last + 1)
    }


def _power(values: Sequence[float], radians: float) -> float:
    """Power of one frequency (Goertzel 1958)."""
    twice = 2 * math.cos(radians)
    before = now = 0.0
    for value in values:
        before, now = now, value + twice * now - before
    return before * before + now * now - twice * before * now


def _swing(intervals: Sequence[RR], start_ms: float, end_ms: float) -> float | None:
    """Highest minus lowest heart rate of a breath; None if a beat is missing or an artifact."""
    first = bisect_right(intervals, start_ms, key=_at)
    inside = intervals[first : bisect_right(intervals, end_ms, key=_at)]
    if not inside or any(each.artifact for each in inside):
        return None
    covered = sum(each.rr_ms for each in inside)
    if abs(covered - (end_ms - start_ms)) > max(each.rr_ms for each in inside):
        return None
    return 60_000 / min(each.rr_ms for each in inside) - 60_000 / max(each.rr_ms for each in inside)
