"""A database is created private, brought up to date step by step, and left alone where it is not ours."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlite_utils import Database

from talkpace.errors import NewerStoreError, StoreError
from talkpace.storage.migrations import APPLICATION_ID, MIGRATIONS, Migration
from talkpace.storage.records import MeasurementRecord
from talkpace.storage.store import Store

from .samples import measurement, opened


def next_step(db: Database) -> None:
    """A made-up step of tomorrow: a table more, and a column."""
    db.table("practice").create({"id": int, "kind": str}, pk="id")
    db.table("sessions").add_column("note", str)


def broken_step(db: Database) -> None:
    next_step(db)
    raise sqlite3.OperationalError("the step went wrong")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "talkpace.db"


def insert_as_the_first_version_did(store: Store, one: MeasurementRecord) -> None:
    """Write a measurement of the first session with the columns that every version has."""
    number = 1_000_000_000
    columns = "id, offset_ms, heart_rate, contact, energy_kj"
    values = [number, one.offset_ms, one.heart_rate, one.contact == "yes", one.energy_kj]
    store._db.execute(f"INSERT INTO measurements ({columns}) VALUES (?, ?, ?, ?, ?)", values)
    intervals = [(number * 1000 + place, rr_ms) for place, rr_ms in enumerate(one.rr_ms)]
    store._db.executemany("INSERT INTO rr_intervals (id, rr_ms) VALUES (?, ?)", intervals)


class TestMigrations:
    @pytest.mark.parametrize("age", range(len(MIGRATIONS) + 1))
    def test_a_database_of_every_version_is_migrated_without_loss(self, path: Path, age: int) -> None:
        steps: list[Migration] = [*MIGRATIONS, next_step]
        with Store.open(path, migrations=steps[:age] or MIGRATIONS) as store:
            store.write([opened()])
            insert_as_the_first_version_did(store, measurement(0))
        with Store.open(path, migrations=steps) as store:
            assert store.version == len(steps)
            assert [*store.measurements("019f-1")] == [measurement(0)]
            assert "note" in Database(store._db).table("sessions").columns_dict
            assert store.integrity() == "ok"

    def test_a_failed_migration_leaves_the_database_unchanged(self, path: Path) -> None:
        with Store.open(path) as store:
            store.write([opened()])
        with pytest.raises(StoreError, match="the step went wrong"):
            Store.open(path, migrations=[*MIGRATIONS, broken_step])
        with Store.open(path) as store:
            assert store.version == len(MIGRATIONS)
            assert "practice" not in Database(store._db).table_names()
            assert store.session_exists("019f-1")

    def test_a_newer_database_is_refused_and_no_byte_of_it_changes(self, path: Path) -> None:
        with Store.open(path, migrations=[*MIGRATIONS, next_step]) as store:
            store.write([opened()])
        before = files(path.parent)
        for read_only in (True, False):
            with pytest.raises(NewerStoreError, match="newer"):
                Store.open(path, read_only=read_only)
            assert files(path.parent) == before

    def test_a_newer_database_after_a_crash_is_refused(self, path: Path, tmp_path: Path) -> None:
        with Store.open(path) as store:
            store.write([opened()])
        newer = Store.open(path, migrations=[*MIGRATIONS, next_step])
        cut = tmp_path / "cut" / path.name
        cut.parent.mkdir()
        for name in (path.name, f"{path.name}-wal"):  # as a power cut leaves it: the step is in the log alone
            (cut.parent / name).write_bytes((path.parent / name).read_bytes())
        newer.close()
        before = files(cut.parent)
        with pytest.raises(NewerStoreError):
            Store.open(cut)
        assert {name: data for name, data in files(cut.parent).items() if not name.endswith("-shm")} == before

    def test_opening_an_older_database_read_only_says_to_start_the_daemon(self, path: Path) -> None:
        Store.open(path).close()
        before = files(path.parent)
        with pytest.raises(StoreError, match="older talkpace: start the daemon"):
            Store.open(path, read_only=True, migrations=[*MIGRATIONS, next_step])
        assert files(path.parent)[path.name] == before[path.name]

    def test_several_processes_can_create_the_database_at_once(self, path: Path) -> None:
        code = (
            "import sys; from pathlib import Path; from talkpace.storage.store import Store;"
            " Store.open(Path(sys.argv[1])).close()"
        )
        started = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(4)]
        assert [process.wait() for process in started] == [0] * 4
        with Store.open(path) as store:
            assert store.integrity() == "ok"


def foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.commit()
    connection.close()


def foreign_with_version(path: Path) -> None:
    foreign(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 77")
    connection.close()


def text(path: Path) -> None:
    path.write_text("time,heart_rate\n0,120\n" * 100)


def short(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\0")


def cut_in_half(path: Path) -> None:
    with Store.open(path) as store:
        store.write([opened(), *[measurement(i) for i in range(1000)]])
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def scribbled_over(path: Path) -> None:
    Store.open(path).close()
    data = path.read_bytes()
    path.write_bytes(data[:100] + b"\xff" * (len(data) - 100))


class TestForeignFiles:
    @pytest.mark.parametrize("read_only", [True, False])
    @pytest.mark.parametrize(
        ("spoil", "reason"),
        [
            (foreign, "another program"),
            (foreign_with_version, "another program"),
            (text, "not a SQLite database"),
            (short, "not a SQLite database"),
            (cut_in_half, "damaged"),
            (scribbled_over, "damaged"),
        ],
    )
    def test_a_foreign_file_is_refused_in_one_line_and_unchanged(
        self, path: Path, spoil: Callable[[Path], None], reason: str, *, read_only: bool
    ) -> None:
        spoil(path)
        before = path.read_bytes()
        with pytest.raises(StoreError, match=reason) as refused:
            Store.open(path, read_only=read_only)
        assert "\n" not in str(refused.value)
        assert not isinstance(refused.value, NewerStoreError)
        assert path.read_bytes() == before

    def test_a_folder_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="directory"):
            Store.open(tmp_path)

    @pytest.mark.parametrize("read_only", [True, False])
    def test_a_pipe_is_refused_without_blocking(self, tmp_path: Path, read_only: bool) -> None:
        os.mkfifo(tmp_path / "talkpace.db")
        with pytest.raises(StoreError, match="is not a regular file"):
            Store.open(tmp_path / "talkpace.db", read_only=read_only)

    def test_a_path_below_a_file_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(StoreError):
            Store.open(tmp_path / "file" / "talkpace.db")

    def test_damage_found_while_reading_is_an_error_in_one_line(self, path: Path) -> None:
        with Store.open(path) as store:
            store.write([opened(), *[measurement(i) for i in range(5000)]])
        data = bytearray(path.read_bytes())
        data[len(data) // 3 :] = b"\xff" * (len(data) - len(data) // 3)
        path.write_bytes(data)
        with Store.open(path, read_only=True) as store, pytest.raises(StoreError, match="damaged"):
            list(store.measurements("019f-1"))


class TestReadOnly:
    def test_a_missing_or_empty_database_is_an_error(self, path: Path) -> None:
        with pytest.raises(StoreError, match="no database at"):
            Store.open(path, read_only=True)
        assert not path.exists()
        path.touch()
        with pytest.raises(StoreError, match="empty"):
            Store.open(path, read_only=True)

    def test_a_reader_sees_the_last_write_and_cannot_write(self, path: Path) -> None:
        with Store.open(path) as daemon:
            daemon.write([opened(), measurement(0)])
            with Store.open(path, read_only=True) as reader:
                assert [*reader.measurements("019f-1")] == [measurement(0)]
                with pytest.raises(StoreError, match="read-only"):
                    reader.write([measurement(1000)])


class TestPermissions:
    def test_new_files_and_folders_are_private(self, tmp_path: Path) -> None:
        path = tmp_path / "new" / "folder" / "talkpace.db"
        umask = os.umask(0)
        try:
            with Store.open(path) as store:
                store.write([opened()])
                found = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
        finally:
            os.umask(umask)
        assert found == dict.fromkeys(["talkpace.db", "talkpace.db-wal", "talkpace.db-shm"], 0o600)
        for folder in (path.parent, path.parent.parent):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    def test_a_path_with_uri_characters_works(self, tmp_path: Path) -> None:
        path = tmp_path / "what?mode=memory#100%"
        with Store.open(path) as store:
            store.write([opened()])
        assert path.stat().st_size > 0


def test_the_file_has_our_application_id_and_commits_are_synchronous(path: Path) -> None:
    with Store.open(path) as store:
        said = {
            name: store._rows(f"PRAGMA {name}")[0][0]
            for name in ("application_id", "journal_mode", "synchronous", "foreign_keys")
        }
    assert said == {
        "application_id": APPLICATION_ID,
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
    }
