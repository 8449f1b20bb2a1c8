"""The session that is being kept: its name, its place in time, and what has been told of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ..record.items import SessionMoved
from .timeline import Timeline


@dataclass(slots=True)
class KeptSession:
    """A session under way, as the record knows it."""

    id: str
    start: datetime
    origin_ms: int
    """monotonic time of the first measurement"""
    clock_synchronised: bool
    strap_address: str = ""
    strap_name: str = ""
    rows: int = 0
    """how many events the record has"""
    told: int = 0
    """how many events the core has told"""
    told_before: int = 0
    """how many of those were kept before a restart, and are not told again"""
    reminders: set[str] = field(default_factory=set)
    """the events of the practice that were told; each is told once a session"""

    def moved(self, timeline: Timeline) -> SessionMoved | None:
        """The corrected start, once the system says that its clock is right; None where nothing changes."""
        if self.clock_synchronised or timeline.synchronised() is not True:
            return None
        self.clock_synchronised = True
        self.start = timeline.wall(self.origin_ms)
        return SessionMoved(
            self.id, self.start, clock_synchronised=True, boot=timeline.boot, origin_ms=self.origin_ms
        )
