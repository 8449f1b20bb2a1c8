"""From a warning to its end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .events import EventName

_ENDS = frozenset({EventName.EASY_AGAIN, EventName.SIGNAL_LOST, EventName.SESSION_ENDED})


@dataclass(frozen=True, slots=True)
class Spell:
    """A warning that was raised, and when it was over; in ms."""

    from_ms: int
    heart_rate: int | None
    """that raised it, in bpm"""
    until_ms: int


def over_spells(events: Iterable[tuple[int, str, int | None]], end_ms: int) -> list[Spell]:
    """Each warning until it is easy again, the signal is lost, or the session is over.

    `events` are in order: time (ms), name, heart rate (bpm). How often it was said again is left out.
    """
    spells: list[Spell] = []
    raised: tuple[int, int | None] | None = None
    for at_ms, name, heart_rate in events:
        if raised is None:
            if name == EventName.OVER:
                raised = (at_ms, heart_rate)
        elif name in _ENDS:
            spells.append(Spell(*raised, min(at_ms, end_ms)))
            raised = None
    if raised is not None:
        spells.append(Spell(*raised, end_ms))
    return spells
