"""Training load: of a session by Banister and Edwards, and over weeks against the athlete's own habit.

The history looks back from a day, which is included even while it is not over. A day without a
session counts as 0. A mean of N days is exponentially weighted after Williams et al. (2017):

    mean(today) = λ load(today) + (1 - λ) mean(yesterday)      λ = 2 / (N + 1)

There the first mean is the first day's load, which has too much weight for weeks. Here the mean starts
at 0 and is divided by the sum of the weights so far, 1 - (1 - λ)^days: the weighted mean of exactly the
days on record. From the third month on both are the same.

Monotony and strain are Foster's (1998): the mean of seven days' loads by their standard deviation
(here of the sample, n - 1), and the week's load times that. He compared them with illness in 25
athletes and found that thresholds are individual.

The ratio of acute to chronic load is a rescaled acute load. Its relation to injuries was in good
part an artefact (Impellizzeri et al., 2020): it shows that a week is unusual, and predicts nothing.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from ..text import quantity
from .profile import Sex

_MS_PER_MINUTE = 60_000

_BANISTER = {Sex.MALE: (0.64, 1.92), Sex.FEMALE: (0.86, 1.67), None: (0.75, 1.795)}
"""a and b; their mean where the sex is unknown"""

_EDWARDS_BANDS = tuple(Fraction(tenths, 10) for tenths in range(5, 10))


def banister_trimp(
    ms_at_bpm: Mapping[int, int], *, resting_bpm: Fraction, maximum_bpm: Fraction, sex: Sex | None
) -> float:
    """Return the sum of minutes x d x a x exp(b d), d the fraction of heart-rate reserve, at least 0.

    `ms_at_bpm` maps a heart rate (bpm) to the time at it. Morton, Fitz-Clarke and Banister (1990).
    """
    a, b = _BANISTER[sex]
    span = float(maximum_bpm - resting_bpm)
    load = 0.0
    for heart_rate in sorted(ms_at_bpm):
        reserve = max(0.0, float(heart_rate - resting_bpm) / span)
        load += ms_at_bpm[heart_rate] / _MS_PER_MINUTE * reserve * a * math.exp(b * reserve)
    return load


def edwards_trimp(ms_at_bpm: Mapping[int, int], *, maximum_bpm: Fraction) -> float:
    """Return minutes in 50-60, 60-70, 70-80, 80-90 and 90-100 % of maximum, times 1 to 5. Edwards (1993).

    Lower bounds are inclusive; time above the maximum counts as the highest band.
    """
    weighted_ms = sum(
        duration_ms * sum(heart_rate >= band * maximum_bpm for band in _EDWARDS_BANDS)
        for heart_rate, duration_ms in ms_at_bpm.items()
    )
    return weighted_ms / _MS_PER_MINUTE


ACUTE_DAYS, CHRONIC_DAYS, WEEK_DAYS = 7, 28, 7

HISTORY_DAYS = 6 * CHRONIC_DAYS
"""older sessions weigh less than a hundred-thousandth and are not loaded"""

CLIMBING_RATIO, EASING_RATIO = 1.3, 0.8
"""of acute to chronic load; conventional, not physiological thresholds"""
CLIMBING_WEEK, EASING_WEEK = 1.5, 0.5
"""of the last seven days to a usual week; wide enough for habits that do not follow weeks"""


class LoadMeasure(StrEnum):
    """The load that is added up; the two have different scales and are never mixed."""

    BANISTER = "banister"
    EDWARDS = "edwards"


class LoadTrend(StrEnum):
    """The last seven days compared with the weeks before."""

    TOO_EARLY = "too_early"
    """less than four weeks on record"""
    RETURNING = "returning"
    """the four weeks before this one were empty"""
    CLIMBING = "climbing"
    STEADY = "steady"
    EASING = "easing"


@dataclass(frozen=True, slots=True)
class SessionLoad:
    """The load of a session, and the day on which it started."""

    day: date
    banister: float | None
    """None without a resting heart rate"""
    edwards: float


@dataclass(frozen=True, slots=True)
class LoadDay:
    """One day, as of its end. Loads and means are in units of the measure (a day)."""

    day: date
    sessions: int
    load: float
    acute: float
    chronic: float


@dataclass(frozen=True, slots=True)
class LoadStatus:
    """An athlete's load on `day`; None for values that are undefined or not available yet."""

    day: date
    measure: LoadMeasure
    days_on_record: int
    """since the first session of the history, both days included"""
    today: float
    acute: float
    """mean daily load over 7 days"""
    chronic: float
    """mean daily load over 28 days"""
    ratio: float | None
    """acute / chronic; None before 28 days on record, and after months without a session"""
    week: float
    """sum of the last 7 days"""
    usual_week: float | None
    """mean of the four weeks before these (of three at least); None before 28 days on record"""
    monotony: float | None
    """None before 7 days on record, and where all seven days are equal (deviation 0)"""
    strain: float | None
    trend: LoadTrend


@dataclass(frozen=True, slots=True)
class LoadHistory:
    """Every day since the first session within HISTORY_DAYS, and the status of the last one."""

    days: tuple[LoadDay, ...]
    status: LoadStatus


def compute_load_status(sessions: Iterable[SessionLoad], today: date) -> LoadStatus:
    """Return the load status of today; `sessions` in any order, those outside HISTORY_DAYS are ignored."""
    return compute_load_history(sessions, today).status


