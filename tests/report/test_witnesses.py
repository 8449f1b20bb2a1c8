"""What the witnesses of the threshold say, and that they say when they have nothing to say."""

from __future__ import annotations

from fractions import Fraction

import pytest

from talkpace.effort.athlete import Judgement
from talkpace.effort.talk_test import Answer
from talkpace.report.witnesses import alpha_witness, fixed_witness, talk_witness
from talkpace.rr.threshold import Crossing, talk_evidence

JUDGEMENT = Judgement(Fraction(180), "tanaka")


def test_alpha1_is_an_effort_with_its_spread() -> None:
    witness = alpha_witness([Crossing(126.0, 5.4, 20, -0.9)], JUDGEMENT.scale)
    assert witness.effort == pytest.approx(0.70)
    assert witness.spread == pytest.approx((0.67, 0.73))
    assert "one slow rise" in witness.says
    assert "disagree" in witness.says


def test_without_a_slow_rise_alpha1_says_nothing_and_why() -> None:
    witness = alpha_witness([], JUDGEMENT.scale)
    assert (witness.effort, witness.spread) == (None, None)
    assert "no slow rise" in witness.says


def test_talk_tests_count_their_answers() -> None:
    answers = [(Answer.COMFORTABLE, 0.66), (Answer.STRAINED, 0.74), (Answer.COMFORTABLE, 0.60)]
    witness = talk_witness(talk_evidence(answers))
    assert witness.effort == pytest.approx(0.70)
    assert witness.spread == pytest.approx((0.66, 0.74))
    assert witness.says == "2 comfortable, 1 strained"
    assert "takes comfortable answers and others" in talk_witness(talk_evidence(answers[:1])).says
    assert "no answer yet" in talk_witness(talk_evidence([])).says


def test_the_fixed_share_says_whose_maximum_it_is_of() -> None:
    assert fixed_witness(JUDGEMENT).says.endswith("estimated from age (tanaka)")
    assert fixed_witness(Judgement(Fraction(180), "given")).says.endswith("given")
    assert fixed_witness(JUDGEMENT).effort == 0.70
