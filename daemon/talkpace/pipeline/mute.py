"""An athlete's mute: no sound until a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from .timeline import Timeline

DEFAULT_MUTE_S = 300.0


@dataclass(frozen=True, slots=True)
class Mute:
    """The current mute. The defaults mean: not muted."""

    until_ms: int | None = None
    """monotonic"""
    until: datetime | None = None
    """the same as a date"""

    @classmethod
    def starting(cls, now_ms: int, seconds: float, timeline: Timeline) -> Self:
        """A mute from `now_ms` on; 0 s means not muted."""
        if seconds <= 0:
            return cls()
        until_ms = now_ms + round(seconds * 1000)
        return cls(until_ms, timeline.wall(until_ms))

    def has_expired(self, now_ms: int) -> bool:
        """Whether there is a mute whose end has come."""
        return self.until_ms is not None and now_ms >= self.until_ms
