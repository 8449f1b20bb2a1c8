"""The three threshold estimates of a session report: value, spread and note."""

from __future__ import annotations

from fractions import Fraction

import pytest

from talkpace.report.loader import alpha_threshold, fixed_threshold, talk_threshold
from talkpace.training.profile import AthleteProfile
from talkpace.training.talk_test import TalkTestAnswer
from talkpace.training.threshold import ThresholdCrossing, estimate_from_talk_test

PROFILE = AthleteProfile(Fraction(180), "tanaka")


def test_alpha1_gives_an_effort_with_its_spread() -> None:
    row = alpha_threshold([ThresholdCrossing(126.0, 5.4, 20, -0.9)], PROFILE.scale)
    assert row.effort == pytest.approx(0.70)
    assert row.spread == pytest.approx((0.67, 0.73))
    assert row.note == "one slow rise in this session; studies disagree on how well it marks the threshold"


def test_the_note_has_the_effort_at_the_personal_value_and_which_one_studies_favour() -> None:
    fixed, personal = ThresholdCrossing(126.0, 5.4, 20, -0.9), ThresholdCrossing(117.0, 5.4, 20, -0.9, 1.01)
    row = alpha_threshold([fixed], PROFILE.scale, [personal])
    assert row.effort == pytest.approx(0.70)
    assert "personal value of 1.01" in row.note
    assert "65 % ± 3 %" in row.note
    assert "studies favour the personal value" in row.note


def test_without_a_slow_rise_alpha1_gives_no_effort_and_the_reason() -> None:
    row = alpha_threshold([], PROFILE.scale)
    assert (row.effort, row.spread) == (None, None)
    assert row.note.startswith("no slow rise of heart rate through 0.75 in this session")


def test_talk_tests_give_an_effort_between_comfortable_and_strained_answers() -> None:
    answers = [
        (TalkTestAnswer.COMFORTABLE, 0.66),
        (TalkTestAnswer.STRAINED, 0.74),
        (TalkTestAnswer.COMFORTABLE, 0.60),
    ]
    row = talk_threshold(estimate_from_talk_test(answers))
    assert row.effort == pytest.approx(0.70)
    assert row.spread == pytest.approx((0.66, 0.74))
    assert row.note == "2 comfortable, 1 strained"


def test_talk_tests_of_one_kind_or_none_give_no_effort_and_the_reason() -> None:
    one_kind = talk_threshold(estimate_from_talk_test([(TalkTestAnswer.COMFORTABLE, 0.66)]))
    assert (one_kind.effort, one_kind.note) == (
        None,
        "1 comfortable: needs both comfortable and strained answers",
    )
    none = talk_threshold(estimate_from_talk_test([]))
    assert (none.effort, none.note) == (None, "no talk test answered yet")


def test_the_fixed_share_names_the_source_of_the_maximum_heart_rate() -> None:
    assert fixed_threshold(PROFILE).note.endswith("the maximum heart rate is estimated from age (tanaka)")
    assert fixed_threshold(AthleteProfile(Fraction(180), "given")).note.endswith("is configured")
    assert fixed_threshold(PROFILE).effort == 0.70
