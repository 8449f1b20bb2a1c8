"""What is told of days and weeks that are over, and of those that go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from talkpace.practice.days import ONE_DAY
from talkpace.practice.diary import diary_day, diary_week
from talkpace.practice.settings import PracticeSettings

from .diary import BERLIN, FIRST, OFF, four_weeks, known

DAYS = four_weeks()
LATER = datetime(2026, 12, 24, 12, 0, tzinfo=BERLIN)
ALL = PracticeSettings()


def test_each_day_is_told_by_what_became_of_it() -> None:
    weeks = [diary_week(known(DAYS), ALL, FIRST + number * 7 * ONE_DAY, LATER) for number in range(2)]
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


def test_amounts_of_a_day_are_added_up_and_the_rest_is_listed_by_its_time() -> None:
    monday = diary_day(known(DAYS), ALL, FIRST, LATER)
    assert (monday.sleep_h, monday.water_ml, monday.band_s) == (7.5, 1250, 32 * 60)
    assert monday.noted == []
    tuesday = diary_day(known(DAYS), ALL, FIRST + ONE_DAY, LATER)
    assert [entry.words for entry in tuesday.noted] == ["30 min of strength"]
    sunday = diary_day(known(DAYS), ALL, FIRST + 6 * ONE_DAY, LATER)
    assert (sunday.sleep_h, sunday.water_ml) == (None, None)


def test_a_week_that_is_over_has_its_figures_and_nothing_more_to_say() -> None:
    week = diary_week(known(DAYS), ALL, FIRST, LATER)
    assert week.week is not None
    assert (week.week.start, week.week.cardio_sessions) == (FIRST, 2)
    assert week.mean_sleep_h == pytest.approx((7.5 + 8 + 6 + 8) / 4)
    assert week.say == ()


def test_a_week_that_goes_on_ends_today_and_says_what_today_has_to_say() -> None:
    wednesday = DAYS[2]
    week = diary_week(known(DAYS), ALL, FIRST, wednesday.evening)
    assert [day.day for day in week.days] == [day.date for day in DAYS[:3]]
    assert list(week.say) == wednesday.says
    morning = diary_week(known(DAYS), ALL, FIRST, wednesday.evening - timedelta(hours=14))
    assert morning.days[-1].sleep_h == 6
    assert list(morning.say) != wednesday.says


def test_a_week_that_has_not_begun_has_no_days() -> None:
    week = diary_week(known(DAYS), ALL, FIRST + 7 * ONE_DAY, DAYS[2].evening)
    assert (list(week.days), list(week.say)) == ([], [])


def test_of_a_piece_that_is_off_nothing_is_told() -> None:
    monday = diary_day(known(DAYS), OFF, FIRST, LATER)
    assert (monday.kind, monday.sleep_h, monday.water_ml) == (None, None, None)
    week = diary_week(known(DAYS), OFF, FIRST, LATER)
    assert week.week is None
    assert week.mean_sleep_h is None
    every = [day for first in range(0, 28, 7) for day in diary_week(
        known(DAYS), replace(ALL, symptoms=None, context=False), FIRST + first * ONE_DAY, LATER
    ).days]  # fmt: skip
    kinds = {entry.what.kind for day in every for entry in day.noted}
    assert not kinds & {"symptom", "context"}
    assert "activity" in kinds
