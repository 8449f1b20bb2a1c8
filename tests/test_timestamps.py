"""Time zones of athletes, households and hosts."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import TZPATH

import pytest

from talkpace.config.habits import HabitsConfig
from talkpace.timestamps import host_time_zone

JULY = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def localtime(tmp_path: Path) -> Path:
    """Return the local time file of a host in Berlin, as a copy and not as a link."""
    for folder in TZPATH:
        if (Path(folder) / "Europe" / "Berlin").exists():
            return Path(shutil.copy(Path(folder) / "Europe" / "Berlin", tmp_path / "localtime"))
    pytest.skip("no time zone database is installed")


@pytest.mark.parametrize(
    "name", ["", "Europe/Berlin", ":Europe/Berlin", "garbage", "CET-1CEST", "../x", "Europe"]
)
def test_the_host_s_time_zone_is_found_for_any_value_of_tz(localtime: Path, name: str) -> None:
    assert f"{JULY.astimezone(host_time_zone({'TZ': name}, localtime)):%H:%M}" == "14:00"


def test_a_host_without_a_time_zone_is_in_utc(tmp_path: Path) -> None:
    assert host_time_zone({"TZ": "garbage"}, tmp_path / "nothing") is UTC


def test_the_athlete_s_time_zone_wins_over_the_household_s_and_that_over_the_host_s() -> None:
    own = HabitsConfig.model_validate(
        {"timezone": "Asia/Tokyo", "athletes": [{"athlete": "ben", "timezone": "Pacific/Auckland"}]}
    )
    host = {"TZ": "Europe/Berlin"}
    zones = [own.zone_of("ben", host), own.zone_of("anna", host), HabitsConfig().zone_of("anna", host)]
    assert [str(zone) for zone in zones] == ["Pacific/Auckland", "Asia/Tokyo", "Europe/Berlin"]
