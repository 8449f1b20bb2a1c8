"""Where a replay's results go: the store, where asked. Nobody is in the room for its alerts."""

from __future__ import annotations

from ..effort.events import Event
from ..effort.warning import WarningState
from ..record.items import (
    ActivityChanged,
    EventHappened,
    MeasurementTaken,
    RecordItem,
    SessionClosed,
    SessionOpened,
)
from ..record.store import Store

_OF_A_SESSION = (SessionOpened, MeasurementTaken, EventHappened, ActivityChanged, SessionClosed)


class SilentAlerts:
    """An alert sink for a workout that is over."""

    def event(self, athlete: str, event: Event) -> None:
        """Nothing sounds."""

    def state(self, athlete: str, state: WarningState | None) -> None:
        """Nothing lights."""

    def mute(self, athlete: str, seconds: float) -> None:
        """It is silent already."""


class Saver:
    """Stores each session whole, when it has ended: an interrupted replay leaves nothing half-kept."""

    def __init__(self, store: Store) -> None:
        self.known: list[str] = []
        """sessions that were on record already, and were left as they are"""
        self._store = store
        self._items: list[RecordItem] = []

    def put(self, item: RecordItem) -> None:
        """Take an item. Raises StoreError where a session cannot be written; then nothing of it is."""
        if not isinstance(item, _OF_A_SESSION):
            return
        self._items.append(item)
        if isinstance(item, SessionClosed):
            items, self._items = self._items, []
            if self._store.session_exists(item.session):
                self.known.append(item.session)
            else:
                self._store.write(items)
