"""Validation of messages from the broker."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.mqtt.payloads import LivePayload, NodePayload, StrapPayload
from talkpace.mqtt.protocols import IncomingMessage
from talkpace.mqtt.subscriber import LARGEST_MESSAGE, Message, parse_message, subscription_patterns

from .sample_messages import EVENT, LIVE, NODE, PREFIX, SESSION, STRAP, incoming


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("gym-pi/node", NODE),
        ("gym-pi/anna/live", LIVE),
        ("gym-pi/anna/event", EVENT),
        ("gym-pi/anna/strap", STRAP),
        ("gym-pi/anna/session", SESSION),
    ],
)
def test_a_message_of_a_daemon_is_parsed_completely(topic: str, payload: dict[str, Any]) -> None:
    message = parse_message(PREFIX, incoming(topic, payload))
    assert message is not None
    assert not isinstance(message.payload, str)
    parsed = json.loads(message.payload.model_dump_json())
    assert parsed == payload
    assert message.topic == topic.rpartition("/")[2]
    assert (message.node, message.athlete) == ("gym-pi", "anna" if topic.count("/") == 2 else None)


@pytest.mark.parametrize("word", ["online", "offline"])
def test_a_status_is_online_or_offline(word: str) -> None:
    assert parse_message(PREFIX, incoming("gym-pi/status", word.encode())) == Message(
        "gym-pi", None, "status", word
    )


def test_further_keys_are_ignored_and_missing_ones_are_null() -> None:
    older = {key: value for key, value in LIVE.items() if key not in {"rmssd_ms", "dfa_alpha1"}}
    message = parse_message(PREFIX, incoming("gym-pi/anna/live", {**older, "mood": "good"}))
    assert message is not None
    assert isinstance(message.payload, LivePayload)
    assert message.payload.rmssd_ms is None


def test_the_health_of_a_daemon_that_does_not_count_losses_yet_is_parsed() -> None:
    counters = ("lost_", "refused_", "bad_", "rejected_")
    older = {key: value for key, value in NODE.items() if not key.startswith(counters)}
    message = parse_message(PREFIX, incoming("gym-pi/node", older))
    assert message is not None
    assert isinstance(message.payload, NodePayload)
    assert message.payload.model_dump() == NODE


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("gym-pi/status", b"perhaps"),
        ("gym-pi/anna/live", b""),
        ("gym-pi/anna/live", b"\xff\xfe"),
        ("gym-pi/anna/live", b"[" * 10_000),
        ("gym-pi/anna/live", [LIVE]),
        ("gym-pi/anna/live", {**LIVE, "heart_rate": -3}),
        ("gym-pi/anna/live", {**LIVE, "heart_rate": 10**9}),
        ("gym-pi/anna/live", {**LIVE, "heart_rate": "many"}),
        ("gym-pi/anna/live", {**LIVE, "effort": None}),
        ("gym-pi/anna/live", {**LIVE, "zone": "twilight"}),
        ("gym-pi/anna/live", {**LIVE, "effort": 1e300}),
        ("gym-pi/anna/live", json.dumps(LIVE).replace("754.0", "NaN").encode()),
        ("gym-pi/anna/live", json.dumps(LIVE).replace("754.0", "1e999").encode()),
        ("gym-pi/anna/live", json.dumps(LIVE).replace("754.0", "-5").encode()),
        ("gym-pi/anna/live", json.dumps(LIVE).replace("132", "9" * 5000).encode()),
        ("gym-pi/anna/event", {**EVENT, "event": "applause"}),
        ("gym-pi/anna/strap", {**STRAP, "name": "x" * LARGEST_MESSAGE}),
        ("gym-pi/node", {**NODE, "straps_connected": "?"}),
        ("gym-pi/anna/summary", LIVE),
        ("gym-pi/anna/command/live", LIVE),
        ("gym-pi/Anna/live", LIVE),
        ("GYM/anna/live", LIVE),
        ("gym-pi", LIVE),
        ("", LIVE),
    ],
)
def test_an_invalid_message_is_dropped(topic: str, payload: object) -> None:
    assert parse_message(PREFIX, incoming(topic, payload)) is None


def test_a_message_below_another_prefix_is_dropped() -> None:
    assert parse_message("talkpace/home", incoming("gym-pi/anna/live", LIVE)) is None
    assert parse_message("talk", incoming("gym-pi/anna/live", LIVE)) is None


@pytest.mark.parametrize(("topic", "payload"), [("live", LIVE), ("event", EVENT)])
def test_a_retained_value_of_an_instant_is_dropped(topic: str, payload: dict[str, Any]) -> None:
    assert parse_message(PREFIX, incoming(f"n/a/{topic}", payload, retained=True)) is None
    assert parse_message(PREFIX, incoming(f"n/a/{topic}", payload)) is not None


def test_a_retained_strap_is_accepted() -> None:
    message = parse_message(PREFIX, incoming("n/a/strap", STRAP, retained=True))
    assert message is not None
    assert isinstance(message.payload, StrapPayload)


@given(st.text(), st.binary(), st.booleans())
def test_no_input_raises_an_exception(topic: str, payload: bytes, retained: bool) -> None:
    parse_message(PREFIX, IncomingMessage(topic, payload, retained))
    parse_message(PREFIX, IncomingMessage(f"{PREFIX}/n/a/live", payload, retained))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.sampled_from(sorted(LIVE)), JSON)
def test_any_value_of_any_key_is_valid_or_drops_the_message(key: str, value: object) -> None:
    message = parse_message(PREFIX, incoming("n/a/live", {**LIVE, key: value}))
    if message is not None:
        assert isinstance(message.payload, LivePayload)
        assert message.payload.heart_rate is None or 0 < message.payload.heart_rate <= 350


def test_subscription_patterns_are_limited_to_node_and_athlete() -> None:
    assert "talkpace/+/+/live" in subscription_patterns(PREFIX, None, None)
    assert "talkpace/gym-pi/anna/live" in subscription_patterns(PREFIX, "gym-pi", "anna")
    assert "talkpace/gym-pi/status" in subscription_patterns(PREFIX, "gym-pi", "anna")
    assert not any("command" in pattern for pattern in subscription_patterns(PREFIX, None, None))
