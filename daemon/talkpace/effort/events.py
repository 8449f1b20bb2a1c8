"""What a room should hear, see or know of: the events of a session."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EventName(StrEnum):
    """Every event that talkpace knows. Each has its own pattern of sound and light."""

    OVER = "over"
    OVER_REPEAT = "over_repeat"
    EASY_AGAIN = "easy_again"
    APPROACHING = "approaching"
    SIGNAL_LOST = "signal_lost"
    SIGNAL_BACK = "signal_back"
    SESSION_STARTED = "session_started"
    SESSION_ENDED = "session_ended"
    STRAP_BATTERY_LOW = "strap_battery_low"
    BAND_REACHED = "band_reached"
    BAND_ENOUGH = "band_enough"
    DRINK = "drink"
    SUPPLEMENT_DUE = "supplement_due"


PRACTICE_EVENTS = frozenset(
    {EventName.BAND_REACHED, EventName.BAND_ENOUGH, EventName.DRINK, EventName.SUPPLEMENT_DUE}
)
"""Those of the practice: a room hears and a dashboard sees them, but no session is judged by them."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened at `at_ms`; heart rate and effort are None where no fresh value was there."""

    name: EventName
    at_ms: int
    heart_rate: int | None = None
    effort: float | None = None
    level: int = 0
    """how insistent a repeated warning is, 1 to 3"""
