"""Readiness: the morning measurement at rest, compared with the athlete's baseline.

lnRMSSD, the natural logarithm of the RMSSD in ms, is compared as a mean over 7 days with a band around
the mean over 60: half a standard deviation to both sides, the smallest worthwhile change (Plews et al.
2013). A week counts with 3 valid days or more (Plews et al. 2014). Heart rate is judged in the same way.
Trials in which training followed such a band (Vesterinen et al. 2016, Javaloyes et al. 2019) found it at
least as good as a fixed plan, in small groups of runners and cyclists. One morning alone says little.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import fmean, stdev

from ..text import capitalize
from ..timestamps import start_of_day
from .entries import Morning
from .history import History, StatusModel

WEEK_DAYS = 7
BASELINE_DAYS = 60
LEAST_DAYS_A_WEEK = 3
LEAST_WEEKS = 3
"""weeks that count, this one included, before advice is given"""
LEAST_MORNINGS = LEAST_WEEKS * LEAST_DAYS_A_WEEK
WORTHWHILE_SD = 0.5
FAR_SD = 2.0
"""standard deviations from which a single morning is mentioned"""
LEAST_COVERAGE = 0.9
MOST_ARTIFACTS = 0.05

_LEAST_BAND_LN_RMSSD = 0.03
_LEAST_BAND_BPM = 1.0
"""lower limits of the band's half width: the noise of strap and rounding"""


class Advice(StrEnum):
    """Advice for the training of the day."""

    BUILDING = "building a baseline"
    PLANNED = "train as planned"
    EASY = "take it easy"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class MorningReading:
    """A morning measurement."""

    day: date
    ln_rmssd: float
    heart_rate: float
    """bpm"""
    strap: str | None = None
    """address; None in entries that were made before it was logged"""


@dataclass(frozen=True, slots=True)
class SignalQuality:
    """Signal quality of a measurement."""

    coverage: float
    """share of the time covered by RR intervals"""
    artifact_ratio: float

    def problem(self) -> str | None:
        """Return why the measurement cannot be used, and what to do; None if it can."""
        if self.coverage < LEAST_COVERAGE:
            return (
                f"only {self.coverage:.0%} of the time had beats ({LEAST_COVERAGE:.0%} are needed): "
                "moisten the strap, sit or lie still, and try again"
            )
        if self.artifact_ratio > MOST_ARTIFACTS:
            return (
                f"{self.artifact_ratio:.0%} of the beats are artifacts ({MOST_ARTIFACTS:.0%} are allowed): "
                "moisten the strap, sit or lie still, and try again"
            )
        return None


@dataclass(frozen=True, slots=True)
class BaselineComparison:
    """Mean of a figure in the last week, and mean and standard deviation of its baseline."""

    week: float
    mean: float
    sd: float
    half_width: float
    """half width of the band around the baseline's mean"""
    today: float | None

    @property
    def side(self) -> int:
        """-1 if the week is below the band, 0 inside, 1 above."""
        return _side(self.week - self.mean, self.half_width)

    @property
    def today_far(self) -> int:
        """-1 or 1 if today's value is far below or above the baseline, else 0."""
        if self.today is None:
            return 0
        return _side(self.today - self.mean, max(FAR_SD * self.sd, self.half_width))


@dataclass(frozen=True, slots=True)
class Readiness:
    """Advice for today, and the reason."""

    advice: Advice
    why: str
    ln_rmssd: BaselineComparison | None
    heart_rate: BaselineComparison | None
    days: int
    """days with a reading by this strap among the last 60"""


def assess_readiness(readings: Iterable[MorningReading], today: date) -> Readiness:
    """Assess readings in any order; of several on a day the first one counts.

    Straps differ, so the baseline is that of the strap which measured last.
    """
    named = _with_straps(one for one in readings if 0 <= (today - one.day).days < BASELINE_DAYS)
    daily: dict[date, MorningReading] = {}
    for reading in named:
        if reading.strap == named[-1].strap:
            daily.setdefault(reading.day, reading)
    weeks = _weeks(daily, today)
    if 0 not in weeks or len(weeks) < LEAST_WEEKS:
        if any(reading.strap != named[-1].strap for reading in named) and len(daily) < LEAST_MORNINGS:
            why = f"a new baseline begins with this strap: {len(daily)} of {LEAST_MORNINGS} mornings"
            return Readiness(Advice.BUILDING, why, None, None, len(daily))
        return Readiness(Advice.BUILDING, _missing_data(weeks), None, None, len(daily))
    base = [reading for week in weeks.values() for reading in week]
    this = weeks[0]
    now = daily.get(today)
    variability = _compare(
        [reading.ln_rmssd for reading in this],
        [reading.ln_rmssd for reading in base],
        None if now is None else now.ln_rmssd,
        _LEAST_BAND_LN_RMSSD,
    )
    rate = _compare(
        [reading.heart_rate for reading in this],
        [reading.heart_rate for reading in base],
        None if now is None else now.heart_rate,
        _LEAST_BAND_BPM,
    )
    advice, why = _advise(variability, rate)
    return Readiness(advice, why, variability, rate, len(daily))


