"""What answers to the talk test suggest as a personal ceiling."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.effort.athlete import Judgement
from talkpace.effort.scale import EffortMethod
from talkpace.effort.talk_test import (
    ENOUGH,
    HIGHEST_SUGGESTED,
    MOST_CONSIDERED,
    Answer,
    TalkTest,
    as_tests,
    suggested_ceiling,
)

COMFORTABLE, STRAINED, UNABLE = Answer
OF_200 = Judgement(max_heart_rate=Fraction(200), max_heart_rate_source="given")
RESERVE = Judgement(
    max_heart_rate=Fraction(200),
    max_heart_rate_source="given",
    resting_heart_rate=Fraction(50),
    effort_method=EffortMethod.RESERVE,
)


def sessions(*answers: list[tuple[Answer, int]]) -> list[TalkTest]:
    return [
        TalkTest(answer, rate, f"session {number}")
        for number, session in enumerate(answers)
        for answer, rate in session
    ]


def test_too_few_answers_suggest_nothing() -> None:
    tests = sessions([(COMFORTABLE, 120)] * (ENOUGH - 1))
    assert suggested_ceiling(tests, OF_200) is None
    assert suggested_ceiling([*tests, tests[0]], OF_200) == 0.60


def test_the_highest_comfortable_heart_rate_of_each_session_counts_and_of_those_the_median() -> None:
    tests = sessions(
        [(COMFORTABLE, 100), (COMFORTABLE, 140)],
        [(COMFORTABLE, 136), (COMFORTABLE, 90)],
        [(COMFORTABLE, 150)],
    )
    assert suggested_ceiling(tests, OF_200) == 0.70


def test_it_stays_below_where_talking_was_strained() -> None:
    tests = sessions(
        [(COMFORTABLE, 150), (STRAINED, 141)],
        [(COMFORTABLE, 150), (UNABLE, 160), (STRAINED, 141)],
    )
    assert suggested_ceiling(tests, OF_200) == 0.70, "140 bpm, one below 141"


def test_answers_that_were_never_comfortable_lower_it() -> None:
    tests = sessions(*[[(STRAINED, 121)] for _ in range(5)])
    assert suggested_ceiling(tests, OF_200) == 0.60


def test_it_never_exceeds_where_moderate_exercise_ends() -> None:
    tests = sessions(*[[(COMFORTABLE, 190)] for _ in range(5)])
    assert suggested_ceiling(tests, OF_200) == 0.76
    assert suggested_ceiling(tests, RESERVE) == 0.68, "76 % of the maximum, on the reserve's scale"


def test_old_answers_count_no_longer() -> None:
    old = sessions(*[[(STRAINED, 101)] for _ in range(30)])
    new = sessions(*[[(COMFORTABLE, 140)] for _ in range(MOST_CONSIDERED)])
    assert suggested_ceiling([*old, *new], OF_200) == 0.70


def test_heart_rates_at_rest_suggest_no_ceiling_of_nothing() -> None:
    assert suggested_ceiling(sessions(*[[(STRAINED, 45)] for _ in range(5)]), RESERVE) is None


def test_what_a_later_version_has_kept_is_passed_over() -> None:
    assert as_tests([("comfortable", 120, "a"), ("singing", 120, "a")]) == [TalkTest(COMFORTABLE, 120, "a")]


TESTS = st.lists(
    st.builds(
        TalkTest,
        st.sampled_from(Answer),
        st.integers(30, 250),
        st.one_of(st.none(), st.sampled_from("abcdef")),
    ),
    max_size=40,
)


@given(tests=TESTS, judgement=st.sampled_from([OF_200, RESERVE]))
def test_whatever_is_answered_it_is_a_whole_percent_within_bounds(
    tests: list[TalkTest], judgement: Judgement
) -> None:
    suggested = suggested_ceiling(tests, judgement)
    if suggested is None:
        return
    assert suggested == pytest.approx(round(suggested * 100) / 100, abs=0)
    rate = judgement.scale.highest_at_or_below(Fraction(repr(suggested)))
    assert rate <= HIGHEST_SUGGESTED * judgement.max_heart_rate
    recent = tests[-MOST_CONSIDERED:]
    assert rate <= max(test.heart_rate for test in recent)


@given(tests=TESTS)
def test_one_more_comfortable_answer_at_the_top_never_lowers_it(tests: list[TalkTest]) -> None:
    few = tests[: MOST_CONSIDERED - 1]
    before = suggested_ceiling(few, OF_200)
    if before is not None and any(test.answer is COMFORTABLE and test.session == "a" for test in few):
        after = suggested_ceiling([*few, TalkTest(COMFORTABLE, 250, "a")], OF_200)
        assert after is not None
        assert after >= before
