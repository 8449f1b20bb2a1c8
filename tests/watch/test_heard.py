"""What is believed of what comes from the broker, and what is not."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.publish.link import Incoming
from talkpace.publish.payloads import LivePayload, StrapPayload
from talkpace.watch.heard import MOST_BYTES, Heard, patterns, understand

from .heard import EVENT, LIVE, NODE, PREFIX, SESSION, STRAP, incoming


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
def test_what_a_daemon_publishes_is_understood(topic: str, payload: dict[str, Any]) -> None:
    heard = understand(PREFIX, incoming(topic, payload))
    assert heard is not None
    assert not isinstance(heard.payload, str)
    kept = json.loads(heard.payload.model_dump_json())
    assert kept == payload
    assert heard.kind == topic.rpartition("/")[2]
    assert (heard.node, heard.athlete) == ("gym-pi", "anna" if topic.count("/") == 2 else None)


@pytest.mark.parametrize("word", ["online", "offline"])
def test_a_status_is_one_of_two_words(word: str) -> None:
    assert understand(PREFIX, incoming("gym-pi/status", word.encode())) == Heard(
        "gym-pi", None, "status", word
    )


def test_another_version_s_keys_are_passed_over_and_missing_ones_are_unknown() -> None:
    older = {key: value for key, value in LIVE.items() if key not in {"rmssd_ms", "dfa_alpha1"}}
    heard = understand(PREFIX, incoming("gym-pi/anna/live", {**older, "mood": "good"}))
    assert heard is not None
    assert isinstance(heard.payload, LivePayload)
    assert heard.payload.rmssd_ms is None


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
        ("gym-pi/anna/strap", {**STRAP, "name": "x" * MOST_BYTES}),
        ("gym-pi/node", {**NODE, "straps_connected": "?"}),
        ("gym-pi/anna/summary", LIVE),
        ("gym-pi/anna/command/live", LIVE),
        ("gym-pi/Anna/live", LIVE),
        ("GYM/anna/live", LIVE),
        ("gym-pi", LIVE),
        ("", LIVE),
    ],
)
def test_what_cannot_be_right_is_dropped(topic: str, payload: object) -> None:
    assert understand(PREFIX, incoming(topic, payload)) is None


def test_another_prefix_is_none_of_ours() -> None:
    assert understand("talkpace/home", incoming("gym-pi/anna/live", LIVE)) is None
    assert understand("talk", incoming("gym-pi/anna/live", LIVE)) is None


@pytest.mark.parametrize(("kind", "payload", "kept"), [("live", LIVE, False), ("event", EVENT, False)])
def test_what_is_of_a_moment_is_not_believed_from_a_broker_s_memory(
    kind: str, payload: dict[str, Any], kept: bool
) -> None:
    assert (understand(PREFIX, incoming(f"n/a/{kind}", payload, retained=True)) is not None) is kept
    assert understand(PREFIX, incoming(f"n/a/{kind}", payload)) is not None


def test_a_strap_is_believed_from_the_broker_s_memory() -> None:
    heard = understand(PREFIX, incoming("n/a/strap", STRAP, retained=True))
    assert heard is not None
    assert isinstance(heard.payload, StrapPayload)


@given(st.text(), st.binary(), st.booleans())
def test_nothing_that_comes_raises(topic: str, payload: bytes, retained: bool) -> None:
    understand(PREFIX, Incoming(topic, payload, retained))
    understand(PREFIX, Incoming(f"{PREFIX}/n/a/live", payload, retained))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.sampled_from(sorted(LIVE)), JSON)
def test_any_value_in_any_place_is_believed_or_dropped(key: str, value: object) -> None:
    heard = understand(PREFIX, incoming("n/a/live", {**LIVE, key: value}))
    if heard is not None:
        assert isinstance(heard.payload, LivePayload)
        assert heard.payload.heart_rate is None or 0 < heard.payload.heart_rate <= 350


def test_patterns_ask_for_as_much_as_is_wanted() -> None:
    assert "talkpace/+/+/live" in patterns(PREFIX, None, None)
    assert "talkpace/gym-pi/anna/live" in patterns(PREFIX, "gym-pi", "anna")
    assert "talkpace/gym-pi/status" in patterns(PREFIX, "gym-pi", "anna")
    assert not any("command" in pattern for pattern in patterns(PREFIX, None, None))
