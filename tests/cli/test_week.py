"""`talkpace week`."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ..service.daemon_process import talkpace
from .time_zones import zone_at_noon

ZONE = zone_at_noon()


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    path = tmp_path / "talkpace.toml"
    path.write_text('athletes = [{ id = "anna", max_heart_rate = 180, weight_kg = 64 }]\n')
    return path


def run(configuration: Path, *arguments: str, **more: str) -> tuple[int, str, str]:
    more.setdefault("TALKPACE_HABITS__TIMEZONE", ZONE.key)
    done = talkpace(configuration.parent, *arguments, "--config", str(configuration), **more)
    return done.returncode, done.stdout, done.stderr


def save_a_ride(configuration: Path) -> None:
    """35 minutes in the band, an hour ago."""
    start = datetime.now(ZONE) - timedelta(hours=1)
    ride = configuration.parent / "ride.csv"
    rows = [f"{(start + timedelta(seconds=second)).isoformat()},110" for second in range(0, 2100, 5)]
    ride.write_text("time,hr\n" + "\n".join(rows) + "\n")
    assert run(configuration, "replay", "--athlete", "anna", "--save", str(ride))[0] == 0


def test_text_and_json_agree(configuration: Path) -> None:
    save_a_ride(configuration)
    run(configuration, "log", "water", "500")
    code, text, _ = run(configuration, "week", "--json")
    document = json.loads(text)
    assert code == 0
    assert document["athlete"] == "anna"
    assert document["week"]["cardio_sessions"] == 1
    assert document["water"] == {"today_ml": 500, "target_ml": 2086, "kept": True}
    code, shown, _ = run(configuration, "week", COLUMNS="200")
    assert code == 0
    lines = [line.strip() for line in shown.splitlines()]
    assert any(
        line.startswith("cardio       1 of 2 sessions; in the band 35 min this week") for line in lines
    )
    assert any(line.endswith("100% of the time at or under it") for line in lines)
    assert "water        500 ml today, of 2086 ml" in lines
    assert [line.removeprefix("· ") for line in lines if line.startswith("· ")] == document["say"]


def test_without_sessions_the_week_is_empty(configuration: Path) -> None:
    code, text, _ = run(configuration, "week", "--json")
    assert code == 0
    assert json.loads(text)["week"]["cardio_sessions"] == 0
    assert not (configuration.parent / "talkpace").exists()


def test_with_habits_switched_off_the_error_names_the_setting(configuration: Path) -> None:
    code, text, errors = run(configuration, "week", TALKPACE_HABITS__ENABLED="false")
    assert (code, text) == (2, "")
    assert errors == "talkpace: habits are disabled: set enabled = true in [habits]\n"


def test_an_unknown_athlete_is_refused(configuration: Path) -> None:
    code, _, errors = run(configuration, "week", "--athlete", "zoe")
    assert code == 2
    assert errors.splitlines()[-1] == (
        "Error: Invalid value for '--athlete': there is no athlete 'zoe'; choose from anna"
    )


def test_who_has_sessions_on_record_but_is_not_declared_is_somebody(tmp_path: Path) -> None:
    configuration = tmp_path / "talkpace.toml"
    configuration.write_text("")
    start = datetime.now(ZONE) - timedelta(hours=1)
    rows = [f"{(start + timedelta(seconds=second)).isoformat()},110" for second in range(0, 2100, 5)]
    (tmp_path / "ride.csv").write_text("time,hr\n" + "\n".join(rows) + "\n")
    saved = run(
        configuration, "replay", "--athlete", "anna", "--max-hr", "180", "--save", str(tmp_path / "ride.csv")
    )
    assert saved[0] == 0, saved
    code, text, remarks = run(configuration, "week")
    assert code == 0, remarks
    assert "anna" in text
    assert "cardio 35 min" in text
    assert "anna has records here but is not declared" in remarks
    assert "talkpace athlete add anna" in remarks
    for command in (
        ["log", "sleep", "7.5"],
        ["log", "list"],
        ["load"],
        ["sessions"],
        ["report", "week", "-o", "-"],
    ):
        code, text, remarks = run(configuration, *command)
        assert code == 0, (command, remarks)
        assert text, command
    assert run(configuration, "week", "--athlete", "anna")[0] == 0
    assert "there is no athlete 'zoe'" in run(configuration, "week", "--athlete", "zoe")[2]
