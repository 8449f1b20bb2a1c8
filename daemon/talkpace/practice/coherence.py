"""Heart-rate coherence while breathing at a pace, and which pace suited best.

A heart that follows the breath beats quicker while it goes in and slower while it goes out, so RR
intervals swing at the pace of the breath. Coherence is the share of their spectral power that lies at
that pace: P(pace ± 0.015 Hz) / P(0.0033 to 0.4 Hz). The window of 0.030 Hz and the range of the total are
those of McCraty et al. (2009, The Coherent Heart), who put the window on the highest peak between 0.04
and 0.26 Hz and give peak / (total - peak); a share s is their s / (1 - s). Like theirs the spectrum is of
64 s, of intervals interpolated twice a second; the trend is taken out first, and a Hann window keeps
what is slower from leaking in. A pure wave at the pace comes to about 0.9.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import mul
from statistics import fmean, median, stdev
from typing import NamedTuple

from ..rr.beats import Beat
from ..rr.windowing import hann, without_trend

WINDOW_MS = 64_000
HALF_WIDTH_HZ = 0.015
TOTAL_HZ = (0.0033, 0.4)
PEAK_HZ = (0.04, 0.26)
LEAST_COVERAGE = 0.9
"""of a window by intervals that can be used"""
MOST_ARTIFACTS = 0.05
"""of the intervals of a window"""
LEAST_BREATHS = 5
"""that can be used, for a pace to be judged"""
LEAST_PACES = 3
"""that could be judged, for one of them to be called the best"""

_STEP_MS = 500
_PADDING = 4
"""the spectrum is read four times as finely as 64 s would give it"""
_CLEAR = 2.0
"""standard errors by which the best pace must lead"""


class RR(NamedTuple):
    """An interval between two beats, on the exercise's time."""

    at_ms: float
    """when it ended"""
    rr_ms: float
    artifact: bool = False


@dataclass(frozen=True, slots=True)
class Coherence:
    """Of one window, or of several: the mean of their shares, the median of their peaks."""

    share: float
    """of the power that lies at the pace, from 0 to 1"""
    peak_pace: float
    """breaths a minute at which most of the power lies: who follows another pace shows it here"""


@dataclass(frozen=True, slots=True)
class Trial:
    """What the heart did at one pace."""

    pace: float
    swing_bpm: float | None
    """mean over its breaths of the highest less the lowest heart rate; None with too few of them"""
    error_bpm: float | None
    """the standard error of that mean"""


@dataclass(frozen=True, slots=True)
class Suited:
    """The pace at which the heart rate swung most, and how sure that is."""

    pace: float
    swing_bpm: float
    close: tuple[float, ...]
    """other paces whose swing was not clearly smaller"""

    @property
    def clear(self) -> bool:
        """Whether one pace stands out."""
        return not self.close


