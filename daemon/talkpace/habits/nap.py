"""The nap timer: its remaining time, and the times and levels of its alarm.

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
"""duration of the alarm if nobody answers it"""
TOO_LATE_MS = 30 * 60_000
"""a nap that ended so long before the daemon started rings no alarm"""
LEAST_LOGGED_MS = 5 * 60_000
"""shorter naps are not logged"""

_LEVELS = ((1, 20_000, 3), (2, 15_000, 4))
"""level, ms between calls, number of calls"""
_LAST_LEVEL, _LAST_EVERY_MS = 3, 10_000


@dataclass(frozen=True, slots=True)
class ScheduledNap:
    """A nap in progress. Its monotonic time is valid within a boot, its date after another."""

    athlete: str
    started: datetime
    minutes: float
    boot: str
    started_ms: int

    @property
    def until(self) -> datetime:
        """Planned end."""
        return self.started + timedelta(minutes=self.minutes)

    @property
    def duration_ms(self) -> int:
        """Planned duration."""
        return round(self.minutes * 60_000)

    def elapsed_ms(self, boot: str, now_ms: int, now: datetime) -> int:
        """Return ms since the start: by the monotonic clock within the boot, by dates after another."""
        if boot and boot == self.boot:
            return now_ms - self.started_ms
        return round((now - self.started) / timedelta(milliseconds=1))


def start_nap(athlete: str, minutes: float, *, boot: str, now_ms: int, now: datetime) -> ScheduledNap:
    """Start a nap now. Raises ValueError if it is too short or too long."""
    if not SHORTEST_MIN <= minutes <= LONGEST_MIN:
        raise ValueError(f"minutes must be from {SHORTEST_MIN:g} to {LONGEST_MIN:g}")
    return ScheduledNap(athlete, now, minutes, boot, now_ms)


def alarm_calls() -> Iterator[tuple[int, int]]:
    """Yield ms after the end of the nap and level (1 to 3) of every call of the alarm."""
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


def minutes_slept(elapsed_ms: int, nap: ScheduledNap) -> float | None:
    """Return the minutes to log for a nap that ends now; None if too short or the clock went back."""
    if elapsed_ms < LEAST_LOGGED_MS:
        return None
    return round(min(elapsed_ms, nap.duration_ms + GIVE_UP_AFTER_MS) / 60_000, 1)
