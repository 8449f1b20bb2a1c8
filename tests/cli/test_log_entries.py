"""Changes of an athlete's log, and values given as text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import pytest

from talkpace.cli.log_entries import LogEditor, typed_values
from talkpace.habits.entries import Breathing
from talkpace.storage.store import Store


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[LogEditor]:
    with Store.open(tmp_path / "talkpace.db") as store:
        yield LogEditor("anna", UTC, datetime(2026, 11, 24, 18, tzinfo=UTC), store)


@pytest.mark.parametrize(
    ("kind", "values", "changes", "text"),
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
def test_a_correction_is_converted_to_the_type_of_the_value(
    editor: LogEditor, kind: str, values: dict[str, Any], changes: dict[str, str], text: str
) -> None:
    entry = editor.add(kind, values, None)
    assert editor.edit(entry.id, changes, None).words == text
    assert [one.words for one in editor.log] == [text]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hours": "true"}, "hours: Input should be a valid number"),
        ({"hours": ""}, "hours: Input should be a valid number"),
        ({"hours": "nan"}, "hours: Input should be a finite number"),
        ({"hours": "25"}, "hours: Input should be less than or equal to 24"),
        ({"text": "5"}, "sleep has no 'text': use one of hours"),
        ({"kind": "note"}, "sleep has no 'kind': use one of hours"),
        ({"": "5"}, "sleep has no ''"),
    ],
)
def test_an_invalid_correction_changes_nothing(
    editor: LogEditor, changes: dict[str, str], message: str
) -> None:
    entry = editor.add("sleep", {"hours": 7.0}, None)
    with pytest.raises(click.UsageError, match=message):
        editor.edit(entry.id, changes, None)
    assert [*editor.log] == [entry]


def test_values_of_every_type_are_converted_from_text() -> None:
    texts = {"minutes": "5", "pace": "5.5", "coherence": "", "suited": "6", "close": "5, 5.5 4.5"}
    assert typed_values(Breathing, texts) == {
        "minutes": 5.0,
        "pace": 5.5,
        "coherence": None,
        "suited": 6.0,
        "close": (5.0, 5.5, 4.5),
    }


@pytest.mark.parametrize(("key", "text"), [("minutes", ""), ("pace", "slow"), ("close", "5 or 6")])
def test_text_that_is_not_of_the_type_is_refused_with_its_key(key: str, text: str) -> None:
    with pytest.raises(ValueError, match=f"^{key}: "):
        typed_values(Breathing, {key: text})