def intervals_of(beats: Iterable[Beat]) -> list[RR]:
    """Beats on an even time: a strap's arrivals tell each to about a second, their intervals to a ms.

    The first beat, and the first after a gap, stand where they were placed; the others follow by their
    intervals.
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
    """Of the 64 s up to `end_ms`; None where they are not covered, or too much of them is artifact.

    `intervals` are in the order of time and may reach further in both directions.
    """
    start_ms = end_ms - WINDOW_MS
    # One more on either side, so that the window's edges lie between two beats.
    first = max(0, bisect_left(intervals, start_ms, key=_at) - 1)
    inside = intervals[first : bisect_right(intervals, end_ms, key=_at) + 1]
    good = [each for each in inside if not each.artifact]
    if len(inside) - len(good) > MOST_ARTIFACTS * len(inside) or not _covered(good, start_ms, end_ms):
        return None
    samples = _interpolated(good, start_ms)
    spectrum = _spectrum(list(map(mul, without_trend(samples), hann(len(samples)))))
    total = sum(spectrum.values())
    if total <= 0:
        return None
    at_pace = sum(power for hz, power in spectrum.items() if abs(hz - pace / 60) <= HALF_WIDTH_HZ)
    peak_hz = max((hz for hz in spectrum if PEAK_HZ[0] <= hz <= PEAK_HZ[1]), key=spectrum.__getitem__)
    return Coherence(at_pace / total, peak_hz * 60)


def mean_coherence(intervals: Sequence[RR], pace: float, start_ms: float, end_ms: float) -> Coherence | None:
    """The mean over windows that overlap by half, of those that can be judged; None where none can."""
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


def trial(intervals: Sequence[RR], pace: float, breaths: Sequence[tuple[int, int]]) -> Trial:
    """What the heart did during these breaths (beginning and end), the first of which is left to settle."""
    judged = breaths[1:]
    swings = [swing for swing in (_swing(intervals, *breath) for breath in judged) if swing is not None]
    enough = len(swings) >= LEAST_BREATHS
    return Trial(
        pace=pace,
        swing_bpm=fmean(swings) if enough else None,
        error_bpm=stdev(swings) / math.sqrt(len(swings)) if enough else None,
    )


def suited_best(trials: Sequence[Trial]) -> Suited | None:
    """The pace with the largest swing, as Lehrer's protocol has it; None where too few could be judged.

    The protocol looks at several signs, with a sensor for the breath; this one has the heart alone. A
    pace is close to the best where the two means differ by less than two standard errors.
    """
    judged = [(each.swing_bpm, each.error_bpm, each.pace) for each in trials if each.swing_bpm is not None]
    if len(judged) < LEAST_PACES:
        return None
    swing, error, pace = max(judged)
    close = tuple(
        sorted(
            other_pace
            for other, other_error, other_pace in judged
            if other_pace != pace and swing - other < _CLEAR * math.hypot(error or 0, other_error or 0)
        )
    )
    return Suited(pace, swing, close)


def _at(interval: RR) -> float:
    return interval.at_ms


def _covered(good: Sequence[RR], start_ms: float, end_ms: float) -> bool:
    covered = sum(max(0.0, min(each.at_ms, end_ms) - max(each.at_ms - each.rr_ms, start_ms)) for each in good)
    return covered >= LEAST_COVERAGE * (end_ms - start_ms)


def _interpolated(good: Sequence[RR], start_ms: float) -> list[float]:
    """Intervals twice a second, on straight lines between beats; level before the first, after the last."""
    values: list[float] = []
    place = 0
    for number in range(WINDOW_MS // _STEP_MS):
        now_ms = start_ms + number * _STEP_MS
        while place + 1 < len(good) and good[place + 1].at_ms <= now_ms:
            place += 1
        here = good[place]
        after = good[min(place + 1, len(good) - 1)]
        width_ms = after.at_ms - here.at_ms
        done = 0.0 if width_ms <= 0 else min(1.0, max(0.0, (now_ms - here.at_ms) / width_ms))
        values.append(here.rr_ms + done * (after.rr_ms - here.rr_ms))
    return values


def _spectrum(values: Sequence[float]) -> dict[float, float]:
    """Power by frequency in Hz, over the total's range; only the proportions count."""
    step_hz = 1000 / WINDOW_MS / _PADDING
    first, last = math.ceil(TOTAL_HZ[0] / step_hz), math.floor(TOTAL_HZ[1] / step_hz)
    return {
        number * step_hz: _power(values, 2 * math.pi * number * step_hz * _STEP_MS / 1000)
        for number in range(first, last + 1)
    }


def _power(values: Sequence[float], radians: float) -> float:
    """Of one frequency, after Goertzel (1958)."""
    twice = 2 * math.cos(radians)
    before = now = 0.0
    for value in values:
        before, now = now, value + twice * now - before
    return before * before + now * now - twice * before * now


def _swing(intervals: Sequence[RR], start_ms: float, end_ms: float) -> float | None:
    """The highest less the lowest heart rate within a breath; None where a beat is missing or an artifact."""
    first = bisect_right(intervals, start_ms, key=_at)
    inside = intervals[first : bisect_right(intervals, end_ms, key=_at)]
    if not inside or any(each.artifact for each in inside):
        return None
    covered = sum(each.rr_ms for each in inside)
    if abs(covered - (end_ms - start_ms)) > max(each.rr_ms for each in inside):
        return None
    return 60_000 / min(each.rr_ms for each in inside) - 60_000 / max(each.rr_ms for each in inside)
