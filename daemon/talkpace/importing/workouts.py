"""Which workouts are on record already: the same one often comes in several files and formats."""

from __future__ import annotations

from bisect import bisect_right, insort
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST = timedelta(days=4)
"""no session is taken for longer, so that looking back has an end"""
_SAME = timedelta(seconds=10)
"""devices round the same beginning and end differently"""


@dataclass(frozen=True, order=True, slots=True)
class Workout:
    """One athlete's session, by when it was."""

    start: datetime
    end: datetime
    session: str


class Workouts:
    """An athlete's workouts, to ask whether another is one of them."""

    def __init__(self) -> None:
        self._known: list[Workout] = []

    def add(self, workout: Workout) -> None:
        """Note one."""
        insort(self._known, workout)

    def same_as(self, other: Workout) -> Workout | None:
        """The one that `other` is, as far as can be told; None where it is new.

        It is where both begin and end within seconds of each other, and where they share at least
        half of the shorter one: nobody trains twice at once, though two devices may be switched on
        and off at different times.
        """
        last = bisect_right(self._known, other.end, key=lambda known: known.start)
        for known in reversed(self._known[:last]):
            if known.start < other.start - LONGEST:
                break
            if _is_same(known, other):
                return known
        return None


def _is_same(one: Workout, other: Workout) -> bool:
    if abs(one.start - other.start) <= _SAME and abs(one.end - other.end) <= _SAME:
        return True
    shared = min(one.end, other.end) - max(one.start, other.start)
    shorter = min(one.end - one.start, other.end - other.start)
    return shared > timedelta() and shared * 2 >= shorter
