"""What a morning's measurement says, as the guidance puts it."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.habits.history import History
from talkpace.habits.log import EntryLog
from talkpace.habits.readiness import Advice, MorningReading, SignalQuality, assess_readiness
from talkpace.habits.settings import HabitsSettings
from talkpace.habits.status import daily_status, status_lines
from talkpace.training.profile import AthleteValues

TODAY = date(2026, 11, 24)


EVEN_WEEK = (-1.0, 1.0, -0.5, 0.5, 0.0, 1.2, -1.2)
"""comes to nothing over any seven days"""


def mornings(days: int = 60) -> list[MorningReading]:
    """One a day, up to today, around 4.0 and 55 bpm."""
    return [
        MorningReading(
            TODAY - timedelta(days=ago), 4.0 + 0.15 * EVEN_WEEK[ago % 7], 55 - 3 * EVEN_WEEK[(ago + 2) % 7]
        )
        for ago in reversed(range(days))
    ]


def with_week(readings: list[MorningReading], ln_rmssd: float, heart_rate: float) -> list[MorningReading]:
    """The same, with these values on the last seven mornings."""
    older = [each for each in readings if (TODAY - each.day).days >= 7]
    return [
        *older,
        *(MorningReading(TODAY - timedelta(days=ago), ln_rmssd, heart_rate) for ago in range(7)),
    ]


def test_a_week_within_the_baseline_gives_train_as_planned() -> None:
    assessed = assess_readiness(mornings(), TODAY)
    assert assessed.advice is Advice.PLANNED
    assert assessed.why == "this week's variability and heart rate are as usual for you"
    assert assessed.days == 60


def test_a_week_of_low_variability_gives_take_it_easy() -> None:
    assessed = assess_readiness(with_week(mornings(), 3.7, 55), TODAY)
    assert assessed.advice is Advice.EASY
    assert "variability is below your usual band" in assessed.why


def test_a_week_of_high_resting_heart_rate_gives_take_it_easy() -> None:
    assessed = assess_readiness(with_week(mornings(), 4.0, 61), TODAY)
    assert assessed.advice is Advice.EASY
    assert "resting heart rate is above" in assessed.why


def test_low_variability_with_high_resting_heart_rate_gives_rest() -> None:
    assessed = assess_readiness(with_week(mornings(), 3.7, 61), TODAY)
    assert assessed.advice is Advice.REST


def test_high_variability_gives_train_as_planned() -> None:
    assessed = assess_readiness(with_week(mornings(), 4.4, 54), TODAY)
    assert assessed.advice is Advice.PLANNED
    assert "no reason to do more" in assessed.why


def test_one_morning_near_the_baseline_does_not_change_the_advice() -> None:
    readings = mornings()
    readings[-1] = MorningReading(TODAY, 3.8, 57)
    assert assess_readiness(readings, TODAY).advice is Advice.PLANNED


def test_one_morning_far_from_the_baseline_gives_take_it_easy() -> None:
    readings = mornings()
    readings[-1] = MorningReading(TODAY, 3.7, 55)
    assessed = assess_readiness(readings, TODAY)
    assert assessed.advice is Advice.EASY
    assert "one morning says little" in assessed.why


def test_the_band_is_half_a_standard_deviation_to_both_sides_of_the_mean() -> None:
    assessed = assess_readiness(mornings(), TODAY)
    assert assessed.ln_rmssd is not None
    values = [each.ln_rmssd for each in mornings()]
    mean = sum(values) / 60
    sd = math.sqrt(sum((value - mean) ** 2 for value in values) / 59)
    assert assessed.ln_rmssd.mean == pytest.approx(mean)
    assert assessed.ln_rmssd.half_width == pytest.approx(sd / 2)
    assert assessed.ln_rmssd.week == pytest.approx(sum(values[-7:]) / 7)


def test_the_baseline_needs_three_weeks_of_three_mornings() -> None:
    for ago in range(3, 21):
        assert assess_readiness(mornings(ago), TODAY).advice is (
            Advice.BUILDING if ago < 17 else Advice.PLANNED
        )
    assert assess_readiness(mornings(10), TODAY).why.startswith("2 of 3 weeks")
    assert assess_readiness([], TODAY).advice is Advice.BUILDING


def test_a_week_counts_with_three_mornings_and_not_with_two() -> None:
    three = [each for each in mornings() if (TODAY - each.day).days % 7 in {0, 2, 4}]
    two = [each for each in mornings() if (TODAY - each.day).days % 7 in {0, 2}]
    assert assess_readiness(three, TODAY).advice is Advice.PLANNED
    assert assess_readiness(two, TODAY).advice is Advice.BUILDING


def test_after_a_pause_the_current_week_needs_three_mornings() -> None:
    paused = [each for each in mornings() if (TODAY - each.day).days >= 5]
    assessed = assess_readiness(paused, TODAY)
    assert assessed.advice is Advice.BUILDING
    assert "last seven days have too few mornings" in assessed.why


def test_readings_older_than_60_days_or_in_the_future_do_not_count() -> None:
    readings = mornings()
    odd = [
        MorningReading(TODAY - timedelta(days=60), 1, 150),
        MorningReading(TODAY + timedelta(days=1), 1, 150),
    ]
    assert assess_readiness([*odd, *readings], TODAY) == assess_readiness(readings, TODAY)


def test_of_two_measurements_on_a_day_the_first_counts() -> None:
    readings = mornings()
    assert assess_readiness([*readings, MorningReading(TODAY, 2, 90)], TODAY) == assess_readiness(
        readings, TODAY
    )


def test_a_constant_baseline_has_a_band_wider_than_the_noise() -> None:
    same = [MorningReading(each.day, 4.0, 55.0) for each in mornings()]
    same[-1] = MorningReading(TODAY, 3.99, 55.4)
    assert assess_readiness(same, TODAY).advice is Advice.PLANNED


@given(st.lists(st.tuples(st.integers(-70, 3), st.floats(0.5, 6), st.floats(30, 120)), max_size=80))
def test_any_readings_give_an_advice_with_a_reason(rows: list[tuple[int, float, float]]) -> None:
    assessed = assess_readiness(
        [MorningReading(TODAY + timedelta(days=day), ln, rate) for day, ln, rate in rows], TODAY
    )
    assert assessed.why
    assert (assessed.ln_rmssd is None) == (assessed.advice is Advice.BUILDING)


@given(st.floats(0, 2), st.floats(0, 30))
def test_lower_variability_and_higher_heart_rate_never_make_the_advice_less_careful(
    less: float, more: float
) -> None:
    order = [Advice.PLANNED, Advice.EASY, Advice.REST]
    usual = assess_readiness(with_week(mornings(), 3.95, 55.5), TODAY)
    worse = assess_readiness(with_week(mornings(), 3.95 - less, 55.5 + more), TODAY)
    assert order.index(worse.advice) >= order.index(usual.advice)


@pytest.mark.parametrize(
    ("coverage", "artifacts", "good"), [(1, 0, True), (0.9, 0.05, True), (0.89, 0, False), (1, 0.06, False)]
)
def test_a_poor_signal_is_reported_as_the_problem(coverage: float, artifacts: float, good: bool) -> None:
    problem = SignalQuality(coverage, artifacts).problem()
    assert (problem is None) == good
    assert good or "try again" in str(problem)


def test_readiness_says_where_it_does_not_apply_to_the_athlete() -> None:
    reason = "HRV and readiness do not apply with an irregular heart rhythm"
    assert AthleteValues(irregular_rhythm=True).hrv_reason == reason
    history = History(EntryLog.of([]), (), UTC, hrv_reason=reason)
    status = daily_status(history, HabitsSettings(), datetime(2026, 11, 24, 8, tzinfo=UTC))
    assert status.readiness is not None
    assert (status.readiness.advice, status.readiness.why) == (None, reason)
    assert ("readiness", reason) in list(status_lines(status, HabitsSettings()))
    assert not any("Readiness" in line for line in status.say)


def test_another_strap_begins_a_new_baseline_and_the_old_one_holds_when_it_comes_back() -> None:
    by_one = [replace(one, strap="one") for one in mornings()[:-1]]
    changed = assess_readiness([*by_one, MorningReading(TODAY, 3.2, 70, "two")], TODAY)
    assert changed.advice is Advice.BUILDING
    assert changed.why == "a new baseline begins with this strap: 1 of 9 mornings"
    yesterday = replace(by_one[-1], strap="two")
    back = assess_readiness([*by_one[:-1], yesterday, replace(mornings()[-1], strap="one")], TODAY)
    assert back.advice is Advice.PLANNED
    assert back.days == 59


def test_mornings_without_a_strap_count_as_of_the_first_strap_that_is_known() -> None:
    before = mornings()[:-1]
    today = replace(mornings()[-1], strap="one")
    assert assess_readiness([*before, today], TODAY) == assess_readiness(mornings(), TODAY)
