"""Reading, in this process or in others, and writing what is new."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from talkpace.errors import StoreError
from talkpace.replay.file_reader import MAX_MEASUREMENTS, FileSessions, WorkerError, read_file, read_files
from talkpace.replay.importer import Importer, ImportStatus
from talkpace.storage.records import AthleteChange, MeasurementRecord, SessionClosed, SessionOpened
from talkpace.storage.store import Store

from .activity_files import LONG_AGO, START, judging, ride, rides


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "talkpace.db") as store:
        yield store


def importer(store: Store) -> Importer:
    return Importer(store, "anna", pause=lambda _seconds: None)


# -- reading -------------------------------------------------------------------------------------------


def test_a_file_gives_whole_sessions(tmp_path: Path) -> None:
    path = ride(tmp_path, "two.csv")
    later = ride(tmp_path, "later.csv", start=START + timedelta(hours=1))
    path.write_text(path.read_text() + later.read_text().partition("\n")[2])
    read = read_file(path, judging())
    assert (read.failure, read.measurements, len(read.sessions)) == (None, 360, 2)
    for items in read.sessions:
        assert isinstance(items[0], SessionOpened)
        assert isinstance(items[-1], SessionClosed)
        assert sum(isinstance(item, MeasurementRecord) for item in items) == 180


def test_a_session_gets_the_profile_of_its_day(tmp_path: Path) -> None:
    changed = AthleteChange("anna", "max_heart_rate", 180, START + timedelta(days=1), "command")
    paths = [ride(tmp_path, "a.csv"), ride(tmp_path, "b.csv", start=START + timedelta(days=2))]
    maxima = []
    for path in paths:
        [items] = read_file(path, judging(changed)).sessions
        closed = items[-1]
        assert isinstance(closed, SessionClosed)
        maxima.append(json.loads(closed.summary)["max_heart_rate"])
    assert maxima == [190, 180]


def test_messages_and_straps_are_not_imported(tmp_path: Path) -> None:
    [items] = read_file(ride(tmp_path, "a.csv"), judging()).sessions
    assert {type(item).__name__ for item in items} <= {
        "SessionOpened", "MeasurementRecord", "EventRecord", "ActivityChanged", "SessionClosed"
    }  # fmt: skip


def cut_short(folder: Path) -> Path:
    path = folder / "cut.tcx"
    points = "".join(
        f"<Trackpoint><Time>2024-05-01T10:00:{s:02}Z</Time><HeartRateBpm><Value>90</Value></HeartRateBpm>"
        "</Trackpoint>"
        for s in range(50)
    )
    path.write_text(f'<?xml version="1.0"?><TrainingCenterDatabase><Track>{points}')
    return path


def undated(folder: Path) -> Path:
    path = folder / "undated.csv"
    path.write_text("time,hr\n" + "".join(f"{t},{100}\n" for t in range(200)))
    return path


def empty(folder: Path) -> Path:
    path = folder / "empty.fit"
    path.touch()
    return path


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (cut_short, "cut short or damaged; `talkpace replay --save` keeps what can be read"),
        (undated, "it has no date"),
        (empty, "is empty"),
        (lambda folder: folder / "gone.csv", "cannot be read: No such file"),
        (
            lambda folder: ride(folder, "x.csv", start=datetime.now(UTC) + timedelta(days=30)),
            "is in the future",
        ),
    ],
)
def test_a_file_that_cannot_be_imported_gives_a_reason(tmp_path: Path, make: object, why: str) -> None:
    assert callable(make)
    read = read_file(make(tmp_path), judging())
    assert read.failure is not None
    assert why in read.failure
    assert read.sessions == []


def test_a_file_fails_where_no_profile_can_be_resolved_on_its_day(tmp_path: Path) -> None:
    odd = AthleteChange("anna", "resting_heart_rate", 195, LONG_AGO, "command")
    read = read_file(ride(tmp_path, "a.csv"), judging(odd))
    assert read.failure == (
        "no profile of anna on 2024-05-01: resting_heart_rate must be below max_heart_rate"
    )


def test_a_session_with_too_many_measurements_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    with path.open("w") as file:
        file.write("time,hr\n")
        file.writelines(f"{1_700_000_000 + t},100\n" for t in range(MAX_MEASUREMENTS + 10))
    assert read_file(path, judging()).failure == f"more than {MAX_MEASUREMENTS} measurements in one session"


def test_several_processes_read_the_same_in_the_order_of_the_files(tmp_path: Path) -> None:
    paths = [*rides(tmp_path, 7), tmp_path / "gone.csv"]
    alone = list(read_files(paths, judging(), jobs=1))
    assert [read.path for read in alone] == paths
    assert list(read_files(paths, judging(), jobs=3)) == alone


def test_a_killed_process_ends_the_import_with_an_error(tmp_path: Path) -> None:
    paths = rides(tmp_path, 40)
    reading = read_files(paths, judging(), jobs=2)
    next(reading)
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    for child in children:
        if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
            os.kill(int(child), signal.SIGKILL)
    with pytest.raises(WorkerError, match="try --jobs 1"):
        list(reading)


# -- writing -------------------------------------------------------------------------------------------


def test_a_new_session_is_stored_as_if_recorded_live(tmp_path: Path, store: Store) -> None:
    read = read_file(ride(tmp_path, "a.csv"), judging())
    done = importer(store).write(read)
    [row] = store.sessions("anna")
    assert (done.status, done.sessions) == (ImportStatus.IMPORTED, [row.id])
    assert len(list(store.measurements(row.id))) == 180
    assert store.events(row.id)[0].name == "session_started"
    assert (store.outbox(10), store.straps()) == ([], [])


def test_one_workout_in_several_files_is_stored_once(tmp_path: Path, store: Store) -> None:
    writer = importer(store)
    first = writer.write(read_file(ride(tmp_path, "a.csv"), judging()))
    moved = read_file(ride(tmp_path, "b.csv", start=START + timedelta(seconds=3)), judging())
    for read, whose in ((moved, writer), (moved, importer(store))):
        again = whose.write(read)
        assert (again.status, again.duplicates) == (ImportStatus.DUPLICATE, first.sessions)
    assert len(store.sessions()) == 1


def test_another_athletes_workout_at_the_same_time_is_not_a_duplicate(tmp_path: Path, store: Store) -> None:
    read = read_file(ride(tmp_path, "a.csv"), judging())
    importer(store).write(read)
    bens = read_file(ride(tmp_path, "b.csv"), replace(judging(), athlete="ben", changes=changes_of("ben")))
    assert Importer(store, "ben", lambda _seconds: None).write(bens).status is ImportStatus.IMPORTED
    assert {row.athlete for row in store.sessions()} == {"anna", "ben"}


def changes_of(athlete: str) -> list[AthleteChange]:
    return [replace(change, athlete=athlete) for change in judging().changes]


def test_an_open_session_counts_up_to_its_last_measurement(tmp_path: Path, store: Store) -> None:
    read = read_file(ride(tmp_path, "a.csv"), judging())
    store.write(read.sessions[0][:-1])
    moved = read_file(ride(tmp_path, "b.csv", start=START + timedelta(seconds=3)), judging())
    assert importer(store).write(moved).status is ImportStatus.DUPLICATE


def test_sessions_too_short_to_count_are_not_stored(tmp_path: Path, store: Store) -> None:
    done = importer(store).write(read_file(ride(tmp_path, "a.csv", seconds=60), judging()))
    assert (done.status, done.too_short, store.sessions()) == (ImportStatus.TOO_SHORT, 1, [])


def test_a_discarded_session_is_not_a_duplicate(tmp_path: Path, store: Store) -> None:
    [items] = read_file(ride(tmp_path, "short.csv", start=START + timedelta(seconds=20)), judging()).sessions
    closed = items[-1]
    assert isinstance(closed, SessionClosed)
    store.write([*items[:-1], replace(closed, discarded=True)])
    assert (
        importer(store).write(read_file(ride(tmp_path, "whole.csv"), judging())).status
        is ImportStatus.IMPORTED
    )


def test_a_session_that_cannot_be_written_leaves_no_rows(tmp_path: Path, store: Store) -> None:
    read = read_file(ride(tmp_path, "a.csv"), judging())
    [items] = read.sessions
    taken = items[2]
    assert isinstance(taken, MeasurementRecord)
    spoilt = FileSessions(read.path, [[*items[:2], taken._replace(contact="?"), *items[3:]]], 0, 0, [])
    with pytest.raises(StoreError):
        importer(store).write(spoilt)
    assert store.sessions() == []


def test_the_importer_pauses_after_each_session(tmp_path: Path, store: Store) -> None:
    pauses: list[float] = []
    writer = Importer(store, "anna", pauses.append)
    for path in rides(tmp_path, 3):
        writer.write(read_file(path, judging()))
    assert len(pauses) == 3
    assert all(0 < pause <= 0.5 for pause in pauses)
