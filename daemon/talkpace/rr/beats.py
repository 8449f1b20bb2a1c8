"""From measurements to beats: when each was, and where some were lost on the way.

A strap sends the intervals that ended since it sent last, so a beat's time is known to about a
second. A lost notification shows in the times: arrivals pause, and what comes after does not make
up for the pause. One that is only late is made up for by those behind it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

LONGEST_RR_MS = 5_000
"""longer is no interval between two beats of somebody who trains; it is a gap"""

_PAUSE = 1.5
"""an arrival so many times later than usual may mean a loss"""
_SHORTEST_PAUSE_MS = 1_200
_SILENCE_MS = 4_000
"""so long without any interval, though measurements come, may mean a loss too"""
_BEFORE, _AFTER = 8, 8
"""lags on either side of a pause; the least but one of each is compared"""
_DECIDED_AFTER_MS = 9_000
_USUAL = 15
"""arrivals that say what is usual"""
_LEAST_LOSS_RR, _LEAST_LOSS_MS = 0.75, 600


class Beat(NamedTuple):
    """An interval, and the beat that ends it."""

    rr_ms: float
    at_ms: int
    """when the beat came, to about a second"""
    lost_ms: int = 0
    """above 0: what came before was lost for about so long, and this interval follows on nothing"""
    artifact: bool = False
    """of a corrected series: put in the place of an artifact"""


class BeatPlacer:
    """Places intervals in time, in order; a few notifications behind where a loss is to be judged."""

    def __init__(self) -> None:
        self._usual: deque[int] = deque(maxlen=_USUAL)
        self._before: deque[float] = deque(maxlen=_BEFORE)
        self._after: list[float] = []
        self._held: list[tuple[int, Sequence[float]]] | None = None
        """from a pause on, until it is known what it was"""
        self._sum_ms = 0.0
        self._last_arrival_ms: int | None = None
        self._last_rr_ms = 0
        self._last_beat_ms: int | None = None
        self._lost_ms = 0.0

    def measure(self, at_ms: int, rr_ms: Sequence[float]) -> list[Beat]:
        """Take a measurement that arrived; answers with the beats that are placed by now."""
        placed: list[Beat] = []
        last_ms, self._last_arrival_ms = self._last_arrival_ms, at_ms
        if last_ms is None:
            self._last_rr_ms = at_ms
        else:
            waited_ms = at_ms - last_ms
            if self._paused(waited_ms, at_ms if rr_ms else None):
                placed = self._decide()
                self._held = []
            else:
                self._usual.append(waited_ms)
        if rr_ms:
            self._last_rr_ms = at_ms
            self._sum_ms += sum([rr for rr in rr_ms if rr > 0])
            (self._before if self._held is None else self._after).append(at_ms - self._sum_ms)
        if self._held is None:
            return placed + self._place(at_ms, rr_ms) if rr_ms else placed
        self._held.append((at_ms, rr_ms))
        if len(self._after) >= _AFTER or at_ms - self._held[0][0] >= _DECIDED_AFTER_MS:
            placed += self._decide()
        return placed

    def interrupt(self) -> list[Beat]:
        """The next measurement is of another strap; answers with the beats that are placed by now."""
        placed = self._decide()
        self._before.clear()
        self._usual.clear()
        self._last_arrival_ms = None
        self._lost_ms += 1.0
        return placed

    def finish(self) -> list[Beat]:
        """No more will come: the beats that were still to be placed."""
        return self._decide()

    def _paused(self, waited_ms: int, with_rr_at_ms: int | None) -> bool:
        if waited_ms > _SHORTEST_PAUSE_MS and waited_ms > _PAUSE * (median(self._usual or (1_000,))):
            return True
        return with_rr_at_ms is not None and with_rr_at_ms - self._last_rr_ms > _SILENCE_MS

    def _decide(self) -> list[Beat]:
        """Say whether beats were lost in the pause, and place what was held since."""
        held, self._held = self._held, None
        if held is None:
            return []
        if self._after and self._before:
            step_ms = _least(self._after) - _least(self._before)
            intervals = [rr for _, rr_ms in held for rr in rr_ms if rr > 0]
            if step_ms >= max(_LEAST_LOSS_MS, _LEAST_LOSS_RR * median(intervals or (0.0,))):
                self._lost_ms += step_ms
                self._before.clear()
        self._before.extend(self._after)
        self._after = []
        return [beat for at_ms, rr_ms in held for beat in self._place(at_ms, rr_ms)]

    def _place(self, at_ms: int, rr_ms: Sequence[float]) -> list[Beat]:
        """The last interval ended just before its notification, the others before it."""
        earliest_ms = at_ms if self._last_beat_ms is None else self._last_beat_ms
        if self._last_beat_ms is None:
            earliest_ms = at_ms - round(sum([rr for rr in rr_ms if 0 < rr <= LONGEST_RR_MS]))
        left_ms = sum([rr for rr in rr_ms if rr > 0])
        placed = []
        for rr in rr_ms:
            if not 0 < rr <= LONGEST_RR_MS:
                self._lost_ms += max(rr, 1.0) if rr > 0 else 1.0
                left_ms -= rr if rr > 0 else 0.0
                continue
            left_ms -= rr
            when_ms = max(earliest_ms, at_ms - round(left_ms))
            placed.append(Beat(rr, when_ms, min(round(self._lost_ms + 0.5), 10**9) if self._lost_ms else 0))
            self._lost_ms = 0.0
        if placed:
            self._last_beat_ms = placed[-1].at_ms
        return placed


def _least(lags: Iterable[float]) -> float:
    """The least but one: a recording may name a single interval with the second before it."""
    first, *others = sorted(lags)
    return others[0] if others else first


def beats_of(measurements: Iterable[tuple[int, Sequence[float]]]) -> list[Beat]:
    """The beats of a whole series of measurements: arrival (ms) and intervals (ms) of each."""
    placer = BeatPlacer()
    beats = [beat for at_ms, rr_ms in measurements for beat in placer.measure(at_ms, rr_ms)]
    return beats + placer.finish()


def beats_of_intervals(rr_ms: Iterable[float]) -> list[Beat]:
    """The beats of intervals (ms) of which no time is known: one after the other, from 0 on."""
    beats: list[Beat] = []
    time_ms, lost_ms = 0.0, 0
    for rr in rr_ms:
        if 0 < rr <= LONGEST_RR_MS:
            time_ms += rr
            beats.append(Beat(rr, round(time_ms), lost_ms))
            lost_ms = 0
        else:
            gap_ms = rr if 0 < rr < 10**9 else 1.0
            time_ms += gap_ms
            lost_ms += max(1, round(gap_ms))
    return beats
