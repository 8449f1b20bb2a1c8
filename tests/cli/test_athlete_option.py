"""`--athlete`: every command resolves it by the same rules."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

from talkpace.cli.athlete_option import require_recorded, resolve_athlete, resolve_recorded_athlete
from talkpace.cli.main import talkpace
from talkpace.config.model import Configuration
from talkpace.errors import ConfigurationError
from talkpace.habits.entries import Note
from talkpace.habits.log import Entry
from talkpace.storage.store import Store

from ..storage.samples import closed, measurement, opened

NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)


def configuration_of(folder: Path, *athletes: str) -> Configuration:
    return Configuration.model_validate(
        {
            "athletes": [{"id": one, "max_heart_rate": 180} for one in athletes],
            "store": {"path": str(folder / "talkpace.db")},
        }
    )


def test_the_configured_athlete_named_or_the_only_one_is_chosen(tmp_path: Path) -> None:
    assert resolve_athlete(configuration_of(tmp_path, "anna"), None) == "anna"
    both = configuration_of(tmp_path, "anna", "ben")
    assert resolve_athlete(both, "ben") == "ben"
    with pytest.raises(click.BadParameter, match=r"^there are several athletes; choose from anna, ben$"):
        resolve_athlete(both, None)
    with pytest.raises(click.BadParameter, match=r"^there is no athlete 'zoe'; choose from anna, ben$"):
        resolve_athlete(both, "zoe")


def test_without_a_configured_athlete_the_error_says_how_to_configure_one(tmp_path: Path) -> None:
    remedy = r"no athlete is configured: add an \[\[athletes\]\] table with max_heart_rate or birth_year$"
    with pytest.raises(ConfigurationError, match=rf"^{remedy}"):
        resolve_athlete(configuration_of(tmp_path), None)
    with pytest.raises(click.BadParameter, match=rf"^there is no athlete 'zoe'; {remedy}"):
        resolve_athlete(configuration_of(tmp_path), "zoe")


def test_an_athlete_with_records_can_be_named_without_being_configured(tmp_path: Path) -> None:
    configuration = configuration_of(tmp_path, "anna")
    with Store.open(tmp_path / "talkpace.db") as store:
        assert resolve_recorded_athlete(configuration, store, None) is None
        store.write([opened(athlete="dora"), measurement(0), closed()])
        store.add_log_entry(Entry("e1", "carl", NOW, NOW, Note(text="a walk")))
        assert resolve_recorded_athlete(configuration, store, None) == "dora"
        for athlete in ("anna", "carl", "dora"):
            assert resolve_recorded_athlete(configuration, store, athlete) == athlete
        with pytest.raises(click.BadParameter, match=r"no athlete 'zoe'; choose from anna, carl, dora$"):
            require_recorded(configuration, store, "zoe")
    with pytest.raises(click.BadParameter, match=r"no athlete 'carl'; choose from anna$"):
        require_recorded(configuration, None, "carl")


@pytest.mark.parametrize(
    "arguments",
    [
        ["load"],
        ["report", "last"],
        ["report", "week"],
        ["sessions"],
        ["threshold"],
        ["week"],
        ["readiness", "--history"],
        ["nap"],
        ["breathe"],
        ["import", "x.csv"],
        ["pair", "A0:9E:1A:00:00:01"],
        ["log", "list"],
        ["log", "export"],
        ["log", "water"],
        ["log", "undo"],
    ],
)
@pytest.mark.parametrize("athlete", ["zoe", "", "../anna", "ANNA", "a" * 99])
def test_every_command_refuses_an_unknown_athlete_and_creates_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], athlete: str
) -> None:
    monkeypatch.setenv("TALKPACE_ATHLETES", json.dumps([{"id": "anna", "max_heart_rate": 180}]))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with pytest.raises(click.BadParameter, match=r"^there is no athlete '.*'; choose from anna$") as error:
        talkpace.main([*arguments, "--athlete", athlete], standalone_mode=False)
    assert error.value.param_hint == "'--athlete'"
    assert list(tmp_path.iterdir()) == []
