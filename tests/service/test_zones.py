"""The time zone of a household, and of a host that names none."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import TZPATH

import pytest

from talkpace.config.practice import Practice
from talkpace.service.zones import host_zone, zone_of

JULY = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def localtime(tmp_path: Path) -> Path:
    """A host in Berlin, whose file is a copy as on some systems."""
    for folder in TZPATH:
        if (Path(folder) / "Europe" / "Berlin").exists():
            return Path(shutil.copy(Path(folder) / "Europe" / "Berlin", tmp_path / "localtime"))
    pytest.skip("there is no database of time zones here")


@pytest.mark.parametrize(
    "name", ["", "Europe/Berlin", ":Europe/Berlin", "garbage", "CET-1CEST", "../x", "Europe"]
)
def test_a_host_has_a_zone_whatever_its_variable_says(localtime: Path, name: str) -> None:
    assert f"{JULY.astimezone(host_zone({'TZ': name}, localtime)):%H:%M}" == "14:00"


def test_a_host_without_any_is_in_greenwich(tmp_path: Path) -> None:
    assert host_zone({"TZ": "garbage"}, tmp_path / "nothing") is UTC


def test_an_athlete_s_own_zone_comes_first_then_the_household_s_then_the_host_s() -> None:
    own = Practice.model_validate(
        {"timezone": "Asia/Tokyo", "athletes": [{"athlete": "ben", "timezone": "Pacific/Auckland"}]}
    )
    host = {"TZ": "Europe/Berlin"}
    zones = [zone_of("ben", own, host), zone_of("anna", own, host), zone_of("anna", Practice(), host)]
    assert [str(zone) for zone in zones] == ["Pacific/Auckland", "Asia/Tokyo", "Europe/Berlin"]
