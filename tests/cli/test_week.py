"""`talkpace week`, as typed."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ..service.running import talkpace


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    path = tmp_path / "talkpace.toml"
    path.write_text('athletes = [{ id = "anna", max_heart_rate = 180, weight_kg = 64 }]\n')
    return path


def run(configuration: Path, *arguments: str, **more: str) -> tuple[int, str, str]:
    done = talkpace(configuration.parent, *arguments, "--config", str(configuration), **more)
    return done.returncode, done.stdout, done.stderr


def keep_a_ride(configuration: Path) -> None:
    """35 minutes in the band, an hour ago."""
    start = datetime.now(ZoneInfo("Europe/Berlin")) - timedelta(hours=1)
    ride = configuration.parent / "ride.csv"
    rows = [f"{(start + timedelta(seconds=second)).isoformat()},110" for second in range(0, 2100, 5)]
    ride.write_text("time,hr\n" + "\n".join(rows) + "\n")
    assert run(configuration, "replay", "--athlete", "anna", "--save", str(ride))[0] == 0


def test_the_picture_and_the_document_agree(configuration: Path) -> None:
    keep_a_ride(configuration)
    run(configuration, "log", "water", "500")
    code, text, _ = run(configuration, "week", "--json")
    document = json.loads(text)
    assert code == 0
    assert document["athlete"] == "anna"
    assert document["week"]["cardio_sessions"] == 1
    assert document["water"] == {"today_ml": 500, "target_ml": 2086, "kept": True}
    code, picture, _ = run(configuration, "week", COLUMNS="200")
    assert code == 0
    assert "cardio       1 of 2 sessions; in the band 35 min this week" in picture
    assert "100% of the time at or under it" in picture
    assert "water        500 ml today, of 2086 ml" in picture
    for line in document["say"]:
        assert line in picture


def test_without_a_record_the_week_is_empty_and_nothing_is_wrong(configuration: Path) -> None:
    code, text, _ = run(configuration, "week")
    assert code == 0
    assert "0 of 2 sessions" in text
    assert not (configuration.parent / "talkpace").exists()


def test_off_it_says_so(configuration: Path) -> None:
    code, text, says = run(configuration, "week", TALKPACE_PRACTICE__ENABLED="false")
    assert (code, text) == (2, "")
    assert says == "talkpace: the practice is switched off in the configuration ([practice])\n"


def test_nobody_of_that_name_is_here(configuration: Path) -> None:
    code, _, says = run(configuration, "week", "--athlete", "zoe")
    assert (code, says) == (2, "talkpace: --athlete: nobody here is 'zoe'; known: anna\n")
