"""Heart-rate recovery: how far the heart rate falls in a minute once the hardest is over.

After Cole et al. (1999), who measured it from the end of a maximal test; after moderate work the
fall is smaller, so the figure is for an athlete's own trend and no verdict.
"""

from __future__ import annotations

from collections import deque

from .rules import HOLD_MS

WINDOW_MS = 60_000


class HeartRateRecovery:
    """The largest fall over 60 s after a session's last peak (the last time at its highest heart rate).

    A heart rate holds as everywhere: where the value 60 s later lies in a gap, nothing is compared.
    """

    def __init__(self) -> None:
        self.largest_fall: int | None = None
        """bpm; None until a minute has passed since the last peak"""
        self._peak = 0
        self._waiting: deque[tuple[int, int]] = deque()
        self._last: tuple[int, int] | None = None

    def measure(self, at_ms: int, heart_rate: int) -> None:
        """Take the next measurement."""
        if heart_rate >= self._peak:
            self._peak = heart_rate
            self.largest_fall = None
            self._waiting.clear()
        elif self._last is not None:
            self._compare(before_ms=at_ms)
        self._waiting.append((at_ms + WINDOW_MS, heart_rate))
        self._last = (at_ms, heart_rate)

    def end(self) -> None:
        """The session is over: compare what falls due with its last measurement."""
        if self._last is not None:
            self._compare(before_ms=self._last[0] + 1)

    def _compare(self, before_ms: int) -> None:
        assert self._last is not None
        since_ms, heart_rate = self._last
        while self._waiting and self._waiting[0][0] < before_ms:
            due_ms, then = self._waiting.popleft()
            if since_ms <= due_ms < since_ms + HOLD_MS:
                fall = then - heart_rate
                if self.largest_fall is None or fall > self.largest_fall:
                    self.largest_fall = fall
