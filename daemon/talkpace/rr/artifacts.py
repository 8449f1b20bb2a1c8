"""Which beats are artifacts, after Lipponen and Tarvainen (2019).

J. A. Lipponen and M. P. Tarvainen, "A robust algorithm for heart rate variability time series
artefact correction using novel beat classification", J. Med. Eng. Technol. 43(3), 2019. Each
interval's step from the one before, and its distance from the median of the 11 around it, are
measured by thresholds that follow the spread of the 91 around it; the order of the questions is
that of the paper's figure 1. Where the paper leaves a choice this does as NeuroKit2 does, except
at a series' very beginning, where NeuroKit2 makes up an interval.

A difference across a gap is no difference: it counts as 0. The last two beats of a series cannot be
judged, and pass as normal.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum

from .beats import Beat
from .rolling import HALF_WINDOW, RollingThreshold

_C1, _C2 = 0.13, 0.17
_HALF_MEDIAN = 5
_FAR = 3.0
"""thresholds from the median, beyond which a beat is long or short whatever its neighbours are"""

LOOK_AHEAD = HALF_WINDOW + _HALF_MEDIAN + 1
"""how many beats behind it must be known before a beat can be classified"""

_TRIM_AT = 256


class BeatClass(StrEnum):
    """What a beat is; all but normal are artifacts."""

    NORMAL = "normal"
    ECTOPIC = "ectopic"
    """too early, with a pause after it, or the reverse"""
    MISSED = "missed"
    """a beat before it was not detected"""
    EXTRA = "extra"
    """not a beat at all"""
    LONG = "long"
    SHORT = "short"


ARTIFACTS = tuple(one for one in BeatClass if one is not BeatClass.NORMAL)


class Classifier:
    """Classifies a series as it comes, `LOOK_AHEAD` beats behind."""

    def __init__(self) -> None:
        self._beats: list[Beat] = []
        self._rr: list[float] = []
        """this and what follows as far as it was needed yet"""
        self._gap: list[bool] = []
        self._steps: list[float] = []
        self._step_size: list[float] = []
        self._relative: list[float | None] = []
        """steps in units of their threshold; NaN where that is 0"""
        self._distance: list[float] = []
        """from the median, doubled below it; from one place to another, as far as it was needed"""
        self._distances_known = (0, 0)
        self._distance_size: list[float] = []
        self._step_threshold = RollingThreshold()
        self._distance_threshold = RollingThreshold()
        self._next = 0
        self._decided: BeatClass | None = None
        """of the next beat, where the one before it has settled that too"""
        self._news_until = 0

    def feed(self, beats: Sequence[Beat], *, news: bool = True) -> list[BeatClass]:
        """Take the next beats; answers with the classes of those that can be told by now, in order.

        Without `news` these beats are as they were when they were found to be normal in an earlier
        pass. Where there has been none nearby either, they still are.
        """
        self._beats += beats
        if news:
            self._news_until = len(self._beats)
        return self._classify(len(self._beats) - LOOK_AHEAD)

    def finish(self) -> list[BeatClass]:
        """The classes of all that are left."""
        classes = self._classify(len(self._beats) - 2)
        left = len(self._beats) - self._next
        if left and self._decided is not None:
            classes.append(self._decided)
            left -= 1
        self._next, self._decided = len(self._beats), None
        return classes + [BeatClass.NORMAL] * left

    def _classify(self, end: int) -> list[BeatClass]:
        start = self._next
        if end <= start:
            return []
        if self._news_until < start - LOOK_AHEAD:
            classes = [BeatClass.NORMAL] * (end - start)
            self._next, self._decided = end, None
        else:
            self._measure()
            classes = self._judge(start, end)
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

    def _judge(self, start: int, end: int) -> list[BeatClass]:
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
                one, self._decided = self._one(i)
                classes.append(one)
            i += 1
        self._next = end
        return classes

    def _one(self, i: int) -> tuple[BeatClass, BeatClass | None]:
        """The class of a beat whose step is large, and of the next one where it is settled with it."""
        x = self._at(i)
        if x > 1 and _largest(self._at(i - 1), self._at(i + 1)) < -_C1 * x - _C2:
            return BeatClass.ECTOPIC, None
        if x < -1 and _least(self._at(i - 1), self._at(i + 1)) > -_C1 * x + _C2:
            return BeatClass.ECTOPIC, None
        if not abs(x) > 1 and not abs(self._from_median(i)[0]) > _FAR:
            return BeatClass.NORMAL, None
        if abs(self._at(i + 1)) < abs(self._at(i + 2)):
            return self._long_or_short(i), self._long_or_short(i + 1)
        return self._long_or_short(i), None

    def _long_or_short(self, j: int) -> BeatClass:
        x = self._at(j)
        following = self._at(j + 1), self._at(j + 2)
        is_long = x > 1 and _least(*following) < -1
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
        """The relative step; at a series' end as in a mirror."""
        size = len(self._relative)
        value = self._relative[i if i < size else 2 * size - 2 - i]
        return 0.0 if value is None else value

    def _from_median(self, i: int) -> tuple[float, float, float]:
        """Distance from the local median in thresholds (NaN where that is 0), the median, the threshold."""
        distances, sizes = self._distance, self._distance_size
        start, end = max(0, i - HALF_WINDOW), min(len(distances), i + HALF_WINDOW + 1)
        first, known_end = self._distances_known
        known = first <= start <= known_end
        for k in range(known_end if known else start, end):
            distance = self._rr[k] - self._median(k)
            distance = distance if distance >= 0 else 2 * distance
            distances[k], sizes[k] = distance, abs(distance)
        self._distances_known = (first if known else start), max(end, known_end if known else 0)
        threshold = self._distance_threshold.at(sizes, i)
        distance = distances[i]
        return (distance / threshold if threshold else math.nan), self._median(i), threshold

    def _median(self, i: int) -> float:
        window = sorted(self._rr[max(0, i - _HALF_MEDIAN) : i + _HALF_MEDIAN + 1])
        middle = len(window) // 2
        return window[middle] if len(window) % 2 else (window[middle - 1] + window[middle]) / 2

    def _trim(self) -> None:
        """Forget what no later beat needs."""
        unneeded = self._next - LOOK_AHEAD - 1
        if unneeded < _TRIM_AT:
            return
        # What was not measured yet begins anew; its first step, which then is not known, is not needed.
        kept = len(self._rr) > unneeded
        for values in (
            self._beats, self._rr, self._gap, self._steps, self._step_size, self._relative,
            self._distance, self._distance_size,
        ):  # fmt: skip
            del values[: unneeded if kept or values is self._beats else None]
        self._step_threshold.trimmed(unneeded)
        self._distance_threshold.trimmed(unneeded)
        first, end = self._distances_known
        self._distances_known = (max(0, first - unneeded), max(0, end - unneeded)) if kept else (0, 0)
        self._next -= unneeded
        self._news_until -= unneeded


def _largest(a: float, b: float) -> float:
    return max(a, b) if a == a and b == b else math.nan  # noqa: PLR0124 - NaN differs from itself


def _least(a: float, b: float) -> float:
    return min(a, b) if a == a and b == b else math.nan  # noqa: PLR0124


def classify(beats: Sequence[Beat]) -> list[BeatClass]:
    """The class of each beat of a whole series."""
    classifier = Classifier()
    return classifier.feed(beats) + classifier.finish()
