"""Training load over weeks: what an athlete has done lately, against what the same athlete is used to.

All of it looks back from a day, which counts itself, also while it is not over yet. A day without a
session counts as 0. A mean of N days is exponentially weighted as by Williams et al. (2017):

    mean(today) = λ load(today) + (1 - λ) mean(yesterday)      λ = 2 / (N + 1)

There the first mean is the first day's load, which then weighs far too much for weeks. Here it starts
at 0 and is divided by the sum of the weights so far, 1 - (1 - λ)^days; so it is the weighted mean of
exactly the days on record, and from the third month on both are the same.

Monotony and strain are Foster's (1998): the mean of seven days' loads by their standard deviation
(here of the sample, n - 1), and the week's load times that. He compared them with illness in 25
athletes and found that thresholds are individual.

The ratio of acute to chronic load is a rescaled acute load. That it foretold injuries was in good
part an artefact (Impellizzeri et al., 2020): it says that a week is unusual, and not what follows.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

ACUTE_DAYS, CHRONIC_DAYS, WEEK_DAYS = 7, 28, 7

HISTORY_DAYS = 6 * CHRONIC_DAYS
"""what lies farther back weighs less than a hundred-thousandth, and is not asked for"""

CLIMBING_RATIO, EASING_RATIO = 1.3, 0.8
"""of acute to chronic; conventional, and no thresholds of anything that happens in a body"""
CLIMBING_WEEK, EASING_WEEK = 1.5, 0.5
"""of the last seven days to a usual week; wide enough for habits that do not fit into weeks"""


class LoadMeasure(StrEnum):
    """Which load is added up; the two have different scales and are never mixed."""

    BANISTER = "banister"
    EDWARDS = "edwards"


class LoadTrend(StrEnum):
    """How the week compares with the weeks before it."""

    TOO_EARLY = "too_early"
    """less than four weeks on record: there is no habit yet to compare with"""
    RETURNING = "returning"
    """the four weeks before this one were empty"""
    CLIMBING = "climbing"
    STEADY = "steady"
    EASING = "easing"


@dataclass(frozen=True, slots=True)
class SessionLoad:
    """What one session that counts has cost, and on which day it began."""

    day: date
    banister: float | None
    """None where no resting heart rate was known"""
    edwards: float


@dataclass(frozen=True, slots=True)
class LoadDay:
    """One day, as seen at its end. Loads and means are in units of the measure (a day)."""

    day: date
    sessions: int
    load: float
    acute: float
    chronic: float


@dataclass(frozen=True, slots=True)
class LoadStanding:
    """Where an athlete stands on `day`. None stands for what cannot be said yet, or is undefined."""

    day: date
    measure: LoadMeasure
    days_on_record: int
    """since the first session of the history, that day and this one included"""
    today: float
    acute: float
    """mean of a day, over 7 days"""
    chronic: float
    """mean of a day, over 28 days"""
    ratio: float | None
    """acute by chronic; None before 28 days on record, and after months without a session"""
    week: float
    """sum of the last 7 days"""
    usual_week: float | None
    """mean of the four weeks before these (of three at least); None before 28 days on record"""
    monotony: float | None
    """None before 7 days on record, and where all seven days are alike: the deviation is then 0"""
    strain: float | None
    trend: LoadTrend


@dataclass(frozen=True, slots=True)
class LoadHistory:
    """Every day from the first session within HISTORY_DAYS on, and where that leads to."""

    days: tuple[LoadDay, ...]
    standing: LoadStanding


def load_standing(sessions: Iterable[SessionLoad], today: date) -> LoadStanding:
    """Where `sessions` leave an athlete today; in any order, other days' ones are passed over."""
    return load_history(sessions, today).standing


def load_history(sessions: Iterable[SessionLoad], today: date) -> LoadHistory:
    """Add up sessions by day, from HISTORY_DAYS ago to today.

    Banister's load is taken where every session has it; else Edwards' of all of them.
    """
    earliest = today - timedelta(days=HISTORY_DAYS - 1)
    known = [session for session in sessions if earliest <= session.day <= today]
    measure = (
        LoadMeasure.BANISTER
        if all(session.banister is not None for session in known)
        else LoadMeasure.EDWARDS
    )
    first = min((session.day for session in known), default=today)
    count = (today - first).days + 1
    loads, sessions_a_day = [0.0] * count, [0] * count
    for session in known:
        place = (session.day - first).days
        loads[place] += session.edwards if measure is LoadMeasure.EDWARDS else session.banister or 0.0
        sessions_a_day[place] += 1
    acute, chronic = _weighted_means(loads, ACUTE_DAYS), _weighted_means(loads, CHRONIC_DAYS)
    days = tuple(
        LoadDay(first + timedelta(days=place), *of_day)
        for place, of_day in enumerate(zip(sessions_a_day, loads, acute, chronic, strict=True))
    )
    return LoadHistory(days if known else (), _standing(days[-1], loads if known else [], measure))


def _weighted_means(loads: list[float], over_days: int) -> list[float]:
    """The exponentially weighted mean at the end of each day; see above."""
    weight = 2 / (over_days + 1)
    mean, weights, means = 0.0, 0.0, []
    for load in loads:
        mean += weight * (load - mean)
        weights += weight * (1 - weights)
        means.append(mean / weights)
    return means


def _standing(last: LoadDay, loads: list[float], measure: LoadMeasure) -> LoadStanding:
    week = loads[-WEEK_DAYS:]
    habit = len(loads) >= CHRONIC_DAYS
    before = loads[-CHRONIC_DAYS - WEEK_DAYS : -WEEK_DAYS]
    usual_week = sum(before) / len(before) * WEEK_DAYS if habit else None
    ratio = last.acute / last.chronic if habit and last.chronic > 0 else None
    deviation = statistics.stdev(week) if len(week) == WEEK_DAYS else 0.0
    monotony = statistics.fmean(week) / deviation if deviation > 0 else None
    return LoadStanding(
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
    """Both the ratio and the plain sums must say so.

    The ratio alone rises on the day of a session and falls until the next: where somebody trains once
    a week, and always the same, it swings from 0.45 to 1.65.
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
