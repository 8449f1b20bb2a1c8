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

from talkpace.errors import StoreError, UnknownSessionError
from talkpace.record.failure import RefusedItemsError
from talkpace.record.items import (
    ActivityChanged,
    EventHappened,
    MeasurementTaken,
    Outgoing,
    RecordItem,
    SessionMoved,
    SessionOpened,
    StrapSeen,
)
from talkpace.record.rows import AthleteChange, Suggestion
from talkpace.record.store import Store
from talkpace.record.writing import LONGEST_OUTBOX

from .samples import LATER, START, closed, opened, outgoing, taken

STRAP = "A0:9E:1A:00:00:01"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "talkpace.db") as store:
        yield store


class TestSessions:
    def test_an_open_session_has_no_end_and_keeps_everything_it_began_with(self, store: Store) -> None:
        item = opened()
        store.write([item])
        (row,) = store.open_sessions()
        assert row.end is None
        assert row.summary is None
        assert (row.id, row.athlete, row.node, row.activity) == ("019f-1", "anna", "gym-pi", "cardio")
        assert (row.start, row.start.utcoffset()) == (START, START.utcoffset())
        assert (row.clock_synchronised, row.boot, row.origin_ms) == (False, "boot-1", 123_456)
        assert (row.judgement, row.strap_name, row.strap_address) == (
            item.judgement,
            item.strap_name,
            item.strap_address,
        )

    def test_a_closed_session_has_its_end_its_summary_and_its_suggestion(self, store: Store) -> None:
        store.write([opened(), closed(suggested=183)])
        row = store.session("019f-1")
        assert (row.end, row.summary, row.discarded) == (LATER, '{"schema": 1}', False)
        assert store.open_sessions() == []
        assert store.suggestions("anna") == [Suggestion("019f-1", "anna", 183, LATER)]
        assert store.suggestions("ben") == []

    def test_a_moved_session_keeps_its_offsets(self, store: Store) -> None:
        start = START + timedelta(days=100)
        store.write([opened(), taken(0), taken(1000)])
        store.write([SessionMoved("019f-1", start, clock_synchronised=True, boot="boot-2", origin_ms=-5)])
        row = store.session("019f-1")
        assert (row.start, row.clock_synchronised, row.boot, row.origin_ms) == (start, True, "boot-2", -5)
        assert [item.offset_ms for item in store.measurements("019f-1")] == [0, 1000]

    def test_sessions_come_newest_first_whatever_their_time_zone(self, store: Store) -> None:
        in_utc = datetime(2026, 11, 23, 17, 30, tzinfo=UTC)  # 18:30 where START is 18:02
        store.write([opened("a"), opened("b", start=in_utc), opened("c", athlete="ben")])
        assert [row.id for row in store.sessions("anna")] == ["b", "a"]
        assert [row.id for row in store.sessions(limit=1)] == ["b"]

    def test_discarded_sessions_can_be_left_out_and_are_never_the_last(self, store: Store) -> None:
        store.write([opened("a"), opened("b", start=LATER), closed("b", discarded=True)])
        assert [row.id for row in store.sessions(discarded=False)] == ["a"]
        assert store.session("last").id == "a"

    def test_a_session_is_found_by_the_beginning_of_its_id(self, store: Store) -> None:
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

    def test_last_of_an_empty_store_says_so(self, store: Store) -> None:
        with pytest.raises(UnknownSessionError, match="yet"):
            store.session("last")

    def test_the_same_recording_saved_twice_is_recognised(self, store: Store) -> None:
        assert not store.session_exists("019f-1")
        store.write([opened(), taken(0)])
        assert store.session_exists("019f-1")
        with pytest.raises(RefusedItemsError, match="already kept"):
            store.write([opened(), taken(0)])
        assert len(list(store.measurements("019f-1"))) == 1

    def test_what_an_unknown_session_has_is_an_error_not_nothing(self, store: Store) -> None:
        for read in (store.events, store.activity_changes, store.last_offset_ms, store.event_count):
            with pytest.raises(UnknownSessionError):
                read("none")
        with pytest.raises(UnknownSessionError):
            list(store.measurements("none"))

    def test_purging_removes_old_discarded_sessions_with_all_they_have_and_no_other(
        self, store: Store
    ) -> None:
        for name in ("old", "new", "kept"):
            event = EventHappened(name, 0, 0, "over", 140, 0.8, 0)
            store.write([opened(name), taken(0, name), event, ActivityChanged(name, 5, "recovery")])
        store.write([closed("old", discarded=True, suggested=190)])
        store.write([closed("new", discarded=True, end=LATER + timedelta(days=1)), closed("kept")])
        assert store.purge_discarded(LATER + timedelta(hours=1)) == 1
        assert {row.id for row in store.sessions()} == {"new", "kept"}
        for name in ("new", "kept"):
            assert list(store.measurements(name)) == [taken(0, name)]
            assert len(store.events(name)) == len(store.activity_changes(name)) == 1
        with Store.open(store.path, read_only=True) as reader:
            for table in ("measurements", "rr_intervals", "events", "activity_changes"):
                assert reader._db.table(table).count_where("session = 1") == 0
        assert store.suggestions() == []

    def test_the_next_event_comes_behind_the_last_one_even_where_some_were_lost(self, store: Store) -> None:
        store.write([opened()])
        assert store.event_count("019f-1") == 0
        store.write([EventHappened("019f-1", 7, 100, "over", None, None, 0)])
        assert store.event_count("019f-1") == 8

    def test_the_last_offset_is_that_of_the_last_measurement(self, store: Store) -> None:
        store.write([opened()])
        assert store.last_offset_ms("019f-1") is None
        store.write([taken(1000), taken(2000)])
        assert store.last_offset_ms("019f-1") == 2000

    def test_long_sessions_are_read_whole_and_a_write_between_two_chunks_is_no_matter(
        self, store: Store
    ) -> None:
        items = [taken(i * 1000) for i in range(5000)]
        store.write([opened(), *items])
        reading = store.measurements("019f-1")
        first = next(reading)
        store.write([opened("other", athlete="ben"), taken(0, "other")])
        assert [first, *reading] == items


