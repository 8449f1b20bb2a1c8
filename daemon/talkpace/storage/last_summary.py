"""Deletes and restores sessions together with what the broker retains: an athlete's last summary."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from .records import OutgoingMessage, SessionRow
from .store import Store


class SessionChange(NamedTuple):
    """A session that was deleted or restored."""

    session: str
    summary: OutgoingMessage | None
    """what the broker is to retain from now on; None where that is as before"""


def delete_with_summary(store: Store, name: str, at: datetime) -> SessionChange:
    """Delete a session for now. Raises as `Store.mark_deleted`."""
    athlete = store.session(name).athlete
    before = store.last_with_summary(athlete)
    session = store.mark_deleted(name, at)
    return _change(store, session, athlete, before)


def restore_with_summary(store: Store, name: str) -> SessionChange:
    """Restore a session. Raises as `Store.restore_session`."""
    session = store.restore_session(name)
    athlete = store.session(session).athlete
    return _change(store, session, athlete, store.last_with_summary(athlete))


def _change(store: Store, session: str, athlete: str, last: SessionRow | None) -> SessionChange:
    """The change, where `last` was or is now the session with the retained summary."""
    if last is None or last.id != session:
        return SessionChange(session, None)
    now = store.last_with_summary(athlete)
    text = "" if now is None or now.summary is None else now.summary
    return SessionChange(session, OutgoingMessage(f"{athlete}/summary", text, retain=True))
