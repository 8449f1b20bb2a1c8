"""What a morning's measurement says, as the guidance puts it."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.practice.readiness import Advice, Reading, Signal, readiness

TODAY = date(2026, 11, 24)


EVEN_WEEK = (-1.0, 1.0, -0.5, 0.5, 0.0, 1.2, -1.2)
"""comes to nothing over any seven days"""


def mornings(days: int = 60) -> list[Reading]:
    """One a day, up to today, around 4.0 and 55 bpm."""
    return [
        Reading(
            TODAY - timedelta(days=ago), 4.0 + 0.15 * EVEN_WEEK[ago % 7], 55 - 3 * EVEN_WEEK[(ago + 2) % 7]
        )
        for ago in reversed(range(days))
    ]


def with_week(readings: list[Reading], ln_rmssd: float, heart_rate: float) -> list[Reading]:
    """The same, with the last seven mornings as said."""
    kept = [each for each in readings if (TODAY - each.day).days >= 7]
    return [*kept, *(Reading(TODAY - timedelta(days=ago), ln_rmssd, heart_rate) for ago in range(7))]


def test_a_week_like_the_others_trains_as_planned() -> None:
    said = readiness(mornings(), TODAY)
    assert said.advice is Advice.PLANNED
    assert said.why == "this week's variability and heart rate are as usual for you"
    assert said.days == 60


def test_a_week_of_low_variability_takes_it_easy() -> None:
    said = readiness(with_week(mornings(), 3.7, 55), TODAY)
    assert said.advice is Advice.EASY
    assert "variability is below your usual band" in said.why


def test_so_does_a_week_of_a_high_resting_heart_rate() -> None:
    said = readiness(with_week(mornings(), 4.0, 61), TODAY)
    assert said.advice is Advice.EASY
    assert "resting heart rate is above" in said.why


def test_both_together_rest() -> None:
    said = readiness(with_week(mornings(), 3.7, 61), TODAY)
    assert said.advice is Advice.REST


def test_high_variability_is_no_reason_to_do_more() -> None:
    said = readiness(with_week(mornings(), 4.4, 54), TODAY)
    assert said.advice is Advice.PLANNED
    assert "no reason to do more" in said.why


def test_one_morning_within_the_usual_changes_nothing() -> None:
    readings = mornings()
    readings[-1] = Reading(TODAY, 3.8, 57)
    assert readiness(readings, TODAY).advice is Advice.PLANNED


def test_one_morning_far_off_takes_it_easy_and_says_how_little_it_tells() -> None:
    readings = mornings()
    readings[-1] = Reading(TODAY, 3.7, 55)
    said = readiness(readings, TODAY)
    assert said.advice is Advice.EASY
    assert "one morning says little" in said.why


def test_the_band_is_half_a_standard_deviation_to_both_sides_of_the_mean() -> None:
    said = readiness(mornings(), TODAY)
    assert said.ln_rmssd is not None
    values = [each.ln_rmssd for each in mornings()]
    mean = sum(values) / 60
    sd = math.sqrt(sum((value - mean) ** 2 for value in values) / 59)
    assert said.ln_rmssd.mean == pytest.approx(mean)
    assert said.ln_rmssd.half_width == pytest.approx(sd / 2)
    assert said.ln_rmssd.week == pytest.approx(sum(values[-7:]) / 7)


def test_it_builds_a_baseline_until_three_weeks_have_three_mornings_each() -> None:
    for ago in range(3, 21):
        assert readiness(mornings(ago), TODAY).advice is (Advice.BUILDING if ago < 17 else Advice.PLANNED)
    assert readiness(mornings(10), TODAY).why.startswith("2 of the 3 weeks")
    assert readiness([], TODAY).advice is Advice.BUILDING


def test_three_mornings_a_week_are_enough_and_two_are_not() -> None:
    three = [each for each in mornings() if (TODAY - each.day).days % 7 in {0, 2, 4}]
    two = [each for each in mornings() if (TODAY - each.day).days % 7 in {0, 2}]
    assert readiness(three, TODAY).advice is Advice.PLANNED
    assert readiness(two, TODAY).advice is Advice.BUILDING


def test_after_a_pause_a_week_has_to_have_its_mornings_again() -> None:
    paused = [each for each in mornings() if (TODAY - each.day).days >= 5]
    said = readiness(paused, TODAY)
    assert said.advice is Advice.BUILDING
    assert "last seven days have too few mornings" in said.why


def test_what_is_older_than_sixty_days_or_yet_to_come_does_not_count() -> None:
    readings = mornings()
    odd = [Reading(TODAY - timedelta(days=60), 1, 150), Reading(TODAY + timedelta(days=1), 1, 150)]
    assert readiness([*odd, *readings], TODAY) == readiness(readings, TODAY)


def test_of_two_measurements_on_a_day_the_first_counts() -> None:
    readings = mornings()
    assert readiness([*readings, Reading(TODAY, 2, 90)], TODAY) == readiness(readings, TODAY)


def test_an_athlete_who_is_the_same_every_day_is_not_told_of_noise() -> None:
    same = [Reading(each.day, 4.0, 55.0) for each in mornings()]
    same[-1] = Reading(TODAY, 3.99, 55.4)
    assert readiness(same, TODAY).advice is Advice.PLANNED


@given(st.lists(st.tuples(st.integers(-70, 3), st.floats(0.5, 6), st.floats(30, 120)), max_size=80))
def test_whatever_the_log_holds_something_is_said(rows: list[tuple[int, float, float]]) -> None:
    said = readiness([Reading(TODAY + timedelta(days=day), ln, rate) for day, ln, rate in rows], TODAY)
    assert said.why
    assert (said.ln_rmssd is None) == (said.advice is Advice.BUILDING)


@given(st.floats(0, 2), st.floats(0, 30))
def test_less_variability_and_a_quicker_heart_never_make_the_advice_bolder(less: float, more: float) -> None:
    order = [Advice.PLANNED, Advice.EASY, Advice.REST]
    usual = readiness(with_week(mornings(), 3.95, 55.5), TODAY)
    worse = readiness(with_week(mornings(), 3.95 - less, 55.5 + more), TODAY)
    assert order.index(worse.advice) >= order.index(usual.advice)


@pytest.mark.parametrize(
    ("coverage", "artifacts", "good"), [(1, 0, True), (0.9, 0.05, True), (0.89, 0, False), (1, 0.06, False)]
)
def test_a_poor_signal_says_nothing_but_that(coverage: float, artifacts: float, good: bool) -> None:
    complaint = Signal(coverage, artifacts).complaint()
    assert (complaint is None) == good
    assert good or "try again" in str(complaint)
