"""`talkpace export`: files and messages."""

from __future__ import annotations

import json
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ..service.daemon_process import environment, talkpace

FORMATS = ("fit", "tcx", "csv", "json")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two sessions of Anna and one of Ben, which is the last."""
    folder = tmp_path_factory.mktemp("home")
    for athlete, day in (("anna", 1), ("anna", 2), ("ben", 3)):
        rows = (
            f"2026-11-0{day}T10:{t // 60:02}:{t % 60:02}.250Z,{120 + t % 20},500 501.953125\n"
            for t in range(300)
        )
        path = folder / f"ride-{day}.csv"
        path.write_text("time,hr,rr\n" + "".join(rows))
        done = talkpace(folder, "replay", "--max-hr", "190", "--save", "--athlete", athlete, str(path))
        assert done.returncode == 0, done.stderr
    return folder


def last(home: Path) -> dict[str, object]:
    document: dict[str, object] = json.loads(talkpace(home, "show", "last", "--json").stdout)
    return document


@pytest.mark.parametrize("format_", FORMATS)
def test_an_exported_file_is_replayed_to_the_same_summary(home: Path, tmp_path: Path, format_: str) -> None:
    target = tmp_path / f"out.{format_}"
    done = talkpace(home, "export", "last", "-o", str(target))
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == f"written: {target}"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [target.name]
    if format_ == "json":
        summary = json.loads(target.read_text())["summary"]
    else:
        again = talkpace(home, "replay", "--max-hr", "190", "--athlete", "ben", "--json", str(target))
        [summary] = json.loads(again.stdout)["sessions"]
    without = {"session", "strap"} | ({"hrv"} if format_ == "tcx" else set())
    before = last(home)
    assert {key: value for key, value in summary.items() if key not in without | {"events"}} == {
        key: value for key, value in before.items() if key not in without | {"events"}
    }


def test_by_default_the_file_is_named_after_start_and_athlete(home: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "talkpace", "export", "last", "--format", "tcx"],
        cwd=tmp_path,
        env=environment(home),
        check=True,
        capture_output=True,
        text=True,
    )
    assert [path.name for path in tmp_path.iterdir()] == ["talkpace-2026-11-03-1100-ben.tcx"]
    assert done.stdout == ""


def test_the_file_name_is_in_the_athlete_s_time_zone(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At ten in the morning in Greenwich, the next day has begun in Kiribati."""
    monkeypatch.chdir(tmp_path)
    at_home = {"TALKPACE_HABITS__TIMEZONE": "Pacific/Kiritimati"}
    done = talkpace(home, "export", "last", "--format", "csv", **at_home)
    assert (done.returncode, done.stderr) == (0, "written: talkpace-2026-11-04-0000-ben.csv\n")
    assert "2026-11-04T00:00:00.250+14:00," in (tmp_path / "talkpace-2026-11-04-0000-ben.csv").read_text()
    shown = talkpace(home, "show", "last", **at_home).stdout.splitlines()
    assert shown[0].split("   ")[1] == "2026-11-04 00:00"
    listed = talkpace(home, "sessions", **at_home).stdout.splitlines()
    assert listed[1].split()[1:3] == ["2026-11-04", "00:00"]


def test_any_session_is_exported_by_the_beginning_of_its_id(home: Path, tmp_path: Path) -> None:
    listed = json.loads(talkpace(home, "sessions", "--athlete", "anna", "--json").stdout)
    for number, session in enumerate(listed):
        target = tmp_path / f"{number}.json"
        assert talkpace(home, "export", session["session"], "-o", str(target)).returncode == 0
        assert json.loads(target.read_text())["summary"]["session"] == session["session"]


@pytest.mark.parametrize("format_", FORMATS)
def test_standard_output_gets_the_file_and_nothing_else(home: Path, tmp_path: Path, format_: str) -> None:
    target = tmp_path / "there"
    assert talkpace(home, "export", "last", "--format", format_, "-o", str(target)).returncode == 0
    done = subprocess.run(
        [sys.executable, "-m", "talkpace", "export", "last", "--format", format_, "-o", "-"],
        env=environment(home),
        check=True,
        capture_output=True,
    )
    assert done.stdout == target.read_bytes()


def test_an_existing_file_is_replaced_with_force_only(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine.csv"
    target.write_text("mine")
    done = talkpace(home, "export", "last", "-o", str(target))
    assert (done.returncode, target.read_text()) == (1, "mine")
    assert "exists; use --force to replace it" in done.stderr
    assert talkpace(home, "export", "last", "-o", str(target), "--force").returncode == 0
    assert target.read_text().startswith("time,heart_rate,rr_ms\n")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["last"], 2, "give --format fit|tcx|csv|json"),
        (["last", "-o", "x.gpx"], 2, "give --format fit|tcx|csv|json"),
        (["nonsense", "--format", "fit"], 1, "there is no session 'nonsense'"),
        (["last", "-o", "/nowhere/x.fit"], 1, "/nowhere/x.fit: cannot write: No such file or directory"),
        (["last", "--format", "csv", "-o", "/dev/null", "--force"], 2, "/dev/null is not a regular file"),
        (["last", "--format", "csv", "-o", "/tmp", "--force"], 2, "/tmp is not a regular file"),
    ],
)
def test_errors_name_the_reason(home: Path, arguments: list[str], code: int, message: str) -> None:
    done = talkpace(home, "export", *arguments)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_running_session_cannot_be_exported(home: Path, tmp_path: Path) -> None:
    talkpace(tmp_path, "replay", "--max-hr", "190", "--save", str(home / "ride-1.csv"))
    with sqlite3.connect(tmp_path / "talkpace" / "talkpace.db") as db:
        db.execute('UPDATE sessions SET "end" = NULL, summary = NULL')
        [session] = db.execute("SELECT id FROM sessions").fetchone()
    db.close()
    done = talkpace(tmp_path, "export", session, "-o", str(tmp_path / "x.fit"))
    assert done.returncode == 1
    assert "is still being recorded" in done.stderr
    assert not (tmp_path / "x.fit").exists()


def test_without_sessions_export_fails(tmp_path: Path) -> None:
    done = talkpace(tmp_path, "export", "last", "--format", "fit")
    assert (done.returncode, done.stderr) == (1, "talkpace: there are no sessions yet\n")
