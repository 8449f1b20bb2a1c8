"""How long to wait before the next try to connect."""

from __future__ import annotations

from random import SystemRandom

LONGEST_S = 60.0
GOOD_AFTER_S = 30.0
"""a connection that held for so long was a good one: the next try starts from 1 s again"""


class Backoff:
    """From 1 s, doubled each time up to 60 s; and up to half as much again, lest all nodes come at once."""

    def __init__(self) -> None:
        self._random = SystemRandom()
        self._next_s = 1.0

    def delay_s(self, was_up_s: float) -> float:
        """How long to wait, after a try whose connection held for so long (0 where there was none)."""
        if was_up_s >= GOOD_AFTER_S:
            self._next_s = 1.0
        base_s = self._next_s
        self._next_s = min(2 * base_s, LONGEST_S)
        return min(base_s * self._random.uniform(1, 1.5), LONGEST_S)
