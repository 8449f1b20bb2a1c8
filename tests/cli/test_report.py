"""`report`: where the page goes, who may read it, and what is said where there is none."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from ..service.running import talkpace
from ..shared_data import shared_data

RIDE = "time,heart_rate,rr_ms\n" + "".join(
    f"2026-11-{{day:02}}T10:{t // 60:02}:{t % 60:02}Z,{100 + t % 50},{600 - t % 50} {590 + t % 7}\n"
    for t in range(400)
)


def keep(folder: Path, *days: int, athlete: str = "anna") -> None:
    for day in days:
        path = folder / f"{athlete}-{day}.csv"
        path.write_text(RIDE.format(day=day))
        done = talkpace(folder, "replay", "--max-hr", "190", "--athlete", athlete, "--save", str(path))
        assert done.returncode == 0, done.stderr


def test_a_session_goes_to_a_private_file_named_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(tmp_path, 1, 3)
    monkeypatch.chdir(tmp_path)
    done = talkpace(tmp_path, "report", "last")
    assert (done.returncode, done.stdout, done.stderr) == (0, "talkpace-anna-2026-11-03-1100.html\n", "")
    file = tmp_path / "talkpace-anna-2026-11-03-1100.html"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    page = file.read_text(encoding="utf-8")
    assert "Tue 3 Nov 2026" in page
    assert "1 Nov" in page  # beside the earlier one
    assert "RMSSD" in page


def test_a_file_is_replaced_only_by_force_and_then_stays_private(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    file = tmp_path / "page.html"
    file.write_text("mine")
    file.chmod(0o644)
    done = talkpace(tmp_path, "report", "last", "-o", str(file))
    assert done.returncode == 1
    assert done.stderr == f"talkpace: {file}: is there already; --force replaces it\n"
    assert file.read_text() == "mine"
    assert talkpace(tmp_path, "report", "last", "-o", str(file), "--force").returncode == 0
    assert file.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.glob(".*")) == []


def test_a_link_is_refused_also_with_force(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    kept, link = tmp_path / "kept.txt", tmp_path / "page.html"
    kept.write_text("mine")
    link.symlink_to(kept)
    for force in ([], ["--force"]):
        done = talkpace(tmp_path, "report", "last", "-o", str(link), *force)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"talkpace: {link}: is a link; name the file itself\n"
    assert (kept.read_text(), link.is_symlink()) == ("mine", True)


def test_a_page_can_go_to_standard_output(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    [document] = json.loads(talkpace(tmp_path, "sessions", "--json").stdout)
    done = talkpace(tmp_path, "report", document["session"][:12], "-o", "-")
    assert done.returncode == 0
    assert done.stdout.startswith("<!doctype html>")
    assert document["session"] in done.stdout


def test_the_week_of_a_day_is_one_athlete_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(tmp_path, 2, 4, 9)
    keep(tmp_path, 5, athlete="bob")
    monkeypatch.chdir(tmp_path)
    done = talkpace(tmp_path, "report", "week", "--on", "2026-11-08")
    assert done.returncode == 2
    assert "--athlete: which of anna, bob?" in done.stderr
    done = talkpace(tmp_path, "report", "week", "--on", "2026-11-08", "--athlete", "anna")
    assert (done.returncode, done.stdout) == (0, "talkpace-anna-week-2026-11-02.html\n")
    page = (tmp_path / "talkpace-anna-week-2026-11-02.html").read_text(encoding="utf-8")
    assert "Mon 11:00" in page
    assert "Wed 11:00" in page
    assert "Thu 11:00" not in page  # bob's
    assert page.count("<small>cardio, ") == 2


def test_the_practice_around_it_is_in_both_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    keep(tmp_path, 3, 4)
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
    practice = page[page.index("The practice around it") :]
    assert "0 of 2" in practice
    for said in ("6.5 h", "550 ml", "a mild symptom: cramps", "rest, after symptoms", "&lt;b&gt;"):
        assert said in practice

    page = talkpace(tmp_path, "report", "last", "-o", "-").stdout
    assert "13:00: &lt;b&gt;" in page[page.index("The day around it") :]

    for what in (["week", "--on", "2026-11-04"], ["last"]):
        page = talkpace(tmp_path, "report", *what, "-o", "-", "--without-practice").stdout
        assert page.startswith("<!doctype html>")
        assert "around it" not in page
        assert "&lt;b&gt;" not in page

    (tmp_path / "off.toml").write_text("[practice]\nenabled = false\n")
    for what in (["week", "--on", "2026-11-04"], ["last"]):
        page = talkpace(tmp_path, "report", *what, "-o", "-", "--config", "off.toml").stdout
        assert "around it" not in page
        assert "cramps" not in page


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["last"], 1, "no session has been kept yet"),
        (["week"], 1, "no session has been kept yet"),
        (["last", "--on", "2026-11-01"], 2, "only a week is of a day"),
        (["week", "--on", "yesterday"], 2, "does not match the format"),
        (["last", "--open", "-o", "-"], 2, "what goes to standard output cannot be shown"),
        ([], 2, "Missing argument"),
    ],
)
def test_without_a_session_there_is_no_page(
    tmp_path: Path, arguments: list[str], code: int, says: str
) -> None:
    done = talkpace(tmp_path, "report", *arguments)
    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_what_cannot_be_reported_is_said_in_one_line(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    for arguments, says in (
        (["0000"], "there is no session '0000'"),
        (["last", "-o", str(tmp_path / "no" / "where.html")], "No such file or directory"),
        (["week", "--on", "9999-12-31"], "--on: 9999-12-31 is not from 1970 to 2199"),
        (["week", "--on", "0001-01-01"], "--on: 0001-01-01 is not from 1970 to 2199"),
        (["last", "-o", ""], ".: is no ordinary file"),
    ):
        done = talkpace(tmp_path, "report", *arguments)
        assert done.returncode == (2 if "--on" in arguments or "" in arguments else 1)
        assert says in done.stderr
        assert done.stderr.count("\n") == 1
    assert not list(tmp_path.glob("*.html"))


def test_a_real_ride_has_its_artifacts_marked(tmp_path: Path) -> None:
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
    at_home = {"TALKPACE_PRACTICE__ATHLETES": json.dumps([{"athlete": "anna", "timezone": zone}])}
    page = talkpace(tmp_path, "report", "last", **at_home)
    assert page.stdout == f"talkpace-anna-{file}.html\n"
    assert hours in (tmp_path / page.stdout.strip()).read_text(encoding="utf-8")
    week = talkpace(tmp_path, "report", "week", "--on", "2026-11-08", "-o", "-", **at_home).stdout
    assert ("Sun 23:30" in week) is (not zone)
    after = talkpace(tmp_path, "report", "week", "--on", "2026-11-09", "-o", "-", **at_home).stdout
    assert ("Mon 11:30" in after) is bool(zone)
    assert ("There was none" in after) is (not zone)


def test_whose_session_it_is_has_to_be_right(tmp_path: Path) -> None:
    keep(tmp_path, 1)
    keep(tmp_path, 2, athlete="bob")
    [_, anna] = json.loads(talkpace(tmp_path, "sessions", "--json").stdout)
    page = talkpace(tmp_path, "report", "last", "--athlete", "anna", "-o", "-").stdout
    assert anna["session"] in page
    done = talkpace(tmp_path, "report", anna["session"], "--athlete", "bob", "-o", "-")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"talkpace: --athlete: session {anna['session']} is anna's\n"
