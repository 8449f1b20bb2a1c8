"""Limits of holds in a file of track points: the ends of segments, and points without a heart rate.

A track segment of GPX is a time for which the timer ran; so is a track of TCX within a lap. Laps follow each
other without a pause, unless their own times say that the timer stopped.
"""

from __future__ import annotations

from ..sources.events import Notification
from ..training.rules import HOLD_MS
from .holds import LONGEST_HOLD_MS

_END_MS = 1_000
"""hold of the last value of a segment"""
_DENSE_MS = 2_000
_TOLERANCE_MS = 2_000
"""a lap whose timer stopped before its last value by more than this had a pause within"""


class HoldLimits:
    """Gives each notification its limit, once the next one is known."""

    def __init__(self) -> None:
        self._current: Notification | None = None
        self._before_ms: int | None = None
        self._blank_ms: int | None = None
        """time of the first point without a heart rate since"""
        self._paused = False
        self._new_lap = False
        self._stop_ms: int | None = None
        """when the timer stopped, by the times of laps"""

    def begin(self, element: str) -> None:
        """Note that an element begins which may stand for a pause."""
        if element == "Lap":
            self._new_lap = True
        elif element == "Track" and self._new_lap:
            self._new_lap = False
        elif self._current is not None:
            self._paused = True

    def stop(self, at_ms: int) -> None:
        """Note when the timer of the last lap stopped, where the next lap begins later."""
        if self._current is not None and at_ms >= self._current.at_ms - _TOLERANCE_MS:
            self._stop_ms = at_ms

    def blank(self, at_ms: int) -> None:
        """Note a point without a heart rate."""
        if self._blank_ms is None and not self._paused:
            self._blank_ms = at_ms

    def take(self, notification: Notification) -> Notification | None:
        """Take the next notification; return the one before it, with its limit."""
        complete = current = self._current
        if current is not None:
            ends = self._paused and self._blank_ms is not None
            if ends or notification.at_ms - current.at_ms > HOLD_MS:
                complete = self._complete(notification.at_ms)
            self._before_ms = current.at_ms
        self._current, self._blank_ms, self._paused, self._stop_ms = notification, None, False, None
        return complete

    def finish(self) -> Notification | None:
        """Return the last notification."""
        return self._complete(None)

    def _complete(self, next_ms: int | None) -> Notification | None:
        current, blank_ms = self._current, self._blank_ms
        if current is None:
            return None
        limit_ms = None if blank_ms is None else max(0, blank_ms - current.at_ms)
        if self._paused:
            return current._replace(hold_ms=_END_MS if limit_ms is None else limit_ms)
        if limit_ms is None and self._stop_ms is not None and next_ms is not None:
            return _until_stop(current, self._stop_ms, next_ms)
        dense = self._before_ms is None or current.at_ms - self._before_ms <= _DENSE_MS
        if limit_ms is None or (next_ms is not None and not dense):
            return current
        return current._replace(hold_ms=limit_ms)


def _until_stop(current: Notification, stop_ms: int, next_ms: int) -> Notification:
    """Limit a hold by the stop of a lap's timer; a gap above the longest hold is one without it."""
    hold_ms = max(_END_MS, stop_ms - current.at_ms)
    if current.at_ms + hold_ms < next_ms <= current.at_ms + LONGEST_HOLD_MS:
        return current._replace(hold_ms=hold_ms)
    return current
