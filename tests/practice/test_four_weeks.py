"""Four weeks of one athlete through the pure core: each evening's words are those of the table in `diary`."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from talkpace.practice.settings import PracticeSettings
from talkpace.practice.standing import Standing, standing

from .diary import BERLIN, four_weeks, known

DAYS = four_weeks()


def evening(number: int) -> Standing:
    return standing(known(DAYS[: number + 1]), PracticeSettings(), DAYS[number].evening)


@pytest.mark.parametrize("number", range(28), ids=[f"{day.date:%a %d %b}" for day in DAYS])
def test_each_evening_is_put_into_words(number: int) -> None:
    stands = evening(number)
    assert list(stands.say) == DAYS[number].says
    assert stands.day == DAYS[number].date


@pytest.mark.parametrize("number", range(27))
def test_nothing_that_is_yet_to_come_is_known_today(number: int) -> None:
    at = DAYS[number].evening
    assert standing(known(DAYS), PracticeSettings(), at).say == evening(number).say


def test_the_document_s_figures_of_the_second_friday() -> None:
    stands = evening(11)
    assert stands.week is not None
    assert stands.week.start == DAYS[7].date
    assert stands.week.activities_s == {"cardio": 11696, "strength": 1200, "mindful": 0, "recovery": 0}
    assert (stands.band_today_s, stands.band_week_s) == (0, (50 + 20 + 25 + 20) * 60)
    assert stands.week.share_at_or_under_ceiling == pytest.approx(1 - 60 / 195, abs=1e-4)
    assert stands.last_entry is not None
    assert stands.last_entry.words == "20 min of strength"


def test_a_day_of_25_hours_is_one_day() -> None:
    sunday = DAYS[20]
    assert sunday.date.isoformat() == "2026-10-25"
    late = datetime.combine(sunday.date, sunday.evening.time(), BERLIN) + timedelta(hours=1, minutes=59)
    assert standing(known(DAYS[:21]), PracticeSettings(), late).say == evening(20).say
    monday = standing(known(DAYS[:21]), PracticeSettings(), late + timedelta(minutes=1))
    assert monday.day == DAYS[21].date
    assert monday.week is not None
    assert monday.week.cardio_sessions == 0
