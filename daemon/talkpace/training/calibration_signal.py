"""The heart rate during a calibration: whether it comes at all, and whether it is too high."""

from __future__ import annotations

from enum import StrEnum

NO_SIGNAL_MS = 20_000
LOST_MS = 60_000
LIMIT_RUN = 3
"""measurements in a row at the limit or above"""


class SignalState(StrEnum):
    """Whether the strap sends a heart rate."""

    PRESENT = "present"
    MISSING = "missing"
    """for 20 s"""
    LOST = "lost"
    """for a minute"""


class SignalWatch:
    """Watches the heart rate; before the first one the signal counts as present."""

    def __init__(self, limit_bpm: int) -> None:
        self.limit_bpm = limit_bpm
        self.started = False
        """whether a heart rate has come"""
        self._last_ms = 0
        self._run = 0

    def measure(self, at_ms: int, heart_rate: int) -> None:
        """Take a heart rate in bpm."""
        self.started, self._last_ms = True, at_ms
        self._run = self._run + 1 if heart_rate >= self.limit_bpm else 0

    @property
    def at_limit(self) -> bool:
        """Whether the last three heart rates were at the limit or above."""
        return self._run >= LIMIT_RUN

    def state(self, now_ms: int) -> SignalState:
        """Return the state at a time."""
        silent_ms = now_ms - self._last_ms if self.started else 0
        if silent_ms >= LOST_MS:
            return SignalState.LOST
        return SignalState.MISSING if silent_ms >= NO_SIGNAL_MS else SignalState.PRESENT
