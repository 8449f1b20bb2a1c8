"""Keeps commands to a pace that a person, or a house, could mean."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

MOST_FOR_ONE = 20
MOST_FOR_ALL = 100
_WINDOW_MS = 1000


class Passage(Enum):
    """What becomes of a command."""

    FREE = "free"
    FIRST_REFUSED = "first refused"
    """the first one too many of this second: worth an answer"""
    REFUSED = "refused"


class FloodGate:
    """Lets 20 commands a second through for one athlete, and 100 for all; the excess is dropped."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._since_ms = now_ms()
        self._passed: dict[str, int] = {}
        self._passed_all = 0
        self._told: set[str] = set()

    def passage(self, athlete: str) -> Passage:
        """Whether one more command to this athlete may pass now."""
        now_ms = self._now_ms()
        if now_ms - self._since_ms >= _WINDOW_MS:
            self._since_ms = now_ms
            self._passed.clear()
            self._passed_all = 0
            self._told.clear()
        passed = self._passed.get(athlete, 0)
        if passed < MOST_FOR_ONE and self._passed_all < MOST_FOR_ALL:
            self._passed[athlete] = passed + 1
            self._passed_all += 1
            return Passage.FREE
        # Athletes are whatever a topic names, so what is told of them has to have an end too.
        if athlete in self._told or len(self._told) >= MOST_FOR_ALL:
            return Passage.REFUSED
        self._told.add(athlete)
        return Passage.FIRST_REFUSED
