"""From a warning to its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..effort.events import EventName
from .values import Happened

_ENDS = frozenset({EventName.EASY_AGAIN, EventName.SIGNAL_LOST, EventName.SESSION_ENDED})


@dataclass(frozen=True, slots=True)
class Spell:
    """A warning that was raised, and when it was over."""

    raised: Happened
    until_ms: int


def over_spells(events: Sequence[Happened], end_ms: int) -> list[Spell]:
    """Each warning until it is easy again, the signal is lost, or the session is over."""
    spells: list[Spell] = []
    raised: Happened | None = None
    for event in events:
        if event.name is EventName.OVER:
            raised = event
        elif raised is not None and event.name in _ENDS:
            spells.append(Spell(raised, min(event.at_ms, end_ms)))
            raised = None
    if raised is not None:
        spells.append(Spell(raised, end_ms))
    return spells
