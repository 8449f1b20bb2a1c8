"""One athlete's log, open for changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from talkpace.cli.logged import AthleteLog
from talkpace.errors import ConfigurationError
from talkpace.record.store import Store


@pytest.fixture
def log_of(tmp_path: Path) -> Iterator[AthleteLog]:
    with Store.open(tmp_path / "talkpace.db") as store:
        yield AthleteLog("anna", UTC, datetime(2026, 11, 24, 18, tzinfo=UTC), store)


@pytest.mark.parametrize(
    ("kind", "written", "changes", "says"),
    [
        ("note", {"text": "a walk"}, {"text": "5"}, "5"),
        ("note", {"text": "a walk"}, {"text": "true"}, "true"),
        ("supplement", {"name": "zinc"}, {"name": "12"}, "12 taken"),
        (
            "symptom",
            {"severity": "mild", "what": "cramps"},
            {"severity": "severe", "what": "38.5"},
            "a severe symptom: 38.5",
        ),
        ("symptom", {"severity": "mild", "what": "cramps"}, {"what": ""}, "a mild symptom"),
        (
            "activity",
            {"activity": "cardio", "minutes": 30.0},
            {"minutes": "45", "hard": "true"},
            "45 min of cardio, hard",
        ),
        (
            "activity",
            {"activity": "cardio", "minutes": 30.0, "hard": True},
            {"hard": "no"},
            "30 min of cardio",
        ),
        ("sleep", {"hours": 7.0}, {"hours": "7.5"}, "7.5 h of sleep"),
        ("context", {"heat": True}, {"little_fluid": "yes", "heat": "false"}, "trained with little fluid"),
        ("breathing", {"minutes": 5.0, "pace": 6.0}, {"pace": ""}, "5 min of breathing"),
    ],
)
def test_a_correction_is_read_as_what_the_entry_holds(
    log_of: AthleteLog, kind: str, written: dict[str, Any], changes: dict[str, str], says: str
) -> None:
    entry = log_of.add(kind, written, None)
    assert log_of.edit(entry.id, changes, None).words == says
    assert [one.words for one in log_of.log] == [says]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"hours": "true"}, "hours: Input should be a valid number"),
        ({"hours": ""}, "hours: Input should be a valid number"),
        ({"hours": "nan"}, "hours: Input should be a finite number"),
        ({"hours": "25"}, "hours: Input should be less than or equal to 24"),
        ({"text": "5"}, "an entry of sleep has no 'text'; it has hours"),
        ({"kind": "note"}, "an entry of sleep has no 'kind'; it has hours"),
        ({"": "5"}, "an entry of sleep has no ''"),
    ],
)
def test_a_correction_that_makes_no_sense_changes_nothing(
    log_of: AthleteLog, changes: dict[str, str], says: str
) -> None:
    entry = log_of.add("sleep", {"hours": 7.0}, None)
    with pytest.raises(ConfigurationError, match=says):
        log_of.edit(entry.id, changes, None)
    assert [*log_of.log] == [entry]
