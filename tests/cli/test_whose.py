"""Whose: every command that is about an athlete asks and refuses in the same words."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from talkpace.cli.main import talkpace
from talkpace.cli.whose import athlete_on_record, chosen_athlete, must_be_on_record
from talkpace.config.model import Configuration
from talkpace.errors import ConfigurationError
from talkpace.practice.entries import Note
from talkpace.practice.log import Entry
from talkpace.record.store import Store

from ..record.samples import closed, opened, taken

NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)


def household(folder: Path, *athletes: str) -> Configuration:
    return Configuration.model_validate(
        {
            "athletes": [{"id": one, "max_heart_rate": 180} for one in athletes],
            "store": {"path": str(folder / "talkpace.db")},
        }
    )


def test_who_trains_here_is_named_or_the_only_one(tmp_path: Path) -> None:
    assert chosen_athlete(household(tmp_path, "anna"), None) == "anna"
    both = household(tmp_path, "anna", "ben")
    assert chosen_athlete(both, "ben") == "ben"
    with pytest.raises(ConfigurationError, match=r"^--athlete: which of anna, ben\?$"):
        chosen_athlete(both, None)
    with pytest.raises(ConfigurationError, match=r"^--athlete: nobody here is 'zoe'; known: anna, ben$"):
        chosen_athlete(both, "zoe")
    with pytest.raises(ConfigurationError, match=r"^nobody trains here yet"):
        chosen_athlete(household(tmp_path), None)
    with pytest.raises(ConfigurationError, match="known: nobody; see `talkpace athlete add"):
        chosen_athlete(household(tmp_path), "zoe")


def test_what_looks_back_takes_who_is_on_record_too(tmp_path: Path) -> None:
    configuration = household(tmp_path, "anna")
    with Store.open(tmp_path / "talkpace.db") as store:
        assert athlete_on_record(configuration, store, None) is None
        store.write([opened(athlete="dora"), taken(0), closed()])
        store.add_log_entry(Entry("e1", "carl", NOW, NOW, Note(text="a walk")))
        assert athlete_on_record(configuration, store, None) == "dora"
        for known in ("anna", "carl", "dora"):
            assert athlete_on_record(configuration, store, known) == known
        with pytest.raises(ConfigurationError, match=r"nobody here is 'zoe'; known: anna, carl, dora$"):
            must_be_on_record(configuration, store, "zoe")
    with pytest.raises(ConfigurationError, match=r"nobody here is 'carl'; known: anna$"):
        must_be_on_record(configuration, None, "carl")


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
@pytest.mark.parametrize("who", ["zoe", "", "../anna", "ANNA", "a" * 99])
def test_somebody_who_is_not_known_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], who: str
) -> None:
    monkeypatch.setenv("TALKPACE_ATHLETES", json.dumps([{"id": "anna", "max_heart_rate": 180}]))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with pytest.raises(ConfigurationError, match=r"^--athlete: nobody here is '.*'; known: anna$"):
        talkpace.main([*arguments, "--athlete", who], standalone_mode=False)
    assert list(tmp_path.iterdir()) == []