def compute_load_history(sessions: Iterable[SessionLoad], today: date) -> LoadHistory:
    """Add up sessions by day, from HISTORY_DAYS ago to today.

    Uses Banister's load where every session has it, else Edwards' for all of them.
    """
    earliest = today - timedelta(days=HISTORY_DAYS - 1)
    recent = [session for session in sessions if earliest <= session.day <= today]
    measure = (
        LoadMeasure.BANISTER
        if all(session.banister is not None for session in recent)
        else LoadMeasure.EDWARDS
    )
    first = min((session.day for session in recent), default=today)
    count = (today - first).days + 1
    loads, sessions_a_day = [0.0] * count, [0] * count
    for session in recent:
        index = (session.day - first).days
        loads[index] += session.edwards if measure is LoadMeasure.EDWARDS else session.banister or 0.0
        sessions_a_day[index] += 1
    acute, chronic = _weighted_means(loads, ACUTE_DAYS), _weighted_means(loads, CHRONIC_DAYS)
    days = tuple(
        LoadDay(first + timedelta(days=index), *of_day)
        for index, of_day in enumerate(zip(sessions_a_day, loads, acute, chronic, strict=True))
    )
    return LoadHistory(days if recent else (), _status(days[-1], loads if recent else [], measure))


def _weighted_means(loads: list[float], over_days: int) -> list[float]:
    """Return the exponentially weighted mean at the end of each day, by the head of this module."""
    weight = 2 / (over_days + 1)
    mean, weights, means = 0.0, 0.0, []
    for load in loads:
        mean += weight * (load - mean)
        weights += weight * (1 - weights)
        means.append(mean / weights)
    return means


def _status(last: LoadDay, loads: list[float], measure: LoadMeasure) -> LoadStatus:
    week = loads[-WEEK_DAYS:]
    habit = len(loads) >= CHRONIC_DAYS
    before = loads[-CHRONIC_DAYS - WEEK_DAYS : -WEEK_DAYS]
    usual_week = sum(before) / len(before) * WEEK_DAYS if habit else None
    ratio = last.acute / last.chronic if habit and last.chronic > 0 else None
    deviation = statistics.stdev(week) if len(week) == WEEK_DAYS else 0.0
    monotony = statistics.fmean(week) / deviation if deviation > 0 else None
    return LoadStatus(
        day=last.day,
        measure=measure,
        days_on_record=len(loads),
        today=last.load,
        acute=last.acute,
        chronic=last.chronic,
        ratio=ratio,
        week=sum(week),
        usual_week=usual_week,
        monotony=monotony,
        strain=None if monotony is None else sum(week) * monotony,
        trend=_trend(sum(week), usual_week, ratio),
    )


def _trend(week: float, usual_week: float | None, ratio: float | None) -> LoadTrend:
    """Return climbing or easing only where both the ratio and the plain sums agree.

    The ratio alone rises on the day of a session and falls until the next: with the same session once
    a week it varies from 0.45 to 1.65.
    """
    if usual_week is None or ratio is None:
        return LoadTrend.TOO_EARLY
    if usual_week == 0:
        return LoadTrend.RETURNING if week > 0 else LoadTrend.EASING
    if ratio > CLIMBING_RATIO and week > CLIMBING_WEEK * usual_week:
        return LoadTrend.CLIMBING
    if ratio < EASING_RATIO and week < EASING_WEEK * usual_week:
        return LoadTrend.EASING
    return LoadTrend.STEADY


_TRENDS = {
    LoadTrend.TOO_EARLY: "There is no habit to compare with yet: that takes four weeks on record.",
    LoadTrend.RETURNING: (
        "You return from four weeks or more without training: begin with less than you were used to."
    ),
    LoadTrend.CLIMBING: (
        "This week is far more than you have been used to lately."
        " More is not better: let the next days be easy."
    ),
    LoadTrend.STEADY: "This week is about what you have been used to lately.",
    LoadTrend.EASING: "This week is clearly less than you have been used to lately.",
}

LOAD_CAVEATS = (
    "Load is computed from heart rate alone: it knows nothing of strength work, sleep, stress or illness.",
    "The ratio says that a week is unusual for you; it foretells neither injury nor illness.",
    "Monotony and strain have no limits that hold for everybody: compare them with your own other weeks.",
)
"""shown wherever the figures are shown"""


def describe_load(status: LoadStatus) -> list[str]:
    """Return the available values as sentences."""
    sentences = [_TRENDS[status.trend]]
    if status.usual_week is not None:
        sentences.append(
            f"Seven days: {status.week:.0f}; a usual week of the four before: {status.usual_week:.0f}."
        )
    else:
        sentences.append(
            f"Seven days: {status.week:.0f}; {quantity(status.days_on_record, 'day')} on record."
        )
    if status.ratio is not None:
        sentences.append(
            f"A day's mean is {status.acute:.1f} over the last {WEEK_DAYS} days (recent ones weigh more)"
            f" and {status.chronic:.1f} over {CHRONIC_DAYS}: {status.ratio:.2f} times as much."
        )
    if status.monotony is not None and status.strain is not None:
        sentences.append(
            f"Monotony {status.monotony:.2f}: the lower, the more the seven days differ;"
            f" strain {status.strain:.0f} is the week's load times that."
        )
    elif status.week > 0 and status.days_on_record >= WEEK_DAYS:
        sentences.append(
            "Monotony has no value: all seven days were alike, which is as monotonous as it gets."
        )
    if status.measure is LoadMeasure.EDWARDS:
        sentences.append(
            "Edwards' load is used: a session has no Banister load, for want of a resting heart rate."
        )
    return sentences
