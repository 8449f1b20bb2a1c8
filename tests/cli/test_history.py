"""`talkpace sessions` and `talkpace show`."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from ..service.daemon_process import talkpace
from .pseudo_terminal import run_on_terminal


def ride(folder: Path) -> Path:
    """Five minutes."""
    path = folder / "ride.csv"
    rows = "".join(f"2026-11-01T10:{t // 60:02}:{t % 60:02}Z,{100 + t % 50}\n" for t in range(300))
    path.write_text("time,hr\n" + rows)
    return path


def save(folder: Path, *arguments: str) -> None:
    done = talkpace(folder, "replay", "--max-hr", "190", "--save", *arguments)
    assert done.returncode == 0, done.stderr


def test_on_a_terminal_a_session_is_one_line_with_an_id_that_show_accepts(tmp_path: Path) -> None:
    save(tmp_path, "--activity", "strength", str(ride(tmp_path)))
    save(tmp_path, "--athlete", "someone-with-a-rather-long-id", str(ride(tmp_path)))
    documents = json.loads(talkpace(tmp_path, "sessions", "--json").stdout)
    head, *lines = run_on_terminal(tmp_path, "sessions")
    assert head.split()[-5:] == ["duration", "mean", "max", "over", "warnings"]
    assert len(lines) == len(documents) == 2
    for line, document in zip(lines, documents, strict=True):
        assert len(line) <= 80
        short, day, time, _, activity, *figures = line.split()
        assert (day, time, activity) == ("2026-11-01", "11:00", document["activity"])
        assert len(figures) == 5
        assert figures[2] == str(document["heart_rate"]["max"])
        assert len(short) < len(document["session"])
        shown = talkpace(tmp_path, "show", short, "--json")
        assert json.loads(shown.stdout)["session"] == document["session"]


def test_in_a_pipe_ids_are_not_abbreviated(tmp_path: Path) -> None:
    save(tmp_path, str(ride(tmp_path)))
    [document] = json.loads(talkpace(tmp_path, "sessions", "--json").stdout)
    [_, line] = talkpace(tmp_path, "sessions").stdout.splitlines()
    assert line.split()[0] == document["session"]


def test_the_listed_activity_is_that_of_the_summary(tmp_path: Path) -> None:
    save(tmp_path, "--activity", "mindful", str(ride(tmp_path)))
    with sqlite3.connect(tmp_path / "talkpace" / "talkpace.db") as db:
        db.execute("UPDATE sessions SET activity = 'cardio'")  # what it was before it was changed
    db.close()
    [document] = json.loads(talkpace(tmp_path, "sessions", "--json").stdout)
    assert document["activity"] == "mindful"
    [_, line] = talkpace(tmp_path, "sessions").stdout.splitlines()
    assert line.split()[4] == "mindful"


def test_without_a_database_lists_are_empty(tmp_path: Path) -> None:
    for arguments in (["sessions"], ["straps"], ["athlete", "list"]):
        assert json.loads(talkpace(tmp_path, *arguments, "--json").stdout) == []
        done = talkpace(tmp_path, *arguments)
        assert (done.returncode, done.stdout) == (0, "")
        assert done.stderr.count("\n") == 1
    assert talkpace(tmp_path, "show", "last").stderr == "talkpace: there are no sessions yet\n"


def test_an_athlete_without_sessions_is_named(tmp_path: Path) -> None:
    save(tmp_path, str(ride(tmp_path)))
    assert talkpace(tmp_path, "athlete", "add", "zz", "max_heart_rate=190").returncode == 0
    done = talkpace(tmp_path, "sessions", "--athlete", "zz")
    assert (done.returncode, done.stderr) == (0, "there are no sessions of zz yet\n")


def test_a_deleted_session_is_in_no_list_until_it_is_restored(tmp_path: Path) -> None:
    save(tmp_path, str(ride(tmp_path)))
    [document] = json.loads(talkpace(tmp_path, "sessions", "--json").stdout)
    name = document["session"]
    deleted = talkpace(tmp_path, "sessions", "delete", name[:8])
    assert deleted.stdout == f"{name}: deleted; within a day, to undo it: talkpace sessions restore {name}\n"
    assert json.loads(talkpace(tmp_path, "sessions", "--json").stdout) == []
    assert talkpace(tmp_path, "report", name, "-o", "-").returncode == 1
    assert talkpace(tmp_path, "sessions", "restore", name[:8]).stdout == f"{name}: restored\n"
    assert json.loads(talkpace(tmp_path, "sessions", "--json").stdout) == [document]
    unknown = talkpace(tmp_path, "sessions", "delete", "last")
    assert (unknown.returncode, "give 8 characters of it or more" in unknown.stderr) == (1, True)
