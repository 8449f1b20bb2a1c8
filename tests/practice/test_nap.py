"""A nap: its time over restarts, and a waking that is gentle first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.practice.nap import GIVE_UP_AFTER_MS, calls, minutes_slept, new_nap

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_it_calls_gently_first_and_never_more_gently_than_before() -> None:
    levels = [level for _, level in calls()]
    assert levels[0] == 1
    assert levels == sorted(levels)
    assert set(levels) == {1, 2, 3}


def test_it_calls_more_and_more_often_and_gives_up() -> None:
    times = [at_ms for at_ms, _ in calls()]
    waits = [after - before for before, after in pairwise(times)]
    assert times[0] == 0
    assert waits == sorted(waits, reverse=True)
    assert GIVE_UP_AFTER_MS - 20_000 < times[-1] < GIVE_UP_AFTER_MS


@pytest.mark.parametrize("minutes", [19.9, 30.1, 0, -25, float("nan"), float("inf")])
def test_a_nap_is_twenty_to_thirty_minutes(minutes: float) -> None:
    with pytest.raises(ValueError, match="20 to 30"):
        new_nap("anna", minutes, boot="b", now_ms=0, now=NOON)


@given(st.integers(0, 10**9), st.integers(0, 10**7), st.integers(-(10**6), 10**6))
def test_within_a_boot_the_date_may_jump_as_it_likes(began_ms: int, later_ms: int, jump_s: int) -> None:
    nap = new_nap("anna", 25, boot="b", now_ms=began_ms, now=NOON)
    jumped = NOON + timedelta(milliseconds=later_ms, seconds=jump_s)
    assert nap.elapsed_ms("b", began_ms + later_ms, jumped) == later_ms


@given(st.integers(0, 10**7), st.integers(0, 10**6))
def test_after_another_boot_the_date_tells(later_ms: int, monotonic_ms: int) -> None:
    nap = new_nap("anna", 25, boot="b", now_ms=10**9, now=NOON)
    assert nap.elapsed_ms("c", monotonic_ms, NOON + timedelta(milliseconds=later_ms)) == later_ms


def test_a_host_that_cannot_name_its_boots_goes_by_the_date() -> None:
    nap = new_nap("anna", 25, boot="", now_ms=10**9, now=NOON)
    assert nap.elapsed_ms("", 5, NOON + timedelta(minutes=3)) == 180_000


def test_what_was_slept_is_kept_unless_it_was_nothing() -> None:
    nap = new_nap("anna", 25, boot="b", now_ms=0, now=NOON)
    assert minutes_slept(4 * 60_000, nap) is None
    assert minutes_slept(-5, nap) is None
    assert minutes_slept(12 * 60_000, nap) == 12
    assert minutes_slept(26 * 60_000, nap) == 26
    assert minutes_slept(10**9, nap) == 30
    assert nap.until == NOON + timedelta(minutes=25)
