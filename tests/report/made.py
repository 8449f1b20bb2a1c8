"""Sessions made up for the report, measured by the real core."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from talkpace.effort.athlete import Activity, Judgement
from talkpace.effort.events import Event
from talkpace.effort.rules import Rules
from talkpace.effort.summary import HrvFigures, Summary, SummaryStrap, summarise
from talkpace.effort.training import Outcome, SessionOver, Training
from talkpace.measurement.link import Measurement
from talkpace.practice.days import week_start
from talkpace.report.values import (
    AlphaPoint,
    Beats,
    Happened,
    Interval,
    SessionReport,
    WeekReport,
    Witness,
)
from talkpace.report.week import week_from
from talkpace.rr.artifacts import BeatClass

JUDGEMENT = Judgement(Fraction(180), "given", Fraction(60))
START = datetime(2026, 11, 24, 18, 2, tzinfo=UTC)

HRV = HrvFigures(rmssd_ms=8.1, sdnn_ms=30.2, dfa_alpha1=0.81, rr_coverage=0.9921, artifact_ratio=0.02)

Rates = Sequence[tuple[int, int]]


def hills(minutes: int) -> Rates:
    """Up and down between 96 and 156 bpm, twice in a quarter of an hour; with a pause in the middle."""
    middle = minutes * 30
    return [
        (second * 1000, round(126 + 30 * math.sin(second / 72)))
        for second in range(minutes * 60)
        if not middle <= second < middle + 40
    ]


def measured(
    rates: Rates, *, start: datetime = START, activity: Activity = Activity.CARDIO, strap: str = "A strap"
) -> tuple[Summary, list[Happened]]:
    """The summary and the events of a session."""
    training = Training(Rules(), lambda: JUDGEMENT)
    training.be(activity)
    outcomes: list[Outcome] = []
    for at_ms, rate in rates:
        outcomes += training.measure(Measurement(at_ms, rate))
    outcomes += training.end(rates[-1][0])
    [over] = [one for one in outcomes if isinstance(one, SessionOver)]
    summary = summarise(
        over.figures,
        Rules().session,
        session="019f2c0e-0000-7000-8000-000000000000",
        node="gym-pi",
        athlete="anna",
        strap=SummaryStrap(name=strap, address="A0:9E:1A:00:00:01", battery_percent=87),
        start=start,
        end=start + timedelta(milliseconds=rates[-1][0]),
    )
    events = [Happened(one.at_ms, one.name, one.heart_rate) for one in outcomes if isinstance(one, Event)]
    return summary, events


def beats_of(rates: Rates) -> Beats:
    """An interval for each measurement, one in fifty an artifact, of every class in turn."""
    kinds = [kind for kind in BeatClass if kind is not BeatClass.NORMAL]
    intervals = [
        Interval(at_ms, 60_000 / rate, kinds[place // 50 % 5] if place % 50 == 49 else BeatClass.NORMAL)
        for place, (at_ms, rate) in enumerate(rates)
    ]
    alpha = [AlphaPoint(at_ms, 1.9 - rate / 126, rate / 180) for at_ms, rate in rates[120::5]]
    witnesses = [
        Witness("alpha1 at 0.75", 0.72, (0.68, 0.76), "it differs from strap to strap"),
        Witness("the talk tests", None, None, "none was answered"),
        Witness("the fixed share", 0.70, None, "the same for everybody"),
    ]
    return Beats(HRV, intervals, alpha, witnesses)


def session(
    rates: Rates | None = None, *, name: str = "Anna", strap: str = "A strap", with_beats: bool = True
) -> SessionReport:
    rates = rates or hills(30)
    summary, events = measured(rates, strap=strap)
    earlier = [
        measured(hills(20 + days), start=START - timedelta(days=days), strap=strap)[0] for days in (1, 3, 6)
    ]
    if with_beats:
        summary, earlier[0] = (one.model_copy(update={"hrv": HRV}) for one in (summary, earlier[0]))
    first = week_start(START.date(), 0)
    return SessionReport(
        name=name,
        start=START,
        summary=summary,
        judgement=JUDGEMENT,
        rates=rates,
        ceilings_bpm=[(0, 126.0)],
        events=events,
        beats=beats_of(rates) if with_beats else None,
        earlier=earlier,
        week=week_from(first, [summary, *earlier]),
        load_says=["This week is about what you have been used to lately."],
    )


def week(name: str = "Anna", first: date | None = None) -> WeekReport:
    first = first or week_start(START.date(), 0)
    kinds = (Activity.CARDIO, Activity.STRENGTH, Activity.CARDIO)
    done = [
        measured(hills(20 + 5 * days), start=START - timedelta(days=days), activity=kind)[0]
        for days, kind in enumerate(kinds)
    ]
    before = [week_from(first - timedelta(days=7 * back), done) for back in (1, 2)]
    return WeekReport(name=name, week=week_from(first, done), before=before, load_says=["Seven days: 190."])
