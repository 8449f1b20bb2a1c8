"""What a calibration finds: a day's value, and the ceiling that the last three days propose.

A day's value is the lower median of the heart rates of the 12 minutes, as far as speech was comfortable. The
proposal is the lower median of the last three days. From day to day heart rate at the same high effort
differed by 5 bpm (Lamberts et al. 2004), so days that lie further apart are doubtful. It was not shown to
beat 70 % of a measured maximum. The least number of minutes and all doubts are this project's own.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from statistics import median, median_low

from .calibration_load import Device, Load
from .calibration_phases import BOUT_MS, RampEnd
from .calibration_protocol import CalibrationProtocol
from .profile import AthleteProfile

LIMIT_EFFORT = Fraction(85, 100)
"""of the maximum heart rate in use, whatever the scale of effort"""
FIXED_EFFORT = Fraction(70, 100)
"""of the same, to compare with"""
DAYS = 3
LEAST_VALID_S = 300
"""of comfortable speech with a heart rate"""
STALE_AFTER = timedelta(days=90)
MOST_DAYS_RANGE_BPM = 8
MOST_RISE_BPM = 10
"""from the first half of the bout after its third minute to the last"""
_LEAST_COVERAGE = 0.9
_LONGEST_HOLD_S = 5
_SETTLING_S = 180


class Doubt(StrEnum):
    """Why a value is uncertain; each has a sentence."""

    LIMIT = "limit"
    """the ramp ended at 85 %: the value may be too low"""
    LAST_LOAD = "last_load"
    REQUEST = "request"
    SHORT = "short"
    """less than 12 minutes of comfortable speech"""
    GAPS = "gaps"
    RISING = "rising"
    """the heart rate kept rising at the even load"""
    DAYS_DIFFER = "days_differ"
    LOADS_DIFFER = "loads_differ"
    """the days ended their ramps at different loads"""

    @property
    def key(self) -> str:
        """Key of its sentence."""
        return f"calibration_doubts.{self.value}"


@dataclass(frozen=True, slots=True)
class DayValue:
    """What one calibration has found; heart rates in bpm."""

    heart_rate: int
    lowest: int
    highest: int
    """of the heart rates that count"""
    minutes: float
    """of comfortable speech with a heart rate"""
    load: Load
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class CalibrationDay:
    """A day's value, as it is stored."""

    day: date
    heart_rate: int
    device: Device
    mets: int
    doubts: tuple[Doubt, ...] = ()
    alpha1: float | None = None
    """heart rate at alpha 1 of 0.75 in the ramp, in bpm"""
    alpha1_personal: float | None = None
    """and at the personal value"""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A ceiling that only the athlete adopts; heart rates in bpm."""

    ceiling: float
    """effort, in whole percent, rounded down"""
    heart_rate: int
    lowest: int
    highest: int
    """of the days"""
    day: date
    """the last of them"""
    fixed: int
    """70 % of the maximum"""
    alpha1: float | None
    alpha1_personal: float | None
    doubts: tuple[Doubt, ...] = ()


PLAUSIBLE_BPM = range(30, 251)
"""heart rates that count; a strap with poor contact sends others"""


def limit_bpm(profile: AthleteProfile) -> int:
    """Return the heart rate at which a calibration ends: 85 % of the maximum, rounded down."""
    return math.floor(LIMIT_EFFORT * profile.max_heart_rate)


def day_value(protocol: CalibrationProtocol) -> DayValue | None:
    """Return the day's value of a calibration that is over; None where too little counts."""
    load, end_s = protocol.bout_load, protocol.comfortable_ms // 1000
    rates = {
        second: rate
        for second, rate in sorted(protocol.bout_rates.items())
        if second < end_s and rate in PLAUSIBLE_BPM
    }
    valid_s = _valid_s(list(rates), end_s)
    if load is None or valid_s < LEAST_VALID_S:
        return None
    value = median_low(rates.values())
    if value >= protocol.limit_bpm:  # a signal that jumps
        return None
    doubts = [_RAMP_DOUBTS[protocol.ramp_end]] if protocol.ramp_end in _RAMP_DOUBTS else []
    if protocol.comfortable_ms < BOUT_MS:
        doubts.append(Doubt.SHORT)
    if valid_s < _LEAST_COVERAGE * end_s:
        doubts.append(Doubt.GAPS)
    if _rise_bpm(rates, end_s) > MOST_RISE_BPM:
        doubts.append(Doubt.RISING)
    return DayValue(
        value, min(rates.values()), max(rates.values()), round(valid_s / 60, 1), load, tuple(doubts)
    )


_RAMP_DOUBTS = {
    RampEnd.LIMIT: Doubt.LIMIT,
    RampEnd.LAST_LOAD: Doubt.LAST_LOAD,
    RampEnd.REQUEST: Doubt.REQUEST,
}


def days_that_count(days: Iterable[CalibrationDay], today: date) -> Sequence[CalibrationDay]:
    """Return the last three days within 90, the latest last; of several values on a day the last counts."""
    latest = {one.day: one for one in days if timedelta(0) <= today - one.day <= STALE_AFTER}
    return [latest[day] for day in sorted(latest)][-DAYS:]


def propose(days: Iterable[CalibrationDay], profile: AthleteProfile, today: date) -> Proposal | None:
    """Return the ceiling that the last days propose; `days` in the order of measuring.

    None before three of them, and where their median is not below 85 % of the maximum in use now.
    """
    last = days_that_count(days, today)
    if len(last) < DAYS:
        return None
    rates = [one.heart_rate for one in last]
    value = median_low(rates)
    scale = profile.scale
    ceiling = math.floor(100 * (value - scale.base_bpm) / scale.span_bpm) / 100
    if value >= limit_bpm(profile) or ceiling <= 0:
        return None
    doubts = dict.fromkeys(doubt for one in last for doubt in one.doubts)
    if max(rates) - min(rates) > MOST_DAYS_RANGE_BPM:
        doubts[Doubt.DAYS_DIFFER] = None
    if len({(one.device, one.mets) for one in last}) > 1:
        doubts[Doubt.LOADS_DIFFER] = None
    return Proposal(
        ceiling,
        value,
        min(rates),
        max(rates),
        last[-1].day,
        math.floor(FIXED_EFFORT * profile.max_heart_rate),
        _median(one.alpha1 for one in last),
        _median(one.alpha1_personal for one in last),
        tuple(doubts),
    )


def _median(values: Iterable[float | None]) -> float | None:
    numbers = [value for value in values if value is not None]
    return median(numbers) if numbers else None


def _valid_s(seconds: Sequence[int], end_s: int) -> int:
    """Return the seconds that have a heart rate; one holds for 5 s at most."""
    return sum(min(after - at, _LONGEST_HOLD_S) for at, after in pairwise([*seconds, end_s]))


def _rise_bpm(rates: dict[int, int], end_s: int) -> float:
    middle_s = (_SETTLING_S + end_s) / 2
    early = [rate for second, rate in rates.items() if _SETTLING_S <= second < middle_s]
    late = [rate for second, rate in rates.items() if second >= middle_s]
    return median(late) - median(early) if early and late else 0.0
