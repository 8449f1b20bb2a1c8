"""Notifications are stored with what they are about, in order, and bounded."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from talkpace.storage.notification_table import MOST_NOTIFICATIONS
from talkpace.storage.records import QueuedNotification, RecordItem
from talkpace.storage.store import Store

from ..notifications.samples import notification
from .samples import closed, opened, outgoing


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "talkpace.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(path) as one:
        yield one


def test_notifications_are_read_back_in_order_with_their_ids(store: Store) -> None:
    items: list[RecordItem] = [opened(), closed(), outgoing(1), notification(1), notification(2)]
    written = store.write(items)
    assert store.notifications() == [one for one in written if isinstance(one, QueuedNotification)]
    assert [one.notification for one in store.notifications()] == items[3:]
    assert [one.message for one in store.outbox(10)] == [outgoing(1)]


def test_an_id_is_never_used_again(store: Store) -> None:
    [first] = store.write([notification(1)])
    assert first.id is not None
    store.delete_notifications(first.id)
    assert store.notifications() == []
    [second] = store.write([notification(2)])
    assert second.id == first.id + 1


def test_of_too_many_the_oldest_are_deleted(store: Store) -> None:
    store.write([notification(number) for number in range(MOST_NOTIFICATIONS + 3)])
    kept = [one.notification.text for one in store.notifications()]
    assert (len(kept), kept[0]) == (MOST_NOTIFICATIONS, "text 3")


def test_those_of_a_deleted_athlete_are_deleted(store: Store) -> None:
    store.write([notification(1)])
    store.delete_athlete("anna")
    assert store.notifications() == []


def test_a_row_that_somebody_has_damaged_is_skipped(
    path: Path, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    store.write([notification(1), notification(2)])
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE notifications SET at = 'yesterday' WHERE id = 1")
        other.commit()
    assert [one.notification.text for one in store.notifications()] == ["text 2"]
    assert "notification 1 skipped: invalid (ValueError)" in caplog.text


def test_the_database_has_no_address(path: Path, store: Store) -> None:
    store.write([notification(1)])
    with closing(sqlite3.connect(path)) as other:
        columns = {row[1] for row in other.execute("PRAGMA table_info(notifications)")}
    assert columns == {
        "id", "address", "kind", "athlete", "heart_data", "title", "text", "at", "boot", "at_ms"
    }  # fmt: skip
    assert store.notifications()[0].notification.address == "phone"
