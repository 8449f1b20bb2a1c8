"""Summaries of past and current days and weeks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from talkpace.habits.diary import diary_day, diary_week
from talkpace.habits.settings import HabitsSettings
from talkpace.timestamps import ONE_DAY

from .four_weeks import BERLIN, FIRST, OFF, four_weeks, history

DAYS = four_weeks()
LATER = datetime(2026, 12, 24, 12, 0, tzinfo=BERLIN)
ALL = HabitsSettings()


def test_the_kind_of_a_day_follows_from_its_activities() -> None:
    weeks = [diary_week(history(DAYS), ALL, FIRST + number * 7 * ONE_DAY, LATER) for number in range(2)]
    assert (
        [day.kind for week in weeks for day in week.days]
        == [
            "work, day 1",
            "work, day 2",
            "work, day 3",
            "rest",  # yoga is no work
            "work, day 1",
            "no work",
            "no work",  # a walk
            "work, day 1",
            "work, day 2, a hard one",
            "work, day 3, a hard one",
            "work on a day of rest, a hard one",
            "work on a day of rest",
            *(day.kind for day in weeks[1].days[5:]),
        ]
    )
    assert all(day.kind for day in weeks[1].days)


def test_sleep_and_water_of_a_day_are_summed_and_other_entries_are_listed_by_time() -> None:
    monday = diary_day(history(DAYS), ALL, FIRST, LATER)
    assert (monday.sleep_h, monday.water_ml, monday.band_s) == (7.5, 1250, 32 * 60)
    assert monday.other_entries == []
    tuesday = diary_day(history(DAYS), ALL, FIRST + ONE_DAY, LATER)
    assert [entry.words for entry in tuesday.other_entries] == ["30 min of strength"]
    sunday = diary_day(history(DAYS), ALL, FIRST + 6 * ONE_DAY, LATER)
    assert (sunday.sleep_h, sunday.water_ml) == (None, None)


def test_a_past_week_has_its_values_but_no_messages() -> None:
    week = diary_week(history(DAYS), ALL, FIRST, LATER)
    assert week.week is not None
    assert (week.week.start, week.week.cardio_sessions) == (FIRST, 2)
    assert week.mean_sleep_h == pytest.approx((7.5 + 8 + 6 + 8) / 4)
    assert week.say == ()


def test_the_current_week_ends_today_and_has_the_messages_of_today() -> None:
    wednesday = DAYS[2]
    week = diary_week(history(DAYS), ALL, FIRST, wednesday.evening)
    assert [day.day for day in week.days] == [day.date for day in DAYS[:3]]
    assert list(week.say) == wednesday.messages
    morning = diary_week(history(DAYS), ALL, FIRST, wednesday.evening - timedelta(hours=14))
    assert morning.days[-1].sleep_h == 6
    assert list(morning.say) != wednesday.messages


def test_a_week_that_has_not_begun_has_no_days() -> None:
    week = diary_week(history(DAYS), ALL, FIRST + 7 * ONE_DAY, DAYS[2].evening)
    assert (list(week.days), list(week.say)) == ([], [])


def test_features_that_are_off_have_no_values_and_no_entries() -> None:
    monday = diary_day(history(DAYS), OFF, FIRST, LATER)
    assert (monday.kind, monday.sleep_h, monday.water_ml) == (None, None, None)
    week = diary_week(history(DAYS), OFF, FIRST, LATER)
    assert week.week is None
    assert week.mean_sleep_h is None
    every = [day for first in range(0, 28, 7) for day in diary_week(
        history(DAYS), replace(ALL, symptoms=None, context=False), FIRST + first * ONE_DAY, LATER
    ).days]  # fmt: skip
    kinds = {entry.content.kind for day in every for entry in day.other_entries}
    assert not kinds & {"symptom", "context"}
    assert "activity" in kinds