def _with_straps(readings: Iterable[MorningReading]) -> list[MorningReading]:
    """Return readings by day; one without a strap counts as of that before it, else of the first known."""
    ordered = sorted(readings, key=lambda reading: reading.day)
    strap = next((reading.strap for reading in ordered if reading.strap is not None), None)
    named = []
    for reading in ordered:
        strap = reading.strap or strap
        named.append(replace(reading, strap=strap))
    return named


def _weeks(daily: Mapping[date, MorningReading], today: date) -> dict[int, list[MorningReading]]:
    """Group by weeks ago (0: the seven days that end today); only weeks with enough readings."""
    weeks: dict[int, list[MorningReading]] = {}
    for day in sorted(daily):
        weeks.setdefault((today - day).days // WEEK_DAYS, []).append(daily[day])
    return {weeks_ago: week for weeks_ago, week in weeks.items() if len(week) >= LEAST_DAYS_A_WEEK}


def _missing_data(weeks: Mapping[int, Sequence[MorningReading]]) -> str:
    if len(weeks) >= LEAST_WEEKS:
        return (
            f"the last seven days have too few mornings: {LEAST_DAYS_A_WEEK} at least are needed "
            "for a week's mean"
        )
    return (
        f"{len(weeks)} of {LEAST_WEEKS} weeks are measured; a week counts with "
        f"{LEAST_DAYS_A_WEEK} mornings or more"
    )


def _compare(
    week: Sequence[float], base: Sequence[float], today: float | None, least: float
) -> BaselineComparison:
    sd = stdev(base)
    return BaselineComparison(fmean(week), fmean(base), sd, max(WORTHWHILE_SD * sd, least), today)


def _side(difference: float, half_width: float) -> int:
    if abs(difference) <= half_width:
        return 0
    return 1 if difference > 0 else -1


def _advise(variability: BaselineComparison, rate: BaselineComparison) -> tuple[Advice, str]:
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


class BandStatus(StatusModel):
    """A figure and the athlete's band of it."""

    today: float | None
    week: float
    """mean of the last seven days"""
    low: float
    high: float


class ReadinessStatus(StatusModel):
    """Readiness of today; without a measurement today, from the days before."""

    measured_today: bool
    advice: Advice | None
    """null where readiness does not apply to the athlete"""
    why: str
    ln_rmssd: BandStatus | None
    heart_rate: BandStatus | None
    days: int
    """days with a measurement by this strap among the last 60"""


def readiness_history(history: History, at: datetime) -> list[MorningReading]:
    """Return the measurements of the last 60 days, oldest first."""
    first = start_of_day(history.day(at) - timedelta(days=BASELINE_DAYS), history.zone)
    mornings = history.log.between(first, at + timedelta(microseconds=1), Morning)
    return [
        MorningReading(history.day(when), one.ln_rmssd, one.heart_rate, one.strap) for when, one in mornings
    ]


def readiness_status(history: History, at: datetime) -> ReadinessStatus:
    """Return the status at an instant."""
    readings, today = readiness_history(history, at), history.day(at)
    if history.hrv_reason is not None:
        return ReadinessStatus(
            measured_today=False,
            advice=None,
            why=history.hrv_reason,
            ln_rmssd=None,
            heart_rate=None,
            days=0,
        )
    assessed = assess_readiness(readings, today)
    return ReadinessStatus(
        measured_today=any(reading.day == today for reading in readings),
        advice=assessed.advice,
        why=assessed.why,
        ln_rmssd=_band(assessed.ln_rmssd, 3),
        heart_rate=_band(assessed.heart_rate, 1),
        days=assessed.days,
    )


def readiness_messages(readiness: ReadinessStatus) -> list[str]:
    """Return the advice as a message, on a day with a measurement."""
    if readiness.advice is None or not readiness.measured_today:
        return []
    return [f"Readiness: {readiness.advice}. {capitalize(readiness.why)}."]


def _band(comparison: BaselineComparison | None, digits: int) -> BandStatus | None:
    if comparison is None:
        return None
    return BandStatus(
        today=comparison.today,
        week=round(comparison.week, digits),
        low=round(comparison.mean - comparison.half_width, digits),
        high=round(comparison.mean + comparison.half_width, digits),
    )
