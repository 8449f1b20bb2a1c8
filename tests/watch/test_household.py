"""What is known at which time: no frozen numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.effort.warning import WarningState
from talkpace.watch.heard import understand
from talkpace.watch.household import Household, Place, Trainee

from .heard import EVENT, LIVE, NODE, PREFIX, SESSION, STRAP, incoming


def take(household: Household, topic: str, payload: object, now_ms: int = 0) -> None:
    heard = understand(PREFIX, incoming(topic, payload))
    assert heard is not None, topic
    household.take(heard, now_ms)


def training() -> Household:
    household = Household()
    take(household, "gym-pi/status", b"online")
    take(household, "gym-pi/node", NODE)
    for kind, payload in (("strap", STRAP), ("session", SESSION), ("live", LIVE), ("event", EVENT)):
        take(household, f"gym-pi/anna/{kind}", payload)
    return household


def anna(household: Household) -> tuple[Place, Trainee]:
    [pair] = household.trainees
    return pair


def test_values_are_shown_for_6_seconds_and_not_a_moment_longer() -> None:
    _, one = anna(training())
    live = one.fresh(5_999)
    assert live is not None
    assert live.heart_rate == 132
    assert one.fresh(6_000) is None
    assert one.warning(5_999) is WarningState.NONE
    assert one.warning(6_000) is None


@given(st.lists(st.integers(0, 20_000), min_size=1, max_size=30), st.integers(0, 60_000))
def test_freshness_follows_from_the_last_message_alone(gaps: list[int], later: int) -> None:
    household, now_ms = training(), 0
    for gap in gaps:
        now_ms += gap
        take(household, "gym-pi/anna/live", LIVE, now_ms)
    assert (anna(household)[1].fresh(now_ms + later) is not None) == (later < 6_000)


def test_a_lost_signal_stays_lost_though_nothing_more_is_heard() -> None:
    household = training()
    lost = {**LIVE, "heart_rate": None, "effort": None, "zone": None, "warning": "signal_lost"}
    take(household, "gym-pi/anna/live", lost, 1_000)
    assert anna(household)[1].warning(90_000) is WarningState.SIGNAL_LOST


def test_a_node_that_leaves_takes_with_it_what_it_said() -> None:
    household = training()
    take(household, "gym-pi/status", b"offline", 1_000)
    place, one = anna(household)
    assert place.online is False
    assert (place.health, one.strap, one.session, one.fresh(1_000)) == (None, None, None, None)
    assert one.warning(1_000) is None
    assert len(one.rates) == len(one.events) == 1  # of the past


def test_without_the_broker_nothing_is_known() -> None:
    household = training()
    household.lose()
    place, one = anna(household)
    assert place.online is None
    assert one.fresh(0) is None
    take(household, "gym-pi/status", b"online", 10_000)
    take(household, "gym-pi/anna/live", LIVE, 10_000)
    assert one.fresh(10_001) is not None


def test_who_turns_stale_is_told_once_each_time() -> None:
    household = training()
    assert household.turned_stale(5_000) == []
    assert household.turned_stale(6_000) == [("gym-pi", "anna")]
    assert household.turned_stale(9_000) == []
    take(household, "gym-pi/anna/live", LIVE, 10_000)
    assert household.turned_stale(10_000) == []
    assert household.turned_stale(17_000) == [("gym-pi", "anna")]


def test_somebody_who_has_not_begun_turns_stale_never() -> None:
    household = Household()
    take(household, "gym-pi/anna/strap", STRAP)
    assert household.turned_stale(60_000) == []


def test_several_nodes_and_athletes_are_kept_apart() -> None:
    household = training()
    take(household, "attic/anna/live", {**LIVE, "heart_rate": 90})
    take(household, "gym-pi/bob/live", {**LIVE, "heart_rate": 100})
    rates = {
        (place.node, one.athlete): live.heart_rate
        for place, one in household.trainees
        if (live := one.fresh(0)) is not None
    }
    assert rates == {("gym-pi", "anna"): 132, ("attic", "anna"): 90, ("gym-pi", "bob"): 100}


def test_nobody_at_the_broker_fills_our_memory() -> None:
    household = Household()
    for number in range(100):
        take(household, f"n{number}/status", b"online")
        take(household, f"n0/a{number}/live", LIVE)
    for _ in range(1_000):
        take(household, "n0/a0/live", LIVE)
        take(household, "n0/a0/event", EVENT)
    assert len(household.places) == 16
    place = household.places["n0"]
    assert len(place.trainees) == 32
    assert len(place.trainees["a0"].rates) == 300
    assert len(place.trainees["a0"].events) == 8


@pytest.mark.parametrize(
    ("said", "troubles"),
    [
        ({}, []),
        ({"adapter": "not used", "alerts": "none"}, []),
        ({"store": "the disk is full"}, ["store: the disk is full"]),
        (
            {"adapter": "no adapter", "clock": "not synchronised"},
            ["adapter: no adapter", "clock not synchronised"],
        ),
    ],
)
def test_a_node_s_troubles_are_in_its_own_words(said: dict[str, str], troubles: list[str]) -> None:
    household = training()
    take(household, "gym-pi/node", {**NODE, **said})
    assert anna(household)[0].troubles() == troubles
