"""Effort and zones, section 4: comparison is exact, bounds fall as the contract says."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.effort.athlete import (
    DEFAULT_CEILINGS,
    GIVEN,
    Activity,
    AthleteValues,
    MaximumFormula,
    judge_by,
)
from talkpace.effort.scale import EffortMethod, EffortScale, exact
from talkpace.effort.zones import Zone, ZoneBounds, ZoneTable

OF_190 = EffortScale.of(EffortMethod.HRMAX, Fraction(190))


def test_133_of_190_is_seven_tenths_and_not_over() -> None:
    assert OF_190.effort(133) == 0.7
    assert OF_190.highest_at_or_below(exact(0.70)) == 133


@pytest.mark.parametrize(
    ("heart_rate", "zone"),
    [
        (94, Zone.EASY),
        (95, Zone.CONVERSATIONAL),
        (133, Zone.CONVERSATIONAL),
        (134, Zone.HARD),
        (161, Zone.HARD),
        (162, Zone.VERY_HARD),
        (230, Zone.VERY_HARD),
    ],
)
def test_zones_of_a_maximum_of_190(heart_rate: int, zone: Zone) -> None:
    assert ZoneTable(OF_190, ZoneBounds()).zone(heart_rate) is zone


def test_effort_is_not_capped() -> None:
    assert OF_190.effort(209) == 1.1


def test_reserve_is_karvonens() -> None:
    scale = EffortScale.of(EffortMethod.RESERVE, Fraction(180), Fraction(60))
    assert scale.effort(144) == 0.7
    assert scale.effort(54) == -0.05
    assert scale.highest_at_or_below(exact(0.7)) == 144


def test_reserve_needs_a_resting_heart_rate() -> None:
    with pytest.raises(ValueError, match="needs resting_heart_rate"):
        judge_by(
            AthleteValues(max_heart_rate=180, effort_method=EffortMethod.RESERVE),
            year=2026,
            ceilings=DEFAULT_CEILINGS,
        )


@given(
    maximum=st.fractions(min_value=100, max_value=230, max_denominator=10),
    resting=st.integers(30, 90),
    method=st.sampled_from(EffortMethod),
    heart_rate=st.integers(1, 300),
)
def test_a_zone_is_what_the_exact_effort_says(
    maximum: Fraction, resting: int, method: EffortMethod, heart_rate: int
) -> None:
    scale = EffortScale.of(method, maximum, Fraction(resting))
    effort = (
        heart_rate / maximum
        if method is EffortMethod.HRMAX
        else Fraction(heart_rate - resting) / (maximum - resting)
    )
    expected = (
        Zone.EASY
        if effort < Fraction(1, 2)
        else Zone.CONVERSATIONAL
        if effort <= Fraction(7, 10)
        else Zone.HARD
        if effort <= Fraction(17, 20)
        else Zone.VERY_HARD
    )
    assert ZoneTable(scale, ZoneBounds()).zone(heart_rate) is expected


@pytest.mark.parametrize(
    ("formula", "maximum"),
    [
        (MaximumFormula.TANAKA, "180"),
        (MaximumFormula.GELLISH, "179"),
        (MaximumFormula.NES, "185.4"),
        (MaximumFormula.FOX, "180"),
    ],
)
def test_estimates_of_the_maximum_at_forty(formula: MaximumFormula, maximum: str) -> None:
    values = AthleteValues(birth_year=1986, max_heart_rate_formula=formula)
    judgement = judge_by(values, year=2026, ceilings=DEFAULT_CEILINGS)
    assert judgement.max_heart_rate == Fraction(maximum)
    assert judgement.max_heart_rate_source == formula.value


def test_a_given_maximum_wins_over_an_estimate() -> None:
    values = AthleteValues(max_heart_rate=171, birth_year=1986)
    judgement = judge_by(values, year=2026, ceilings=DEFAULT_CEILINGS)
    assert (judgement.max_heart_rate, judgement.max_heart_rate_source) == (Fraction(171), GIVEN)


def test_without_maximum_and_birth_year_nobody_can_be_judged() -> None:
    with pytest.raises(ValueError, match="neither max_heart_rate nor birth_year"):
        judge_by(AthleteValues(), year=2026, ceilings=DEFAULT_CEILINGS)


def test_the_lower_of_own_and_activity_ceiling_wins() -> None:
    values = AthleteValues(max_heart_rate=190, ceiling=0.62)
    ceilings = judge_by(values, year=2026, ceilings=DEFAULT_CEILINGS).ceilings
    assert ceilings == {
        Activity.CARDIO: exact(0.62),
        Activity.STRENGTH: exact(0.5),
        Activity.MINDFUL: exact(0.5),
        Activity.RECOVERY: exact(0.6),
    }


def test_zone_bounds_must_ascend() -> None:
    with pytest.raises(ValueError, match="ascend"):
        ZoneBounds(Fraction(7, 10), Fraction(1, 2))
