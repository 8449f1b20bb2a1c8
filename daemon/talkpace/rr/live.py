"""RMSSD and alpha 1 while the session is under way: of the last two minutes, anew every 5 s."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .beats import Beat
from .dfa import EVERY_MS, LEAST_COVERED, MOST_ARTIFACTS, MOST_BEATS, WINDOW_MS, Segments
from .gate import LiveGate

LEAST_DIFFERENCES = 20
"""successive ones, for an RMSSD"""
STALE_MS = 10_000
"""so long without a beat, and what was before says nothing of now"""


@dataclass(frozen=True, slots=True)
class LiveHrv:
    """Values of an instant; None where unknown."""

    rmssd_ms: float | None = None
    dfa_alpha1: float | None = None


class _Gated(NamedTuple):
    at_ms: int
    rr_ms: float | None
    """None where the gate refused it"""
    square: float | None
    """of the difference from the beat before; None where that is unknown"""


class LiveBeats:
    """Holds the last two minutes' beats. Work is done only where somebody asks, and at most every 5 s."""

    def __init__(self) -> None:
        self._new: deque[Beat] = deque(maxlen=MOST_BEATS + 1)
        self._gate = LiveGate()
        self._window: deque[_Gated] = deque()
        self._segments = Segments()
        self._passed = 0
        self._last_ms: float | None = None
        self._computed_ms: int | None = None
        self._values = LiveHrv()

    def take(self, beats: Sequence[Beat]) -> None:
        """Take the next beats, placed but not corrected."""
        self._new.extend(beats)

    def values(self, now_ms: int) -> LiveHrv:
        """As of now, or of up to 5 s ago."""
        if self._computed_ms is None or not 0 <= now_ms - self._computed_ms < EVERY_MS:
            self._computed_ms = now_ms
            self._values = self._compute(now_ms)
        return self._values

    def _compute(self, now_ms: int) -> LiveHrv:
        self._let_in()
        self._let_go(now_ms - WINDOW_MS)
        window = self._window
        if not window or now_ms - window[-1].at_ms > STALE_MS:
            return LiveHrv()
        squares = [beat.square for beat in window if beat.square is not None]
        whole = (
            len(window) - self._passed <= MOST_ARTIFACTS * len(window)
            and sum([beat.rr_ms for beat in window if beat.rr_ms is not None]) >= LEAST_COVERED * WINDOW_MS
            and len(window) <= MOST_BEATS
        )
        return LiveHrv(
            rmssd_ms=math.sqrt(sum(squares) / len(squares)) if len(squares) >= LEAST_DIFFERENCES else None,
            dfa_alpha1=self._segments.alpha1(0, self._passed) if whole else None,
        )

    def _let_in(self) -> None:
        intervals = []
        for beat in self._new:
            if not self._gate.passes(beat):
                self._window.append(_Gated(beat.at_ms, None, None))
                self._last_ms = None
                continue
            follows = self._last_ms is not None and not beat.lost_ms
            square = (beat.rr_ms - self._last_ms) ** 2 if follows and self._last_ms is not None else None
            self._window.append(_Gated(beat.at_ms, beat.rr_ms, square))
            intervals.append(beat.rr_ms)
            self._last_ms = beat.rr_ms
        self._new.clear()
        self._segments.extend(intervals)
        self._passed += len(intervals)

    def _let_go(self, until_ms: int) -> None:
        window, gone = self._window, 0
        while window and (window[0].at_ms <= until_ms or len(window) > MOST_BEATS + 1):
            gone += window.popleft().rr_ms is not None
        if gone:
            self._segments.forget(gone)
            self._passed -= gone
