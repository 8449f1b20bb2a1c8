"""Classifies beats as normal or artifacts, after Lipponen and Tarvainen (2019).

J. A. Lipponen and M. P. Tarvainen, "A robust algorithm for heart rate variability time series
artefact correction using novel beat classification", J. Med. Eng. Technol. 43(3), 2019. Each
interval's step from the one before, and its distance from the median of the 11 around it, are
compared with thresholds that follow the spread of the 91 around it, in the order of the paper's
figure 1. Where the paper leaves a choice this follows NeuroKit2, except at the beginning of a
series, where NeuroKit2 makes up an interval.

A step across a gap counts as 0. The last two beats of a series cannot be classified and count as
normal.
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections.abc import Sequence
from enum import StrEnum

from .beats import Beat

HALF_WINDOW = 45
_ALPHA = 5.2
_C1, _C2 = 0.13, 0.17
_HALF_MEDIAN = 5
_FAR = 3.0
"""distance from the median, in thresholds, beyond which a beat is long or short in any case"""

LOOK_AHEAD = HALF_WINDOW + _HALF_MEDIAN + 1
"""number of beats after it that are needed to classify a beat"""

_TRIM_AT = 256


class BeatClass(StrEnum):
    """The class of a beat; all but normal are artifacts."""

    NORMAL = "normal"
    ECTOPIC = "ectopic"
    """early with a pause after it, or the reverse"""
    MISSED = "missed"
    """a beat before it was not detected"""
    EXTRA = "extra"
    """a false detection"""
    LONG = "long"
    SHORT = "short"


ARTIFACTS = tuple(one for one in BeatClass if one is not BeatClass.NORMAL)


class QuartileThreshold:
    """5.2 times the quartile deviation of the 91 values around a position; fewer at the ends of a series."""

    def __init__(self) -> None:
        self._sorted: list[float] = []
        self._from = self._to = 0

    def at(self, values: Sequence[float], i: int) -> float:
        """Return the threshold at the i-th value; cheap for consecutive positions."""
        start, end = max(0, i - HALF_WINDOW), min(len(values), i + HALF_WINDOW + 1)
        ordered = self._sorted
        if start - self._from in (0, 1) and end - self._to in (0, 1):
            if start > self._from:
                del ordered[bisect_left(ordered, values[self._from])]
            if end > self._to:
                insort(ordered, values[self._to])
        elif (start, end) != (self._from, self._to):
            ordered = self._sorted = sorted(values[start:end])
        self._from, self._to = start, end
        if end - start == 2 * HALF_WINDOW + 1:
            return _ALPHA / 4 * (ordered[67] + ordered[68] - ordered[22] - ordered[23])
        return _ALPHA / 2 * (_quantile(ordered, 0.75) - _quantile(ordered, 0.25))

    def trim(self, count: int) -> None:
        """Account for the removal of the first values."""
        self._from -= count
        self._to -= count
        if self._from < 0:
            self._sorted, self._from, self._to = [], 0, 0


def _quantile(ordered: Sequence[float], share: float) -> float:
    position = (len(ordered) - 1) * share
    low = int(position)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (position - low)


class BeatClassifier:
    """Classifies a series as it comes in, `LOOK_AHEAD` beats late."""

    def __init__(self) -> None:
        self._beats: list[Beat] = []
        self._rr: list[float] = []
        """this and the following lists are filled as far as needed so far"""
        self._gap: list[bool] = []
        self._steps: list[float] = []
        self._step_size: list[float] = []
        self._relative: list[float | None] = []
        """steps in units of their threshold; NaN where that is 0"""
        self._distance: list[float] = []
        """from the median, doubled below it; valid within `_distance_range`"""
        self._distance_range = (0, 0)
        self._distance_size: list[float] = []
        self._step_threshold = QuartileThreshold()
        self._distance_threshold = QuartileThreshold()
        self._next = 0
        self._decided: BeatClass | None = None
        """class of the next beat, where the one before it has decided that too"""
        self._changed_until = 0

    def feed(self, beats: Sequence[Beat], *, changed: bool = True) -> list[BeatClass]:
        """Take the next beats; return the classes of those that can be classified by now, in order.

        Without `changed` the beats are as an earlier pass found them, normal: with no change nearby they
        still are, and are not classified again.
        """
        self._beats += beats
        if changed:
            self._changed_until = len(self._beats)
        return self._classify(len(self._beats) - LOOK_AHEAD)

    def finish(self) -> list[BeatClass]:
        """Return the classes of the remaining beats."""
        classes = self._classify(len(self._beats) - 2)
        remaining = len(self._beats) - self._next
        if remaining and self._decided is not None:
            classes.append(self._decided)
            remaining -= 1
        self._next, self._decided = len(self._beats), None
        return classes + [BeatClass.NORMAL] * remaining

    def _classify(self, end: int) -> list[BeatClass]:
        start = self._next
        if end <= start:
            return []
        if self._changed_until < start - LOOK_AHEAD:
            classes = [BeatClass.NORMAL] * (end - start)
            self._next, self._decided = end, None
        else:
            self._measure()
            classes = self._classify_range(start, end)
        self._trim()
        return classes

    def _measure(self) -> None:
        rr = self._rr
        last = rr[-1] if rr else None
        new = self._beats[len(rr) :]
        for interval, _, lost_ms, *_ in new:
            gap = lost_ms > 0 or last is None
            step = 0.0 if last is None or gap else interval - last
            last = interval
            rr.append(interval)
            self._gap.append(gap)
            self._steps.append(step)
            self._step_size.append(abs(step))
        unknown = [None] * len(new)
        self._relative += unknown
        self._distance += [0.0] * len(new)
        self._distance_size += [0.0] * len(new)

    def _classify_range(self, start: int, end: int) -> list[BeatClass]:
        relative = self._relative
        steps, sizes, threshold = self._steps, self._step_size, self._step_threshold
        for i in range(max(0, start - 1), min(end + 3, len(relative))):
            if relative[i] is None:
                limit = threshold.at(sizes, i)
                relative[i] = steps[i] / limit if limit else math.nan
        classes: list[BeatClass] = []
        i = start
        while i < end:
            if self._decided is not None:
                classes.append(self._decided)
                self._decided = None
            elif abs(relative[i] or 0.0) <= 1:
                classes.append(BeatClass.NORMAL)
            else:
                one, self._decided = self._classify_large_step(i)
                classes.append(one)
            i += 1
        self._next = end
        return classes

    def _classify_large_step(self, i: int) -> tuple[BeatClass, BeatClass | None]:
        """Classify a beat with a large step, and the next one where it is decided by it."""
        x = self._at(i)
        if x > 1 and _largest(self._at(i - 1), self._at(i + 1)) < -_C1 * x - _C2:
            return BeatClass.ECTOPIC, None
        if x < -1 and _smallest(self._at(i - 1), self._at(i + 1)) > -_C1 * x + _C2:
            return BeatClass.ECTOPIC, None
        if not abs(x) > 1 and not abs(self._from_median(i)[0]) > _FAR:
            return BeatClass.NORMAL, None
        if abs(self._at(i + 1)) < abs(self._at(i + 2)):
            return self._long_or_short(i), self._long_or_short(i + 1)
        return self._long_or_short(i), None

    def _long_or_short(self, j: int) -> BeatClass:
        x = self._at(j)
        following = self._at(j + 1), self._at(j + 2)
        is_long = x > 1 and _smallest(*following) < -1
        is_short = x < -1 and _largest(*following) > 1
        distance, median, threshold = self._from_median(j)
        if not (is_long or is_short or abs(distance) > _FAR):
            return BeatClass.NORMAL
        interval = self._rr[j]
        if is_short and not self._gap[j + 1] and abs(interval + self._rr[j + 1] - median) < threshold:
            return BeatClass.EXTRA
        if is_long and abs(interval / 2 - median) < threshold:
            return BeatClass.MISSED
        return BeatClass.LONG if is_long or (not is_short and interval > median) else BeatClass.SHORT

    def _at(self, i: int) -> float:
        """Return the relative step; mirrored at the end of the series."""
        size = len(self._relative)
        value = self._relative[i if i < size else 2 * size - 2 - i]
        return 0.0 if value is None else value

    def _from_median(self, i: int) -> tuple[float, float, float]:
        """Return distance from the local median in thresholds (NaN where that is 0), median and threshold."""
        distances, sizes = self._distance, self._distance_size
        start, end = max(0, i - HALF_WINDOW), min(len(distances), i + HALF_WINDOW + 1)
        first, valid_end = self._distance_range
        valid = first <= start <= valid_end
        for k in range(valid_end if valid else start, end):
            distance = self._rr[k] - self._median(k)
            distance = distance if distance >= 0 else 2 * distance
            distances[k], sizes[k] = distance, abs(distance)
        self._distance_range = (first if valid else start), max(end, valid_end if valid else 0)
        threshold = self._distance_threshold.at(sizes, i)
        distance = distances[i]
        return (distance / threshold if threshold else math.nan), self._median(i), threshold

    def _median(self, i: int) -> float:
        window = sorted(self._rr[max(0, i - _HALF_MEDIAN) : i + _HALF_MEDIAN + 1])
        middle = len(window) // 2
        return window[middle] if len(window) % 2 else (window[middle - 1] + window[middle]) / 2

    def _trim(self) -> None:
        """Drop what no later beat needs."""
        unneeded = self._next - LOOK_AHEAD - 1
        if unneeded < _TRIM_AT:
            return
        # Lists that are not filled so far start again; their first step is then missing, and not needed.
        filled = len(self._rr) > unneeded
        for values in (
            self._beats, self._rr, self._gap, self._steps, self._step_size, self._relative,
            self._distance, self._distance_size,
        ):  # fmt: skip
            del values[: unneeded if filled or values is self._beats else None]
        self._step_threshold.trim(unneeded)
        self._distance_threshold.trim(unneeded)
        first, end = self._distance_range
        self._distance_range = (max(0, first - unneeded), max(0, end - unneeded)) if filled else (0, 0)
        self._next -= unneeded
        self._changed_until -= unneeded


def _largest(a: float, b: float) -> float:
    return max(a, b) if a == a and b == b else math.nan  # noqa: PLR0124 - NaN differs from itself


def _smallest(a: float, b: float) -> float:
    return min(a, b) if a == a and b == b else math.nan  # noqa: PLR0124


def classify(beats: Sequence[Beat]) -> list[BeatClass]:
    """Return the class of each beat of a whole series."""
    classifier = BeatClassifier()
    return classifier.feed(beats) + classifier.finish()
