"""A nap: how long it has left, and how it is woken from, gently at first.

20 to 30 minutes: long enough to rest, short enough to wake from light sleep (Brooks and Lack 2006 found
10 minutes to help at once, and 30 to leave people drowsy for a while).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

SHORTEST_MIN, LONGEST_MIN = 20.0, 30.0

GIVE_UP_AFTER_MS = 5 * 60_000
"""nobody is there: an alarm that goes on for ever helps no one"""
TOO_LATE_MS = 30 * 60_000
"""a daemon that was off when the nap ended wakes nobody this much later"""
LEAST_KEPT_MS = 5 * 60_000
"""a nap that was ended sooner was none, and is not logged"""

_LEVELS = ((1, 20_000, 3), (2, 15_000, 4))
"""level, ms between two calls, how many of them"""
_LAST_LEVEL, _LAST_EVERY_MS = 3, 10_000


@dataclass(frozen=True, slots=True)
class Nap:
    """One athlete's nap. The monotonic time holds within a boot, the dates over several."""

    athlete: str
    started: datetime
    minutes: float
    boot: str
    started_ms: int

    @property
    def until(self) -> datetime:
        """When it ends."""
        return self.started + timedelta(minutes=self.minutes)

    @property
    def duration_ms(self) -> int:
        """Of the whole nap."""
        return round(self.minutes * 60_000)

    def elapsed_ms(self, boot: str, now_ms: int, now: datetime) -> int:
        """Time since it began: by the monotonic clock within one boot, by the dates after another."""
        if boot and boot == self.boot:
            return now_ms - self.started_ms
        return round((now - self.started) / timedelta(milliseconds=1))


def new_nap(athlete: str, minutes: float, *, boot: str, now_ms: int, now: datetime) -> Nap:
    """A nap from now on. Raises ValueError where it is too short or too long."""
    if not SHORTEST_MIN <= minutes <= LONGEST_MIN:
        raise ValueError(f"a nap is {SHORTEST_MIN:g} to {LONGEST_MIN:g} minutes")
    return Nap(athlete, now, minutes, boot, now_ms)


def calls() -> Iterator[tuple[int, int]]:
    """When it calls (ms after the nap's end), and how loudly (1 to 3), until it gives up."""
    at_ms = 0
    for level, every_ms, times in _LEVELS:
        for _ in range(times):
            yield at_ms, level
            at_ms += every_ms
    for number in count():
        late_ms = at_ms + number * _LAST_EVERY_MS
        if late_ms >= GIVE_UP_AFTER_MS:
            return
        yield late_ms, _LAST_LEVEL


def minutes_slept(elapsed_ms: int, nap: Nap) -> float | None:
    """What the log gets of a nap that ends now; None where it was none, or the clock ran backwards."""
    if elapsed_ms < LEAST_KEPT_MS:
        return None
    return round(min(elapsed_ms, nap.duration_ms + GIVE_UP_AFTER_MS) / 60_000, 1)
