"""Values received over MQTT become unknown when they are stale."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.cli.terminal.model import AthleteState, HouseholdState, NodeState
from talkpace.mqtt.subscriber import parse_message
from talkpace.training.warning import WarningState

from ...mqtt.sample_messages import EVENT, LIVE, NODE, PREFIX, SESSION, STRAP, incoming


def receive(household: HouseholdState, topic: str, payload: object, now_ms: int = 0) -> None:
    message = parse_message(PREFIX, incoming(topic, payload))
    assert message is not None, topic
    household.update(message, now_ms)


def training() -> HouseholdState:
    household = HouseholdState()
    receive(household, "gym-pi/status", b"online")
    receive(household, "gym-pi/node", NODE)
    for kind, payload in (("strap", STRAP), ("session", SESSION), ("live", LIVE), ("event", EVENT)):
        receive(household, f"gym-pi/anna/{kind}", payload)
    return household


def anna(household: HouseholdState) -> tuple[NodeState, AthleteState]:
    [pair] = household.athletes
    return pair


def test_live_values_are_fresh_for_less_than_six_seconds() -> None:
    _, athlete = anna(training())
    live = athlete.fresh(5_999)
    assert live is not None
    assert live.heart_rate == 132
    assert athlete.fresh(6_000) is None
    assert athlete.warning(5_999) is WarningState.NONE
    assert athlete.warning(6_000) is None


@given(st.lists(st.integers(0, 20_000), min_size=1, max_size=30), st.integers(0, 60_000))
def test_freshness_depends_on_the_last_message_only(gaps: list[int], later: int) -> None:
    household, now_ms = training(), 0
    for gap in gaps:
        now_ms += gap
        receive(household, "gym-pi/anna/live", LIVE, now_ms)
    assert (anna(household)[1].fresh(now_ms + later) is not None) == (later < 6_000)


def test_a_lost_signal_stays_lost_when_no_more_messages_come() -> None:
    household = training()
    lost = {**LIVE, "heart_rate": None, "effort": None, "zone": None, "warning": "signal_lost"}
    receive(household, "gym-pi/anna/live", lost, 1_000)
    assert anna(household)[1].warning(90_000) is WarningState.SIGNAL_LOST


def test_the_values_of_an_offline_node_are_unknown() -> None:
    household = training()
    receive(household, "gym-pi/status", b"offline", 1_000)
    node, athlete = anna(household)
    assert node.online is False
    assert (node.health, athlete.strap, athlete.session, athlete.fresh(1_000)) == (None, None, None, None)
    assert athlete.warning(1_000) is None
    assert len(athlete.rates) == len(athlete.events) == 1, "the history stays"


def test_without_the_broker_all_values_are_unknown_until_sent_again() -> None:
    household = training()
    household.disconnect()
    node, athlete = anna(household)
    assert node.online is None
    assert athlete.fresh(0) is None
    receive(household, "gym-pi/status", b"online", 10_000)
    receive(household, "gym-pi/anna/live", LIVE, 10_000)
    assert athlete.fresh(10_001) is not None


def test_an_athlete_whose_values_go_stale_is_reported_once_each_time() -> None:
    household = training()
    assert household.newly_stale(5_000) == []
    assert household.newly_stale(6_000) == [("gym-pi", "anna")]
    assert household.newly_stale(9_000) == []
    receive(household, "gym-pi/anna/live", LIVE, 10_000)
    assert household.newly_stale(10_000) == []
    assert household.newly_stale(17_000) == [("gym-pi", "anna")]


def test_an_athlete_without_live_values_never_goes_stale() -> None:
    household = HouseholdState()
    receive(household, "gym-pi/anna/strap", STRAP)
    assert household.newly_stale(60_000) == []


def test_athletes_of_the_same_name_at_different_nodes_are_separate() -> None:
    household = training()
    receive(household, "attic/anna/live", {**LIVE, "heart_rate": 90})
    receive(household, "gym-pi/bob/live", {**LIVE, "heart_rate": 100})
    rates = {
        (node.node, athlete.athlete): live.heart_rate
        for node, athlete in household.athletes
        if (live := athlete.fresh(0)) is not None
    }
    assert rates == {("gym-pi", "anna"): 132, ("attic", "anna"): 90, ("gym-pi", "bob"): 100}


def test_memory_is_bounded_whatever_others_publish() -> None:
    household = HouseholdState()
    for number in range(100):
        receive(household, f"n{number}/status", b"online")
        receive(household, f"n0/a{number}/live", LIVE)
    for _ in range(1_000):
        receive(household, "n0/a0/live", LIVE)
        receive(household, "n0/a0/event", EVENT)
    assert len(household.nodes) == 16
    node = household.nodes["n0"]
    assert len(node.athletes) == 32
    assert len(node.athletes["a0"].rates) == 300
    assert len(node.athletes["a0"].events) == 8


@pytest.mark.parametrize(
    ("health", "problems"),
    [
        ({}, []),
        ({"adapter": "not used", "alerts": "none"}, []),
        ({"store": "the disk is full"}, ["store: the disk is full"]),
        (
            {"lamps": "desk: no state", "notifications": "phone: the connection is refused"},
            ["lamps: desk: no state", "notifications: phone: the connection is refused"],
        ),
        (
            {"adapter": "no adapter", "clock": "not synchronised"},
            ["adapter: no adapter", "clock not synchronised"],
        ),
    ],
)
def test_problems_of_a_node_are_those_of_its_health(health: dict[str, str], problems: list[str]) -> None:
    household = training()
    receive(household, "gym-pi/node", {**NODE, **health})
    assert anna(household)[0].problems() == problems
