"""Setting the total of a day: the sum of amounts, or the worst severity."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from talkpace.habits.log import Entry, LogChange, parse_content, set_day_total

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def entries(kind: str, *values: dict[str, Any]) -> list[Entry]:
    return [Entry(str(number), "anna", AT, AT, parse_content(kind, one)) for number, one in enumerate(values)]


def after(kind: str, values: dict[str, Any], *before: dict[str, Any]) -> list[str]:
    """Return the descriptions of the day's entries after the change."""
    log = entries(kind, *before)
    change = set_day_total(kind, values, log, at=None)
    changed = {one.id: one for one in change.changed}
    removed = {one.id for one in change.removed}
    entries_after = [changed.get(one.id, one).words for one in log if one.id not in removed]
    return entries_after + ([change.added.words] if change.added is not None else [])


def test_an_amount_replaces_all_entries_of_the_day() -> None:
    assert after("nap", {"minutes": 25}) == ["a nap of 25 min"]
    assert after("nap", {"minutes": 25}, {"minutes": 20}, {"minutes": 10}) == ["a nap of 25 min"]
    assert after("nap", {"minutes": 0}, {"minutes": 20}, {"minutes": 10}) == []
    assert after("sleep", {"hours": 0}, {"hours": 5}, {"hours": 2}) == ["0 h of sleep"]


@pytest.mark.parametrize("hard_first", [True, False])
def test_a_hard_activity_stays_hard_unless_the_command_sets_it(hard_first: bool) -> None:
    before = [{"activity": "cardio", "minutes": 20, "hard": hard} for hard in (hard_first, not hard_first)]
    assert after("activity", {"activity": "cardio", "minutes": 31}, *before) == ["31 min of cardio, hard"]
    easy = {"activity": "cardio", "minutes": 31, "hard": False}
    assert after("activity", easy, *before) == ["31 min of cardio"]


def test_a_severity_becomes_the_worst_of_the_day_and_descriptions_stay() -> None:
    assert after("symptom", {"severity": "mild"}) == ["a mild symptom"]
    day = ({"severity": "severe", "what": "cramps"}, {"severity": "mild"})
    assert after("symptom", {"severity": "moderate"}, *day) == [
        "a moderate symptom: cramps",
        "a mild symptom",
    ]
    assert after("symptom", {"severity": "severe"}, *day) == ["a severe symptom: cramps", "a mild symptom"]
    mild = ({"severity": "mild", "what": "cramps"}, {"severity": "mild", "what": "nausea"})
    assert after("symptom", {"severity": "severe"}, *mild) == [
        "a mild symptom: cramps",
        "a severe symptom: nausea",
    ]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("nap", {"minutes": 0, "bogus": 1}),
        ("nap", {"minutes": -1}),
        ("nap", {"minutes": False}),
        ("nap", {}),
        ("nap", {"minutes": [0]}),
        ("activity", {"minutes": 0}),
        ("activity", {"minutes": 0, "activity": "chess"}),
        ("symptom", {"severity": "none"}),
    ],
)
def test_invalid_values_are_refused(kind: str, values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        set_day_total(kind, values, [], at=None)


def test_an_equal_severity_changes_nothing() -> None:
    assert set_day_total("nap", {"minutes": 0}, [], at=None) == LogChange(removed=[])
