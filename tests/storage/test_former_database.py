"""A database of the former release (schema version 5) opens, migrates and shows the same sessions and log.

`data/version_5.sql` was written by that release, `data/version_5.json` is its own output of `sessions --json`
and `log list --json`.
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from talkpace.service.session_restore import unfinished_sessions
from talkpace.storage.migrations import MIGRATIONS
from talkpace.storage.store import Store

from ..service.daemon_process import talkpace

DATA = Path(__file__).with_name("data")
OPEN_SESSION = "0190aaaa-0000-7000-8000-000000000001"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "talkpace" / "talkpace.db"
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.executescript((DATA / "version_5.sql").read_text(encoding="utf-8"))
    connection.close()
    return path


def test_it_migrates_and_nothing_is_lost(database: Path) -> None:
    with Store.open(database) as store:
        assert store.version == len(MIGRATIONS)
        assert store.integrity() == "ok"
        counts = {row.id: len(list(store.measurements(row.id))) for row in store.sessions()}
        assert sorted(counts.values()) == [5, 60, 240]
        assert counts[OPEN_SESSION] == 5
        assert [each.name for each in store.events(OPEN_SESSION)] == ["session_started"]
        assert [each.activity for each in store.activity_changes(OPEN_SESSION)] == ["cardio"]
        assert [one.rr_ms for one in store.measurements(OPEN_SESSION)] == [(600.0,)] * 5
        assert [(each.athlete, each.key, each.value) for each in store.athlete_changes()] == [
            ("anna", "ceiling", 0.68)
        ]
        straps = [(each.athlete, each.name, each.battery_percent) for each in store.straps()]
        assert straps[:2] == [("anna", "Polar H10", 81), ("ben", "Arm strap", None)]
        assert [(each.athlete, each.answer) for each in store.talk_tests()] == [("anna", "yes")]
        assert [(each.athlete, each.minutes) for each in store.naps()] == [("ben", 25.0)]
        [pending] = store.pending_states()
        assert (pending.athlete, pending.muted_until_ms, pending.activity) == ("ben", 305_000, "recovery")
        assert [each.message.topic for each in store.outbox(9)] == ["anna/summary"]


def test_its_open_session_can_be_restored(database: Path) -> None:
    with Store.open(database) as store:
        [session] = unfinished_sessions(store)
    assert (session.id, session.athlete, session.last_offset_ms) == (OPEN_SESSION, "ben", 4000)
    assert session.profile.max_heart_rate == 190


def test_it_shows_the_same_sessions_and_log(database: Path) -> None:
    Store.open(database).close()  # as the daemon does at its start
    folder, expected = database.parents[1], json.loads((DATA / "version_5.json").read_text(encoding="utf-8"))
    assert json.loads(talkpace(folder, "sessions", "--json").stdout) == expected["sessions"]
    entries = [
        entry
        for athlete in ("anna", "ben")
        for entry in json.loads(talkpace(folder, "log", "list", "--athlete", athlete, "--json").stdout)
    ]
    assert entries == expected["log"]
