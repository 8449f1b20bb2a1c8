"""The whole way of a beat with plain sinks: the same for a live strap, a replay, and after a restart."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from talkpace.effort.athlete import Activity, Judgement
from talkpace.effort.events import Event, EventName
from talkpace.effort.rules import Rules
from talkpace.effort.warning import WarningState
from talkpace.errors import CommandError
from talkpace.measurement.payload import Contact, encode
from talkpace.pipeline.athlete import AthletePipeline
from talkpace.pipeline.resume import LeftSession, place
from talkpace.pipeline.room import Room
from talkpace.pipeline.timeline import RecordedTimeline
from talkpace.publish.payloads import LivePayload, SessionPayload
from talkpace.record.items import (
    ActivityChanged,
    EventHappened,
    MeasurementTaken,
    Outgoing,
    RecordItem,
    SessionClosed,
    SessionMoved,
    SessionOpened,
)
from talkpace.record.judgement import judgement_from_json, judgement_to_json
from talkpace.strap.door import BatteryLevel, LinkDown, LinkUp, Notification, StrapInfo

START = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
JUDGEMENT = Judgement(Fraction(190), "given", Fraction(55))
STRAP = "A0:9E:1A:00:00:01"


Item = TypeVar("Item")


@dataclass
class Sinks:
    """Everything that comes out, in order."""

    alerts: list[tuple[str, str]] = field(default_factory=list)
    lights: list[WarningState | None] = field(default_factory=list)
    muted: list[float] = field(default_factory=list)
    items: list[RecordItem] = field(default_factory=list)
    lives: list[LivePayload] = field(default_factory=list)
    states: list[tuple[str, BaseModel]] = field(default_factory=list)

    def event(self, athlete: str, event: Event) -> None:
        self.alerts.append((athlete, event.name.value))

    def mute(self, athlete: str, seconds: float) -> None:
        self.muted.append(seconds)

    def put(self, item: RecordItem) -> None:
        self.items.append(item)

    def live(self, athlete: str, payload: LivePayload) -> None:
        self.lives.append(payload)

    def state(self, of: str, what: BaseModel | WarningState | None) -> None:
        if isinstance(what, BaseModel):
            self.states.append((of, what))
        else:
            self.lights.append(what)

    def of(self, kind: type[Item]) -> list[Item]:
        return [item for item in self.items if isinstance(item, kind)]

    def messages(self, topic: str) -> list[dict[str, object]]:
        return [json.loads(item.payload) for item in self.of(Outgoing) if item.topic == topic]


def pipeline(
    sinks: Sinks, athlete: str = "anna", timeline: RecordedTimeline | None = None
) -> AthletePipeline:
    return AthletePipeline(
        athlete,
        node="gym-pi",
        rules=Rules(),
        judge=lambda _at: JUDGEMENT,
        timeline=timeline or RecordedTimeline(START),
        alerts=sinks,
        record=sinks,
        publish=sinks,
    )


def notifications(*parts: tuple[int, int], from_s: int = 0) -> Iterator[Notification]:
    """Parts of (seconds, heart rate), one notification a second."""
    at_s = from_s
    for seconds, rate in parts:
        for _ in range(seconds):
            yield Notification(at_s * 1000, STRAP, encode(rate, rr_ms=(60_000 / max(rate, 1),)))
            at_s += 1


WORKOUT = ((60, 100), (90, 145), (60, 120))


def test_a_workout_goes_through_to_alert_record_and_publish() -> None:
    sinks = Sinks()
    anna = pipeline(sinks)
    anna.strap_event(LinkUp(0, StrapInfo(STRAP, "Polar H10", signal_dbm=-50)))
    anna.strap_event(BatteryLevel(0, STRAP, 87))
    for notification in notifications(*WORKOUT):
        anna.strap_event(notification)
    anna.advance(500_000)

    told = [
        "session_started", "approaching", "over", "over_repeat", "over_repeat", "over_repeat", "easy_again",
        "signal_lost", "session_ended",
    ]  # fmt: skip
    assert sinks.alerts == [("anna", name) for name in told]
    assert [event.name for event in sinks.of(EventHappened)] == told
    assert [message["event"] for message in sinks.messages("anna/event")] == told
    assert len(sinks.of(MeasurementTaken)) == 210
    assert sinks.of(MeasurementTaken)[60].offset_ms == 60_000
    [summary] = sinks.messages("anna/summary")
    assert summary["strap"] == {"name": "Polar H10", "address": STRAP, "battery_percent": 87}
    assert summary["warnings"] == 1
    assert [state.state for topic, state in sinks.states if isinstance(state, SessionPayload)][-1] == "idle"


def test_the_alert_comes_before_record_and_publish() -> None:
    order: list[str] = []

    class Watched(Sinks):
        def event(self, athlete: str, event: Event) -> None:
            order.append(f"alert {event.name}")

        def put(self, item: RecordItem) -> None:
            order.append(f"record {type(item).__name__}")

    anna = pipeline(Watched())
    for notification in notifications((20, 100), (6, 145)):
        anna.strap_event(notification)
    over = order.index("alert over")
    assert order[over + 1 : over + 4] == [
        "record EventHappened",
        "record Outgoing",
        "record MeasurementTaken",
    ]


def test_a_short_session_is_discarded_and_not_published() -> None:
    sinks = Sinks()
    anna = pipeline(sinks)
    for notification in notifications((100, 100)):
        anna.strap_event(notification)
    anna.end_of_recording(99_000)
    [closed] = sinks.of(SessionClosed)
    assert closed.discarded
    assert sinks.messages("anna/summary") == []


def test_live_goes_blank_six_seconds_after_the_last_beat() -> None:
    sinks = Sinks()
    anna = pipeline(sinks)
    for notification in notifications((30, 100)):
        anna.strap_event(notification)
    anna.advance(34_999)
    assert (sinks.lives[-1].heart_rate, sinks.lights[-1]) == (100, WarningState.NONE)
    anna.advance(35_000)
    assert (sinks.lives[-1].heart_rate, sinks.lives[-1].effort, sinks.lights[-1]) == (None, None, None)
    anna.advance(39_000)
    assert (sinks.lives[-1].warning, sinks.lights[-1]) == (WarningState.SIGNAL_LOST, WarningState.SIGNAL_LOST)


def test_live_values_come_on_change_and_every_five_seconds_while_they_are_measured() -> None:
    """Time that passes is no change, and whoever holds an old value for none hears in time that it holds."""
    sinks = Sinks()
    anna = pipeline(sinks)
    for notification in notifications((60, 100), (1, 101), (60, 100)):
        anna.strap_event(notification)
        anna.advance(notification.at_ms + 500)
    elapsed = [live.elapsed_s for live in sinks.lives if live.elapsed_s is not None]
    assert max(later - earlier for earlier, later in pairwise(elapsed)) == 5.0
    assert 60.0 in elapsed
    assert 61.0 in elapsed
    assert len(sinks.lives) <= 2 + 121 // 5 + 2


def test_without_measurements_live_values_cease() -> None:
    sinks = Sinks()
    anna = pipeline(sinks)
    for notification in notifications((30, 100)):
        anna.strap_event(notification)
    for at_s in range(30, 150):
        anna.advance(at_s * 1000)
    blank = [live for live in sinks.lives if live.heart_rate is None]
    assert [live.warning for live in blank] == [WarningState.NONE, WarningState.SIGNAL_LOST]
    assert sinks.lives[-1] is blank[-1]


def test_garbage_is_counted_and_stops_nothing() -> None:
    sinks = Sinks()
    anna = pipeline(sinks)
    assert anna.strap_event(Notification(0, STRAP, b"")) is not None
    assert anna.strap_event(Notification(1, STRAP, b"\x01\x02")) is not None
    assert anna.strap_event(Notification(1000, STRAP, encode(80))) is None
    assert len(sinks.of(MeasurementTaken)) == 1


def test_a_new_link_forgets_what_the_old_one_said_of_contact() -> None:
    sinks = Sinks()
    anna = pipeline(sinks)
    anna.strap_event(Notification(0, STRAP, encode(80, contact=Contact.YES)))
    anna.strap_event(LinkDown(500, STRAP))
    anna.strap_event(LinkUp(700, StrapInfo(STRAP)))
    anna.strap_event(Notification(1000, STRAP, encode(80, contact=Contact.NO)))
    assert [taken.contact for taken in sinks.of(MeasurementTaken)] == ["yes", "unknown"]


def test_a_low_battery_is_an_event_with_and_without_a_session() -> None:
    sinks = Sinks()
    anna = pipeline(sinks)
    anna.strap_event(BatteryLevel(0, STRAP, 9))
    assert sinks.alerts == [("anna", "strap_battery_low")]
    assert sinks.messages("anna/event")[0]["session"] is None


def test_the_same_recording_gives_the_same_session_twice() -> None:
    def replayed() -> list[RecordItem]:
        sinks = Sinks()
        anna = pipeline(sinks)
        for notification in notifications(*WORKOUT):
            anna.strap_event(notification)
        anna.end_of_recording(209_000)
        return sinks.items

    assert replayed() == replayed()


# -- restart --------------------------------------------------------------------------------------------


def left_session(
    items: Sequence[RecordItem],
) -> tuple[LeftSession, list[MeasurementTaken], list[ActivityChanged]]:
    """What a store would give back."""
    [opened] = [item for item in items if isinstance(item, SessionOpened)]
    taken = [item for item in items if isinstance(item, MeasurementTaken)]
    events = [item for item in items if isinstance(item, EventHappened)]
    left = LeftSession(
        id=opened.session,
        athlete=opened.athlete,
        activity=Activity(opened.activity),
        start=opened.start,
        clock_synchronised=opened.clock_synchronised,
        boot=opened.boot,
        origin_ms=opened.origin_ms,
        strap_address=opened.strap_address,
        strap_name=opened.strap_name,
        judgement=judgement_from_json(opened.judgement),
        events=len(events),
        core_events=sum(event.name != EventName.STRAP_BATTERY_LOW for event in events),
        last_offset_ms=taken[-1].offset_ms,
    )
    return left, taken, [item for item in items if isinstance(item, ActivityChanged)]


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
                anna.be(Activity.RECOVERY, notification.at_ms)
            anna.strap_event(notification)

    whole = Sinks()
    anna = pipeline(whole)
    feed(anna, stream, 0)
    anna.advance(at_ms + 200_000)

    before, after = Sinks(), Sinks()
    feed(pipeline(before), stream[:cut], 0)
    left, taken, changed = left_session(before.items)
    again = pipeline(after)
    again.take_up(left, taken, changed, origin_ms=left.origin_ms, now_ms=stream[cut - 1].at_ms)
    feed(again, stream[cut:], cut)
    again.advance(at_ms + 200_000)

    kept = [item for item in before.items + after.items if not isinstance(item, Outgoing)]
    assert kept == [item for item in whole.items if not isinstance(item, Outgoing)]
    assert before.of(Outgoing) + after.of(Outgoing) == whole.of(Outgoing)


def test_a_session_left_too_long_is_ended_as_of_its_last_measurement_and_published() -> None:
    before, after = Sinks(), Sinks()
    anna = pipeline(before)
    for notification in notifications(*WORKOUT):
        anna.strap_event(notification)
    left, taken, changed = left_session(before.items)
    pipeline(after).take_up(left, taken, changed, origin_ms=0, now_ms=10_000_000)
    [summary] = after.messages("anna/summary")
    assert summary["duration_s"] == 209.0
    assert [message["event"] for message in after.messages("anna/event")] == ["signal_lost", "session_ended"]
    assert after.alerts == [], "nobody is in the room for it"


def test_within_one_boot_the_monotonic_clock_says_whether_a_session_goes_on() -> None:
    left, _, _ = left_session(recorded_for(boot="b"))
    year_later = START + timedelta(days=365)
    assert place(left, boot="b", now_ms=389_000, now=year_later, end_after_ms=180_000) is None
    moved = place(left, boot="b", now_ms=388_999, now=year_later, end_after_ms=180_000)
    assert moved == SessionMoved(left.id, left.start, True, "b", 0)


def test_after_another_boot_dates_say_so_and_a_clock_set_back_ends_the_session() -> None:
    left, _, _ = left_session(recorded_for(boot="b"))
    end = START + timedelta(seconds=209)
    moved = place(left, boot="c", now_ms=20_000, now=end + timedelta(seconds=60), end_after_ms=180_000)
    assert moved is not None
    assert moved.origin_ms == 20_000 - 269_000
    assert place(left, boot="c", now_ms=20_000, now=end - timedelta(days=300), end_after_ms=180_000) is None


def recorded_for(boot: str) -> list[RecordItem]:
    sinks = Sinks()
    anna = pipeline(sinks, timeline=RecordedTimeline(START, boot))
    for notification in notifications(*WORKOUT):
        anna.strap_event(notification)
    return sinks.items


def test_a_judgement_survives_being_written_down() -> None:
    judgement = Judgement(Fraction(897, 5), "tanaka", Fraction(55))
    assert judgement_from_json(judgement_to_json(judgement)) == judgement


# -- a clock that jumps ------------------------------------------------------------------------------------


class JumpingTimeline:
    """A wall clock that is a year behind until the network comes."""

    boot = "b"
    right = False

    def wall(self, at_ms: int) -> datetime:
        behind = timedelta(0) if self.right else timedelta(days=365)
        return START - behind + timedelta(milliseconds=at_ms)

    def synchronised(self) -> bool | None:
        return self.right


def test_when_the_clock_becomes_right_the_start_moves_and_durations_do_not() -> None:
    sinks, timeline = Sinks(), JumpingTimeline()
    anna = AthletePipeline(
        "anna", node="n", rules=Rules(), judge=lambda _at: JUDGEMENT, timeline=timeline,
        alerts=sinks, record=sinks, publish=sinks,
    )  # fmt: skip
    for notification in notifications((100, 100)):
        anna.strap_event(notification)
    anna.correct_clock()
    assert sinks.of(SessionMoved) == []
    timeline.right = True
    anna.correct_clock()
    anna.correct_clock()
    [moved] = sinks.of(SessionMoved)
    assert moved.start == START
    for notification in notifications((100, 100), from_s=100):
        anna.strap_event(notification)
    anna.end_session(199_000)
    [summary] = sinks.messages("anna/summary")
    assert (summary["start"], summary["duration_s"]) == ("2026-11-23T17:00:00.000+00:00", 199.0)


# -- the room ----------------------------------------------------------------------------------------------


def room_of(*athletes: str) -> tuple[Room, dict[str, Sinks]]:
    sinks = {athlete: Sinks() for athlete in athletes}
    room = Room(lambda: 1_000)
    for athlete in athletes:
        room.welcome(pipeline(sinks[athlete], athlete))
    return room, sinks


def test_each_strap_feeds_its_own_athlete_and_strangers_feed_nobody() -> None:
    room, sinks = room_of("anna", "ben")
    room.assign({"a": "anna", "b": "ben", "c": "nobody"})
    for address in ("a", "b", "b", "c", "d"):
        room.door(Notification(0, address, encode(80)))
    assert {athlete: len(sink.of(MeasurementTaken)) for athlete, sink in sinks.items()} == {
        "anna": 1,
        "ben": 2,
    }


def test_commands_do_what_they_say() -> None:
    room, sinks = room_of("anna")
    room.command("anna", "activity", "mindful")
    room.command("anna", "mute", {"value": 90})
    room.assign({"a": "anna"})
    room.door(Notification(0, "a", encode(80)))
    room.command("anna", "session", "end")
    assert sinks["anna"].muted == [90]
    assert sinks["anna"].of(SessionOpened)[0].activity == "mindful"
    assert len(sinks["anna"].of(SessionClosed)) == 1
    room.command("anna", "session", "start")


@pytest.mark.parametrize(
    ("athlete", "name", "argument", "why"),
    [
        ("ben", "mute", 5, "no athlete 'ben'"),
        ("anna", "dance", 5, "no command 'dance'; known are session, activity, mute"),
        ("anna", "session", "end", "no session is under way"),
        ("anna", "session", "pause", "'start' or 'end'"),
        ("anna", "activity", None, "activity:"),
        ("anna", "mute", -1, "greater than or equal to 0"),
        ("anna", "mute", "9", "valid number"),
        ("anna", "mute", float("nan"), "finite"),
        ("anna", "mute", True, "valid number"),
        ("anna", "mute", {"seconds": 5}, 'the key "value"'),
        ("anna", "session", {"value": ["start"]}, "'start' or 'end'"),
    ],
)
def test_a_bad_command_changes_nothing_and_says_why(
    athlete: str, name: str, argument: object, why: str
) -> None:
    room, sinks = room_of("anna")
    with pytest.raises(CommandError) as refused:
        room.command(athlete, name, argument)
    assert why in str(refused.value)
    assert sinks["anna"] == Sinks()
