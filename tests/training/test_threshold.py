"""Where alpha 1 and the talk test see the threshold, and where they had better say nothing."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.hrv.dfa import Alpha1Window
from talkpace.training.talk_test import TalkTestAnswer
from talkpace.training.threshold import (
    combine_crossings,
    estimate_from_talk_test,
    find_crossings,
    find_personal_crossings,
    find_slow_rises,
)

EASY, STRAINED, UNABLE = TalkTestAnswer.COMFORTABLE, TalkTestAnswer.STRAINED, TalkTestAnswer.UNABLE


def ramp(
    *,
    minutes: float = 20,
    from_bpm: float = 110,
    to_bpm: float = 160,
    at_bpm: float = 140,
    noise: float = 0.03,
) -> list[Alpha1Window]:
    """Heart rate rises evenly; alpha 1 falls by 0.02 a bpm and is 0.75 at `at_bpm`."""
    chance = random.Random(1)
    count = round(minutes * 12)
    windows = []
    for place in range(count):
        rate = from_bpm + (to_bpm - from_bpm) * place / (count - 1)
        windows.append(
            Alpha1Window(120_000 + 5000 * place, 0.75 - 0.02 * (rate - at_bpm) + chance.gauss(0, noise), rate)
        )
    return windows


def test_a_slow_rise_shows_the_heart_rate_at_which_alpha1_was_075() -> None:
    (found,) = find_crossings(ramp())
    assert found.heart_rate == pytest.approx(140, abs=1)
    assert found.error_bpm == pytest.approx(1.5, abs=0.5)
    assert found.r < -0.9


@pytest.mark.parametrize(
    "windows",
    [
        [],
        ramp(minutes=5),  # too short
        ramp(minutes=9, from_bpm=100, to_bpm=160),  # too fast
        ramp(from_bpm=135, to_bpm=145),  # hardly a rise
        ramp(from_bpm=160, to_bpm=110),  # a fall
        ramp(at_bpm=190),  # alpha 1 never comes down to 0.75
        ramp(noise=1.0),  # no line in it
    ],
)
def test_without_a_slow_rise_through_075_there_is_no_crossing(windows: list[Alpha1Window]) -> None:
    assert find_crossings(windows) == []


def test_the_personal_value_is_halfway_between_the_early_maximum_and_a_half() -> None:
    windows = ramp(noise=0.0, to_bpm=170)  # from 1.35 at 110 bpm to 0.15
    (found,) = find_personal_crossings(windows)
    assert found.alpha1 == pytest.approx((1.35 + 0.5) / 2)
    assert found.heart_rate == pytest.approx(140 - (found.alpha1 - 0.75) / 0.02, abs=0.1)
    (fixed,) = find_crossings(windows)
    assert found.heart_rate < fixed.heart_rate


def test_a_rise_that_begins_hard_has_no_personal_value() -> None:
    windows = ramp(noise=0.0, from_bpm=128)  # alpha 1 begins at 0.99
    assert find_crossings(windows)
    assert find_personal_crossings(windows) == []


def test_a_high_alpha1_late_in_a_rise_does_not_count_as_its_early_maximum() -> None:
    windows = ramp(noise=0.0)
    late = windows[150]._replace(alpha1=1.9)
    (found,) = find_personal_crossings([*windows[:150], late, *windows[151:]])
    assert found.alpha1 == pytest.approx((1.35 + 0.5) / 2)


def test_a_pause_or_a_dip_ends_a_rise() -> None:
    first, second = ramp(minutes=12, to_bpm=145), ramp(minutes=12, to_bpm=145)
    moved = [window._replace(end_ms=window.end_ms + 3_600_000) for window in second]
    assert [len(rise) for rise in find_slow_rises(first + moved)] == [len(first), len(second)]


def test_the_estimate_is_the_median_of_the_rises_with_the_larger_spread() -> None:
    found = [
        *find_crossings(ramp(at_bpm=134)),
        *find_crossings(ramp(at_bpm=140)),
        *find_crossings(ramp(at_bpm=146)),
    ]
    by_rate = combine_crossings(found)
    assert by_rate is not None
    assert by_rate.value == pytest.approx(140, abs=1)
    assert by_rate.spread == pytest.approx(6, abs=1)
    by_effort = combine_crossings(found, lambda bpm: bpm / 200)
    assert by_effort is not None
    assert by_effort.value == pytest.approx(by_rate.value / 200)
    assert combine_crossings([]) is None


def test_the_talk_test_estimate_is_between_the_last_comfortable_and_the_first_strained_answer() -> None:
    evidence = estimate_from_talk_test([(EASY, 0.60), (EASY, 0.68), (STRAINED, 0.74), (UNABLE, 0.85)])
    assert evidence.estimate is not None
    assert evidence.estimate.value == pytest.approx(0.71)
    assert evidence.estimate.spread == pytest.approx(0.03)
    assert evidence.contradicting == 0
    assert (evidence.highest_comfortable, evidence.lowest_strained) == (0.68, 0.74)


def test_an_answer_that_contradicts_the_others_is_counted_and_moves_little() -> None:
    evidence = estimate_from_talk_test(
        [(EASY, 0.60), (EASY, 0.64), (EASY, 0.68), (STRAINED, 0.62), (STRAINED, 0.74)]
    )
    assert evidence.estimate is not None
    assert evidence.estimate.value == pytest.approx(0.71)
    assert evidence.contradicting == 1


def test_contradictory_answers_give_no_estimate() -> None:
    evidence = estimate_from_talk_test([(EASY, 0.9), (STRAINED, 0.6)])
    assert evidence.estimate is None
    assert evidence.contradicting == 2


@pytest.mark.parametrize("answers", [[], [(EASY, 0.6), (EASY, 0.8)], [(UNABLE, 0.5)]])
def test_answers_of_one_kind_give_a_bound_and_no_estimate(
    answers: list[tuple[TalkTestAnswer, float]],
) -> None:
    assert estimate_from_talk_test(answers).estimate is None


@given(st.lists(st.tuples(st.sampled_from(TalkTestAnswer), st.floats(0, 1.5)), max_size=30))
def test_the_talk_estimate_lies_among_the_answers(answers: list[tuple[TalkTestAnswer, float]]) -> None:
    found = estimate_from_talk_test(answers)
    if found.estimate is not None:
        efforts = [effort for _, effort in answers]
        assert min(efforts) <= found.estimate.value <= max(efforts)
        assert found.contradicting <= len(answers) / 3
