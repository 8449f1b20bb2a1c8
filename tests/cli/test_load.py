"""`talkpace load`: the weeks on record, for eyes and for programs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from ..service.running import talkpace
from .terminal import on_terminal

ANNA = ("athlete", "add", "anna", "max_heart_rate=190", "resting_heart_rate=55", "sex=female")


BERLIN = ZoneInfo("Europe/Berlin")
"""where `talkpace` is run"""


def ride(folder: Path, days_ago: int, minutes: int = 5) -> Path:
    start = datetime.now(BERLIN).replace(hour=0, minute=1, second=0, microsecond=0)
    return ride_at(folder, start - timedelta(days=days_ago), minutes)


def ride_at(folder: Path, start: datetime, minutes: int = 5) -> Path:
    path = folder / f"ride-{start:%m-%d-%H-%M}.csv"
    rows = (f"{(start + timedelta(seconds=t)).isoformat()},{110 + t % 20}\n" for t in range(60 * minutes))
    path.write_text("time,hr\n" + "".join(rows))
    return path


def keep(folder: Path, *arguments: str) -> None:
    done = talkpace(folder, "replay", "--save", *arguments)
    assert done.returncode == 0, done.stderr


def test_load_is_added_up_by_day(tmp_path: Path) -> None:
    assert talkpace(tmp_path, *ANNA).returncode == 0
    keep(tmp_path, "--athlete", "anna", *[str(ride(tmp_path, days)) for days in (40, 10, 3, 0)])
    summaries = json.loads(talkpace(tmp_path, "sessions", "--json").stdout)
    banister = summaries[0]["load"]["banister_trimp"]
    done = talkpace(tmp_path, "load", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["athlete"] == "anna"
    assert [day["load"] for day in document["days"] if day["sessions"]] == [banister] * 4
    standing = document["standing"]
    assert (standing["measure"], standing["days_on_record"]) == ("banister", 41)
    assert (standing["today"], standing["week"]) == (banister, round(2 * banister, 2))
    assert standing["usual_week"] == round(banister / 4, 2)
    assert any("foretells neither injury" in line for line in document["words"])


def test_a_terminal_shows_a_plot_the_weeks_and_what_they_mean(tmp_path: Path) -> None:
    assert talkpace(tmp_path, *ANNA).returncode == 0
    keep(tmp_path, "--athlete", "anna", *[str(ride(tmp_path, days)) for days in (9, 0)])
    lines = on_terminal(tmp_path, "load")
    assert lines[0].startswith("anna · load (Banister)")
    assert any("load a day" in line for line in lines)
    assert any(line.startswith("seven days to") for line in lines)
    assert any("takes four weeks" in line for line in lines)
    assert all(len(line) <= 80 for line in lines)


def test_of_several_athletes_one_has_to_be_named(tmp_path: Path) -> None:
    for athlete in ("anna", "ben"):
        keep(tmp_path, "--max-hr", "190", "--athlete", athlete, str(ride(tmp_path, 0)))
    done = talkpace(tmp_path, "load")
    assert (done.returncode, done.stderr) == (2, "talkpace: --athlete: which of anna, ben?\n")
    done = talkpace(tmp_path, "load", "--athlete", "ben", "--json")
    assert json.loads(done.stdout)["standing"]["measure"] == "edwards"


def test_without_a_record_there_is_nothing_to_add_up(tmp_path: Path) -> None:
    done = talkpace(tmp_path, "load")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "no session yet\n")
    document = json.loads(talkpace(tmp_path, "load", "--json").stdout)
    assert (document["athlete"], document["days"]) == (None, [])
    assert document["standing"]["trend"] == "too_early"


def test_a_session_too_short_to_count_does_not(tmp_path: Path) -> None:
    keep(tmp_path, "--max-hr", "190", str(ride(tmp_path, 0, minutes=1)))
    assert talkpace(tmp_path, "load").stderr == "no session yet\n"


def test_days_are_those_of_the_athlete_s_time_zone(tmp_path: Path) -> None:
    """Where the host's clock shows another day than the athlete's, at any hour of the real day."""
    ahead, behind = (
        {"TALKPACE_PRACTICE__TIMEZONE": "Etc/GMT-14"},
        {"TALKPACE_PRACTICE__TIMEZONE": "Etc/GMT+12"},
    )
    now = datetime.now(UTC)
    keep(
        tmp_path, "--athlete", "anna", "--max-hr", "190", str(ride_at(tmp_path, now - timedelta(minutes=10)))
    )
    days = []
    for zone in (ahead, behind):
        document = json.loads(talkpace(tmp_path, "load", "--json", **zone).stdout)
        days += [day["day"] for day in document["days"] if day["sessions"]]
    assert len(days) == 2
    assert days[0] > days[1], "they are 26 hours apart"
