"""`talkpace load`."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from talkpace.training.load import LOAD_CAVEATS

from ..service.daemon_process import talkpace
from .pseudo_terminal import run_on_terminal
from .time_zones import zone_at_noon

ANNA = ("athlete", "add", "anna", "max_heart_rate=190", "resting_heart_rate=55", "sex=female")
ZONE = zone_at_noon()
"""where all of a test lies on one day"""


def ride(folder: Path, days_ago: int, minutes: int = 5) -> Path:
    start = datetime.now(ZONE).replace(hour=0, minute=1, second=0, microsecond=0)
    return ride_at(folder, start - timedelta(days=days_ago), minutes)


def ride_at(folder: Path, start: datetime, minutes: int = 5) -> Path:
    path = folder / f"ride-{start:%m-%d-%H-%M}.csv"
    rows = (f"{(start + timedelta(seconds=t)).isoformat()},{110 + t % 20}\n" for t in range(60 * minutes))
    path.write_text("time,hr\n" + "".join(rows))
    return path


def save(folder: Path, *arguments: str) -> None:
    done = talkpace(folder, "replay", "--save", *arguments)
    assert done.returncode == 0, done.stderr


def load(folder: Path, *arguments: str, zone: str = ZONE.key) -> subprocess.CompletedProcess[str]:
    return talkpace(folder, "load", *arguments, TALKPACE_HABITS__TIMEZONE=zone)


def test_load_is_summed_by_day(tmp_path: Path) -> None:
    assert talkpace(tmp_path, *ANNA).returncode == 0
    save(tmp_path, "--athlete", "anna", *[str(ride(tmp_path, days)) for days in (40, 10, 3, 0)])
    summaries = json.loads(talkpace(tmp_path, "sessions", "--json").stdout)
    banister = summaries[0]["load"]["banister_trimp"]
    done = load(tmp_path, "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["athlete"] == "anna"
    assert [day["load"] for day in document["days"] if day["sessions"]] == [banister] * 4
    standing = document["standing"]
    assert (standing["measure"], standing["days_on_record"]) == ("banister", 41)
    assert (standing["today"], standing["week"]) == (banister, round(2 * banister, 2))
    assert standing["usual_week"] == round(banister / 4, 2)
    assert document["words"][-len(LOAD_CAVEATS) :] == list(LOAD_CAVEATS)


def test_on_a_terminal_plot_weeks_and_explanations_are_shown(tmp_path: Path) -> None:
    assert talkpace(tmp_path, *ANNA).returncode == 0
    save(tmp_path, "--athlete", "anna", *[str(ride(tmp_path, days)) for days in (9, 0)])
    lines = run_on_terminal(tmp_path, "load", TALKPACE_HABITS__TIMEZONE=ZONE.key)
    assert lines[0].startswith("anna · load (Banister)")
    assert any(line.strip() == "load per day, and its means over 7 and 28 days" for line in lines)
    assert any(line.startswith("seven days to") for line in lines)
    assert any("takes four weeks" in line for line in lines)
    assert all(len(line) <= 80 for line in lines)


def test_with_several_athletes_one_has_to_be_named(tmp_path: Path) -> None:
    for athlete in ("anna", "ben"):
        save(tmp_path, "--max-hr", "190", "--athlete", athlete, str(ride(tmp_path, 0)))
    done = load(tmp_path)
    assert done.returncode == 2
    assert done.stderr.endswith("'--athlete': there are several athletes; choose from anna, ben\n")
    done = load(tmp_path, "--athlete", "ben", "--json")
    assert json.loads(done.stdout)["standing"]["measure"] == "edwards"


def test_without_sessions_there_is_no_load(tmp_path: Path) -> None:
    done = load(tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "there are no sessions yet\n")
    document = json.loads(load(tmp_path, "--json").stdout)
    assert (document["athlete"], document["days"]) == (None, [])
    assert document["standing"]["trend"] == "too_early"


def test_a_session_too_short_to_count_adds_no_load(tmp_path: Path) -> None:
    save(tmp_path, "--max-hr", "190", str(ride(tmp_path, 0, minutes=1)))
    assert load(tmp_path).stderr == "there are no sessions yet\n"


def test_days_are_those_of_the_athlete_s_time_zone(tmp_path: Path) -> None:
    """Two zones 26 hours apart never have the same date."""
    now = datetime.now(UTC)
    save(
        tmp_path, "--athlete", "anna", "--max-hr", "190", str(ride_at(tmp_path, now - timedelta(minutes=10)))
    )
    days = []
    for zone in ("Etc/GMT-14", "Etc/GMT+12"):
        document = json.loads(load(tmp_path, "--json", zone=zone).stdout)
        days += [day["day"] for day in document["days"] if day["sessions"]]
    assert len(days) == 2
    assert days[0] > days[1], "they are 26 hours apart"
