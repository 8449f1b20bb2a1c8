"""For how long an athlete wants no sound."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from .timeline import Timeline

DEFAULT_MUTE_S = 300.0
LONGEST_MUTE_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Mute:
    """A mute under way, or none."""

    until_ms: int | None = None
    until: datetime | None = None
    """the same, as a date"""

    @classmethod
    def of(cls, now_ms: int, seconds: float, timeline: Timeline) -> Self:
        """For so long from now on; 0 is none."""
        if seconds <= 0:
            return cls()
        until_ms = now_ms + round(seconds * 1000)
        return cls(until_ms, timeline.wall(until_ms))

    def is_over(self, now_ms: int) -> bool:
        """Whether one was under way, and has run out."""
        return self.until_ms is not None and now_ms >= self.until_ms
