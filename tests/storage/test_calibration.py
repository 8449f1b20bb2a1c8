"""Adopting the ceiling that calibrations propose: written with its origin, or refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from talkpace.config.model import Configuration
from talkpace.errors import ConfigurationError
from talkpace.habits.entries import Calibration
from talkpace.habits.log import Entry
from talkpace.storage.athletes import AthleteHistory
from talkpace.storage.calibration import adopt_ceiling, adopted_ceiling
from talkpace.storage.records import AthleteChange
from talkpace.storage.store import Store
from talkpace.training.calibration_load import Device

NOW = datetime(2026, 6, 1, 20, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "talkpace.db") as opened:
        yield opened


def household(**values: object) -> Configuration:
    return Configuration.model_validate({"athletes": [{"id": "anna", "max_heart_rate": 180, **values}]})


def log(store: Store, *rates: int, days_ago: int = 1) -> None:
    for number, rate in enumerate(rates):
        at = NOW - timedelta(days=days_ago + 2 * (len(rates) - 1 - number))
        content = Calibration(heart_rate=rate, lowest=90, highest=150, minutes=12, device=Device.BIKE, mets=5)
        store.add_log_entry(Entry(f"a{number}", "anna", at, at, content))


def declare(store: Store, **values: object) -> None:
    declared = {"max_heart_rate": 180, **values}
    store.add_athlete_changes(
        [
            AthleteChange("anna", key, value, NOW - timedelta(days=200), "configuration")
            for key, value in declared.items()
        ]
    )


def test_the_lower_median_of_three_days_becomes_the_ceiling_with_its_origin(store: Store) -> None:
    declare(store)
    log(store, 118, 121, 119)
    proposal = adopt_ceiling(store, household(), "anna", UTC, NOW)
    assert proposal.ceiling == 0.66
    book = AthleteHistory(store.athlete_changes())
    assert book.latest("anna").ceiling == 0.66
    change = book.last("anna", "ceiling")
    assert change is not None
    assert change.source == "calibration, 2026-05-31"
    adopted = adopted_ceiling(book, "anna", ())
    assert adopted is not None
    assert (adopted.ceiling, adopted.day) == (0.66, date(2026, 5, 31))


def test_fewer_than_three_days_are_refused_and_nothing_is_written(store: Store) -> None:
    declare(store)
    log(store, 118, 121)
    with pytest.raises(ConfigurationError, match="2 of 3 days within 90 are measured"):
        adopt_ceiling(store, household(), "anna", UTC, NOW)
    assert [one for one in store.athlete_changes() if one.key == "ceiling"] == []


def test_days_above_85_percent_of_the_maximum_in_use_are_refused(store: Store) -> None:
    declare(store, max_heart_rate=140)
    log(store, 120, 121, 122)
    with pytest.raises(ConfigurationError, match="not below 85 %"):
        adopt_ceiling(store, household(max_heart_rate=140), "anna", UTC, NOW)


def test_a_drug_that_limits_the_heart_rate_is_a_reason_to_refuse(store: Store) -> None:
    declare(store, heart_rate_drug=True)
    log(store, 118, 121, 119)
    with pytest.raises(ConfigurationError, match="a drug that limits the heart rate"):
        adopt_ceiling(store, household(heart_rate_drug=True), "anna", UTC, NOW)


def test_a_ceiling_that_is_set_otherwise_later_does_not_come_from_calibrations(store: Store) -> None:
    declare(store)
    log(store, 118, 121, 119)
    adopt_ceiling(store, household(), "anna", UTC, NOW)
    store.add_athlete_changes([AthleteChange("anna", "ceiling", 0.7, NOW, "command")])
    assert adopted_ceiling(AthleteHistory(store.athlete_changes()), "anna", ()) is None


@pytest.mark.parametrize("source", ["calibration", "calibration, soon", "calibrations, 2026-05-31"])
def test_a_source_without_a_date_is_no_calibration(source: str) -> None:
    book = AthleteHistory([AthleteChange("anna", "ceiling", 0.66, NOW, source)])
    assert adopted_ceiling(book, "anna", ()) is None
