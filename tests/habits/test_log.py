"""What can be written down, and what becomes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.habits.entries import Nap, Water
from talkpace.habits.log import Entry, EntryLog, edit_entry, new_entry_id, parse_content, validate_time
from talkpace.mqtt.command_queue import parse_argument
from talkpace.timestamps import local_date, parse_time, start_of_day, start_of_week

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
def test_every_kind_of_entry_has_a_description(kind: str, values: dict[str, Any], words: str) -> None:
    what = parse_content(kind, values)
    assert (what.kind, what.words) == (kind, words)


@pytest.mark.parametrize(
    ("kind", "values", "message"),
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
        ("context", {}, "set at least one of heat, little_fluid and anti_inflammatory"),
        ("mood", {"value": 3}, "Input tag 'mood'"),
    ],
)
def test_invalid_values_are_refused_in_one_line(kind: str, values: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match="^" + message) as error:
        parse_content(kind, values)
    assert "\n" not in str(error.value)


def test_the_time_of_an_entry_must_not_be_in_the_future_or_long_ago() -> None:
    assert validate_time(NOW, NOW) == NOW
    assert validate_time(NOW + timedelta(seconds=50), NOW), "two hosts' clocks"
    with pytest.raises(ValueError, match="2026-11-25 18:00 is in the future"):
        validate_time(NOW + timedelta(days=1), NOW)
    with pytest.raises(ValueError, match="1970-01-01 is too long ago"):
        validate_time(datetime(1970, 1, 1, tzinfo=UTC), NOW)
    with pytest.raises(ValueError, match="offset"):
        validate_time(NOW.replace(tzinfo=None), NOW)


def test_an_edit_changes_values_or_the_time_and_never_the_kind() -> None:
    assert edit_entry(entry(), {"ml": 300}).content == Water(ml=300)
    assert edit_entry(entry(), {}, at=NOW - timedelta(hours=1)).at == NOW - timedelta(hours=1)
    with pytest.raises(ValueError, match="ml: "):
        edit_entry(entry(), {"ml": -1})
    with pytest.raises(ValueError, match="water has no 'minutes': use one of ml"):
        edit_entry(entry(), {"minutes": 3})
    with pytest.raises(ValueError, match="has no 'kind'"):
        edit_entry(entry(), {"kind": "nap"})


def test_undo_takes_the_entry_logged_last_whatever_its_date() -> None:
    log = EntryLog.of([entry("a1"), entry("b2", at=NOW - timedelta(days=3))])
    assert log.last(NOW).id == "b2"
    assert log.without("b2").last(NOW).id == "a1"
    with pytest.raises(ValueError, match="nothing to undo"):
        EntryLog().last(NOW)


def test_undo_refuses_entries_logged_over_a_day_ago() -> None:
    with pytest.raises(ValueError, match=r"over a day ago: 250 ml of water \(delete a1 instead"):
        EntryLog.of([entry("a1")]).last(NOW + timedelta(days=2))


def test_an_entry_is_found_by_a_unique_prefix_of_its_id() -> None:
    log = EntryLog.of([entry("a1"), entry("a2"), entry("a")])
    assert log.entry("a2").id == "a2"
    assert log.entry("A").id == "a", "the whole id"
    for name, message in [("b", "no entry 'b'"), ("", "no entry ''")]:
        with pytest.raises(ValueError, match=message):
            log.entry(name)
    with pytest.raises(ValueError, match="more than one"):
        EntryLog.of([entry("a1"), entry("a2")]).entry("a")


def test_entries_of_a_kind_in_a_period_are_sorted_by_time() -> None:
    late, early = entry("a", at=NOW), entry("b", at=NOW - timedelta(hours=2), ml=100)
    nap = Entry("c", "anna", NOW, NOW, Nap(minutes=20))
    log = EntryLog.of([late, early, nap])
    matches = log.between(NOW - timedelta(hours=2), NOW + timedelta(seconds=1), Water)
    assert [what.ml for _, what in matches] == [100, 250]
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
    def test_times_are_parsed_with_and_without_date_and_offset(self, text: str, meant: str) -> None:
        assert parse_time(text, NOW, BERLIN) == datetime.fromisoformat(meant)

    @pytest.mark.parametrize(
        "text", ["", "yesterday", "25:00", "2026-13-01 10:00", "2026-11-24", "7", "\u0663:\u0660\u0660"]
    )
    def test_other_text_is_refused_as_a_time(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"is not a time|has no time of day"):
            parse_time(text, NOW, BERLIN)

    def test_a_day_with_a_change_of_summer_time_has_23_or_25_hours(self) -> None:
        spring, autumn = datetime(2026, 3, 29, tzinfo=BERLIN), datetime(2026, 10, 25, tzinfo=BERLIN)
        for day, hours in [(spring, 23), (autumn, 25)]:
            start, end = (
                start_of_day(day.date(), BERLIN),
                start_of_day(day.date() + timedelta(days=1), BERLIN),
            )
            assert (end.astimezone(UTC) - start.astimezone(UTC)) == timedelta(hours=hours)

    @given(
        seconds=st.integers(1_577_836_800, 1_893_456_000),
        zone=st.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia", "UTC"]),
        first=st.integers(0, 6),
    )
    def test_every_instant_is_within_its_local_day_and_every_day_within_its_week(
        self, seconds: int, zone: str, first: int
    ) -> None:
        at = datetime.fromtimestamp(seconds, UTC)
        here = ZoneInfo(zone)
        day = local_date(at, here)
        assert start_of_day(day, here).astimezone(UTC) <= at
        assert at < start_of_day(day + timedelta(days=1), here).astimezone(UTC) or zone == "Pacific/Apia"
        week = start_of_week(day, first)
        assert week.weekday() == first
        assert week <= day < week + timedelta(days=7)


@given(st.text("0123456789abcdef", min_size=10, max_size=10))
def test_a_new_id_is_read_as_text_when_a_command_sends_it_unquoted(candidate: str) -> None:
    candidates = iter([candidate, "12e456789a"])
    entry_id = new_entry_id(lambda _bytes: next(candidates))
    assert parse_argument(entry_id.encode()) == entry_id


@pytest.mark.parametrize("candidate", ["1234567890", "12e4567890", "1234567e01"])
def test_a_new_id_is_no_json_number(candidate: str) -> None:
    candidates = iter([candidate, "12e456789a"])
    assert new_entry_id(lambda _bytes: next(candidates)) == "12e456789a"
