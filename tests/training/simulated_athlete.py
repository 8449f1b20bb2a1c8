"""An athlete with a known talking threshold, who does calibrations on a simulated bike."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from talkpace.training.calibration_load import Device, load_plan
from talkpace.training.calibration_phases import Answer, Phase
from talkpace.training.calibration_protocol import CalibrationProtocol
from talkpace.training.calibration_questions import Question
from talkpace.training.calibration_result import CalibrationDay, DayValue, day_value, limit_bpm
from talkpace.training.profile import DEFAULT_CEILINGS, AthleteProfile, AthleteValues, resolve_profile

FIRST_DAY = date(2026, 3, 2)
_BOUT_STEP_S, _STEP_S = 4, 10
"""between two measurements, for speed; straps send one a second"""
_TIME_CONSTANT_S = 35
_TOWARDS_TARGET = {step_s: 1 - math.exp(-step_s / _TIME_CONSTANT_S) for step_s in (_BOUT_STEP_S, _STEP_S)}
_ANSWER_AFTER_S = 16
_LONG_DROPOUTS = 0.05


def profile_with(max_heart_rate: float) -> AthleteProfile:
    return resolve_profile(AthleteValues(max_heart_rate=max_heart_rate), year=2026, ceilings=DEFAULT_CEILINGS)


@dataclass(frozen=True)
class SimulatedAthlete:
    """Heart rate rises with the load; speech is comfortable up to a load."""

    max_heart_rate: int
    resting_bpm: float
    warm_up_bpm: float
    step_bpm: float
    """of a stage, about one MET"""
    threshold: float
    """the last load at which speech is comfortable, in stages"""
    drift_bpm_per_min: float = 0.0
    """at an even load"""
    answer_sd: float = 0.0
    """of the load at which speech becomes hard, in stages"""
    day_sd_bpm: float = 0.0
    noise_sd_bpm: float = 0.0
    dropouts_per_min: float = 0.0

    @classmethod
    def random(cls, chance: Random) -> SimulatedAthlete:
        max_heart_rate = chance.randint(160, 200)
        return cls(
            max_heart_rate,
            resting_bpm=chance.uniform(52, 75),
            warm_up_bpm=max_heart_rate * chance.uniform(0.46, 0.56),
            step_bpm=chance.uniform(7, 12),
            threshold=chance.uniform(1.2, 5),
            drift_bpm_per_min=chance.uniform(0, 0.6),
            answer_sd=0.08,
            day_sd_bpm=2.5,
            noise_sd_bpm=1.5,
            dropouts_per_min=0.3,
        )

    @property
    def profile(self) -> AthleteProfile:
        return profile_with(self.max_heart_rate)

    def without_chance(self) -> SimulatedAthlete:
        return replace(self, answer_sd=0.0, day_sd_bpm=0.0, noise_sd_bpm=0.0, dropouts_per_min=0.0)

    def right_values(self) -> set[int]:
        """What the protocol finds without chance: two values where the threshold is a stage's own load."""
        margin = 2 * self.answer_sd
        last_loads = {math.floor(self.threshold + side) for side in (-margin, margin)}
        found = [
            calibrate(replace(self.without_chance(), threshold=float(last)), Random(0)) for last in last_loads
        ]
        return {one.heart_rate for one in found if one is not None}

    def three_days(self, chance: Random) -> list[CalibrationDay]:
        """Calibrate until three days have a value, six times at most."""
        days: list[CalibrationDay] = []
        for number in range(6):
            value = calibrate(self, chance)
            if value is not None and len(days) < 3:
                days.append(stored(value, FIRST_DAY + timedelta(days=3 * number)))
        return days


def stored(value: DayValue, day: date) -> CalibrationDay:
    return CalibrationDay(day, value.heart_rate, value.load.device, value.load.mets, value.doubts)


def calibrate(athlete: SimulatedAthlete, chance: Random) -> DayValue | None:
    """Do one calibration, step by step, and return what it finds."""
    protocol = CalibrationProtocol(load_plan(Device.BIKE), limit_bpm=limit_bpm(athlete.profile), now_ms=0)
    for number, _ in enumerate(Question):
        protocol.answer(Answer.NO, (number + 1) * 1000)
    shift = chance.gauss(0, athlete.day_sd_bpm)
    true_bpm = athlete.resting_bpm
    silent_s = 0.0
    bout_s = 0
    answer_at_s: int | None = None
    second = len(Question)
    while protocol.phase is not Phase.DONE:
        step_s = _BOUT_STEP_S if protocol.phase is Phase.BOUT else _STEP_S
        second += step_s
        target = _target_bpm(athlete, protocol)
        if protocol.phase is Phase.BOUT:
            bout_s += step_s
            target += athlete.drift_bpm_per_min * bout_s / 60
        true_bpm += (target + shift - true_bpm) * _TOWARDS_TARGET[step_s]
        silent_s -= step_s
        if silent_s <= 0 and chance.random() < athlete.dropouts_per_min / 60 * step_s:
            silent_s = chance.expovariate(1 / (60 if chance.random() < _LONG_DROPOUTS else 8))
        at_ms = second * 1000
        if silent_s <= 0:
            protocol.measure(at_ms, round(true_bpm + chance.gauss(0, athlete.noise_sd_bpm)))
        else:
            protocol.advance(at_ms)
        if not protocol.asks:
            answer_at_s = None
        elif answer_at_s is None:
            answer_at_s = second + _ANSWER_AFTER_S
        elif second >= answer_at_s:
            protocol.answer(_answer(athlete, protocol, chance), at_ms)
            answer_at_s = None
    return day_value(protocol)


def _target_bpm(athlete: SimulatedAthlete, protocol: CalibrationProtocol) -> float:
    if protocol.load is None:
        return athlete.resting_bpm + (10 if protocol.phase is Phase.RECOVERY else 0)
    return athlete.warm_up_bpm + athlete.step_bpm * protocol.load.stage


def _answer(athlete: SimulatedAthlete, protocol: CalibrationProtocol, chance: Random) -> Answer:
    assert protocol.load is not None
    above = protocol.load.stage - (athlete.threshold + chance.gauss(0, athlete.answer_sd))
    if above <= 0:
        return Answer.YES
    return Answer.NOT_SURE if above < 0.5 else Answer.NO
