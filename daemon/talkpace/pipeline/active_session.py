"""The current session of an athlete, as it is recorded."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class ActiveSession:
    """The current session, as it is recorded."""

    id: str
    start: datetime
    origin_ms: int
    """monotonic time of the first measurement"""
    clock_synchronised: bool
    strap_address: str = ""
    strap_name: str = ""
    events: int = 0
    """number of recorded events"""
    training_events: int = 0
    """number of events that `Training` has returned"""
    restored_training_events: int = 0
    """number of those recorded before a restart: they are not recorded or sounded again"""
    reminders: set[str] = field(default_factory=set)
    """names of the habits' events of this session: each is raised once a session"""
