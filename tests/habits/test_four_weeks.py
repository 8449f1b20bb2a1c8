"""The status of every evening of the four weeks in `four_weeks.txt`."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from talkpace.habits.settings import HabitsSettings
from talkpace.habits.status import DailyStatus, daily_status

from .four_weeks import BERLIN, four_weeks, history

DAYS = four_weeks()


def evening(number: int) -> DailyStatus:
    return daily_status(history(DAYS[: number + 1]), HabitsSettings(), DAYS[number].evening)


@pytest.mark.parametrize("number", range(28), ids=[f"{day.date:%a %d %b}" for day in DAYS])
def test_the_messages_of_each_evening_are_those_of_the_table(number: int) -> None:
    status = evening(number)
    assert list(status.say) == DAYS[number].messages
    assert status.day == DAYS[number].date


@pytest.mark.parametrize("number", range(27))
def test_entries_of_later_days_do_not_change_the_messages_of_an_evening(number: int) -> None:
    at = DAYS[number].evening
    assert daily_status(history(DAYS), HabitsSettings(), at).say == evening(number).say


def test_the_document_has_the_values_of_the_week() -> None:
    status = evening(11)
    assert status.week is not None
    assert status.week.start == DAYS[7].date
    assert status.week.activities_s == {"cardio": 11696, "strength": 1200, "mindful": 0, "recovery": 0}
    assert (status.band_today_s, status.band_week_s) == (0, (50 + 20 + 25 + 20) * 60)
    assert status.week.share_at_or_under_ceiling == pytest.approx(1 - 60 / 195, abs=1e-4)
    assert status.last_entry is not None
    assert status.last_entry.words == "20 min of strength"


def test_a_day_with_25_hours_ends_at_local_midnight() -> None:
    sunday = DAYS[20]
    assert sunday.date.isoformat() == "2026-10-25"
    late = datetime.combine(sunday.date, sunday.evening.time(), BERLIN) + timedelta(hours=1, minutes=59)
    assert daily_status(history(DAYS[:21]), HabitsSettings(), late).say == evening(20).say
    monday = daily_status(history(DAYS[:21]), HabitsSettings(), late + timedelta(minutes=1))
    assert monday.day == DAYS[21].date
    assert monday.week is not None
    assert monday.week.cardio_sessions == 0
