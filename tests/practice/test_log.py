"""What can be written down, and what becomes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.practice.days import day_of, moment, start_of, week_start
from talkpace.practice.entries import Nap, Water
from talkpace.practice.log import Entry, Log, checked_time, edited, what_of

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 18, 0, tzinfo=BERLIN)


def entry(entry_id: str = "a1", *, at: datetime = NOW, ml: float = 250) -> Entry:
    return Entry(entry_id, "anna", at, NOW, Water(ml=ml))


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("sleep", {"hours": 7.5}, "7.5 h of sleep"),
        ("sleep", {"hours": 0}, "0 h of sleep"),
        ("nap", {"minutes": 25}, "a nap of 25 min"),
        ("water", {"ml": 250}, "250 ml of water"),
        ("supplement", {"name": " collagen "}, "collagen taken"),
        ("symptom", {"severity": "mild", "what": "cramps"}, "a mild symptom: cramps"),
        ("symptom", {"severity": "severe"}, "a severe symptom"),
        ("activity", {"activity": "cardio", "minutes": 40, "hard": True}, "40 min of cardio, hard"),
        ("note", {"text": "a walk with Ben"}, "a walk with Ben"),
        ("context", {"heat": True, "little_fluid": True}, "trained with heat, little fluid"),
    ],
)
def test_what_can_be_written_down(kind: str, values: dict[str, Any], words: str) -> None:
    what = what_of(kind, values)
    assert (what.kind, what.words) == (kind, words)


@pytest.mark.parametrize(
    ("kind", "values", "says"),
    [
        ("sleep", {"hours": 25}, "hours: "),
        ("sleep", {"hours": float("nan")}, "hours: "),
        ("sleep", {"hours": "8"}, "hours: "),
        ("sleep", {}, "hours: "),
        ("nap", {"minutes": 0}, "minutes: "),
        ("water", {"ml": -250}, "ml: "),
        ("water", {"ml": 0}, "ml: "),
        ("water", {"ml": 1e9}, "ml: "),
        ("water", {"ml": True}, "ml: "),
        ("water", {"ml": 250, "oz": 8}, "oz: "),
        ("supplement", {"name": "   "}, "name: "),
        ("supplement", {"name": "x" * 61}, "name: "),
        ("symptom", {"severity": "awful"}, "severity: "),
        ("symptom", {"severity": "mild", "what": "a\x1b[2J"}, "what: must be printable"),
        ("activity", {"activity": "skydiving", "minutes": 40}, "activity: "),
        ("note", {"text": ""}, "text: "),
        ("context", {}, "at least one of heat, little_fluid and anti_inflammatory"),
        ("mood", {"value": 3}, "Input tag 'mood'"),
    ],
)
def test_nonsense_is_refused_in_one_line(kind: str, values: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match="^" + says) as refused:
        what_of(kind, values)
    assert "\n" not in str(refused.value)


def test_an_entry_is_of_now_or_before() -> None:
    assert checked_time(NOW, NOW) == NOW
    assert checked_time(NOW + timedelta(seconds=50), NOW), "two hosts' clocks"
    with pytest.raises(ValueError, match="2026-11-25 18:00 is yet to come"):
        checked_time(NOW + timedelta(days=1), NOW)
    with pytest.raises(ValueError, match="1970-01-01 is too long ago"):
        checked_time(datetime(1970, 1, 1, tzinfo=UTC), NOW)
    with pytest.raises(ValueError, match="offset"):
        checked_time(NOW.replace(tzinfo=None), NOW)


def test_an_edit_changes_values_or_the_time_and_never_the_kind() -> None:
    assert edited(entry(), {"ml": 300}).what == Water(ml=300)
    assert edited(entry(), {}, at=NOW - timedelta(hours=1)).at == NOW - timedelta(hours=1)
    with pytest.raises(ValueError, match="ml: "):
        edited(entry(), {"ml": -1})
    with pytest.raises(ValueError, match="an entry of water has no 'minutes'; it has ml"):
        edited(entry(), {"minutes": 3})
    with pytest.raises(ValueError, match="has no 'kind'"):
        edited(entry(), {"kind": "nap"})


def test_undo_takes_back_what_was_written_last_whatever_its_date() -> None:
    log = Log.of([entry("a1"), entry("b2", at=NOW - timedelta(days=3))])
    assert log.last(NOW).id == "b2"
    assert log.without("b2").last(NOW).id == "a1"
    with pytest.raises(ValueError, match="nothing to undo"):
        Log().last(NOW)


def test_a_button_pressed_again_and_again_does_not_empty_the_log() -> None:
    with pytest.raises(ValueError, match=r"over a day ago: 250 ml of water \(delete a1 instead"):
        Log.of([entry("a1")]).last(NOW + timedelta(days=2))


def test_an_entry_is_found_by_the_beginning_of_its_id() -> None:
    log = Log.of([entry("a1"), entry("a2"), entry("a")])
    assert log.entry("a2").id == "a2"
    assert log.entry("A").id == "a", "the whole id"
    for name, says in [("b", "no entry 'b'"), ("", "no entry ''")]:
        with pytest.raises(ValueError, match=says):
            log.entry(name)
    with pytest.raises(ValueError, match="more than one"):
        Log.of([entry("a1"), entry("a2")]).entry("a")


def test_entries_between_two_times_come_by_time_and_kind() -> None:
    late, early = entry("a", at=NOW), entry("b", at=NOW - timedelta(hours=2), ml=100)
    nap = Entry("c", "anna", NOW, NOW, Nap(minutes=20))
    log = Log.of([late, early, nap])
    found = log.between(NOW - timedelta(hours=2), NOW + timedelta(seconds=1), Water)
    assert [what.ml for _, what in found] == [100, 250]
    assert log.between(NOW - timedelta(hours=2), NOW, Nap) == []


class TestTimes:
    @pytest.mark.parametrize(
        ("text", "meant"),
        [
            ("07:30", "2026-11-24T07:30+01:00"),
            ("19:30", "2026-11-23T19:30+01:00"),
            ("2026-11-24 07:30", "2026-11-24T07:30+01:00"),
            ("2026-07-01T07:30", "2026-07-01T07:30+02:00"),
            ("2026-11-24T07:30:00Z", "2026-11-24T08:30+01:00"),
        ],
    )
    def test_are_written_as_people_do(self, text: str, meant: str) -> None:
        assert moment(text, NOW, BERLIN) == datetime.fromisoformat(meant)

    @pytest.mark.parametrize(
        "text", ["", "yesterday", "25:00", "2026-13-01 10:00", "2026-11-24", "7", "\u0663:\u0660\u0660"]
    )
    def test_and_nothing_else(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"is no time|lacks the time of day"):
            moment(text, NOW, BERLIN)

    def test_a_day_with_a_change_of_summer_time_has_23_or_25_hours(self) -> None:
        spring, autumn = datetime(2026, 3, 29, tzinfo=BERLIN), datetime(2026, 10, 25, tzinfo=BERLIN)
        for day, hours in [(spring, 23), (autumn, 25)]:
            start, end = start_of(day.date(), BERLIN), start_of(day.date() + timedelta(days=1), BERLIN)
            assert (end.astimezone(UTC) - start.astimezone(UTC)) == timedelta(hours=hours)

    @given(
        seconds=st.integers(1_577_836_800, 1_893_456_000),
        zone=st.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia", "UTC"]),
        first=st.integers(0, 6),
    )
    def test_every_instant_lies_in_its_day_and_every_day_in_its_week(
        self, seconds: int, zone: str, first: int
    ) -> None:
        at = datetime.fromtimestamp(seconds, UTC)
        here = ZoneInfo(zone)
        day = day_of(at, here)
        assert start_of(day, here).astimezone(UTC) <= at
        assert at < start_of(day + timedelta(days=1), here).astimezone(UTC) or zone == "Pacific/Apia"
        week = week_start(day, first)
        assert week.weekday() == first
        assert week <= day < week + timedelta(days=7)
