"""What is written comes back; all of a batch is kept or nothing; two processes share a database."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from talkpace.errors import StoreError, UnknownSessionError
from talkpace.storage.batch_writer import MAX_OUTBOX
from talkpace.storage.errors import RefusedItemsError
from talkpace.storage.records import (
    ActivityChanged,
    AthleteChange,
    EventRecord,
    MeasurementRecord,
    OutgoingMessage,
    Queued,
    QueuedMessage,
    RecordItem,
    SessionMoved,
    SessionOpened,
    StrapSeen,
    Suggestion,
)
from talkpace.storage.store import Store

from .samples import LATER, START, closed, measurement, opened, outgoing

STRAP = "A0:9E:1A:00:00:01"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "talkpace.db") as store:
        yield store


class TestSessions:
    def test_an_open_session_has_all_values_of_its_start_and_no_end(self, store: Store) -> None:
        item = opened()
        store.write([item])
        (row,) = store.open_sessions()
        assert row.end is None
        assert row.summary is None
        assert (row.id, row.athlete, row.node, row.activity) == ("019f-1", "anna", "gym-pi", "cardio")
        assert (row.start, row.start.utcoffset()) == (START, START.utcoffset())
        assert (row.clock_synchronised, row.boot, row.origin_ms) == (False, "boot-1", 123_456)
        assert (row.profile, row.strap_name, row.strap_address) == (
            item.profile,
            item.strap_name,
            item.strap_address,
        )

    def test_a_closed_session_has_end_summary_and_suggestion(self, store: Store) -> None:
        store.write([opened(), closed(suggested=183)])
        row = store.session("019f-1")
        assert (row.end, row.summary, row.discarded) == (LATER, '{"schema": 1}', False)
        assert store.open_sessions() == []
        assert store.suggestions("anna") == [Suggestion("019f-1", "anna", 183, LATER)]
        assert store.suggestions("ben") == []

    def test_a_moved_session_keeps_its_offsets(self, store: Store) -> None:
        start = START + timedelta(days=100)
        store.write([opened(), measurement(0), measurement(1000)])
        store.write([SessionMoved("019f-1", start, clock_synchronised=True, boot="boot-2", origin_ms=-5)])
        row = store.session("019f-1")
        assert (row.start, row.clock_synchronised, row.boot, row.origin_ms) == (start, True, "boot-2", -5)
        assert [item.offset_ms for item in store.measurements("019f-1")] == [0, 1000]

    def test_sessions_are_listed_newest_first_whatever_their_time_zone(self, store: Store) -> None:
        in_utc = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)  # 18:30 where START is 18:02
        store.write([opened("a"), opened("b", start=in_utc), opened("c", athlete="ben")])
        assert [row.id for row in store.sessions("anna")] == ["b", "a"]
        assert [row.id for row in store.sessions(limit=1)] == ["b"]

    def test_discarded_sessions_can_be_excluded_and_are_never_the_last(self, store: Store) -> None:
        store.write([opened("a"), opened("b", start=LATER), closed("b", discarded=True)])
        assert [row.id for row in store.sessions(discarded=False)] == ["a"]
        assert store.session("last").id == "a"

    def test_a_session_is_found_by_a_unique_beginning_of_its_id(self, store: Store) -> None:
        store.write([opened("019f-1a"), opened("019f-2b")])
        assert store.session("019F-1").id == "019f-1a"
        for name, reason in (
            ("019f", "more than one"),
            ("02", "no session"),
            ("", "no session"),
            ("%", "no session"),
        ):
            with pytest.raises(UnknownSessionError, match=reason):
                store.session(name)

    def test_last_in_an_empty_store_is_an_error(self, store: Store) -> None:
        with pytest.raises(UnknownSessionError, match="yet"):
            store.session("last")

    def test_a_session_id_that_is_stored_already_is_refused(self, store: Store) -> None:
        assert not store.session_exists("019f-1")
        store.write([opened(), measurement(0)])
        assert store.session_exists("019f-1")
        with pytest.raises(RefusedItemsError, match="stored already"):
            store.write([opened(), measurement(0)])
        assert len(list(store.measurements("019f-1"))) == 1

    def test_reading_an_unknown_session_is_an_error(self, store: Store) -> None:
        for read in (store.events, store.activity_changes, store.last_offset_ms, store.event_count):
            with pytest.raises(UnknownSessionError):
                read("none")
        with pytest.raises(UnknownSessionError):
            list(store.measurements("none"))

    def test_purging_deletes_only_old_discarded_sessions_with_all_their_rows(self, store: Store) -> None:
        for name in ("old", "new", "kept"):
            event = EventRecord(name, 0, 0, "over", 140, 0.8, 0)
            store.write([opened(name), measurement(0, name), event, ActivityChanged(name, 5, "recovery")])
        store.write([closed("old", discarded=True, suggested=190)])
        store.write([closed("new", discarded=True, end=LATER + timedelta(days=1)), closed("kept")])
        assert store.purge_discarded(LATER + timedelta(hours=1)) == 1
        assert {row.id for row in store.sessions()} == {"new", "kept"}
        for name in ("new", "kept"):
            assert list(store.measurements(name)) == [measurement(0, name)]
            assert len(store.events(name)) == len(store.activity_changes(name)) == 1
        with Store.open(store.path, read_only=True) as reader:
            for table in ("measurements", "rr_intervals", "events", "activity_changes"):
                assert Database(reader._db).table(table).count_where("session = 1") == 0
        assert store.suggestions() == []

    def test_a_deleted_session_is_in_no_list_and_comes_back_whole(self, store: Store) -> None:
        event = EventRecord("019f-1", 0, 0, "over", 140, 0.8, 0)
        store.write([opened(), measurement(0), event, closed(suggested=183), opened("running")])
        before = store.session("019f-1")
        assert store.mark_deleted("019f", LATER) == "019f-1"
        assert [row.id for row in store.sessions()] == ["running"]
        assert [entry.id for entry in store.session_index()] == ["running"]
        assert (store.sessions_of(["019f-1"]), store.suggestions()) == ([], [])
        assert not store.session_exists("019f-1")
        assert store.deleted_sessions("anna") == [(before, LATER)]
        for name in ("019f-1", "02"):
            with pytest.raises(UnknownSessionError, match="no session"):
                store.mark_deleted(name, LATER)
        with pytest.raises(StoreError, match="still being recorded"):
            store.mark_deleted("running", LATER)
        assert store.restore_session("019f") == "019f-1"
        assert (store.session("019f-1"), store.deleted_sessions()) == (before, [])
        assert [*store.measurements("019f-1")] == [measurement(0)]
        assert store.events("019f-1") == [event]
        assert [one.max_heart_rate for one in store.suggestions()] == [183]
        with pytest.raises(UnknownSessionError, match="no deleted session"):
            store.restore_session("019f-1")

    def test_a_deleted_session_is_purged_after_its_time_or_when_it_is_imported_again(
        self, store: Store
    ) -> None:
        store.write([opened(), measurement(0), closed(), opened("again"), measurement(0, "again")])
        store.write([closed("again")])
        store.mark_deleted("019f-1", LATER)
        store.mark_deleted("again", LATER + timedelta(hours=1))
        assert store.purge_deleted(LATER + timedelta(minutes=1)) == 1
        assert [row.id for row, _ in store.deleted_sessions()] == ["again"]
        store.write([opened("again"), measurement(5, "again")])
        assert [row.id for row in store.sessions()] == ["again"]
        assert [*store.measurements("again")] == [measurement(5, "again")]
        assert Database(store._db).table("rr_intervals").count == 2

    def test_the_event_count_follows_the_last_sequence_even_after_losses(self, store: Store) -> None:
        store.write([opened()])
        assert store.event_count("019f-1") == 0
        store.write([EventRecord("019f-1", 7, 100, "over", None, None, 0)])
        assert store.event_count("019f-1") == 8

    def test_the_last_offset_is_that_of_the_last_measurement(self, store: Store) -> None:
        store.write([opened()])
        assert store.last_offset_ms("019f-1") is None
        store.write([measurement(1000), measurement(2000)])
        assert store.last_offset_ms("019f-1") == 2000

    def test_long_sessions_are_read_whole_in_spite_of_a_write_between_two_chunks(self, store: Store) -> None:
        items = [measurement(i * 1000) for i in range(5000)]
        store.write([opened(), *items])
        reading = store.measurements("019f-1")
        first = next(reading)
        store.write([opened("other", athlete="ben"), measurement(0, "other")])
        assert [first, *reading] == items


class TestBatches:
    def test_a_batch_is_written_whole_or_not_at_all(self, store: Store) -> None:
        store.write([opened(), measurement(0)])
        before = [*store.measurements("019f-1")]
        with pytest.raises(RefusedItemsError) as refused:
            store.write(
                [
                    measurement(1000),
                    outgoing(1),
                    opened("new"),
                    measurement(0, "unknown"),
                    measurement(1, "unknown"),
                ]
            )
        assert refused.value.items == (measurement(0, "unknown"), measurement(1, "unknown"))
        assert [*store.measurements("019f-1")] == before
        assert store.outbox(10) == []
        assert not store.session_exists("new")

    def test_without_the_refused_items_the_rest_can_be_written(self, store: Store) -> None:
        batch: list[RecordItem] = [
            opened(),
            measurement(0),
            measurement(0, "unknown"),
            closed("unknown"),
        ]
        with pytest.raises(RefusedItemsError) as refused:
            store.write(batch)
        store.write([item for item in batch if item not in refused.value.items])
        assert [*store.measurements("019f-1")] == [measurement(0)]

    @pytest.mark.parametrize(
        "item",
        [
            measurement(0)._replace(contact="perhaps"),
            measurement(0)._replace(rr_ms=(float("nan"),)),
            measurement(0)._replace(rr_ms=(800.0,) * 1001),
            measurement(0)._replace(offset_ms=2**70),
            EventRecord("019f-1", -1, 0, "over", None, None, 0),
            EventRecord("019f-1", 10**9, 0, "over", None, None, 0),
            OutgoingMessage("anna/event", "\ud800"),
        ],
    )
    def test_an_item_that_cannot_be_stored_is_refused_and_named(self, store: Store, item: RecordItem) -> None:
        store.write([opened()])
        with pytest.raises(RefusedItemsError) as refused:
            store.write([item])
        assert refused.value.items == (item,)
        assert [*store.measurements("019f-1")] == []

    def test_an_empty_batch_queues_nothing(self, store: Store) -> None:
        assert store.write([]) == []


@st.composite
def histories(draw: st.DrawFn) -> list[RecordItem]:
    """What happens in a few sessions at once, in any order that the pipeline could have."""
    names = draw(st.lists(st.uuids().map(str), min_size=1, max_size=3, unique=True))
    items: list[RecordItem] = [opened(name, athlete=f"athlete-{i}") for i, name in enumerate(names)]
    sequence = dict.fromkeys(names, 0)
    offset_ms = st.integers(0, 10**8)
    rr_ms = st.lists(st.integers(0, 65535).map(lambda ticks: ticks * 1000 / 1024), max_size=9).map(tuple)
    optional_kj = st.none() | st.integers(0, 65535)
    for _ in range(draw(st.integers(0, 30))):
        name = draw(st.sampled_from(names))
        kind = draw(st.sampled_from("mmmeao"))
        if kind == "m":
            contact = draw(st.sampled_from(["yes", "no", "unknown"]))
            rate = draw(st.integers(1, 65535))
            items.append(
                MeasurementRecord(name, draw(offset_ms), rate, contact, draw(rr_ms), draw(optional_kj))
            )
        elif kind == "e":
            effort = draw(st.none() | st.floats(0, 2))
            items.append(EventRecord(name, sequence[name], draw(offset_ms), "over", 150, effort, 1))
            sequence[name] += 1
        elif kind == "a":
            items.append(
                ActivityChanged(name, draw(offset_ms), draw(st.sampled_from(["cardio", "strength"])))
            )
        else:
            items.append(
                OutgoingMessage(draw(st.text(max_size=9)), draw(st.text(max_size=99)), draw(st.booleans()))
            )
    return items


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=histories(), data=st.data())
def test_any_items_in_any_batches_are_read_back_in_order(
    tmp_path_factory: pytest.TempPathFactory, items: list[RecordItem], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("store") / "talkpace.db"
    left = list(items)
    queued: list[Queued] = []
    while left:
        size = data.draw(st.integers(1, len(left)))
        with Store.open(path) as store:
            queued += store.write(left[:size])
        del left[:size]
    with Store.open(path, read_only=True) as store:
        assert store.outbox(100) == queued
        assert [each.message for each in queued if isinstance(each, QueuedMessage)] == [
            item for item in items if isinstance(item, OutgoingMessage)
        ]
        for name in {item.session for item in items if isinstance(item, SessionOpened)}:
            of_session = [item for item in items if getattr(item, "session", None) == name]
            assert [*store.measurements(name)] == [i for i in of_session if isinstance(i, MeasurementRecord)]
            assert store.events(name) == [i for i in of_session if isinstance(i, EventRecord)]
            assert store.activity_changes(name) == [i for i in of_session if isinstance(i, ActivityChanged)]


class TestOutbox:
    def test_the_outbox_keeps_the_order_over_a_restart(self, tmp_path: Path) -> None:
        path = tmp_path / "talkpace.db"
        with Store.open(path) as store:
            first = [*store.write([outgoing(0), outgoing(1)])]
        with Store.open(path) as store:
            second = [*store.write([outgoing(2)])]
            assert store.outbox(10) == first + second
            assert store.outbox(2) == first
            assert [each.message for each in store.outbox(10)] == [outgoing(i) for i in range(3)]

    def test_an_acknowledged_message_is_deleted_and_its_id_never_used_again(self, tmp_path: Path) -> None:
        path = tmp_path / "talkpace.db"
        with Store.open(path) as store:
            places = [each.id for each in store.write([outgoing(0), outgoing(1)])]
            store.acknowledge(*[place for place in places if place is not None])
            assert store.outbox(10) == []
        with Store.open(path) as store:
            (again,) = store.write([outgoing(2)])
            assert again.id not in places

    def test_acknowledging_twice_is_allowed(self, store: Store) -> None:
        store.write([outgoing(0)])
        for _ in range(2):
            store.acknowledge(1)

    def test_beyond_its_bound_the_oldest_messages_are_dropped(self, store: Store) -> None:
        store.write([outgoing(i) for i in range(MAX_OUTBOX)])
        store.write([outgoing(MAX_OUTBOX), outgoing(MAX_OUTBOX + 1)])
        waiting = store.outbox(2 * MAX_OUTBOX)
        assert len(waiting) == MAX_OUTBOX
        assert waiting[0].message == outgoing(2)
        assert waiting[-1].message == outgoing(MAX_OUTBOX + 1)


class TestStraps:
    def test_a_strap_is_remembered_and_forgotten(self, store: Store) -> None:
        store.remember_strap(STRAP, "anna", "Chest", START)
        (strap,) = store.straps()
        assert (strap.address, strap.athlete, strap.name, strap.paired_at) == (STRAP, "anna", "Chest", START)
        assert store.forget_strap(STRAP)
        assert not store.forget_strap(STRAP)
        assert store.straps() == []

    def test_only_a_command_changes_the_athlete_of_a_paired_strap(self, store: Store) -> None:
        store.remember_strap(STRAP, "anna", "Chest", START)
        store.write([StrapSeen(STRAP, "ben", "", LATER, 87)])
        (strap,) = store.straps()
        assert (strap.athlete, strap.name, strap.battery_percent) == ("anna", "Chest", 87)
        assert (strap.first_seen, strap.last_seen) == (START, LATER)
        store.remember_strap(STRAP, "ben", "", LATER)
        assert store.straps()[0].athlete == "ben"

    def test_a_strap_only_seen_is_not_paired_and_follows_the_configuration(self, store: Store) -> None:
        store.write([StrapSeen(STRAP, "anna", "Chest", START, 90)])
        store.write([StrapSeen(STRAP, "ben", "Chest 2", LATER)])
        (strap,) = store.straps()
        assert (strap.athlete, strap.name, strap.battery_percent) == ("ben", "Chest 2", 90)
        assert strap.paired_at is None


def test_changes_of_athletes_are_read_in_the_order_of_writing(store: Store) -> None:
    changes = [
        AthleteChange("anna", "max_heart_rate", 190.0, LATER, "command"),
        AthleteChange("ben", "name", "Ben Ö.", START, "configuration"),
        AthleteChange("anna", "max_heart_rate", None, START, "mqtt"),
    ]
    for change in changes:
        store.add_athlete_change(change.athlete, change.key, change.value, change.changed_at, change.source)
    assert store.athlete_changes() == changes
    assert store.athlete_changes("ben") == changes[1:2]


def test_the_views_show_readable_times_and_names(store: Store) -> None:
    no_contact = MeasurementRecord("019f-1", 1500, 121, "no", (), 4)
    store.write(
        [
            opened(),
            measurement(0),
            no_contact,
            EventRecord("019f-1", 0, 1500, "over", 121, 0.7, 0),
            closed(),
        ]
    )
    db = Database(store._db)
    (session,) = db.query("SELECT * FROM session_list")
    assert (session["athlete"], session["minutes"], session["state"]) == ("anna", 57.8, "kept")
    rows = list(db.query("SELECT * FROM measurement_list"))
    assert [(row["time"], row["contact"]) for row in rows] == [
        ("2026-11-23T17:02:11.480Z", "yes"),
        ("2026-11-23T17:02:12.980Z", "no"),
    ]
    (event,) = db.query("SELECT * FROM event_list")
    assert (event["session"], event["name"], event["time"]) == ("019f-1", "over", "2026-11-23T17:02:12.980Z")
    intervals = list(db.query("SELECT session, measurement, position, rr_ms FROM rr_intervals"))
    assert [tuple(row.values()) for row in intervals] == [(1, 0, 0, 492.1875), (1, 0, 1, 507.8125)]


_PAIRS = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from talkpace.storage.store import Store
with Store.open(Path(sys.argv[1])) as store:
    for number in range(40):
        store.remember_strap(f"A0:9E:1A:00:00:{number:02X}", "ben", "", datetime.now(UTC))
"""


def test_a_command_pairs_straps_while_the_daemon_records(store: Store) -> None:
    store.write([opened()])
    seen = store.data_version()
    offset_ms = 0
    command = subprocess.Popen([sys.executable, "-c", _PAIRS, str(store.path)])
    while command.poll() is None:
        store.write([measurement(offset_ms), outgoing(offset_ms)])
        offset_ms += 1
    assert command.returncode == 0
    assert store.data_version() != seen
    assert len(store.straps()) == 40
    assert [item.offset_ms for item in store.measurements("019f-1")] == list(range(offset_ms))
    assert store.integrity() == "ok"


def test_a_lock_held_by_another_program_is_a_temporary_error(store: Store) -> None:
    store._db.execute("PRAGMA busy_timeout = 1")
    store.write([opened()])
    with Store.open(store.path) as other:
        other._db.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked by another program"):
            store.write([measurement(0)])
        other._db.rollback()
    store.write([measurement(0)])
    assert store.last_offset_ms("019f-1") == 0
