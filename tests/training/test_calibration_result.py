"""The ceiling that calibrations propose: from simulated athletes, and when it goes stale."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.training.calibration_age import AdoptedCeiling, EffortAnswer, Staleness
from talkpace.training.calibration_load import Device
from talkpace.training.calibration_result import CalibrationDay, Doubt, limit_bpm, propose
from talkpace.training.talk_test import TalkTestAnswer

from .simulated_athlete import FIRST_DAY, SimulatedAthlete, profile_with

TODAY = FIRST_DAY + timedelta(days=20)
RUNS = 1000
STEADY = SimulatedAthlete(180, resting_bpm=60, warm_up_bpm=95, step_bpm=10, threshold=3.5)


def days(*rates: int, mets: int = 5, doubts: tuple[Doubt, ...] = ()) -> list[CalibrationDay]:
    return [
        CalibrationDay(FIRST_DAY + timedelta(days=number), rate, Device.BIKE, mets, doubts)
        for number, rate in enumerate(rates)
    ]


@pytest.mark.unmeasured
def test_simulated_athletes_are_found_within_5_bpm_and_the_others_are_told_to_be_uncertain() -> None:
    """Right is what the protocol finds without noise, drop-outs and bad days; see `right_values`.

    That is the heart rate one stage below the last comfortable one, so it is below the rate at which speech
    becomes hard.
    """
    close, certain = 0, 0
    for seed in range(RUNS):
        chance = Random(seed)
        athlete = SimulatedAthlete.random(chance)
        proposal = propose(athlete.three_days(chance), athlete.profile, TODAY)
        if proposal is None:
            continue  # fewer than three days had a value, and the athlete is told so
        error_bpm = min(abs(proposal.heart_rate - right) for right in athlete.right_values())
        close += error_bpm <= 5
        certain += not proposal.doubts
        assert error_bpm <= 5 or proposal.doubts
        assert proposal.lowest <= proposal.heart_rate <= proposal.highest
        assert proposal.heart_rate < limit_bpm(athlete.profile)
        hard_bpm = athlete.warm_up_bpm + athlete.step_bpm * athlete.threshold
        assert proposal.heart_rate <= hard_bpm or proposal.doubts
    assert close >= 0.95 * RUNS
    assert certain >= 0.5 * RUNS  # doubts are no excuse


def test_an_athlete_without_noise_is_found_at_the_stage_before_the_last_comfortable_one() -> None:
    proposal = propose(STEADY.three_days(Random(1)), STEADY.profile, TODAY)
    assert proposal is not None
    assert (proposal.heart_rate, proposal.ceiling, proposal.doubts) == (115, 0.63, ())


def test_an_athlete_whose_speech_is_comfortable_up_to_85_percent_is_told_that_it_may_be_too_low() -> None:
    proposal = propose(replace(STEADY, threshold=12.0).three_days(Random(1)), STEADY.profile, TODAY)
    assert proposal is not None
    assert proposal.doubts == (Doubt.LIMIT,)


def test_the_proposal_is_the_lower_median_of_the_last_three_days() -> None:
    profile = profile_with(180)
    proposal = propose(days(140, 119, 121, 125), profile, TODAY)
    assert proposal is not None
    assert (proposal.heart_rate, proposal.lowest, proposal.highest) == (121, 119, 125)
    assert proposal.fixed == 126
    assert proposal.day == FIRST_DAY + timedelta(days=3)


def test_fewer_than_three_days_or_days_older_than_90_propose_nothing() -> None:
    profile = profile_with(180)
    assert propose(days(120, 121), profile, TODAY) is None
    assert propose(days(120, 121, 122), profile, FIRST_DAY + timedelta(days=90)) is not None
    assert propose(days(120, 121, 122), profile, FIRST_DAY + timedelta(days=91)) is None


def test_of_several_values_on_a_day_the_last_counts() -> None:
    again = replace(days(120)[0], heart_rate=126)
    proposal = propose([*days(120, 121, 122), again], profile_with(180), TODAY)
    assert proposal is not None
    assert proposal.heart_rate == 122


def test_days_far_apart_or_at_different_loads_are_doubtful() -> None:
    apart = propose(days(110, 115, 119), profile_with(180), TODAY)
    loads = propose([*days(115, 116), replace(days(0, 0, 117)[2], mets=6)], profile_with(180), TODAY)
    assert apart is not None
    assert loads is not None
    assert apart.doubts == (Doubt.DAYS_DIFFER,)
    assert loads.doubts == (Doubt.LOADS_DIFFER,)


def test_a_lower_maximum_set_later_leaves_no_ceiling_above_its_85_percent() -> None:
    assert propose(days(150, 151, 152), profile_with(190), TODAY) is not None
    assert propose(days(150, 151, 152), profile_with(170), TODAY) is None


@given(st.lists(st.tuples(st.integers(0, 120), st.integers(40, 220)), max_size=8), st.integers(120, 220))
def test_a_proposed_ceiling_is_below_85_percent_and_within_the_measured_range(
    measured: list[tuple[int, int]], maximum: int
) -> None:
    profile = profile_with(maximum)
    values = [CalibrationDay(TODAY - timedelta(days=ago), rate, Device.BIKE, 5) for ago, rate in measured]
    proposal = propose(values, profile, TODAY)
    if proposal is not None:
        rates = [one.heart_rate for one in values]
        assert min(rates) <= proposal.lowest <= proposal.heart_rate <= proposal.highest <= max(rates)
        assert proposal.ceiling < 0.85
        assert proposal.ceiling * maximum <= proposal.heart_rate


NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def adopted(*answers: tuple[TalkTestAnswer, float, str]) -> AdoptedCeiling:
    given_later = tuple(
        EffortAnswer(NOON + timedelta(days=1), answer, effort, session) for answer, effort, session in answers
    )
    return AdoptedCeiling(0.65, date(2026, 3, 9), NOON, given_later)


def test_an_adopted_ceiling_goes_stale_after_90_days() -> None:
    assert adopted().staleness(date(2026, 3, 9) + timedelta(days=90)) is None
    assert adopted().staleness(date(2026, 3, 9) + timedelta(days=91)) is Staleness.OLD


def test_three_strained_answers_at_the_ceiling_or_below_in_two_sessions_contradict_it() -> None:
    strained = TalkTestAnswer.STRAINED
    assert adopted((strained, 0.64, "a"), (strained, 0.65, "a")).staleness(TODAY) is None
    assert adopted(*[(strained, 0.64, "a")] * 3).staleness(TODAY) is None
    assert adopted(*[(strained, 0.66, name) for name in "abc"]).staleness(TODAY) is None
    assert adopted(*[(strained, 0.64, name) for name in "aab"]).staleness(TODAY) is Staleness.TOO_HIGH


def test_comfortable_answers_well_above_the_ceiling_say_that_it_is_too_low() -> None:
    comfortable = TalkTestAnswer.COMFORTABLE
    above = [(comfortable, 0.71, name) for name in "abc"]
    assert adopted(*above).staleness(TODAY) is Staleness.TOO_LOW
    assert adopted(*above, (TalkTestAnswer.UNABLE, 0.6, "d")).staleness(TODAY) is None
    assert adopted(*[(comfortable, 0.68, name) for name in "abc"]).staleness(TODAY) is None


def test_answers_before_the_adoption_or_in_unsteady_effort_contradict_nothing() -> None:
    answers = adopted(*[(TalkTestAnswer.UNABLE, 0.5, name) for name in "abc"]).answers
    before = tuple(replace(one, at=NOON - timedelta(hours=1)) for one in answers)
    unsteady = tuple(replace(one, steady=False) for one in answers)
    assert replace(adopted(), answers=before).staleness(TODAY) is None
    assert replace(adopted(), answers=unsteady).staleness(TODAY) is None
