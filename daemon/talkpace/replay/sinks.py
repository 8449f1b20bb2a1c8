"""Record sinks of a replay: whole sessions, so that an interrupted replay stores none in part."""

from __future__ import annotations

from collections.abc import Callable

from ..errors import RecordingError
from ..storage.records import (
    ActivityChanged,
    EventRecord,
    MeasurementRecord,
    RecordItem,
    SessionClosed,
    SessionItem,
    SessionOpened,
)
from ..storage.store import Store


class SessionCollector:
    """Collects a session's items and passes them on when the session ends; ignores other items."""

    def __init__(
        self, on_session: Callable[[str, list[SessionItem]], None], *, max_items: int | None = None
    ) -> None:
        """`on_session` gets the session's id and items; `max_items` bounds the memory of one session."""
        self._on_session = on_session
        self._max_items = max_items
        self._items: list[SessionItem] = []

    def put(self, item: RecordItem) -> None:
        """Take an item. Raises what `on_session` raises; RecordingError for a session that is too long."""
        if not isinstance(
            item, SessionOpened | MeasurementRecord | EventRecord | ActivityChanged | SessionClosed
        ):
            return
        self._items.append(item)
        if self._max_items is not None and len(self._items) > self._max_items:
            raise RecordingError(f"more than {self._max_items} measurements in one session")
        if isinstance(item, SessionClosed):
            items, self._items = self._items, []
            self._on_session(item.session, items)


class SessionSaver:
    """Stores each session in one transaction when it ends."""

    def __init__(self, store: Store) -> None:
        self.duplicates: list[str] = []
        """ids of sessions that were stored already, and left unchanged"""
        self._store = store
        self._collector = SessionCollector(self._save)

    def put(self, item: RecordItem) -> None:
        """Take an item. Raises StoreError where a session cannot be written; nothing of it is stored then."""
        self._collector.put(item)

    def _save(self, session: str, items: list[SessionItem]) -> None:
        if self._store.session_exists(session):
            self.duplicates.append(session)
        else:
            self._store.write(items)
