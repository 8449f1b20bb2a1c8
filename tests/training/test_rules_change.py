"""Rules that change while a session is in progress are those of the next one."""

from __future__ import annotations

from fractions import Fraction

from talkpace.measurement.heart_rate_payload import Contact
from talkpace.measurement.link_decoder import Measurement
from talkpace.training.athlete_training import Outcome, SessionEnded, Training
from talkpace.training.events import Event, EventName
from talkpace.training.profile import AthleteProfile
from talkpace.training.rules import Rules, SessionRules, WarningRules

OVER = 150
PATIENT = Rules(WarningRules(start_grace_ms=0, warn_after_ms=10_000), SessionRules(end_after_ms=60_000))
QUICK = Rules(WarningRules(start_grace_ms=0, warn_after_ms=2_000), SessionRules(end_after_ms=30_000))


def beat(training: Training, at_s: range) -> list[Outcome]:
    return [
        outcome
        for second in at_s
        for outcome in training.measure(Measurement(second * 1000, OVER, Contact.YES))
    ]


def ends(training: Training, now_ms: int) -> bool:
    return any(isinstance(one, SessionEnded) for one in training.advance(now_ms))


def first_warning_s(outcomes: list[Outcome]) -> float:
    [over] = [one for one in outcomes if isinstance(one, Event) and one.name is EventName.OVER]
    return over.at_ms / 1000


def test_a_session_keeps_the_rules_of_its_start_and_the_next_has_the_new_ones() -> None:
    training = Training(PATIENT, lambda: AthleteProfile(Fraction(180), "given"))
    outcomes = beat(training, range(1))
    training.set_rules(QUICK)
    assert first_warning_s(outcomes + beat(training, range(1, 15))) == 10
    assert not ends(training, 45_000)
    assert ends(training, 75_000)
    assert first_warning_s(beat(training, range(100, 110))) == 102
