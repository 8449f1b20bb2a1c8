"""`talkpace import`: folders of files into the history, beside a daemon, and interrupted."""

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

from talkpace.record.store import Store

from ..importing.made import START, ride, rides
from ..service.running import PATIENCE_S, environment, running, talkpace


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Anna trains here."""
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


def on_record(home: Path) -> list[dict[str, Any]]:
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
    assert len(on_record(home)) == 4


def test_what_is_imported_is_what_replay_would_have_saved(home: Path, files: Path, tmp_path: Path) -> None:
    path = ride(files, "a.csv")
    assert imported(home, str(path))[0] == 0
    other = tmp_path / "other"
    other.mkdir()
    done = talkpace(other, "replay", "--save", "--athlete", "anna", "--max-hr", "190", str(path))
    assert done.returncode == 0, done.stderr
    assert on_record(home) == on_record(other)
    for table in ("measurements", "rr_intervals", "events"):
        assert rows(home, table) == rows(other, table)
    assert rows(home, "outbox") == rows(home, "straps") == []


def rows(folder: Path, table: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(folder / "talkpace" / "talkpace.db") as db:
        found = db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
    db.close()
    return found


def test_in_words_each_file_that_was_not_imported_is_named(home: Path, files: Path) -> None:
    paths = [*rides(files, 2), ride(files, "short.csv", start=START + timedelta(days=9), seconds=30)]
    (files / "notes.csv").write_text("what\never\n")
    done = talkpace(home, "import", str(files))
    assert done.returncode == 1
    assert done.stdout == (
        "2 session(s) of anna imported from 2 of 4 file(s); 1 too short to count; 1 failed\n"
    )
    assert f"{files / 'notes.csv'}: not imported: is no recording" in done.stderr
    assert f"{paths[2]}: too short to count" in done.stderr
    done = talkpace(home, "import", str(paths[0]), str(paths[1]))
    assert done.returncode == 0
    assert done.stdout == "0 session(s) of anna imported from 0 of 2 file(s); 2 on record already\n"
    assert "on record already, as session" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--athlete", "ben"], "--athlete: nobody here is 'ben'"),
        (["--jobs", "0"], "0 is not in the range"),
        (["--activity", "chess"], "'chess' is not one of"),
    ],
)
def test_wrong_usage_is_refused(home: Path, files: Path, arguments: list[str], says: str) -> None:
    done = talkpace(home, "import", *arguments, str(files))
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr


def test_of_several_athletes_one_has_to_be_named(home: Path, files: Path) -> None:
    assert talkpace(home, "athlete", "add", "ben", "max_heart_rate=180").returncode == 0
    done = talkpace(home, "import", str(ride(files, "a.csv")))
    assert (done.returncode, done.stderr) == (2, "talkpace: --athlete: which of anna, ben?\n")
    assert imported(home, "--athlete", "ben", str(files))[0] == 0
    assert [session["athlete"] for session in on_record(home)] == ["ben"]


def wait_for_a_session(home: Path, process: subprocess.Popen[Any]) -> None:
    with Store.open(home / "talkpace" / "talkpace.db", read_only=True) as store:
        while not store.sessions():
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
                raise AssertionError("it ended before it had kept anything")


def test_an_import_that_is_interrupted_keeps_whole_sessions_and_can_be_run_again(
    home: Path, files: Path
) -> None:
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
    said, remarked = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 1
    assert "Traceback" not in remarked
    kept = on_record(home)
    assert 0 < len(kept) < len(paths)
    assert json.loads(said)["imported"] == len(kept)
    assert all(session["measurements"] == 180 for session in kept)
    code, document = imported(home, str(files))
    assert (code, document["imported"]) == (0, len(paths) - len(kept))
    assert len(on_record(home)) == len(paths)


def test_an_import_that_is_killed_leaves_whole_sessions_and_no_process(home: Path, files: Path) -> None:
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
    kept = on_record(home)
    assert 0 < len(kept) < len(paths)
    assert all(session["measurements"] == 180 for session in kept)
    code, document = imported(home, str(files))
    assert (code, document["imported"]) == (0, len(paths) - len(kept))


def test_beside_a_daemon_both_write(files: Path, tmp_path: Path) -> None:
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
