"""A nap: its time over restarts, and a waking that is gentle first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.habits.nap import GIVE_UP_AFTER_MS, alarm_calls, minutes_slept, start_nap

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_the_level_of_the_alarm_starts_at_1_and_never_falls() -> None:
    levels = [level for _, level in alarm_calls()]
    assert levels[0] == 1
    assert levels == sorted(levels)
    assert set(levels) == {1, 2, 3}


def test_the_calls_get_more_frequent_and_end_after_five_minutes() -> None:
    times = [at_ms for at_ms, _ in alarm_calls()]
    waits = [after - before for before, after in pairwise(times)]
    assert times[0] == 0
    assert waits == sorted(waits, reverse=True)
    assert GIVE_UP_AFTER_MS - 20_000 < times[-1] < GIVE_UP_AFTER_MS


@pytest.mark.parametrize("minutes", [19.9, 30.1, 0, -25, float("nan"), float("inf")])
def test_a_nap_of_less_than_20_or_more_than_30_minutes_is_refused(minutes: float) -> None:
    with pytest.raises(ValueError, match="from 20 to 30"):
        start_nap("anna", minutes, boot="b", now_ms=0, now=NOON)


@given(st.integers(0, 10**9), st.integers(0, 10**7), st.integers(-(10**6), 10**6))
def test_within_a_boot_steps_of_the_wall_clock_have_no_effect(
    began_ms: int, later_ms: int, jump_s: int
) -> None:
    nap = start_nap("anna", 25, boot="b", now_ms=began_ms, now=NOON)
    jumped = NOON + timedelta(milliseconds=later_ms, seconds=jump_s)
    assert nap.elapsed_ms("b", began_ms + later_ms, jumped) == later_ms


@given(st.integers(0, 10**7), st.integers(0, 10**6))
def test_after_another_boot_the_elapsed_time_is_taken_from_the_date(later_ms: int, monotonic_ms: int) -> None:
    nap = start_nap("anna", 25, boot="b", now_ms=10**9, now=NOON)
    assert nap.elapsed_ms("c", monotonic_ms, NOON + timedelta(milliseconds=later_ms)) == later_ms


def test_without_a_boot_id_the_elapsed_time_is_taken_from_the_date() -> None:
    nap = start_nap("anna", 25, boot="", now_ms=10**9, now=NOON)
    assert nap.elapsed_ms("", 5, NOON + timedelta(minutes=3)) == 180_000


def test_a_nap_is_logged_from_five_minutes_on() -> None:
    nap = start_nap("anna", 25, boot="b", now_ms=0, now=NOON)
    assert minutes_slept(4 * 60_000, nap) is None
    assert minutes_slept(-5, nap) is None
    assert minutes_slept(12 * 60_000, nap) == 12
    assert minutes_slept(26 * 60_000, nap) == 26
    assert minutes_slept(10**9, nap) == 30
    assert nap.until == NOON + timedelta(minutes=25)
