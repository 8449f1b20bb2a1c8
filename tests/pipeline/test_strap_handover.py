"""A strap that is given to somebody else: its session moves within five minutes, later nothing does."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from functools import partial
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from talkpace.measurement.heart_rate_payload import encode
from talkpace.pipeline.athlete import AthletePipeline
from talkpace.pipeline.registry import AthleteRegistry
from talkpace.pipeline.timeline import RecordedTimeline
from talkpace.sources.events import BatteryLevel, LinkUp, Notification, StrapInfo
from talkpace.storage.records import EventRecord, MeasurementRecord, SessionClosed, SessionOpened
from talkpace.storage.records import SessionReassigned as Reassigned
from talkpace.training.profile import Activity, AthleteProfile
from talkpace.training.rules import Rules

from .test_pipeline import START, STRAP, Sinks

OTHER_STRAP = "A0:9E:1A:00:00:02"
PROFILES = {"anna": AthleteProfile(Fraction(170), "given"), "ben": AthleteProfile(Fraction(200), "given")}


def profile_of(athlete: str, _at: datetime) -> AthleteProfile:
    return PROFILES[athlete]


class Gym:
    """Anna and Ben, and a strap that Anna wears at first."""

    def __init__(self, owner: str = "anna") -> None:
        self.now_ms = 0
        self.sinks = Sinks()
        self.registry = AthleteRegistry(lambda: self.now_ms)
        for athlete in PROFILES:
            self.registry.add(
                AthletePipeline(
                    athlete,
                    node="gym",
                    rules=Rules(),
                    profile_at=partial(profile_of, athlete),
                    timeline=RecordedTimeline(START),
                    alerts=self.sinks,
                    record=self.sinks,
                    publish=self.sinks,
                )
            )
        self.registry.assign({STRAP: owner})
        self.registry.on_event(LinkUp(0, StrapInfo(STRAP, "H10")))
        self.registry.on_event(BatteryLevel(0, STRAP, 80))

    def beat(self, heart_rate: int, strap: str = STRAP) -> None:
        """A beat, and the second after it."""
        self.registry.on_event(Notification(self.now_ms, strap, encode(heart_rate)))
        self.now_ms += 1000
        self.registry.advance()

    def beats(self, rates: Sequence[int]) -> None:
        for rate in rates:
            self.beat(rate)

    def give(self, strap: str, athlete: str) -> None:
        self.registry.assign({strap: athlete})

    def session(self, athlete: str) -> str | None:
        active = self.registry.pipelines[athlete].active_session
        return active.id if active else None

    def end(self) -> list[dict[str, Any]]:
        """End all sessions; return their summaries."""
        self.now_ms += 600_000
        self.registry.advance()
        return [json.loads(closed.summary) for closed in self.sinks.of(SessionClosed)]

    def events_since(self, kind: type[Any]) -> list[tuple[str, int]]:
        """Recorded events after the last item of a kind."""
        items = self.sinks.items
        last = max(place for place, item in enumerate(items) if isinstance(item, kind))
        return [(item.name, item.offset_ms) for item in items[last:] if isinstance(item, EventRecord)]


def test_a_session_of_less_than_five_minutes_moves_with_its_strap() -> None:
    gym = Gym()
    gym.beats([130] * 60)
    session = gym.session("anna")
    gym.give(STRAP, "ben")
    assert (gym.session("anna"), gym.session("ben")) == (None, session)
    [reassigned] = gym.sinks.of(Reassigned)
    assert (reassigned.session, reassigned.athlete) == (session, "ben")
    gym.beats([130] * 120)
    assert len(gym.sinks.of(SessionOpened)) == 1
    assert {measurement.session for measurement in gym.sinks.of(MeasurementRecord)} == {session}
    [summary] = gym.end()
    assert (summary["athlete"], summary["max_heart_rate"], summary["warnings"]) == ("ben", 200.0, 0)
    assert (summary["measurements"], summary["duration_s"]) == (180, 179.0)


def test_a_session_of_five_minutes_ends_with_its_last_beat_and_nothing_moves() -> None:
    gym = Gym()
    gym.beats([110] * 300)
    gym.give(STRAP, "ben")
    assert (gym.session("anna"), gym.session("ben")) == (None, None)
    gym.beats([110] * 150)
    of_anna, of_ben = gym.end()
    assert (of_anna["athlete"], of_anna["duration_s"], of_anna["measurements"]) == ("anna", 299.0, 300)
    assert (of_ben["athlete"], of_ben["duration_s"], of_ben["measurements"]) == ("ben", 149.0, 150)
    assert not gym.sinks.of(Reassigned)


@settings(max_examples=30, deadline=None)
@given(
    rates=st.lists(st.integers(90, 190), min_size=2, max_size=12),
    given_after_s=st.integers(1, 400),
)
def test_a_session_that_has_moved_is_as_if_the_new_owner_had_worn_the_strap_from_the_start(
    rates: list[int], given_after_s: int
) -> None:
    beats = [rate for rate in rates for _ in range(450 // len(rates))]
    gym, expected = Gym(), Gym("ben")
    gym.beats(beats[:given_after_s])
    gym.give(STRAP, "ben")
    gym.beats(beats[given_after_s:])
    expected.beats(beats)
    summaries, [wanted] = gym.end(), expected.end()
    if given_after_s < 300:
        [summary] = summaries
        wanted["session"] = summary["session"]  # the id is made of the first owner
        assert summary == wanted
        assert gym.events_since(Reassigned) == expected.events_since(SessionOpened)
    else:
        assert [summary["athlete"] for summary in summaries][:1] == ["anna"]
        assert [summary["measurements"] for summary in summaries] == [
            given_after_s,
            len(beats) - given_after_s,
        ]


def test_the_past_is_not_sounded_for_the_new_owner_and_the_present_is() -> None:
    gym = Gym()
    gym.beats([180] * 60)
    assert ("anna", "over") in gym.sinks.alerts
    gym.give(STRAP, "ben")
    assert not [alert for alert in gym.sinks.alerts if alert[0] == "ben"]
    posted = [message["event"] for message in gym.sinks.messages("ben/event")]
    assert posted == ["session_started"]
    assert gym.sinks.messages("anna/event")[-1]["event"] == "session_ended"
    assert gym.sinks.lights[-1] is not None
    before = len(gym.sinks.alerts)
    gym.beats([180] * 40)
    assert set(gym.sinks.alerts[before:]) == {("ben", "over_repeat")}


def test_the_strap_stays_connected_with_its_battery_level_and_the_activity_holds() -> None:
    gym = Gym()
    gym.beats([100] * 10)
    gym.registry.command("anna", "activity", "strength")
    gym.beats([100] * 10)
    gym.give(STRAP, "ben")
    anna, ben = gym.registry.pipelines["anna"], gym.registry.pipelines["ben"]
    assert (list(anna.straps.connected), list(ben.straps.connected)) == ([], [STRAP])
    assert ben.straps.battery_percent[STRAP] == 80
    assert ben.training.activity is Activity.STRENGTH
    assert anna.training.live(gym.now_ms).heart_rate is None


def test_a_session_can_move_twice() -> None:
    gym = Gym()
    gym.beats([130] * 60)
    gym.give(STRAP, "ben")
    gym.beats([130] * 60)
    gym.give(STRAP, "anna")
    gym.beats([130] * 60)
    [summary] = gym.end()
    assert (summary["athlete"], summary["measurements"], summary["warnings"]) == ("anna", 180, 1)


def test_a_session_in_progress_of_the_new_owner_takes_no_other_in() -> None:
    gym = Gym()
    gym.registry.assign({STRAP: "anna", OTHER_STRAP: "ben"})
    gym.registry.on_event(LinkUp(0, StrapInfo(OTHER_STRAP)))
    for _ in range(130):
        gym.registry.on_event(Notification(gym.now_ms, OTHER_STRAP, encode(100)))
        gym.beat(120)
    own = gym.session("ben")
    gym.registry.assign({STRAP: "ben", OTHER_STRAP: "ben"})
    assert (gym.session("anna"), gym.session("ben")) == (None, own)
    assert [json.loads(one.summary)["athlete"] for one in gym.sinks.of(SessionClosed)] == ["anna"]


def test_a_session_goes_on_with_the_other_strap_of_its_athlete() -> None:
    gym = Gym()
    gym.registry.assign({STRAP: "anna", OTHER_STRAP: "anna"})
    gym.registry.on_event(LinkUp(0, StrapInfo(OTHER_STRAP)))
    gym.beats([120] * 60)
    session = gym.session("anna")
    gym.registry.assign({STRAP: "ben", OTHER_STRAP: "anna"})
    for _ in range(5):
        gym.registry.on_event(Notification(gym.now_ms, OTHER_STRAP, encode(121)))
        gym.beat(120)
    assert gym.session("anna") == session
    assert gym.session("ben") not in {None, session}


def test_a_strap_that_is_forgotten_is_no_longer_connected() -> None:
    gym = Gym()
    gym.beats([120] * 5)
    gym.registry.assign({})
    assert gym.registry.straps_connected == 0
