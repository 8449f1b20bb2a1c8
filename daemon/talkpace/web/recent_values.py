"""Each athlete's live values of the last ten minutes, for the plot of a page that opens."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

RECENT_S = 600.0
MOST_VALUES = 700
"""of an athlete: live values come once a second"""
MOST_ATHLETES = 64

Value = tuple[float, int | None, float | None]
"""seconds of a monotonic clock, heart rate in bpm, effort; None is a gap"""


class RecentValues:
    """Bounded memory of what the daemon has published; nothing of it is stored."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        """`now` returns seconds of a monotonic clock."""
        self._now = now
        self._values: dict[str, deque[Value]] = {}

    def take(self, topic: str, payload: object) -> None:
        """Take a state; only those of live values count."""
        athlete, _, name = topic.partition("/")
        if name != "live" or not isinstance(payload, Mapping):
            return
        if athlete not in self._values and not self._has_place():
            return
        values = self._values.setdefault(athlete, deque(maxlen=MOST_VALUES))
        values.append((self._now(), payload.get("heart_rate"), payload.get("effort")))

    def add_gap(self) -> None:
        """End everybody's line here, as the daemon has gone."""
        for values in self._values.values():
            values.append((self._now(), None, None))

    def document(self, shows: Callable[[str], bool]) -> dict[str, Any]:
        """By athlete: `[age in seconds, heart rate, effort]` of each value, the oldest first."""
        now = self._now()
        return {
            athlete: [
                [round(now - at, 1), rate, effort] for at, rate, effort in values if at >= now - RECENT_S
            ]
            for athlete, values in self._values.items()
            if shows(f"{athlete}/live")
        }

    def _has_place(self) -> bool:
        """Whether one more athlete has a place, where need be that of those who have no recent value."""
        if len(self._values) < MOST_ATHLETES:
            return True
        oldest = self._now() - RECENT_S
        self._values = {
            athlete: values for athlete, values in self._values.items() if values[-1][0] >= oldest
        }
        return len(self._values) < MOST_ATHLETES
