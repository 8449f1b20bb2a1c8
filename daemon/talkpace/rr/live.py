"""RMSSD and alpha 1 while the session is under way: of the last two minutes, anew every 5 s."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from .beats import Beat
from .dfa import EVERY_MS, LEAST_COVERED, MOST_ARTIFACTS, MOST_BEATS, WINDOW_MS, dfa_alpha1
from .gate import LiveGate

LEAST_BEATS = 20
"""of successive differences, for an RMSSD"""
_STALE_MS = 10_000
"""so long without a beat, and what was before says nothing of now"""


@dataclass(frozen=True, slots=True)
class LiveHrv:
    """Values of an instant; None where unknown."""

    rmssd_ms: float | None = None
    dfa_alpha1: float | None = None


class LiveBeats:
    """Holds the last two minutes' beats; what they amount to is computed only where somebody asks."""

    def __init__(self) -> None:
        self._beats: deque[Beat] = deque(maxlen=MOST_BEATS + 1)
        self._computed_ms: int | None = None
        self._values = LiveHrv()

    def take(self, beats: Sequence[Beat]) -> None:
        """Take the next beats, placed but not corrected."""
        self._beats.extend(beats)

    def values(self, now_ms: int) -> LiveHrv:
        """As of now, or of up to 5 s ago: they change at most so often."""
        if self._computed_ms is None or not 0 <= now_ms - self._computed_ms < EVERY_MS:
            self._computed_ms = now_ms
            self._values = self._compute(now_ms)
        return self._values

    def _compute(self, now_ms: int) -> LiveHrv:
        beats = self._beats
        while beats and beats[0].at_ms <= now_ms - WINDOW_MS:
            beats.popleft()
        if not beats or now_ms - beats[-1].at_ms > _STALE_MS:
            return LiveHrv()
        return live_hrv(list(beats))


def live_hrv(beats: Sequence[Beat]) -> LiveHrv:
    """The values of a window's beats; alpha 1 only where the window is whole and nearly clean."""
    gate = LiveGate()
    passed = [gate.passes(beat) for beat in beats]
    intervals = [beat.rr_ms for beat, good in zip(beats, passed, strict=True) if good]
    squares = [
        (later.rr_ms - earlier.rr_ms) ** 2
        for (earlier, before), (later, good) in pairwise(zip(beats, passed, strict=True))
        if before and good and not later.lost_ms
    ]
    refused = len(beats) - len(intervals)
    whole = (
        refused <= MOST_ARTIFACTS * len(beats)
        and sum(intervals) >= LEAST_COVERED * WINDOW_MS
        and len(beats) <= MOST_BEATS
    )
    return LiveHrv(
        rmssd_ms=math.sqrt(sum(squares) / len(squares)) if len(squares) >= LEAST_BEATS else None,
        dfa_alpha1=dfa_alpha1(intervals) if whole else None,
    )
