"""Signals within a session: at 30 minutes in the band, and at 45; each once, and for cardio alone."""

from __future__ import annotations

from fractions import Fraction

import pytest

from talkpace.effort.athlete import Activity, Judgement
from talkpace.effort.band import BandWatch
from talkpace.effort.events import PRACTICE_EVENTS, Event, EventName
from talkpace.effort.rules import BandRules, Rules
from talkpace.effort.training import Training
from talkpace.measurement.link import Measurement
from talkpace.measurement.payload import Contact

RULES = BandRules(target_ms=30_000, enough_ms=45_000)
BAND, HARD = 120, 160


def told(
    rates: list[int], rules: BandRules | None = RULES, activity: Activity = Activity.CARDIO
) -> list[object]:
    """Second and name of what is signalled of these heart rates, one a second."""
    training = Training(Rules(band=rules), lambda: Judgement(Fraction(200), "given"))
    training.be(activity)
    outcomes = [
        outcome
        for second, rate in enumerate(rates)
        for outcome in training.measure(Measurement(second * 1000, rate, Contact.YES, (), None))
    ]
    events = [one for one in outcomes if isinstance(one, Event) and one.name in PRACTICE_EVENTS]
    return [(event.at_ms // 1000, event.name) for event in events]


def test_each_comes_once_with_the_measurement_that_completes_its_time() -> None:
    assert told([BAND] * 120) == [(30, EventName.BAND_REACHED), (45, EventName.BAND_ENOUGH)]


def test_time_above_the_band_does_not_count() -> None:
    assert told([BAND] * 20 + [HARD] * 30 + [BAND] * 20) == [(60, EventName.BAND_REACHED)]


@pytest.mark.parametrize("activity", [Activity.STRENGTH, Activity.MINDFUL, Activity.RECOVERY])
def test_only_cardio_is_signalled(activity: Activity) -> None:
    assert told([BAND] * 60, activity=activity) == []


def test_without_rules_or_a_target_nothing_is() -> None:
    assert told([BAND] * 60, None) == []
    assert told([BAND] * 60, BandRules(0, 45_000)) == []


def test_an_end_before_the_target_comes_with_it() -> None:
    assert list(BandWatch(BandRules(30_000, 10_000)).held(30_000)) == [
        EventName.BAND_REACHED,
        EventName.BAND_ENOUGH,
    ]


def test_a_lowered_ceiling_never_rises_and_never_ends_at_nothing() -> None:
    judgement = Judgement(Fraction(200), "given", ceilings={Activity.CARDIO: Fraction(7, 10)})
    lowered = judgement.lowered(Fraction(1, 10))
    assert lowered.ceilings[Activity.CARDIO] == Fraction(6, 10)
    assert lowered.ceiling_lowered_by == Fraction(1, 10)
    low = Judgement(Fraction(200), "given", ceilings={Activity.CARDIO: Fraction(5, 100)})
    assert low.lowered(Fraction(1, 10)).ceilings[Activity.CARDIO] == Fraction(5, 100)
