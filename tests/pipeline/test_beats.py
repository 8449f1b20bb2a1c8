"""A session's beats on the whole way: into the summary and the live values, and never before an alert."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talkpace.measurement.payload import decode
from talkpace.pipeline.resume import LeftSession
from talkpace.record.items import MeasurementTaken, SessionClosed, SessionOpened
from talkpace.record.judgement import judgement_from_json
from talkpace.rr.beats import beats_of
from talkpace.rr.stream import figures_of
from talkpace.strap.door import LinkDown, LinkUp, Notification, StrapInfo
from talkpace.strap.virtual import beats, workout

from .test_pipeline import STRAP, Sinks, notifications, pipeline

OTHER = "A0:9E:1A:00:00:02"


def workout_of(seconds: int, seed: int = 1) -> list[Notification]:
    made = beats(workout("steady"), seed=seed, max_heart_rate=190, resting_heart_rate=60)
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
    series = beats_of((at_ms, said.rr_ms) for at_ms, said in decoded)  # type: ignore[union-attr]
    figures, _ = figures_of(series)
    hrv = figures.of_session(events[-1].at_ms - events[0].at_ms)
    assert hrv is not None
    return {
        "rmssd_ms": round(hrv.rmssd_ms or 0, 1),
        "sdnn_ms": round(hrv.sdnn_ms or 0, 1),
        "rr_coverage": round(hrv.rr_coverage, 4),
        "artifact_ratio": round(hrv.artifact_ratio, 4),
    }


def test_the_summary_has_the_figures_of_the_whole_series() -> None:
    events = workout_of(900)
    hrv = summary_of(run(events))["hrv"]
    assert list(hrv) == ["rmssd_ms", "sdnn_ms", "dfa_alpha1", "rr_coverage", "artifact_ratio"]
    assert 0.3 < hrv["dfa_alpha1"] < 1.7
    assert {key: value for key, value in hrv.items() if key != "dfa_alpha1"} == expected(events)
    assert hrv["rr_coverage"] > 0.99


def test_a_session_too_short_to_count_has_them_too_as_far_as_it_goes() -> None:
    hrv = summary_of(run(workout_of(60)))["hrv"]
    assert hrv["rmssd_ms"] > 0
    assert hrv["dfa_alpha1"] is None


def test_without_intervals_there_are_none() -> None:
    without = [event._replace(payload=bytes([0, event.payload[1]])) for event in notifications((200, 120))]
    sinks = run(without)
    assert summary_of(sinks)["hrv"] is None
    assert {live.rmssd_ms for live in sinks.lives} == {None}


def test_live_values_come_with_the_beats_and_change_at_most_every_5_s() -> None:
    sinks = run(workout_of(600))
    shown = [(live.elapsed_s, live.rmssd_ms, live.dfa_alpha1) for live in sinks.lives]
    assert sinks.lives[0].rmssd_ms is None
    assert all(alpha1 is None for elapsed_s, _, alpha1 in shown if (elapsed_s or 0) < 100)
    assert shown[-1][1] is not None
    assert shown[-1][2] is not None
    changed = [now[0] for before, now in pairwise(shown) if before[1:] != now[1:]]
    assert len(changed) > 60
    assert all(later - earlier >= 4.9 for earlier, later in pairwise(changed))  # type: ignore[operator]


def test_no_fresh_heart_rate_has_no_live_values() -> None:
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
def test_a_session_taken_up_after_a_restart_has_the_same_figures(stopped_after: int) -> None:
    events = workout_of(600)
    whole = summary_of(run(events))["hrv"]

    first = Sinks()
    before = pipeline(first)
    for event in events[:stopped_after]:
        before.strap_event(event)
    (opened,) = first.of(SessionOpened)
    taken = first.of(MeasurementTaken)
    left = LeftSession(
        id=opened.session, athlete="anna", activity=judged_activity(), start=opened.start,
        clock_synchronised=True, boot="", origin_ms=opened.origin_ms, strap_address="", strap_name="",
        judgement=judgement_from_json(opened.judgement), events=0, core_events=0,
        last_offset_ms=taken[-1].offset_ms,
    )  # fmt: skip
    second = Sinks()
    after = pipeline(second)
    after.take_up(left, taken, [], origin_ms=opened.origin_ms, now_ms=events[stopped_after - 1].at_ms + 500)
    for event in events[stopped_after:]:
        after.strap_event(event)
    after.end_of_recording(events[-1].at_ms)
    resumed = summary_of(second)["hrv"]
    # Nobody knows whether a beat came meanwhile, so the beats after a restart follow on nothing.
    assert resumed == pytest.approx(whole, rel=0.02, abs=0.002)


def judged_activity() -> Any:
    from talkpace.effort.athlete import Activity

    return Activity.CARDIO


def test_beats_of_two_straps_do_not_follow_on_each_other() -> None:
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


def test_an_alert_is_told_before_any_work_on_the_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    from talkpace.rr.session import SessionBeats

    order: list[str] = []
    work = SessionBeats.work

    class Watched(Sinks):
        def event(self, athlete: str, event: Any) -> None:
            order.append(event.name.value)

    def noted(self: SessionBeats) -> bool:
        order.append("work")
        return work(self)

    monkeypatch.setattr(SessionBeats, "work", noted)
    anna = pipeline(Watched())
    for event in notifications((40, 100), (10, 160)):
        anna.strap_event(event)
        if order[-2:-1] == ["over"]:
            break
    assert order[-2:] == ["over", "work"]
    assert order.index("work") > 0


def test_a_session_of_hours_closes_with_as_little_work_as_one_of_minutes() -> None:
    """All is done beat by beat: what is left at the end is bounded, whatever the session's length."""
    left = []
    for seconds in (600, 3000):
        made = beats(workout("steady"), seed=1, max_heart_rate=190, resting_heart_rate=60)
        events = [beat._replace(address=STRAP) for beat in made][:seconds]
        anna = pipeline(Sinks())
        for event in events:
            anna.strap_event(event)
        session = anna._training.session
        assert session is not None
        assert session._beats is not None
        stream = session._beats._stream
        left.append(
            len(session._beats._waiting) + sum(len(one._unclassified) for one in stream._correction._passes)
        )
    assert left[1] <= left[0] * 1.2 + 50
