"""Places RR intervals in time, and detects where notifications were lost.

A strap sends the intervals that ended since its last notification, so a beat's time is known to about a
second. A lost notification shows as a pause between arrivals that the intervals after it do not make up for;
a late one is made up for by those that follow.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from .interval_clock import MAX_RR_MS, IntervalClock

_PAUSE_RATIO = 1.5
"""an arrival later than usual by this factor may mean a loss"""
_MIN_PAUSE_MS = 1_200
_SILENCE_MS = 4_000
"""this long without an interval, though measurements come, may mean a loss too"""
_LAGS_BEFORE, _LAGS_AFTER = 8, 8
"""number of lags on either side of a pause; the second smallest of each is compared"""
_DECISION_MS = 9_000
_USUAL_COUNT = 15
"""number of waits that the usual one is the median of"""
_MIN_LOSS_RR, _MIN_LOSS_MS = 0.75, 600


class Beat(NamedTuple):
    """An RR interval and the beat that ends it."""

    rr_ms: float
    at_ms: int
    """time of the beat, to about a second"""
    lost_ms: int = 0
    """above 0: about this much is missing before the interval, which must not be joined to the one before"""
    artifact: bool = False
    """in a corrected series: replaces an artifact"""


class BeatPlacer:
    """Places RR intervals in time, in order; a few notifications late where a loss is possible."""

    def __init__(self) -> None:
        self._waits_ms: deque[int] = deque(maxlen=_USUAL_COUNT)
        self._lags_before: deque[float] = deque(maxlen=_LAGS_BEFORE)
        self._lags_after: list[float] = []
        self._pending: list[tuple[int, Sequence[float]]] | None = None
        """the measurements since a pause, until it is decided whether it is a loss"""
        self._sum_ms = 0.0
        self._last_arrival_ms: int | None = None
        self._last_rr_ms = 0
        self._last_beat_ms: int | None = None
        self._lost_ms = 0.0
        self._clock = IntervalClock()
        self._hold_until_ms: int | None = None

    @property
    def ahead(self) -> bool:
        """Whether intervals have been sent more than once: then the beats give no figures."""
        return self._clock.ahead

    def add(self, at_ms: int, rr_ms: Sequence[float], hold_ms: int | None = None) -> list[Beat]:
        """Take a measurement: arrival and intervals in ms; return the beats that are placed by now.

        After one that holds until the next, in a recording, nothing is lost, however long that is.
        """
        placed: list[Beat] = []
        holds = self._hold_until_ms is not None and self._hold_until_ms >= at_ms
        self._hold_until_ms = None if hold_ms is None else at_ms + hold_ms
        last_ms, self._last_arrival_ms = self._last_arrival_ms, at_ms
        if last_ms is None:
            self._last_rr_ms = at_ms
        else:
            wait_ms = at_ms - last_ms
            if not holds and self._is_pause(wait_ms, at_ms if rr_ms else None):
                placed = self._decide()
                self._pending = []
            else:
                self._waits_ms.append(wait_ms)
        if rr_ms:
            self._clock.add(at_ms, rr_ms)
            self._last_rr_ms = at_ms
            self._sum_ms += sum([rr for rr in rr_ms if rr > 0])
            (self._lags_before if self._pending is None else self._lags_after).append(at_ms - self._sum_ms)
        if self._pending is None:
            return placed + self._place(at_ms, rr_ms) if rr_ms else placed
        self._pending.append((at_ms, rr_ms))
        if len(self._lags_after) >= _LAGS_AFTER or at_ms - self._pending[0][0] >= _DECISION_MS:
            placed += self._decide()
        return placed

    def mark_strap_change(self) -> list[Beat]:
        """Mark a change of strap: the next interval must not be joined. Return the beats placed by now."""
        placed = self._decide()
        self._clock.mark_strap_change()
        self._lags_before.clear()
        self._waits_ms.clear()
        self._last_arrival_ms = None
        self._lost_ms += 1.0
        return placed

    def finish(self) -> list[Beat]:
        """End the series; return the remaining beats."""
        return self._decide()

    def _is_pause(self, wait_ms: int, with_rr_at_ms: int | None) -> bool:
        if wait_ms > _MIN_PAUSE_MS and wait_ms > _PAUSE_RATIO * (median(self._waits_ms or (1_000,))):
            return True
        return with_rr_at_ms is not None and with_rr_at_ms - self._last_rr_ms > _SILENCE_MS

    def _decide(self) -> list[Beat]:
        """Decide whether the pause is a loss, and place the measurements since."""
        pending, self._pending = self._pending, None
        if pending is None:
            return []
        if self._lags_after and self._lags_before:
            step_ms = _second_smallest(self._lags_after) - _second_smallest(self._lags_before)
            intervals = [rr for _, rr_ms in pending for rr in rr_ms if rr > 0]
            if step_ms >= max(_MIN_LOSS_MS, _MIN_LOSS_RR * median(intervals or (0.0,))):
                self._lost_ms += step_ms
                self._lags_before.clear()
        self._lags_before.extend(self._lags_after)
        self._lags_after = []
        return [beat for at_ms, rr_ms in pending for beat in self._place(at_ms, rr_ms)]

    def _place(self, at_ms: int, rr_ms: Sequence[float]) -> list[Beat]:
        """Place intervals backwards from the arrival: the last one ended just before it."""
        earliest_ms = at_ms if self._last_beat_ms is None else self._last_beat_ms
        if self._last_beat_ms is None:
            earliest_ms = at_ms - round(sum([rr for rr in rr_ms if 0 < rr <= MAX_RR_MS]))
        remaining_ms = sum([rr for rr in rr_ms if rr > 0])
        placed = []
        for rr in rr_ms:
            if not 0 < rr <= MAX_RR_MS:
                self._lost_ms += max(rr, 1.0) if rr > 0 else 1.0
                remaining_ms -= rr if rr > 0 else 0.0
                continue
            remaining_ms -= rr
            beat_ms = max(earliest_ms, at_ms - round(remaining_ms))
            placed.append(Beat(rr, beat_ms, min(round(self._lost_ms + 0.5), 10**9) if self._lost_ms else 0))
            self._lost_ms = 0.0
        if placed:
            self._last_beat_ms = placed[-1].at_ms
        return placed


def _second_smallest(lags: Iterable[float]) -> float:
    """Skip the smallest: a recording may have an interval one second too early."""
    first, *others = sorted(lags)
    return others[0] if others else first


def beats_from_measurements(
    measurements: Iterable[tuple[int, Sequence[float]] | tuple[int, Sequence[float], int | None]],
) -> list[Beat]:
    """Return the beats of a whole series of measurements: arrival, intervals and hold of each, in ms.

    There are none where intervals were sent more than once.
    """
    placer = BeatPlacer()
    beats = [beat for each in measurements for beat in placer.add(*each)]
    return [] if placer.ahead else beats + placer.finish()


def beats_from_intervals(rr_ms: Iterable[float]) -> list[Beat]:
    """Return the beats of intervals (ms) without arrival times, one after the other from 0 on."""
    beats: list[Beat] = []
    time_ms, lost_ms = 0.0, 0
    for rr in rr_ms:
        if 0 < rr <= MAX_RR_MS:
            time_ms += rr
            beats.append(Beat(rr, round(time_ms), lost_ms))
            lost_ms = 0
        else:
            gap_ms = rr if 0 < rr < 10**9 else 1.0
            time_ms += gap_ms
            lost_ms += max(1, round(gap_ms))
    return beats
