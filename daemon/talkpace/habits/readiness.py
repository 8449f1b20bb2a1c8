"""Readiness: the morning measurement at rest, compared with the athlete's baseline.

lnRMSSD, the natural logarithm of the RMSSD in ms, is compared as a mean over 7 days with a band around
the mean over 60: half a standard deviation to both sides, the smallest worthwhile change (Plews et al.
2013). A week counts with 3 valid days or more (Plews et al. 2014). Heart rate is judged in the same way.
Trials in which training followed such a band (Vesterinen et al. 2016, Javaloyes et al. 2019) found it at
least as good as a fixed plan, in small groups of runners and cyclists. One morning alone says little.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from statistics import fmean, stdev

from .message import Message, message

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

    def problem(self) -> Message | None:
        """Return why the measurement cannot be used, and what to do; None if it can."""
        if self.coverage < LEAST_COVERAGE:
            text = (
                f"only {self.coverage:.0%} of the time had beats ({LEAST_COVERAGE:.0%} are needed): "
                "moisten the strap, sit or lie still, and try again"
            )
            percent, needed = math.floor(self.coverage * 100), round(LEAST_COVERAGE * 100)
            return message("few_beats", text, percent=percent, needed=needed)
        if self.artifact_ratio > MOST_ARTIFACTS:
            text = (
                f"{self.artifact_ratio:.0%} of the beats are artifacts ({MOST_ARTIFACTS:.0%} are allowed): "
                "moisten the strap, sit or lie still, and try again"
            )
            percent, most = math.ceil(self.artifact_ratio * 100), round(MOST_ARTIFACTS * 100)
            return message("many_artifacts", text, percent=percent, most=most)
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
    reason: Message
    ln_rmssd: BaselineComparison | None
    heart_rate: BaselineComparison | None
    days: int
    """days with a reading by this strap among the last 60"""

    @property
    def why(self) -> str:
        """The reason in English."""
        return self.reason.text


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
            text = f"a new baseline begins with this strap: {len(daily)} of {LEAST_MORNINGS} mornings"
            reason = message("new_strap", text, mornings=len(daily), needed=LEAST_MORNINGS)
            return Readiness(Advice.BUILDING, reason, None, None, len(daily))
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
    advice, reason = _advise(variability, rate)
    return Readiness(advice, reason, variability, rate, len(daily))


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


def _missing_data(weeks: Mapping[int, Sequence[MorningReading]]) -> Message:
    if len(weeks) >= LEAST_WEEKS:
        text = (
            f"the last seven days have too few mornings: {LEAST_DAYS_A_WEEK} at least are needed "
            "for a week's mean"
        )
        return message("few_mornings", text, needed=LEAST_DAYS_A_WEEK)
    text = (
        f"{len(weeks)} of {LEAST_WEEKS} weeks are measured; a week counts with "
        f"{LEAST_DAYS_A_WEEK} mornings or more"
    )
    return message("few_weeks", text, weeks=len(weeks), needed=LEAST_WEEKS, mornings=LEAST_DAYS_A_WEEK)


def _compare(
    week: Sequence[float], base: Sequence[float], today: float | None, least: float
) -> BaselineComparison:
    sd = stdev(base)
    return BaselineComparison(fmean(week), fmean(base), sd, max(WORTHWHILE_SD * sd, least), today)


def _side(difference: float, half_width: float) -> int:
    if abs(difference) <= half_width:
        return 0
    return 1 if difference > 0 else -1


def _advise(variability: BaselineComparison, rate: BaselineComparison) -> tuple[Advice, Message]:
    low, high = variability.side < 0, rate.side > 0
    if low and high:
        text = "this week's variability is below your usual band and your resting heart rate above it"
        return Advice.REST, message("variability_low_rate_high", text)
    if low:
        text = "this week's variability is below your usual band; your heart rate is as usual"
        return Advice.EASY, message("variability_low", text)
    if high:
        return Advice.EASY, message("rate_high", "this week's resting heart rate is above your usual band")
    far = {
        code: words
        for is_far, code, words in (
            (variability.today_far < 0, "variability", "variability is far below"),
            (rate.today_far > 0, "rate", "resting heart rate is far above"),
        )
        if is_far
    }
    if far:
        text = (
            f"this morning's {' and '.join(far.values())} what is usual for you; one morning says little, "
            "so see what tomorrow's says"
        )
        return Advice.EASY, message(f"morning_far_{'_and_'.join(far)}", text)
    if variability.side > 0:
        text = "this week's variability is above your usual band; that alone is no reason to do more"
        return Advice.PLANNED, message("variability_high", text)
    return Advice.PLANNED, message("as_usual", "this week's variability and heart rate are as usual for you")
