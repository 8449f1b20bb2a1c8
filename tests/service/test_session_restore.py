"""A session open at the shutdown goes on as if there had been no restart, or ends where it is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from talkpace.measurement.heart_rate_payload import encode
from talkpace.pipeline.athlete import AthletePipeline
from talkpace.pipeline.timeline import RecordedTimeline
from talkpace.service.session_restore import UnfinishedSession
from talkpace.sources.events import Notification
from talkpace.storage.profile_json import profile_from_json
from talkpace.storage.records import (
    ActivityChanged,
    EventRecord,
    MeasurementRecord,
    OutgoingMessage,
    RecordItem,
    SessionMoved,
    SessionOpened,
)
from talkpace.training.events import EventName
from talkpace.training.profile import Activity

from ..pipeline.test_pipeline import START, STRAP, WORKOUT, Sinks, notifications, pipeline


def unfinished_session(items: Sequence[RecordItem]) -> UnfinishedSession:
    """The session that a store with these items would return."""
    [opened] = [item for item in items if isinstance(item, SessionOpened)]
    measurements = tuple(item for item in items if isinstance(item, MeasurementRecord))
    events = [item for item in items if isinstance(item, EventRecord)]
    return UnfinishedSession(
        id=opened.session,
        athlete=opened.athlete,
        activity=Activity(opened.activity),
        start=opened.start,
        clock_synchronised=opened.clock_synchronised,
        boot=opened.boot,
        origin_ms=opened.origin_ms,
        strap_address=opened.strap_address,
        strap_name=opened.strap_name,
        profile=profile_from_json(opened.profile),
        events=len(events),
        training_events=sum(event.name != EventName.STRAP_BATTERY_LOW for event in events),
        last_offset_ms=measurements[-1].offset_ms,
        measurements=measurements,
        activity_changes=tuple(item for item in items if isinstance(item, ActivityChanged)),
    )


beats = st.lists(
    st.tuples(st.integers(100, 60_000), st.sampled_from([90, 120, 131, 134, 150])), min_size=2, max_size=80
)


@settings(deadline=None)
@given(beats, st.data())
def test_a_restart_at_any_point_changes_no_event_and_no_summary(
    steps: list[tuple[int, int]], data: st.DataObject
) -> None:
    at_ms, stream = 0, []
    for step_ms, rate in steps:
        stream.append(Notification(at_ms, STRAP, encode(rate)))
        at_ms += step_ms
    cut = data.draw(st.integers(1, len(stream) - 1))
    activity_at = data.draw(st.none() | st.integers(1, len(stream) - 1))

    def feed(anna: AthletePipeline, part: Sequence[Notification], first: int) -> None:
        for index, notification in enumerate(part, first):
            if index == activity_at:
                anna.set_activity(Activity.RECOVERY, notification.at_ms)
            anna.strap_event(notification)

    whole = Sinks()
    anna = pipeline(whole)
    feed(anna, stream, 0)
    anna.advance(at_ms + 200_000)

    before, after = Sinks(), Sinks()
    feed(pipeline(before), stream[:cut], 0)
    session = unfinished_session(before.items)
    again = pipeline(after)
    session.restore(again, origin_ms=session.origin_ms, now_ms=stream[cut - 1].at_ms)
    feed(again, stream[cut:], cut)
    again.advance(at_ms + 200_000)

    records = [item for item in before.items + after.items if not isinstance(item, OutgoingMessage)]
    assert records == [item for item in whole.items if not isinstance(item, OutgoingMessage)]
    assert before.of(OutgoingMessage) + after.of(OutgoingMessage) == whole.of(OutgoingMessage)


def test_a_session_that_is_over_is_ended_as_of_its_last_measurement_and_published() -> None:
    before, after = Sinks(), Sinks()
    anna = pipeline(before)
    for notification in notifications(*WORKOUT):
        anna.strap_event(notification)
    unfinished_session(before.items).restore(pipeline(after), origin_ms=0, now_ms=10_000_000)
    [summary] = after.messages("anna/summary")
    assert summary["duration_s"] == 209.0
    assert [message["event"] for message in after.messages("anna/event")] == ["signal_lost", "session_ended"]
    assert after.alerts == [], "nothing sounds for a session that is over"


def test_within_one_boot_the_monotonic_clock_decides_whether_a_session_goes_on() -> None:
    session = unfinished_session(recorded_for(boot="b"))
    year_later = START + timedelta(days=365)
    assert session.move_to_boot(boot="b", now_ms=389_000, now=year_later, end_after_ms=180_000) is None
    moved = session.move_to_boot(boot="b", now_ms=388_999, now=year_later, end_after_ms=180_000)
    assert moved == SessionMoved(session.id, session.start, True, "b", 0)


def test_after_another_boot_the_dates_decide_and_a_clock_set_back_ends_the_session() -> None:
    session = unfinished_session(recorded_for(boot="b"))
    end = START + timedelta(seconds=209)
    moved = session.move_to_boot(
        boot="c", now_ms=20_000, now=end + timedelta(seconds=60), end_after_ms=180_000
    )
    assert moved is not None
    assert moved.origin_ms == 20_000 - 269_000
    assert (
        session.move_to_boot(boot="c", now_ms=20_000, now=end - timedelta(days=300), end_after_ms=180_000)
        is None
    )


def recorded_for(boot: str) -> list[RecordItem]:
    sinks = Sinks()
    anna = pipeline(sinks, timeline=RecordedTimeline(START, boot))
    for notification in notifications(*WORKOUT):
        anna.strap_event(notification)
    return sinks.items
