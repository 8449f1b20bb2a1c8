"""Events of a session, and the intervals between a warning and its end."""

from __future__ import annotations

from collections.abc import Iterable
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


HABIT_EVENTS = frozenset(
    {EventName.BAND_REACHED, EventName.BAND_ENOUGH, EventName.DRINK, EventName.SUPPLEMENT_DUE}
)
"""Events of the habits: alerted and published, but no part of a session's record."""

_WARNING_ENDS = frozenset({EventName.EASY_AGAIN, EventName.SIGNAL_LOST, EventName.SESSION_ENDED})


@dataclass(frozen=True, slots=True)
class Event:
    """An event at an instant in ms; heart rate (bpm) and effort are None without a fresh measurement."""

    name: EventName
    at_ms: int
    heart_rate: int | None = None
    effort: float | None = None
    level: int = 0
    """insistence of a repeated warning, 1 to 3"""


@dataclass(frozen=True, slots=True)
class WarningInterval:
    """A warning from its start to its end, in ms."""

    from_ms: int
    heart_rate: int | None
    """bpm, that raised it"""
    until_ms: int


def warning_intervals(events: Iterable[tuple[int, str, int | None]], end_ms: int) -> list[WarningInterval]:
    """Return each warning until `easy_again`, `signal_lost` or the end of the session.

    `events` are (time in ms, name, heart rate in bpm), in order; names of other versions are ignored.
    """
    intervals: list[WarningInterval] = []
    start: tuple[int, int | None] | None = None
    for at_ms, name, heart_rate in events:
        if start is None:
            if name == EventName.OVER:
                start = (at_ms, heart_rate)
        elif name in _WARNING_ENDS:
            intervals.append(WarningInterval(*start, min(at_ms, end_ms)))
            start = None
    if start is not None:
        intervals.append(WarningInterval(*start, end_ms))
    return intervals
