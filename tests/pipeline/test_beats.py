"""A session's beats on the whole way: into the summary and the live values, and never before an alert."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talkpace.hrv.analysis import analyze_beats
from talkpace.hrv.beats import beats_from_measurements
from talkpace.measurement.heart_rate_payload import decode
from talkpace.pipeline.active_session import ActiveSession
from talkpace.sources.events import LinkDown, LinkUp, Notification, StrapInfo
from talkpace.sources.simulator import find_workout, simulate
from talkpace.storage.profile_json import profile_from_json
from talkpace.storage.records import MeasurementRecord, SessionClosed, SessionOpened
from talkpace.training.profile import Activity

from .test_pipeline import STRAP, Sinks, notifications, pipeline

OTHER = "A0:9E:1A:00:00:02"


def workout_of(seconds: int, seed: int = 1) -> list[Notification]:
    made = simulate(find_workout("steady"), seed=seed, max_heart_rate=190, resting_heart_rate=60)
    return [beat._replace(address=STRAP) for beat in made][:seconds]


def summary_of(sinks: Sinks) -> dict[str, Any]:
    (closed,) = sinks.of(SessionClosed)
    document: dict[str, Any] = json.loads(closed.summary)
    return document


def run(events: Sequence[Notification]) -> Sinks:
    sinks = Sinks()
    anna = pipeline(sinks)
    anna.strap_event(LinkUp(0, StrapInfo(STRAP)))
    for event in events:
        anna.strap_event(event)
    anna.end_of_recording(events[-1].at_ms)
    return sinks


def expected(events: Sequence[Notification]) -> dict[str, Any]:
    """Of the whole series at once."""
    decoded = [(event.at_ms, decode(event.payload)) for event in events]
    series = beats_from_measurements((at_ms, said.rr_ms) for at_ms, said in decoded)  # type: ignore[union-attr]
    figures, _ = analyze_beats(series)
    hrv = figures.for_session(events[-1].at_ms - events[0].at_ms)
    assert hrv is not None
    return {
        "rmssd_ms": round(hrv.rmssd_ms or 0, 1),
        "sdnn_ms": round(hrv.sdnn_ms or 0, 1),
        "rr_coverage": round(hrv.rr_coverage, 4),
        "artifact_ratio": round(hrv.artifact_ratio, 4),
    }


def test_the_summary_has_the_hrv_of_the_whole_series() -> None:
    events = workout_of(900)
    hrv = summary_of(run(events))["hrv"]
    assert list(hrv) == ["rmssd_ms", "sdnn_ms", "dfa_alpha1", "rr_coverage", "artifact_ratio"]
    assert 0.3 < hrv["dfa_alpha1"] < 1.7
    assert {key: value for key, value in hrv.items() if key != "dfa_alpha1"} == expected(events)
    assert hrv["rr_coverage"] > 0.99


def test_a_discarded_session_has_hrv_as_far_as_it_goes() -> None:
    hrv = summary_of(run(workout_of(60)))["hrv"]
    assert hrv["rmssd_ms"] > 0
    assert hrv["dfa_alpha1"] is None


def test_without_rr_intervals_there_is_no_hrv() -> None:
    without = [event._replace(payload=bytes([0, event.payload[1]])) for event in notifications((200, 120))]
    sinks = run(without)
    assert summary_of(sinks)["hrv"] is None
    assert {live.rmssd_ms for live in sinks.lives} == {None}


def test_live_hrv_changes_at_most_every_5_s() -> None:
    sinks = run(workout_of(600))
    shown = [(live.elapsed_s, live.rmssd_ms, live.dfa_alpha1) for live in sinks.lives]
    assert sinks.lives[0].rmssd_ms is None
    assert all(alpha1 is None for elapsed_s, _, alpha1 in shown if (elapsed_s or 0) < 100)
    assert shown[-1][1] is not None
    assert shown[-1][2] is not None
    changed = [now[0] for before, now in pairwise(shown) if before[1:] != now[1:]]
    assert len(changed) > 60
    assert all(later - earlier >= 4.9 for earlier, later in pairwise(changed))  # type: ignore[operator]


def test_without_a_fresh_heart_rate_there_is_no_live_hrv() -> None:
    sinks, events = Sinks(), workout_of(300)
    anna = pipeline(sinks)
    for event in events:
        anna.strap_event(event)
    assert sinks.lives[-1].rmssd_ms is not None
    anna.advance(events[-1].at_ms + 7000)
    gone = sinks.lives[-1]
    assert gone.rmssd_ms is gone.dfa_alpha1 is None


@settings(max_examples=8)
@given(st.integers(30, 560))
def test_a_session_restored_after_a_restart_has_the_same_hrv(stopped_after: int) -> None:
    events = workout_of(600)
    whole = summary_of(run(events))["hrv"]

    first = Sinks()
    before = pipeline(first)
    for event in events[:stopped_after]:
        before.strap_event(event)
    (opened,) = first.of(SessionOpened)
    second = Sinks()
    after = pipeline(second)
    after.restore_session(
        ActiveSession(opened.session, opened.start, opened.origin_ms, clock_synchronised=True),
        profile=profile_from_json(opened.profile),
        activity=Activity.CARDIO,
        measurements=first.of(MeasurementRecord),
        activity_changes=[],
        now_ms=events[stopped_after - 1].at_ms + 500,
    )
    for event in events[stopped_after:]:
        after.strap_event(event)
    after.end_of_recording(events[-1].at_ms)
    resumed = summary_of(second)["hrv"]
    # Nobody knows whether a beat came meanwhile, so the beats after a restart follow on nothing.
    assert resumed == pytest.approx(whole, rel=0.02, abs=0.002)


def test_rr_intervals_of_two_straps_are_not_joined() -> None:
    sinks, events = Sinks(), workout_of(400)
    anna = pipeline(sinks)
    anna.strap_event(LinkUp(0, StrapInfo(STRAP)))
    for number, event in enumerate(events):
        if number == 200:
            anna.strap_event(LinkDown(event.at_ms, STRAP))
            anna.strap_event(LinkUp(event.at_ms, StrapInfo(OTHER)))
        anna.strap_event(event if number < 200 else event._replace(address=OTHER))
    anna.end_of_recording(events[-1].at_ms)
    session = summary_of(sinks)["hrv"]
    assert session["rmssd_ms"] == pytest.approx(expected(events)["rmssd_ms"], abs=0.3)


def test_an_alert_comes_before_any_hrv_computation(monkeypatch: pytest.MonkeyPatch) -> None:
    from talkpace.hrv.analysis import SessionHrv

    order: list[str] = []
    work = SessionHrv.work

    class Watched(Sinks):
        def event(self, athlete: str, event: Any) -> None:
            order.append(event.name.value)

    def noted(self: SessionHrv) -> bool:
        order.append("work")
        return work(self)

    monkeypatch.setattr(SessionHrv, "work", noted)
    anna = pipeline(Watched())
    for event in notifications((40, 100), (10, 160)):
        anna.strap_event(event)
        if order[-2:-1] == ["over"]:
            break
    assert order[-2:] == ["over", "work"]
    assert order.index("work") > 0


def test_closing_a_session_of_hours_takes_no_more_work_than_one_of_minutes() -> None:
    """All is done beat by beat: what is left at the end is bounded, whatever the session's length."""
    left = []
    for seconds in (600, 3000):
        made = simulate(find_workout("steady"), seed=1, max_heart_rate=190, resting_heart_rate=60)
        events = [beat._replace(address=STRAP) for beat in made][:seconds]
        anna = pipeline(Sinks())
        for event in events:
            anna.strap_event(event)
        session = anna._training.session
        assert session is not None
        assert session._beats is not None
        stream = session._beats._analyzer
        assert stream is not None
        left.append(
            len(session._beats._queue) + sum(len(one._unclassified) for one in stream._correction._passes)
        )
    assert left[1] <= left[0] * 1.2 + 50
