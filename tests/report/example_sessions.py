"""Example sessions and weeks for reports, calculated by the real training core."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from talkpace.hrv.artifacts import BeatClass
from talkpace.measurement.link_decoder import Measurement
from talkpace.report.model import (
    AlphaPoint,
    ClassifiedInterval,
    HrvReport,
    SessionEvent,
    SessionReport,
    ThresholdRow,
    Week,
    WeekReport,
)
from talkpace.timestamps import start_of_week
from talkpace.training.athlete_training import Outcome, SessionEnded, Training
from talkpace.training.events import Event
from talkpace.training.profile import Activity, AthleteProfile
from talkpace.training.rules import Rules
from talkpace.training.summary import HrvFigures, Summary, SummaryStrap, summarise

PROFILE = AthleteProfile(Fraction(180), "given", Fraction(60))
START = datetime(2026, 11, 24, 18, 2, tzinfo=UTC)

HRV = HrvFigures(rmssd_ms=8.1, sdnn_ms=30.2, dfa_alpha1=0.81, rr_coverage=0.9921, artifact_ratio=0.02)

Rates = Sequence[tuple[int, int]]


def hills(minutes: int) -> Rates:
    """A sine between 96 and 156 bpm with a period of 7.5 minutes, and a gap of 40 s in the middle."""
    middle = minutes * 30
    return [
        (second * 1000, round(126 + 30 * math.sin(second / 72)))
        for second in range(minutes * 60)
        if not middle <= second < middle + 40
    ]


def summary_and_events(
    rates: Rates, *, start: datetime = START, activity: Activity = Activity.CARDIO, strap: str = "A strap"
) -> tuple[Summary, list[SessionEvent]]:
    """Run the training core over heart rates."""
    training = Training(Rules(), lambda: PROFILE)
    training.set_activity(activity)
    outcomes: list[Outcome] = []
    for at_ms, rate in rates:
        outcomes += training.measure(Measurement(at_ms, rate))
    outcomes += training.end(rates[-1][0])
    [over] = [one for one in outcomes if isinstance(one, SessionEnded)]
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
    events = [SessionEvent(one.at_ms, one.name, one.heart_rate) for one in outcomes if isinstance(one, Event)]
    return summary, events


def hrv_example(rates: Rates) -> HrvReport:
    """One interval for each measurement; every 50th is an artifact, of each class in turn."""
    artifacts = [each for each in BeatClass if each is not BeatClass.NORMAL]
    intervals = [
        ClassifiedInterval(
            at_ms, 60_000 / rate, artifacts[number // 50 % 5] if number % 50 == 49 else BeatClass.NORMAL
        )
        for number, (at_ms, rate) in enumerate(rates)
    ]
    alpha = [AlphaPoint(at_ms, 1.9 - rate / 126, rate / 180) for at_ms, rate in rates[120::5]]
    thresholds = [
        ThresholdRow("alpha1 = 0.75", 0.72, (0.68, 0.76), "it differs from strap to strap"),
        ThresholdRow("talk tests", None, None, "none was answered"),
        ThresholdRow("fixed share", 0.70, None, "the same for everybody"),
    ]
    return HrvReport(HRV, intervals, alpha, thresholds)


def session_example(
    rates: Rates | None = None, *, name: str = "Anna", strap: str = "A strap", with_hrv: bool = True
) -> SessionReport:
    rates = rates or hills(30)
    summary, events = summary_and_events(rates, strap=strap)
    earlier = [
        summary_and_events(hills(20 + days), start=START - timedelta(days=days), strap=strap)[0]
        for days in (1, 3, 6)
    ]
    if with_hrv:
        summary, earlier[0] = (one.model_copy(update={"hrv": HRV}) for one in (summary, earlier[0]))
    first = start_of_week(START.date(), 0)
    return SessionReport(
        name=name,
        start=START,
        summary=summary,
        profile=PROFILE,
        rates=rates,
        ceilings_bpm=[(0, 126.0)],
        events=events,
        hrv=hrv_example(rates) if with_hrv else None,
        earlier=earlier,
        week=Week.of(first, [summary, *earlier]),
        load_notes=["This week is about what you have been used to lately."],
    )


def week_example(name: str = "Anna", first: date | None = None) -> WeekReport:
    first = first or start_of_week(START.date(), 0)
    kinds = (Activity.CARDIO, Activity.STRENGTH, Activity.CARDIO)
    sessions = [
        summary_and_events(hills(20 + 5 * days), start=START - timedelta(days=days), activity=kind)[0]
        for days, kind in enumerate(kinds)
    ]
    before = [Week.of(first - timedelta(days=7 * back), sessions) for back in (1, 2)]
    return WeekReport(
        name=name, week=Week.of(first, sessions), before=before, load_notes=["Seven days: 190."]
    )
