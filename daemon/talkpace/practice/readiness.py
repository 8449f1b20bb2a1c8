"""Readiness: what two quiet minutes in the morning say, against the athlete's own weeks.

lnRMSSD, the natural logarithm of the RMSSD in ms, is compared as a mean over 7 days with a band around
the mean over 60: half a standard deviation to both sides, the smallest worthwhile change (Plews et al.
2013). A week counts with 3 valid days or more (Plews et al. 2014). Heart rate is judged in the same way.
Trials in which training followed such a band (Vesterinen et al. 2016, Javaloyes et al. 2019) found it at
least as good as a fixed plan, in small groups of trained people. One morning alone says little.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import fmean, stdev
from typing import Annotated

from pydantic import Field

SHORTEST_MIN, LONGEST_MIN = 1.0, 10.0
"""of a measurement"""
Minutes = Annotated[float, Field(ge=SHORTEST_MIN, le=LONGEST_MIN)]

WEEK_DAYS = 7
BASELINE_DAYS = 60
LEAST_DAYS_A_WEEK = 3
LEAST_WEEKS = 3
"""that count, this one among them, before anything is said"""
WORTHWHILE_SD = 0.5
FAR_SD = 2.0
"""a single morning that is so far off is worth a word"""
LEAST_COVERAGE = 0.9
MOST_ARTIFACTS = 0.05

_LEAST_BAND_LN_RMSSD = 0.03
_LEAST_BAND_BPM = 1.0
"""what the strap and the rounding of a day can do, so that a very even athlete is not told of noise"""


class Advice(StrEnum):
    """What to do with the day's training."""

    BUILDING = "building a baseline"
    PLANNED = "train as planned"
    EASY = "take it easy"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Reading:
    """One morning's measurement."""

    day: date
    ln_rmssd: float
    heart_rate: float
    """bpm"""


@dataclass(frozen=True, slots=True)
class Signal:
    """How good the beats of a measurement were."""

    coverage: float
    """of its time by intervals"""
    artifact_ratio: float

    def complaint(self) -> str | None:
        """Why nothing can be said from this; None where it is good."""
        if self.coverage < LEAST_COVERAGE:
            return (
                f"only {self.coverage:.0%} of the time had beats ({LEAST_COVERAGE:.0%} are needed): "
                "moisten the strap, sit or lie still, and try again"
            )
        if self.artifact_ratio > MOST_ARTIFACTS:
            return (
                f"{self.artifact_ratio:.0%} of the beats are doubtful ({MOST_ARTIFACTS:.0%} may be): "
                "moisten the strap, sit or lie still, and try again"
            )
        return None


@dataclass(frozen=True, slots=True)
class Standing:
    """One figure against its own band: this week's mean, and the mean and spread of the baseline."""

    week: float
    mean: float
    sd: float
    half_width: float
    """of the band"""
    today: float | None

    @property
    def side(self) -> int:
        """-1 below the band, 0 inside, 1 above."""
        return _side(self.week - self.mean, self.half_width)

    @property
    def today_far(self) -> int:
        """-1 or 1 where today's value alone is far below or above; 0 else."""
        if self.today is None:
            return 0
        return _side(self.today - self.mean, max(FAR_SD * self.sd, self.half_width))


@dataclass(frozen=True, slots=True)
class Readiness:
    """What today is fit for, and why."""

    advice: Advice
    why: str
    ln_rmssd: Standing | None
    heart_rate: Standing | None
    days: int
    """of the last 60 that have a reading"""


def readiness(readings: Iterable[Reading], today: date) -> Readiness:
    """From an athlete's readings in any order; of several on a day the first in their order counts."""
    daily: dict[date, Reading] = {}
    for reading in readings:
        if 0 <= (today - reading.day).days < BASELINE_DAYS:
            daily.setdefault(reading.day, reading)
    weeks = _weeks(daily, today)
    if 0 not in weeks or len(weeks) < LEAST_WEEKS:
        return Readiness(Advice.BUILDING, _still_building(weeks), None, None, len(daily))
    base = [reading for week in weeks.values() for reading in week]
    this = weeks[0]
    now = daily.get(today)
    variability = _standing(
        [reading.ln_rmssd for reading in this],
        [reading.ln_rmssd for reading in base],
        None if now is None else now.ln_rmssd,
        _LEAST_BAND_LN_RMSSD,
    )
    rate = _standing(
        [reading.heart_rate for reading in this],
        [reading.heart_rate for reading in base],
        None if now is None else now.heart_rate,
        _LEAST_BAND_BPM,
    )
    advice, why = _advise(variability, rate)
    return Readiness(advice, why, variability, rate, len(daily))


def _weeks(daily: Mapping[date, Reading], today: date) -> dict[int, list[Reading]]:
    """The readings of the weeks that count, by how long ago: 0 is the seven days that end today."""
    weeks: dict[int, list[Reading]] = {}
    for day in sorted(daily):
        weeks.setdefault((today - day).days // WEEK_DAYS, []).append(daily[day])
    return {ago: week for ago, week in weeks.items() if len(week) >= LEAST_DAYS_A_WEEK}


def _still_building(weeks: Mapping[int, Sequence[Reading]]) -> str:
    if len(weeks) >= LEAST_WEEKS:
        return (
            f"the last seven days have too few mornings: {LEAST_DAYS_A_WEEK} at least are needed "
            "for a week's mean"
        )
    return (
        f"{len(weeks)} of the {LEAST_WEEKS} weeks that are needed are there; a week counts with "
        f"{LEAST_DAYS_A_WEEK} mornings or more"
    )


def _standing(week: Sequence[float], base: Sequence[float], today: float | None, least: float) -> Standing:
    sd = stdev(base)
    return Standing(fmean(week), fmean(base), sd, max(WORTHWHILE_SD * sd, least), today)


def _side(difference: float, half_width: float) -> int:
    if abs(difference) <= half_width:
        return 0
    return 1 if difference > 0 else -1


def _advise(variability: Standing, rate: Standing) -> tuple[Advice, str]:
    low, high = variability.side < 0, rate.side > 0
    if low and high:
        return Advice.REST, (
            "this week's variability is below your usual band and your resting heart rate above it"
        )
    if low:
        return Advice.EASY, "this week's variability is below your usual band; your heart rate is as usual"
    if high:
        return Advice.EASY, "this week's resting heart rate is above your usual band"
    far = [
        words
        for is_far, words in (
            (variability.today_far < 0, "variability is far below"),
            (rate.today_far > 0, "resting heart rate is far above"),
        )
        if is_far
    ]
    if far:
        return Advice.EASY, (
            f"this morning's {' and '.join(far)} what is usual for you; one morning says little, "
            "so see what tomorrow's says"
        )
    if variability.side > 0:
        return Advice.PLANNED, (
            "this week's variability is above your usual band; that alone is no reason to do more"
        )
    return Advice.PLANNED, "this week's variability and heart rate are as usual for you"
