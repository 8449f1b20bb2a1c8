"""What answers to the talk test suggest as a personal ceiling."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.training.effort_zones import EffortMethod
from talkpace.training.profile import AthleteProfile
from talkpace.training.talk_test import (
    MAX_ANSWERS,
    MIN_ANSWERS,
    MODERATE,
    SteadyEffort,
    TalkTest,
    TalkTestAnswer,
    parse_talk_tests,
    suggest_ceiling,
)

COMFORTABLE, STRAINED, UNABLE = TalkTestAnswer
OF_200 = AthleteProfile(max_heart_rate=Fraction(200), max_heart_rate_source="given")
RESERVE = AthleteProfile(
    max_heart_rate=Fraction(200),
    max_heart_rate_source="given",
    resting_heart_rate=Fraction(50),
    effort_method=EffortMethod.RESERVE,
)


def suggested(tests: list[TalkTest], profile: AthleteProfile) -> float | None:
    suggestion = suggest_ceiling(tests, profile)
    return None if suggestion is None else suggestion.ceiling


def sessions(*answers: list[tuple[TalkTestAnswer, int]]) -> list[TalkTest]:
    return [
        TalkTest(answer, rate, f"session {number}")
        for number, session in enumerate(answers)
        for answer, rate in session
    ]


def test_too_few_answers_suggest_no_ceiling() -> None:
    tests = sessions([(COMFORTABLE, 120)] * (MIN_ANSWERS - 1))
    assert suggested(tests, OF_200) is None
    assert suggested([*tests, tests[0]], OF_200) == 0.60


def test_the_highest_comfortable_heart_rate_of_each_session_counts_and_of_those_the_median() -> None:
    tests = sessions(
        [(COMFORTABLE, 100), (COMFORTABLE, 140)],
        [(COMFORTABLE, 136), (COMFORTABLE, 90)],
        [(COMFORTABLE, 150)],
    )
    assert suggested(tests, OF_200) == 0.70


def test_the_suggested_ceiling_is_below_where_talking_was_strained() -> None:
    tests = sessions(
        [(COMFORTABLE, 150), (STRAINED, 141)],
        [(COMFORTABLE, 150), (UNABLE, 160), (STRAINED, 141)],
    )
    assert suggested(tests, OF_200) == 0.70, "140 bpm, one below 141"


def test_without_a_comfortable_answer_the_suggested_ceiling_is_below_the_strained_ones() -> None:
    tests = sessions(*[[(STRAINED, 121)] for _ in range(5)])
    assert suggested(tests, OF_200) == 0.60


def test_above_moderate_exercise_three_sessions_must_have_been_comfortable() -> None:
    assert suggested(sessions([(COMFORTABLE, 170)] * 5, [(COMFORTABLE, 170)] * 5), OF_200) == 0.76
    assert suggested(sessions(*[[(COMFORTABLE, 170)] * 5] * 3), OF_200) == 0.85
    assert suggested(sessions(*[[(COMFORTABLE, rate)] * 2 for rate in (180, 160, 158)]), OF_200) == 0.79
    assert suggested(sessions([(COMFORTABLE, 170)] * 5), RESERVE) == 0.68, "76 % of the maximum"


def test_answers_in_unsteady_effort_do_not_count() -> None:
    unsteady = [TalkTest(COMFORTABLE, 180, str(session), steady=False) for session in range(6)]
    assert suggested(unsteady, OF_200) is None
    steady = [TalkTest(COMFORTABLE, 140, str(session), steady=True) for session in range(5)]
    assert suggested([*steady, *unsteady], OF_200) == 0.70


def test_the_range_is_that_of_what_single_sessions_suggest() -> None:
    tests = sessions(*[[(COMFORTABLE, rate)] for rate in (130, 140, 140, 150)], [(STRAINED, 157)])
    suggestion = suggest_ceiling(tests, OF_200)
    assert suggestion is not None
    assert (suggestion.lowest, suggestion.ceiling, suggestion.highest) == (0.65, 0.70, 0.78)


@pytest.mark.parametrize(
    ("rates", "steady"),
    [
        ([140] * 121, True),
        ([140, 151] * 61, True),
        ([140, 153] * 61, False),
        ([140] * 120, None),
        ([*[100] * 60, *[140] * 121], True),
        ([*[140] * 121, *range(140, 180)], False),
        ([], None),
    ],
    ids=["even", "nearly even", "uneven", "too short", "even by now", "rising", "nothing"],
)
def test_effort_is_steady_after_two_minutes_within_12_bpm(rates: list[int], steady: bool | None) -> None:
    effort = SteadyEffort()
    for second, rate in enumerate(rates):
        effort.measure(second * 1000, rate)
    assert effort.is_steady() is steady


def test_with_a_pause_it_is_not_known_whether_effort_was_steady() -> None:
    effort = SteadyEffort()
    for second in [*range(60), *range(75, 140)]:
        effort.measure(second * 1000, 140)
    assert effort.is_steady() is None


def test_only_the_latest_20_answers_count() -> None:
    old = sessions(*[[(STRAINED, 101)] for _ in range(30)])
    new = sessions(*[[(COMFORTABLE, 140)] for _ in range(MAX_ANSWERS)])
    assert suggested([*old, *new], OF_200) == 0.70


def test_answers_at_resting_heart_rates_suggest_no_ceiling() -> None:
    assert suggested(sessions(*[[(STRAINED, 45)] for _ in range(5)]), RESERVE) is None


def test_unknown_answers_of_a_later_version_are_ignored() -> None:
    assert parse_talk_tests([("comfortable", 120, "a", None), ("singing", 120, "a", None)]) == [
        TalkTest(COMFORTABLE, 120, "a")
    ]


TESTS = st.lists(
    st.builds(
        TalkTest,
        st.sampled_from(TalkTestAnswer),
        st.integers(30, 250),
        st.one_of(st.none(), st.sampled_from("abcdef")),
    ),
    max_size=40,
)


@given(tests=TESTS, profile=st.sampled_from([OF_200, RESERVE]))
def test_the_suggested_ceiling_is_a_whole_percent_within_bounds(
    tests: list[TalkTest], profile: AthleteProfile
) -> None:
    suggestion = suggest_ceiling(tests, profile)
    if suggestion is None:
        return
    assert suggestion.lowest <= suggestion.ceiling <= suggestion.highest
    assert suggestion.ceiling == pytest.approx(round(suggestion.ceiling * 100) / 100, abs=0)
    rate = profile.scale.highest_at_or_below(Fraction(repr(suggestion.ceiling)))
    comfortable_in = {
        test.session for test in tests if test.answer is COMFORTABLE and test.heart_rate >= rate
    }
    assert rate <= MODERATE * profile.max_heart_rate or len(comfortable_in) >= 3
    recent = tests[-MAX_ANSWERS:]
    assert rate <= max(test.heart_rate for test in recent)


@given(tests=TESTS)
def test_one_more_comfortable_answer_at_the_top_never_lowers_the_suggestion(tests: list[TalkTest]) -> None:
    few = tests[: MAX_ANSWERS - 1]
    before = suggested(few, OF_200)
    if before is not None and any(test.answer is COMFORTABLE and test.session == "a" for test in few):
        after = suggested([*few, TalkTest(COMFORTABLE, 250, "a")], OF_200)
        assert after is not None
        assert after >= before
