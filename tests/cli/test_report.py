"""`talkpace report`: files, permissions, messages."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from ..service.daemon_process import talkpace
from ..shared_data import shared_data

RIDE = "time,heart_rate,rr_ms\n" + "".join(
    f"2026-11-{{day:02}}T10:{t // 60:02}:{t % 60:02}Z,{100 + t % 50},{520 - t % 50} {495 + t % 7}\n"
    for t in range(400)
)


def save_rides(folder: Path, *days: int, athlete: str = "anna") -> None:
    for day in days:
        path = folder / f"{athlete}-{day}.csv"
        path.write_text(RIDE.format(day=day))
        done = talkpace(folder, "replay", "--max-hr", "190", "--athlete", athlete, "--save", str(path))
        assert done.returncode == 0, done.stderr


def test_a_session_goes_to_a_private_file_named_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_rides(tmp_path, 1, 3)
    monkeypatch.chdir(tmp_path)
    done = talkpace(tmp_path, "report", "last")
    assert (done.returncode, done.stdout, done.stderr) == (0, "talkpace-anna-2026-11-03-1100.html\n", "")
    file = tmp_path / "talkpace-anna-2026-11-03-1100.html"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    page = file.read_text(encoding="utf-8")
    assert "Tue 3 Nov 2026" in page
    assert "1 Nov" in page  # beside the earlier one
    assert "RMSSD" in page


def test_a_file_is_replaced_with_force_only_and_stays_private(tmp_path: Path) -> None:
    save_rides(tmp_path, 1)
    file = tmp_path / "page.html"
    file.write_text("mine")
    file.chmod(0o644)
    done = talkpace(tmp_path, "report", "last", "-o", str(file))
    assert done.returncode == 1
    assert done.stderr == f"talkpace: {file} exists; use --force to replace it\n"
    assert file.read_text() == "mine"
    assert talkpace(tmp_path, "report", "last", "-o", str(file), "--force").returncode == 0
    assert file.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.glob(".*")) == []


def test_a_symbolic_link_is_refused_also_with_force(tmp_path: Path) -> None:
    save_rides(tmp_path, 1)
    target, link = tmp_path / "target.txt", tmp_path / "page.html"
    target.write_text("mine")
    link.symlink_to(target)
    for force in ([], ["--force"]):
        done = talkpace(tmp_path, "report", "last", "-o", str(link), *force)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.endswith(f"Error: {link} is a symbolic link; give the path of the file itself\n")
    assert (target.read_text(), link.is_symlink()) == ("mine", True)


def test_a_page_can_go_to_standard_output(tmp_path: Path) -> None:
    save_rides(tmp_path, 1)
    [document] = json.loads(talkpace(tmp_path, "sessions", "--json").stdout)
    done = talkpace(tmp_path, "report", document["session"][:12], "-o", "-")
    assert done.returncode == 0
    assert done.stdout.startswith("<!doctype html>")
    assert document["session"] in done.stdout


def test_the_week_of_a_day_is_one_athlete_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_rides(tmp_path, 2, 4, 9)
    save_rides(tmp_path, 5, athlete="bob")
    monkeypatch.chdir(tmp_path)
    done = talkpace(tmp_path, "report", "week", "--on", "2026-11-08")
    assert done.returncode == 2
    assert done.stderr.endswith("there are several athletes; choose from anna, bob\n")
    done = talkpace(tmp_path, "report", "week", "--on", "2026-11-08", "--athlete", "anna")
    assert (done.returncode, done.stdout) == (0, "talkpace-anna-week-2026-11-02.html\n")
    page = (tmp_path / "talkpace-anna-week-2026-11-02.html").read_text(encoding="utf-8")
    assert "Mon 11:00" in page
    assert "Wed 11:00" in page
    assert "Thu 11:00" not in page  # bob's
    assert page.count("<small>cardio, ") == 2


def test_logged_habits_are_on_the_pages_unless_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    save_rides(tmp_path, 3, 4)
    (tmp_path / "talkpace.toml").write_text('athletes = [{ id = "anna", max_heart_rate = 190 }]\n')
    for entry in (
        ["sleep", "6.5", "--at", "2026-11-03 07:00"],
        ["water", "300", "--at", "2026-11-03 09:00"],
        ["water", "250", "--at", "2026-11-03 15:00"],
        ["symptom", "--severity", "mild", "cramps", "--at", "2026-11-03 13:00"],
        ["note", "<b>", "--at", "2026-11-04 13:00"],
    ):
        done = talkpace(tmp_path, "log", *entry, "--athlete", "anna", "--config", "talkpace.toml")
        assert done.returncode == 0, done.stderr

    page = talkpace(tmp_path, "report", "week", "--on", "2026-11-04", "-o", "-").stdout
    habits = page[page.index("Habits this week") :]
    assert "0 of 2" in habits
    for text in ("6.5 h", "550 ml", "a mild symptom: cramps", "rest, after symptoms", "&lt;b&gt;"):
        assert text in habits

    page = talkpace(tmp_path, "report", "last", "-o", "-").stdout
    assert "13:00: &lt;b&gt;" in page[page.index("Habits that day") :]

    for what in (["week", "--on", "2026-11-04"], ["last"]):
        page = talkpace(tmp_path, "report", *what, "-o", "-", "--without-habits").stdout
        assert page.startswith("<!doctype html>")
        assert "habits-heading" not in page
        assert "&lt;b&gt;" not in page

    (tmp_path / "off.toml").write_text("[habits]\nenabled = false\n")
    for what in (["week", "--on", "2026-11-04"], ["last"]):
        page = talkpace(tmp_path, "report", *what, "-o", "-", "--config", "off.toml").stdout
        assert "habits-heading" not in page
        assert "cramps" not in page


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["last"], 1, "there are no sessions yet"),
        (["week"], 1, "there are no sessions yet"),
        (["last", "--on", "2026-11-01"], 2, "--on is for a week"),
        (["week", "--on", "yesterday"], 2, "does not match the format"),
        (["last", "--open", "-o", "-"], 2, "--open needs a file"),
        ([], 2, "Missing argument"),
    ],
)
def test_without_sessions_or_with_wrong_usage_there_is_no_page(
    tmp_path: Path, arguments: list[str], code: int, message: str
) -> None:
    done = talkpace(tmp_path, "report", *arguments)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_errors_name_the_reason(tmp_path: Path) -> None:
    save_rides(tmp_path, 1)
    for arguments, message in (
        (["0000"], "there is no session '0000'"),
        (["last", "-o", str(tmp_path / "no" / "where.html")], "No such file or directory"),
        (["week", "--on", "9999-12-31"], "'--on': 9999-12-31 is not between the years 1970 and 2199"),
        (["week", "--on", "0001-01-01"], "'--on': 0001-01-01 is not between the years 1970 and 2199"),
        (["last", "-o", ""], ". is not a regular file"),
    ):
        done = talkpace(tmp_path, "report", *arguments)
        usage = "--on" in arguments or "" in arguments
        assert done.returncode == (2 if usage else 1)
        assert message in done.stderr.splitlines()[-1]
        assert usage or done.stderr.count("\n") == 1
    assert not list(tmp_path.glob("*.html"))


def test_artifacts_of_a_real_ride_are_marked(tmp_path: Path) -> None:
    ride = shared_data() / "edge530-hrv" / "hrv-activity.fit"
    assert talkpace(tmp_path, "replay", "--max-hr", "197", "--save", str(ride)).returncode == 0
    page = talkpace(tmp_path, "report", "last", "-o", "-").stdout
    for kind in ("ectopic", "missed", "long", "short"):
        assert page.count(f'href="#mark-{kind}"') > 1
    assert 'class="point"' in page
    assert len(page.encode()) < 1_000_000


@pytest.mark.parametrize(
    ("zone", "file", "hours"),
    [
        ("", "2026-11-08-2330", "23:30 to 23:36"),
        ("Pacific/Auckland", "2026-11-09-1130", "11:30 to 11:36"),
    ],
)
def test_times_and_weeks_are_those_of_the_athlete_s_zone_or_the_host_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str, file: str, hours: str
) -> None:
    """Late on a Sunday in Berlin, where the host is; on Monday in Auckland."""
    monkeypatch.chdir(tmp_path)
    ride = tmp_path / "ride.csv"
    ride.write_text(RIDE.format(day=8).replace("T10:0", "T22:3"))
    done = talkpace(tmp_path, "replay", "--max-hr", "190", "--athlete", "anna", "--save", str(ride))
    assert done.returncode == 0, done.stderr
    at_home = {"TALKPACE_HABITS__ATHLETES": json.dumps([{"athlete": "anna", "timezone": zone}])}
    page = talkpace(tmp_path, "report", "last", **at_home)
    assert page.stdout == f"talkpace-anna-{file}.html\n"
    assert hours in (tmp_path / page.stdout.strip()).read_text(encoding="utf-8")
    week = talkpace(tmp_path, "report", "week", "--on", "2026-11-08", "-o", "-", **at_home).stdout
    assert ("Sun 23:30" in week) is (not zone)
    after = talkpace(tmp_path, "report", "week", "--on", "2026-11-09", "-o", "-", **at_home).stdout
    assert ("Mon 11:30" in after) is bool(zone)
    assert ("No session this week." in after) is (not zone)


def test_a_session_of_another_athlete_is_refused(tmp_path: Path) -> None:
    save_rides(tmp_path, 1)
    save_rides(tmp_path, 2, athlete="bob")
    [_, anna] = json.loads(talkpace(tmp_path, "sessions", "--json").stdout)
    page = talkpace(tmp_path, "report", "last", "--athlete", "anna", "-o", "-").stdout
    assert anna["session"] in page
    done = talkpace(tmp_path, "report", anna["session"], "--athlete", "bob", "-o", "-")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"'--athlete': session {anna['session']} is anna's\n")
