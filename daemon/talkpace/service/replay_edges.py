"""Where a replay's results go: the store, where asked. Nobody is in the room for its alerts."""

from __future__ import annotations

from collections.abc import Callable

from ..effort.events import Event
from ..effort.warning import WarningState
from ..errors import RecordingError
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


class WholeSessions:
    """A record sink that hands each session on whole, when it has ended; all else it passes over."""

    def __init__(self, take: Callable[[list[RecordItem]], None], *, most: int | None = None) -> None:
        """`most` measurements a session may have, where memory is short."""
        self._take = take
        self._most = most
        self._items: list[RecordItem] = []

    def put(self, item: RecordItem) -> None:
        """Take an item. Raises what `take` raises, and RecordingError for a session that is too long."""
        if not isinstance(item, _OF_A_SESSION):
            return
        self._items.append(item)
        if self._most is not None and len(self._items) > self._most:
            raise RecordingError(f"more than {self._most} measurements in one session")
        if isinstance(item, SessionClosed):
            items, self._items = self._items, []
            self._take(items)


class Saver:
    """Stores each session whole, when it has ended: an interrupted replay leaves nothing half-kept."""

    def __init__(self, store: Store) -> None:
        self.known: list[str] = []
        """sessions that were on record already, and were left as they are"""
        self._store = store
        self._sessions = WholeSessions(self._save)

    def put(self, item: RecordItem) -> None:
        """Take an item. Raises StoreError where a session cannot be written; then nothing of it is."""
        self._sessions.put(item)

    def _save(self, items: list[RecordItem]) -> None:
        session = getattr(items[0], "session")  # noqa: B009 - every item of a session has it
        if self._store.session_exists(session):
            self.known.append(session)
        else:
            self._store.write(items)
