"""When an athlete's maximum heart rate may be higher than the one in use."""

from __future__ import annotations

from collections import deque

HELD_MS = 5_000
STEADY_BPM_PER_S = 8
"""A heart moves slower than this at the top of its range; a loose strap jumps."""
STEADY_BPM_AT_LEAST = 3
"""so that two notifications close together are not called a jump"""


class ObservedMaximum:
    """Watches for a heart rate over the maximum that holds for 5 s without a sign of artifact.

    Signs of artifact: a jump, a pause of more than 5 s, or a strap that reports no skin contact.
    """

    def __init__(self, maximum_bpm: float) -> None:
        self.suggested: int | None = None
        """the highest heart rate (bpm) that was held over the maximum so far"""
        self._maximum = maximum_bpm
        self._previous: tuple[int, int] | None = None
        self._run: deque[tuple[int, int]] = deque()

    def measure(self, at_ms: int, heart_rate: int, *, contact: bool) -> int | None:
        """Take a measurement; answers with a new suggestion (bpm) when there is one."""
        previous, self._previous = self._previous, (at_ms, heart_rate)
        if heart_rate <= self._maximum or not contact or previous is None or self._jumped(previous, at_ms):
            self._run.clear()
            if heart_rate <= self._maximum or not contact:
                return None
        self._run.append((at_ms, heart_rate))
        while len(self._run) > 1 and self._run[1][0] <= at_ms - HELD_MS:
            self._run.popleft()
        if at_ms - self._run[0][0] < HELD_MS:
            return None
        held = min(rate for _, rate in self._run)
        if self.suggested is not None and held <= self.suggested:
            return None
        self.suggested = held
        return held

    def _jumped(self, previous: tuple[int, int], at_ms: int) -> bool:
        assert self._previous is not None
        seconds = (at_ms - previous[0]) / 1000
        allowed = max(STEADY_BPM_AT_LEAST, STEADY_BPM_PER_S * seconds)
        return seconds > HELD_MS / 1000 or abs(self._previous[1] - previous[1]) > allowed
