"""What athletes write down, on disk."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from talkpace.errors import UnknownEntryError
from talkpace.habits.entries import UntrackedActivity, Water
from talkpace.habits.log import Entry
from talkpace.storage.records import EntryDeleted, EntryEdited, EntryLogged
from talkpace.storage.store import Store

AT = datetime(2026, 11, 24, 7, 30, tzinfo=timezone(timedelta(hours=1)))


def entry(entry_id: str, athlete: str = "anna", *, at: datetime = AT) -> Entry:
    return Entry(entry_id, athlete, at, AT, Water(ml=250))


def test_entries_are_read_unchanged_in_the_order_of_writing(tmp_path: Path) -> None:
    exercise = Entry(
        "b", "anna", AT - timedelta(days=1), AT, UntrackedActivity(activity="cardio", minutes=40, hard=True)
    )
    with Store.open(tmp_path / "t.db") as store:
        store.add_log_entry(entry("a"))
        store.write([EntryLogged(exercise), EntryLogged(entry("c", "ben"))])
    with Store.open(tmp_path / "t.db", read_only=True) as store:
        assert store.log_entries("anna") == [entry("a"), exercise]
        assert store.log_entries() == [entry("a"), exercise, entry("c", "ben")]
        assert store.log_entries("anna", since=AT) == [entry("a")]
        assert store.log_entries("anna", before=AT) == [exercise]


def test_recorded_items_have_the_same_effect_as_the_methods(tmp_path: Path) -> None:
    with Store.open(tmp_path / "t.db") as store:
        store.write([EntryLogged(entry("a")), EntryLogged(entry("b"))])
        store.write([EntryEdited(replace(entry("a"), content=Water(ml=300))), EntryDeleted("anna", "b")])
        assert store.log_entries() == [replace(entry("a"), content=Water(ml=300))]


def test_an_entry_of_another_athlete_cannot_be_changed(tmp_path: Path) -> None:
    with Store.open(tmp_path / "t.db") as store:
        store.add_log_entry(entry("a"))
        with pytest.raises(UnknownEntryError, match="ben has no entry 'a'"):
            store.delete_log_entry("ben", "a")
        with pytest.raises(UnknownEntryError):
            store.edit_log_entry(replace(entry("a", "ben"), content=Water(ml=1)))
        store.write([EntryDeleted("ben", "a"), EntryEdited(entry("a", "ben", at=AT - timedelta(days=9)))])
        assert store.log_entries() == [entry("a")]


def test_the_table_is_readable_and_an_invalid_row_is_skipped(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "t.db"
    with Store.open(path) as store:
        store.add_log_entry(entry("a"))
        store.add_log_entry(entry("b"))
    with sqlite3.connect(path) as db:
        row = db.execute("SELECT athlete, kind, at, details FROM practice_log WHERE id = 'a'").fetchone()
        assert row == ("anna", "water", "2026-11-24T07:30:00.000+01:00", '{"ml":250.0}')
        db.execute("UPDATE practice_log SET details = '{\"ml\": \"much\"}' WHERE id = 'a'")
    db.close()
    with Store.open(path, read_only=True) as store:
        assert store.log_entries() == [entry("b")]
    assert "log entry a of anna skipped" in caplog.text
