"""Effort, zones and profiles: section 4 of docs/specification.md."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.storage.profile_json import profile_from_json, profile_to_json
from talkpace.training.effort_zones import EffortMethod, EffortScale, Zone, ZoneBounds, ZoneTable, to_fraction
from talkpace.training.profile import (
    DEFAULT_CEILINGS,
    MAXIMUM_GIVEN,
    Activity,
    AthleteValues,
    MaximumFormula,
    resolve_profile,
)

OF_190 = EffortScale.of(EffortMethod.HRMAX, Fraction(190))


def test_133_of_190_is_an_effort_of_exactly_070_and_not_over_it() -> None:
    assert OF_190.effort(133) == 0.7
    assert OF_190.highest_at_or_below(to_fraction(0.70)) == 133


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


def test_effort_by_reserve_follows_karvonen() -> None:
    scale = EffortScale.of(EffortMethod.RESERVE, Fraction(180), Fraction(60))
    assert scale.effort(144) == 0.7
    assert scale.effort(54) == -0.05
    assert scale.highest_at_or_below(to_fraction(0.7)) == 144


def test_reserve_needs_a_resting_heart_rate() -> None:
    with pytest.raises(ValueError, match="needs resting_heart_rate"):
        resolve_profile(
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
def test_zones_by_heart_rate_agree_with_the_exact_effort(
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
    profile = resolve_profile(values, year=2026, ceilings=DEFAULT_CEILINGS)
    assert profile.max_heart_rate == Fraction(maximum)
    assert profile.max_heart_rate_source == formula.value


def test_a_given_maximum_takes_precedence_over_an_estimate() -> None:
    values = AthleteValues(max_heart_rate=171, birth_year=1986)
    profile = resolve_profile(values, year=2026, ceilings=DEFAULT_CEILINGS)
    assert (profile.max_heart_rate, profile.max_heart_rate_source) == (Fraction(171), MAXIMUM_GIVEN)


def test_without_maximum_and_birth_year_a_profile_is_refused() -> None:
    with pytest.raises(ValueError, match="neither max_heart_rate nor birth_year"):
        resolve_profile(AthleteValues(), year=2026, ceilings=DEFAULT_CEILINGS)


def test_the_lower_of_personal_and_activity_ceiling_applies() -> None:
    values = AthleteValues(max_heart_rate=190, ceiling=0.62)
    ceilings = resolve_profile(values, year=2026, ceilings=DEFAULT_CEILINGS).ceilings
    assert ceilings == {
        Activity.CARDIO: to_fraction(0.62),
        Activity.STRENGTH: to_fraction(0.5),
        Activity.MINDFUL: to_fraction(0.5),
        Activity.RECOVERY: to_fraction(0.6),
    }


def test_zone_bounds_must_ascend() -> None:
    with pytest.raises(ValueError, match="ascend"):
        ZoneBounds(Fraction(7, 10), Fraction(1, 2))


@pytest.mark.parametrize("condition", ["heart_rate_drug", "irregular_rhythm"])
def test_with_a_heart_rate_limiting_drug_or_an_irregular_rhythm_no_formula_from_age_is_used(
    condition: str,
) -> None:
    values = AthleteValues(birth_year=1960, **{condition: True})  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="max_heart_rate is needed, as measured"):
        resolve_profile(values, year=2026, ceilings=DEFAULT_CEILINGS)
    assert values.lacks_own_ceiling
    measured = replace(values, max_heart_rate=118, ceiling=0.6)
    profile = resolve_profile(measured, year=2026, ceilings=DEFAULT_CEILINGS)
    assert (profile.max_heart_rate, profile.max_heart_rate_source) == (Fraction(118), "given")
    assert profile.hrv_reason is not None
    assert not measured.lacks_own_ceiling
    assert profile_from_json(profile_to_json(profile)) == profile


def test_a_profile_that_was_stored_before_conditions_were_known_has_none() -> None:
    profile = resolve_profile(AthleteValues(max_heart_rate=180), year=2026, ceilings=DEFAULT_CEILINGS)
    stored = json.loads(profile_to_json(profile))
    del stored["hrv_reason"]
    assert profile_from_json(json.dumps(stored)).hrv_reason is None