class TestBatches:
    def test_all_of_a_batch_is_kept_or_nothing(self, store: Store) -> None:
        store.write([opened(), taken(0)])
        before = [*store.measurements("019f-1")]
        with pytest.raises(RefusedItemsError) as refused:
            store.write([taken(1000), outgoing(1), opened("new"), taken(0, "unknown"), taken(1, "unknown")])
        assert refused.value.items == (taken(0, "unknown"), taken(1, "unknown"))
        assert [*store.measurements("019f-1")] == before
        assert store.outbox(10) == []
        assert not store.session_exists("new")

    def test_without_the_refused_items_the_rest_can_be_written(self, store: Store) -> None:
        batch: list[RecordItem] = [opened(), taken(0), taken(0, "unknown"), closed("unknown")]
        with pytest.raises(RefusedItemsError) as refused:
            store.write(batch)
        store.write([item for item in batch if item not in refused.value.items])
        assert [*store.measurements("019f-1")] == [taken(0)]

    @pytest.mark.parametrize(
        "item",
        [
            taken(0)._replace(contact="perhaps"),
            taken(0)._replace(rr_ms=(float("nan"),)),
            taken(0)._replace(rr_ms=(800.0,) * 1001),
            taken(0)._replace(offset_ms=2**70),
            EventHappened("019f-1", -1, 0, "over", None, None, 0),
            EventHappened("019f-1", 10**9, 0, "over", None, None, 0),
            Outgoing("anna/event", "\ud800"),
        ],
    )
    def test_what_cannot_be_kept_is_refused_and_named(self, store: Store, item: RecordItem) -> None:
        store.write([opened()])
        with pytest.raises(RefusedItemsError) as refused:
            store.write([item])
        assert refused.value.items == (item,)
        assert [*store.measurements("019f-1")] == []

    def test_nothing_written_is_nothing_queued(self, store: Store) -> None:
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
                MeasurementTaken(name, draw(offset_ms), rate, contact, draw(rr_ms), draw(optional_kj))
            )
        elif kind == "e":
            effort = draw(st.none() | st.floats(0, 2))
            items.append(EventHappened(name, sequence[name], draw(offset_ms), "over", 150, effort, 1))
            sequence[name] += 1
        elif kind == "a":
            items.append(
                ActivityChanged(name, draw(offset_ms), draw(st.sampled_from(["cardio", "strength"])))
            )
        else:
            items.append(Outgoing(draw(st.text(max_size=9)), draw(st.text(max_size=99)), draw(st.booleans())))
    return items


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(items=histories(), data=st.data())
def test_whatever_is_written_in_whatever_batches_comes_back_in_order(
    tmp_path_factory: pytest.TempPathFactory, items: list[RecordItem], data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("store") / "talkpace.db"
    left = list(items)
    queued = []
    while left:
        size = data.draw(st.integers(1, len(left)))
        with Store.open(path) as store:
            queued += store.write(left[:size])
        del left[:size]
    with Store.open(path, read_only=True) as store:
        assert store.outbox(100) == queued
        assert [each.message for each in queued] == [item for item in items if isinstance(item, Outgoing)]
        for name in {item.session for item in items if isinstance(item, SessionOpened)}:
            of_session = [item for item in items if getattr(item, "session", None) == name]
            assert [*store.measurements(name)] == [i for i in of_session if isinstance(i, MeasurementTaken)]
            assert store.events(name) == [i for i in of_session if isinstance(i, EventHappened)]
            assert store.activity_changes(name) == [i for i in of_session if isinstance(i, ActivityChanged)]


class TestOutbox:
    def test_messages_go_out_in_the_order_in_which_they_came_after_a_restart_too(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "talkpace.db"
        with Store.open(path) as store:
            first = store.write([outgoing(0), outgoing(1)])
        with Store.open(path) as store:
            second = store.write([outgoing(2)])
            assert store.outbox(10) == first + second
            assert store.outbox(2) == first
            assert [each.message for each in first + second] == [outgoing(i) for i in range(3)]

    def test_an_acknowledged_message_waits_no_longer_and_its_place_is_never_given_again(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "talkpace.db"
        with Store.open(path) as store:
            places = [each.id for each in store.write([outgoing(0), outgoing(1)])]
            store.acknowledged(*[place for place in places if place is not None])
            assert store.outbox(10) == []
        with Store.open(path) as store:
            (again,) = store.write([outgoing(2)])
            assert again.id not in places

    def test_acknowledging_twice_is_no_error(self, store: Store) -> None:
        store.write([outgoing(0)])
        for _ in range(2):
            store.acknowledged(1)

    def test_beyond_its_bound_the_oldest_messages_are_dropped(self, store: Store) -> None:
        store.write([outgoing(i) for i in range(LONGEST_OUTBOX)])
        store.write([outgoing(LONGEST_OUTBOX), outgoing(LONGEST_OUTBOX + 1)])
        waiting = store.outbox(2 * LONGEST_OUTBOX)
        assert len(waiting) == LONGEST_OUTBOX
        assert waiting[0].message == outgoing(2)
        assert waiting[-1].message == outgoing(LONGEST_OUTBOX + 1)


class TestStraps:
    def test_a_strap_is_remembered_and_forgotten(self, store: Store) -> None:
        store.remember_strap(STRAP, "anna", "Chest", START)
        (strap,) = store.straps()
        assert (strap.address, strap.athlete, strap.name, strap.paired_at) == (STRAP, "anna", "Chest", START)
        assert store.forget_strap(STRAP)
        assert not store.forget_strap(STRAP)
        assert store.straps() == []

    def test_whose_a_paired_strap_is_only_a_command_changes(self, store: Store) -> None:
        store.remember_strap(STRAP, "anna", "Chest", START)
        store.write([StrapSeen(STRAP, "ben", "", LATER, 87)])
        (strap,) = store.straps()
        assert (strap.athlete, strap.name, strap.battery_percent) == ("anna", "Chest", 87)
        assert (strap.first_seen, strap.last_seen) == (START, LATER)
        store.remember_strap(STRAP, "ben", "", LATER)
        assert store.straps()[0].athlete == "ben"

    def test_a_strap_that_was_only_seen_is_not_paired_and_follows_the_configuration(
        self, store: Store
    ) -> None:
        store.write([StrapSeen(STRAP, "anna", "Chest", START, 90)])
        store.write([StrapSeen(STRAP, "ben", "Chest 2", LATER)])
        (strap,) = store.straps()
        assert (strap.athlete, strap.name, strap.battery_percent) == ("ben", "Chest 2", 90)
        assert strap.paired_at is None


def test_changes_of_athletes_come_back_in_the_order_in_which_they_were_written(store: Store) -> None:
    changes = [
        AthleteChange("anna", "max_heart_rate", 190.0, LATER, "command"),
        AthleteChange("ben", "name", "Ben Ö.", START, "configuration"),
        AthleteChange("anna", "max_heart_rate", None, START, "mqtt"),
    ]
    for change in changes:
        store.add_athlete_change(change.athlete, change.key, change.value, change.changed_at, change.source)
    assert store.athlete_changes() == changes
    assert store.athlete_changes("ben") == changes[1:2]


def test_a_person_can_browse_times_and_names(store: Store) -> None:
    no_contact = MeasurementTaken("019f-1", 1500, 121, "no", (), 4)
    store.write(
        [opened(), taken(0), no_contact, EventHappened("019f-1", 0, 1500, "over", 121, 0.7, 0), closed()]
    )
    (session,) = store._db.query("SELECT * FROM session_list")
    assert (session["athlete"], session["minutes"], session["state"]) == ("anna", 57.8, "kept")
    rows = list(store._db.query("SELECT * FROM measurement_list"))
    assert [(row["time"], row["contact"]) for row in rows] == [
        ("2026-11-23T17:02:11.480Z", "yes"),
        ("2026-11-23T17:02:12.980Z", "no"),
    ]
    (event,) = store._db.query("SELECT * FROM event_list")
    assert (event["session"], event["name"], event["time"]) == ("019f-1", "over", "2026-11-23T17:02:12.980Z")
    intervals = list(store._db.query("SELECT session, measurement, position, rr_ms FROM rr_intervals"))
    assert [tuple(row.values()) for row in intervals] == [(1, 0, 0, 492.1875), (1, 0, 1, 507.8125)]


_PAIRS = """
import sys
from datetime import datetime, UTC
from pathlib import Path
from talkpace.record.store import Store
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
        store.write([taken(offset_ms), outgoing(offset_ms)])
        offset_ms += 1
    assert command.returncode == 0
    assert store.data_version() != seen
    assert len(store.straps()) == 40
    assert [item.offset_ms for item in store.measurements("019f-1")] == list(range(offset_ms))
    assert store.integrity() == "ok"


def test_a_database_that_another_program_holds_for_long_is_an_error_that_passes(store: Store) -> None:
    store._db.execute("PRAGMA busy_timeout = 1")
    store.write([opened()])
    with Store.open(store.path) as other:
        other._db.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="in use by another program"):
            store.write([taken(0)])
        other._db.rollback()
    store.write([taken(0)])
    assert store.last_offset_ms("019f-1") == 0
