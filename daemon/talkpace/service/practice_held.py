"""What the daemon holds in memory of one athlete's practice, ahead of what the recorder has written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from ..effort.athlete import AthleteValues
from ..practice.done import Known, Trained
from ..practice.log import Entry, Log
from ..practice.settings import PracticeSettings
from ..record.items import EntryDeleted, EntryEdited, EntryLogged, RecordItem, SessionClosed


@dataclass
class Held:
    """Log and sessions of the last months."""

    settings: PracticeSettings
    zone: tzinfo
    values: Callable[[], AthleteValues]
    """what is known of the athlete now"""
    log: Log = field(default_factory=Log)
    sessions: dict[str, Trained] = field(default_factory=dict)
    seen: datetime | None = None
    """the last instant that was looked at"""
    due: datetime | None = None
    """when time alone changes something"""

    @property
    def known(self) -> Known:
        """As the core takes it."""
        return Known(self.log, tuple(self.sessions.values()), self.zone, self.values().weight_kg)

    def read(self, entries: Iterable[Entry], sessions: Iterable[Trained]) -> None:
        """What is on record."""
        self.log = Log.of(entries)
        self.sessions = {session.id: session for session in sessions}

    def apply(self, item: RecordItem) -> None:
        """What is being recorded. Applying it twice is as once."""
        match item:
            case EntryLogged():
                self.log = self.log.put(item.entry)
            case EntryEdited():
                self.log = self.log.changed(item.entry)
            case EntryDeleted():
                self.log = self.log.without(item.entry)
            case SessionClosed():
                trained = Trained.of(json.loads(item.summary))
                self.sessions[trained.id] = trained


def whose(item: RecordItem) -> str | None:
    """Whose practice an item belongs to; None where it belongs to nobody's."""
    match item:
        case EntryLogged() | EntryEdited():
            return item.entry.athlete
        case EntryDeleted():
            return item.athlete
        case SessionClosed() if not item.discarded:
            return str(json.loads(item.summary)["athlete"])
    return None
