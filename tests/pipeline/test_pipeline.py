"""The whole way of a beat with plain sinks: the same for a live strap, a replay, and after a restart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

import pytest
from pydantic import BaseModel

from talkpace.errors import CommandError
from talkpace.measurement.heart_rate_payload import Contact, encode
from talkpace.mqtt.payloads import LivePayload, SessionPayload
from talkpace.pipeline.athlete import AthletePipeline
from talkpace.pipeline.registry import AthleteRegistry
from talkpace.pipeline.timeline import RecordedTimeline
from talkpace.sources.events import BatteryLevel, LinkDown, LinkUp, Notification, StrapInfo
from talkpace.storage.profile_json import profile_from_json, profile_to_json
from talkpace.storage.records import (
    EventRecord,
    MeasurementRecord,
    OutgoingMessage,
    RecordItem,
    SessionClosed,
    SessionMoved,
    SessionOpened,
)
from talkpace.training.events import Event
from talkpace.training.profile import AthleteProfile
from talkpace.training.rules import Rules
from talkpace.training.warning import WarningState

START = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
PROFILE = AthleteProfile(Fraction(190), "given", Fraction(55))
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
        return [json.loads(item.payload) for item in self.of(OutgoingMessage) if item.topic == topic]


def pipeline(
    sinks: Sinks, athlete: str = "anna", timeline: RecordedTimeline | None = None
) -> AthletePipeline:
    return AthletePipeline(
        athlete,
        node="gym-pi",
        rules=Rules(),
        profile_at=lambda _at: PROFILE,
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


def test_a_workout_reaches_alert_record_and_publish() -> None:
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
    assert [event.name for event in sinks.of(EventRecord)] == told
    assert [message["event"] for message in sinks.messages("anna/event")] == told
    assert len(sinks.of(MeasurementRecord)) == 210
    assert sinks.of(MeasurementRecord)[60].offset_ms == 60_000
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
        "record EventRecord",
        "record OutgoingMessage",
        "record MeasurementRecord",
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


def test_live_values_are_blank_six_seconds_after_the_last_measurement() -> None:
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


def test_live_values_are_published_on_change_and_every_five_seconds() -> None:
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


def test_without_measurements_no_live_values_are_published() -> None:
    sinks = Sinks()
    anna = pipeline(sinks)
    for notification in notifications((30, 100)):
        anna.strap_event(notification)
    for at_s in range(30, 150):
        anna.advance(at_s * 1000)
    blank = [live for live in sinks.lives if live.heart_rate is None]
    assert [live.warning for live in blank] == [WarningState.NONE, WarningState.SIGNAL_LOST]
    assert sinks.lives[-1] is blank[-1]


def test_invalid_notifications_are_counted_and_stop_nothing() -> None:
    sinks = Sinks()
    anna = pipeline(sinks)
    assert anna.strap_event(Notification(0, STRAP, b"")) is not None
    assert anna.strap_event(Notification(1, STRAP, b"\x01\x02")) is not None
    assert anna.strap_event(Notification(1000, STRAP, encode(80))) is None
    assert len(sinks.of(MeasurementRecord)) == 1


def test_a_new_connection_resets_the_skin_contact() -> None:
    sinks = Sinks()
    anna = pipeline(sinks)
    anna.strap_event(Notification(0, STRAP, encode(80, contact=Contact.YES)))
    anna.strap_event(LinkDown(500, STRAP))
    anna.strap_event(LinkUp(700, StrapInfo(STRAP)))
    anna.strap_event(Notification(1000, STRAP, encode(80, contact=Contact.NO)))
    assert [taken.contact for taken in sinks.of(MeasurementRecord)] == ["yes", "unknown"]


def test_a_low_battery_raises_an_event_with_and_without_a_session() -> None:
    sinks = Sinks()
    anna = pipeline(sinks)
    anna.strap_event(BatteryLevel(0, STRAP, 9))
    assert sinks.alerts == [("anna", "strap_battery_low")]
    assert sinks.messages("anna/event")[0]["session"] is None


def test_replaying_a_recording_twice_gives_the_same_session() -> None:
    def replayed() -> list[RecordItem]:
        sinks = Sinks()
        anna = pipeline(sinks)
        for notification in notifications(*WORKOUT):
            anna.strap_event(notification)
        anna.end_of_recording(209_000)
        return sinks.items

    assert replayed() == replayed()


def test_a_profile_survives_encoding_as_json() -> None:
    profile = AthleteProfile(Fraction(897, 5), "tanaka", Fraction(55))
    assert profile_from_json(profile_to_json(profile)) == profile


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


def test_once_the_clock_is_synchronised_the_start_is_corrected_and_durations_stay() -> None:
    sinks, timeline = Sinks(), JumpingTimeline()
    anna = AthletePipeline(
        "anna", node="n", rules=Rules(), profile_at=lambda _at: PROFILE, timeline=timeline,
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


def room_of(*athletes: str) -> tuple[AthleteRegistry, dict[str, Sinks]]:
    sinks = {athlete: Sinks() for athlete in athletes}
    registry = AthleteRegistry(lambda: 1_000)
    for athlete in athletes:
        registry.add(pipeline(sinks[athlete], athlete))
    return registry, sinks


def test_each_strap_feeds_its_athlete_and_unassigned_straps_are_ignored() -> None:
    registry, sinks = room_of("anna", "ben")
    registry.assign({"a": "anna", "b": "ben", "c": "nobody"})
    for address in ("a", "b", "b", "c", "d"):
        registry.on_event(Notification(0, address, encode(80)))
    assert {athlete: len(sink.of(MeasurementRecord)) for athlete, sink in sinks.items()} == {
        "anna": 1,
        "ben": 2,
    }


def test_commands_change_session_activity_and_mute() -> None:
    registry, sinks = room_of("anna")
    registry.command("anna", "activity", "mindful")
    registry.command("anna", "mute", {"value": 90})
    registry.assign({"a": "anna"})
    registry.on_event(Notification(0, "a", encode(80)))
    registry.command("anna", "session", "end")
    assert sinks["anna"].muted == [90]
    assert sinks["anna"].of(SessionOpened)[0].activity == "mindful"
    assert len(sinks["anna"].of(SessionClosed)) == 1
    registry.command("anna", "session", "start")


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
def test_an_invalid_command_changes_nothing_and_gives_the_reason(
    athlete: str, name: str, argument: object, why: str
) -> None:
    registry, sinks = room_of("anna")
    with pytest.raises(CommandError) as refused:
        registry.command(athlete, name, argument)
    assert why in str(refused.value)
    assert sinks["anna"] == Sinks()
