"""Signals within a session: at 30 minutes in the band, and at 45; each once, and for cardio alone."""

from __future__ import annotations

from fractions import Fraction

import pytest

from talkpace.measurement.heart_rate_payload import Contact
from talkpace.measurement.link_decoder import Measurement
from talkpace.training.athlete_training import Training
from talkpace.training.events import HABIT_EVENTS, Event, EventName
from talkpace.training.profile import Activity, AthleteProfile
from talkpace.training.rules import BandProgress, BandRules, Rules

RULES = BandRules(target_ms=30_000, enough_ms=45_000)
BAND, HARD = 120, 160


def signals(
    rates: list[int], rules: BandRules | None = RULES, activity: Activity = Activity.CARDIO
) -> list[object]:
    """Second and name of what is signalled of these heart rates, one a second."""
    training = Training(Rules(band=rules), lambda: AthleteProfile(Fraction(200), "given"))
    training.set_activity(activity)
    outcomes = [
        outcome
        for second, rate in enumerate(rates)
        for outcome in training.measure(Measurement(second * 1000, rate, Contact.YES, (), None))
    ]
    events = [one for one in outcomes if isinstance(one, Event) and one.name in HABIT_EVENTS]
    return [(event.at_ms // 1000, event.name) for event in events]


def test_band_reached_and_band_enough_are_signalled_once_when_their_time_is_complete() -> None:
    assert signals([BAND] * 120) == [(30, EventName.BAND_REACHED), (45, EventName.BAND_ENOUGH)]


def test_time_above_the_band_does_not_count_for_its_signals() -> None:
    assert signals([BAND] * 20 + [HARD] * 30 + [BAND] * 20) == [(60, EventName.BAND_REACHED)]


@pytest.mark.parametrize("activity", [Activity.STRENGTH, Activity.MINDFUL, Activity.RECOVERY])
def test_only_cardio_sessions_signal_the_band(activity: Activity) -> None:
    assert signals([BAND] * 60, activity=activity) == []


def test_without_rules_or_a_target_the_band_is_not_signalled() -> None:
    assert signals([BAND] * 60, None) == []
    assert signals([BAND] * 60, BandRules(0, 45_000)) == []


def test_band_enough_before_the_target_is_signalled_with_it() -> None:
    assert list(BandProgress(BandRules(30_000, 10_000)).update(30_000)) == [
        EventName.BAND_REACHED,
        EventName.BAND_ENOUGH,
    ]


def test_a_lowered_ceiling_never_rises_and_never_becomes_zero() -> None:
    profile = AthleteProfile(Fraction(200), "given", ceilings={Activity.CARDIO: Fraction(7, 10)})
    lowered = profile.with_lower_ceilings(Fraction(1, 10))
    assert lowered.ceilings[Activity.CARDIO] == Fraction(6, 10)
    assert lowered.ceiling_lowered_by == Fraction(1, 10)
    low = AthleteProfile(Fraction(200), "given", ceilings={Activity.CARDIO: Fraction(5, 100)})
    assert low.with_lower_ceilings(Fraction(1, 10)).ceilings[Activity.CARDIO] == Fraction(5, 100)
