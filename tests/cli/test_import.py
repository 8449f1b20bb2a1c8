"""`talkpace import`: folders of files, with a daemon running, and interrupted."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from talkpace.storage.store import Store

from ..replay.activity_files import START, ride, rides
from ..service.daemon_process import PATIENCE_S, environment, running, talkpace


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home where Anna is configured."""
    folder = tmp_path / "home"
    folder.mkdir()
    assert talkpace(folder, "athlete", "add", "anna", "max_heart_rate=190").returncode == 0
    return folder


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    return folder


def imported(home: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = talkpace(home, "import", "--json", *arguments)
    assert "Traceback" not in done.stderr, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, document


def stored_sessions(home: Path) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(talkpace(home, "sessions", "--json", "--limit", "1000").stdout)
    return listed


def test_a_folder_of_formats_is_imported_and_each_workout_once(home: Path, files: Path) -> None:
    paths = rides(files, 3)
    assert imported(home, str(files))[0] == 0
    (files / "more").mkdir()
    for name in ("a.fit", "a.tcx"):
        done = talkpace(home, "export", "last", "-o", str(files / "more" / name))
        assert done.returncode == 0, done.stderr
    ride(files, "new.csv", start=START + timedelta(days=30))
    (files / "broken.fit").write_bytes(b"\x0e\x20\x54\x08\x00\x00\x00\x00.FIT\x00\x00")
    code, document = imported(home, str(files), "--jobs", "2")
    assert code == 1
    status = {Path(file["file"]).name: file["status"] for file in document["files"]}
    assert status == {
        **{path.name: "duplicate" for path in paths},
        "a.fit": "duplicate",
        "a.tcx": "duplicate",
        "new.csv": "imported",
        "broken.fit": "failed",
    }
    assert document["imported"] == 1
    assert len(stored_sessions(home)) == 4


def test_an_import_stores_the_same_as_a_replay(home: Path, files: Path, tmp_path: Path) -> None:
    path = ride(files, "a.csv")
    assert imported(home, str(path))[0] == 0
    other = tmp_path / "other"
    other.mkdir()
    done = talkpace(other, "replay", "--save", "--athlete", "anna", "--max-hr", "190", str(path))
    assert done.returncode == 0, done.stderr
    assert stored_sessions(home) == stored_sessions(other)
    for table in ("measurements", "rr_intervals", "events"):
        assert rows(home, table) == rows(other, table)
    assert rows(home, "outbox") == rows(home, "straps") == []


def rows(folder: Path, table: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(folder / "talkpace" / "talkpace.db") as db:
        found = db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
    db.close()
    return found


def test_each_file_that_was_not_imported_is_named(home: Path, files: Path) -> None:
    paths = [*rides(files, 2), ride(files, "short.csv", start=START + timedelta(days=9), seconds=30)]
    (files / "notes.csv").write_text("what\never\n")
    done = talkpace(home, "import", str(files))
    assert done.returncode == 1
    assert done.stdout == (
        "2 session(s) of anna imported from 2 of 4 file(s); 1 too short to count; 1 failed\n"
    )
    assert f"{files / 'notes.csv'}: not imported: is not a recording" in done.stderr
    assert f"{paths[2]}: too short to count" in done.stderr
    done = talkpace(home, "import", str(paths[0]), str(paths[1]))
    assert done.returncode == 0
    assert done.stdout == "0 session(s) of anna imported from 0 of 2 file(s); 2 already in the history\n"
    assert [line.split(": ", 1)[1].rsplit(" ", 1)[0] for line in done.stderr.splitlines()] == [
        "already in the history as session"
    ] * 2


def test_files_in_a_folder_that_are_no_recordings_are_named_and_are_no_failure(
    home: Path, files: Path
) -> None:
    rides(files, 1)
    (files / "photo.jpg").touch()
    done = talkpace(home, "import", str(files))
    assert done.returncode == 0
    assert f"{files / 'photo.jpg'}: not imported: no recording" in done.stderr
    assert done.stdout.startswith("1 session(s) of anna imported from 1 of 1 file(s); ")


def test_the_type_in_stravas_list_is_the_activity_where_the_file_says_none(home: Path, files: Path) -> None:
    (files / "activities").mkdir()
    rides(files / "activities", 2)
    (files / "activities.csv").write_text(
        "Activity ID,Activity Date,Activity Name,Activity Type,Filename\n"
        "1,d,n,Yoga,activities/000.csv\n2,d,n,Ride,activities/001.csv\n"
    )
    assert imported(home, str(files))[0] == 0
    assert [session["activity"] for session in stored_sessions(home)] == ["cardio", "mindful"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--athlete", "ben"], "Invalid value for '--athlete': there is no athlete 'ben'"),
        (["--jobs", "0"], "0 is not in the range"),
        (["--activity", "chess"], "'chess' is not one of"),
    ],
)
def test_wrong_usage_ends_with_exit_code_2(
    home: Path, files: Path, arguments: list[str], message: str
) -> None:
    done = talkpace(home, "import", *arguments, str(files))
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_with_several_athletes_one_has_to_be_named(home: Path, files: Path) -> None:
    assert talkpace(home, "athlete", "add", "ben", "max_heart_rate=180").returncode == 0
    done = talkpace(home, "import", str(ride(files, "a.csv")))
    assert done.returncode == 2
    assert done.stderr.endswith("'--athlete': there are several athletes; choose from anna, ben\n")
    assert imported(home, "--athlete", "ben", str(files))[0] == 0
    assert [session["athlete"] for session in stored_sessions(home)] == ["ben"]


def wait_for_a_session(home: Path, process: subprocess.Popen[Any]) -> None:
    with Store.open(home / "talkpace" / "talkpace.db", read_only=True) as store:
        while not store.sessions():
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
                raise AssertionError("it ended before it had stored anything")


def test_an_interrupted_import_stores_whole_sessions_and_can_be_run_again(home: Path, files: Path) -> None:
    paths = rides(files, 16)
    process = subprocess.Popen(
        [sys.executable, "-m", "talkpace", "import", "--jobs", "2", "--json", str(files)],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    wait_for_a_session(home, process)
    os.killpg(process.pid, signal.SIGINT)  # as Ctrl-C does: every process of the terminal gets it
    output, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert "Traceback" not in errors
    stored = stored_sessions(home)
    assert 0 < len(stored) < len(paths)
    assert json.loads(output)["imported"] == len(stored)
    assert all(session["measurements"] == 180 for session in stored)
    code, document = imported(home, str(files))
    assert (code, document["imported"]) == (0, len(paths) - len(stored))
    assert len(stored_sessions(home)) == len(paths)


def test_a_killed_import_leaves_whole_sessions_and_no_process(home: Path, files: Path) -> None:
    paths = rides(files, 16)
    process = subprocess.Popen(
        [sys.executable, "-m", "talkpace", "import", "--jobs", "2", str(files)],
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    wait_for_a_session(home, process)
    process.kill()
    assert process.stderr is not None
    assert b"Traceback" not in process.stderr.read()  # ends only once nobody can write to it any more
    process.stderr.close()
    assert process.wait(PATIENCE_S) == -signal.SIGKILL
    stored = stored_sessions(home)
    assert 0 < len(stored) < len(paths)
    assert all(session["measurements"] == 180 for session in stored)
    code, document = imported(home, str(files))
    assert (code, document["imported"]) == (0, len(paths) - len(stored))


def test_an_import_and_a_running_daemon_both_write(files: Path, tmp_path: Path) -> None:
    beats = tmp_path / "beats.csv"
    beats.write_text("t_s,hr\n" + "".join(f"{second},{110 + second % 7}\n" for second in range(600)))
    configuration = tmp_path / "talkpace.toml"
    configuration.write_text(
        f"""
        athletes = [{{ id = "anna", max_heart_rate = 190 }}]
        sources = [{{ kind = "recording", athlete = "anna", file = "{beats}" }}]
        bluetooth = {{ enabled = false }}
        store = {{ path = "{tmp_path}/talkpace.db" }}
        sessions = {{ min_duration_s = 0 }}
        """
    )
    paths = rides(files, 20)
    with running(tmp_path, configuration) as daemon:
        code, document = imported(tmp_path, "--config", str(configuration), str(files))
        assert (code, document["imported"]) == (0, len(paths))
        assert daemon.stop() == 0
        assert "cannot be written" not in daemon.says()
    with Store.open(tmp_path / "talkpace.db", read_only=True) as store:
        live, *others = store.sessions()
        assert live.start.year > START.year
        assert len(list(store.measurements(live.id))) > 0
        assert len(others) == len(paths)
        assert store.integrity() == "ok"
