"""A lamp is read and stored before it is touched, and is restored after it."""

from __future__ import annotations

import json

import pytest

from talkpace.alerts.lamps.display import Light
from talkpace.alerts.lamps.json_light import JsonSchemaFormat, Zigbee2MqttFormat
from talkpace.alerts.lamps.lamp import READ_MS, SETTLE_MS, Lamp, Phase
from talkpace.alerts.lamps.messages import LARGEST_STATE, Messages

TOPIC = "zigbee2mqtt/desk"
FORM = Zigbee2MqttFormat(TOPIC)
RETAINING = JsonSchemaFormat("hall/set", "hall/state")
GREEN, BLUE = Light((0, 255, 0), 0.8), Light((0, 0, 255), 0.8)


def state(**values: object) -> bytes:
    return json.dumps({"state": "ON", **values}).encode()


def restoration(**values: object) -> Messages:
    found = FORM.restoration(state(**values))
    assert found is not None
    return found


def showing(lamp: Lamp, now_ms: int = 0, **before: object) -> Lamp:
    lamp.connect(now_ms)
    lamp.update(GREEN, now_ms)
    lamp.receive(TOPIC, state(**before), now_ms)
    lamp.update(GREEN, now_ms)
    lamp.mark_stored()
    lamp.update(GREEN, now_ms)
    assert lamp.phase is Phase.SHOWING
    return lamp


def test_a_lamp_is_asked_for_its_state_then_stored_and_only_then_changed() -> None:
    lamp = Lamp(FORM)
    assert lamp.connect(0) == FORM.question
    assert lamp.update(GREEN, 10_000) == FORM.question
    assert lamp.update(GREEN, 10_100) == ()
    lamp.receive(TOPIC, state(brightness=7), 10_200)
    assert lamp.update(GREEN, 10_200) == ()
    assert lamp.phase is Phase.STORING
    assert lamp.restoration == restoration(brightness=7)
    lamp.mark_stored()
    assert lamp.update(GREEN, 10_201) == FORM.show(GREEN)
    assert lamp.update(GREEN, 10_300) == ()
    assert lamp.update(BLUE, 13_000) == FORM.show(BLUE)


def test_a_lamp_that_retains_its_state_is_not_waited_for() -> None:
    lamp = Lamp(RETAINING)
    lamp.connect(0)
    lamp.receive("hall/state", state(brightness=7), 5)
    assert lamp.update(GREEN, 60_000) == ()
    assert lamp.phase is Phase.STORING


def test_what_comes_while_talkpace_shows_something_is_not_the_state_before() -> None:
    lamp = showing(Lamp(FORM), brightness=7)
    lamp.receive(TOPIC, state(brightness=204), 100)
    assert lamp.update(None, 5000) == restoration(brightness=7)


def test_after_the_restoration_an_echo_of_the_session_is_ignored_for_a_while() -> None:
    lamp = showing(Lamp(RETAINING))
    lamp.update(None, 5000)
    lamp.mark_restored(5100)
    assert lamp.phase is Phase.IDLE
    lamp.receive("hall/state", state(brightness=204), 5200)
    lamp.update(GREEN, 5300)
    assert lamp.restoration == RETAINING.restoration(state())


def test_later_the_household_may_have_changed_the_lamp() -> None:
    lamp = showing(Lamp(RETAINING))
    lamp.update(None, 5000)
    lamp.mark_restored(5100)
    lamp.receive("hall/state", state(brightness=99), 5100 + SETTLE_MS)
    lamp.update(GREEN, 20_000)
    assert lamp.restoration == RETAINING.restoration(state(brightness=99))


def test_a_lamp_that_tells_nothing_is_used_and_switched_off_afterwards() -> None:
    lamp = Lamp(FORM)
    lamp.connect(0)
    lamp.update(GREEN, 1000)
    assert lamp.due_ms == 1000 + READ_MS
    assert lamp.update(GREEN, 1000 + READ_MS) == ()
    assert lamp.phase is Phase.STORING
    assert lamp.restoration == FORM.off
    assert lamp.problem is not None
    assert TOPIC in lamp.problem


def test_a_topic_that_nobody_listens_to_is_told_before_a_session() -> None:
    lamp = Lamp(FORM)
    lamp.connect(0)
    lamp.update(None, READ_MS - 1)
    assert not lamp.problem
    lamp.update(None, READ_MS)
    assert TOPIC in str(lamp.problem)
    lamp.receive(TOPIC, state(), READ_MS + 500)
    assert not lamp.problem


def test_a_lamp_without_a_state_topic_is_used_at_once() -> None:
    silent = JsonSchemaFormat("hall/set", None)
    lamp = Lamp(silent)
    lamp.connect(0)
    lamp.update(GREEN, 0)
    assert lamp.phase is Phase.STORING
    assert lamp.restoration == silent.off
    assert lamp.problem is None


@pytest.mark.parametrize("payload", [b"nonsense", b'{"state":"' + b"N" * LARGEST_STATE + b'"}'])
def test_nonsense_and_what_is_too_long_are_one_problem_until_a_state_comes(payload: bytes) -> None:
    lamp = Lamp(FORM)
    lamp.connect(0)
    for _ in range(3):
        lamp.receive(TOPIC, payload, 1)
    assert TOPIC in str(lamp.problem)
    lamp.receive(TOPIC, state(), 2)
    assert not lamp.problem


def test_an_empty_message_is_one_that_was_deleted() -> None:
    lamp = Lamp(FORM)
    lamp.receive(TOPIC, b"", 1)
    assert lamp.problem is None


def test_a_restoration_of_an_earlier_run_stays_when_the_session_goes_on() -> None:
    before = restoration(brightness=7)
    lamp = Lamp(FORM, before)
    lamp.connect(0)
    lamp.receive(TOPIC, state(brightness=204), 10)
    assert lamp.update(GREEN, 20) == FORM.show(GREEN)
    assert lamp.update(None, 5000) == before


def test_a_restoration_of_an_earlier_run_ends_without_a_session() -> None:
    lamp = Lamp(FORM, restoration(brightness=7))
    lamp.connect(0)
    assert lamp.update(None, 10) == ()
    lamp.mark_restored(20)
    assert lamp.phase is Phase.IDLE
    assert lamp.restoration is None


def test_without_a_connection_nothing_is_touched() -> None:
    lamp = Lamp(FORM)
    assert lamp.update(GREEN, 0) == ()
    lamp.connect(10)
    lamp.update(GREEN, 10)
    lamp.disconnect()
    assert lamp.phase is Phase.IDLE
    assert lamp.update(GREEN, 20_000) == ()
    assert lamp.phase is Phase.IDLE


def test_a_session_that_ends_while_the_state_is_read_touches_nothing() -> None:
    lamp = Lamp(FORM)
    lamp.connect(0)
    lamp.update(GREEN, 0)
    assert lamp.update(None, 100) == ()
    assert lamp.phase is Phase.IDLE
    assert lamp.restoration is None


def test_a_broker_that_refuses_the_subscription_is_named() -> None:
    lamp = Lamp(FORM)
    lamp.refuse(TOPIC)
    lamp.connect(0)
    lamp.update(None, READ_MS)
    assert lamp.problem is not None
    assert "access control list" in lamp.problem
