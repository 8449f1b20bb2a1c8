"""Which lamps can be configured."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import ValidationError

from talkpace.config.lamps import LampConfig, usable_lamps
from talkpace.config.model import AlertsConfig, HomeAssistantConfig, MqttConfig


def lamp(**values: Any) -> dict[str, Any]:
    return {"name": "desk", "kind": "zigbee2mqtt", "topic": "zigbee2mqtt/desk", **values}


@pytest.mark.parametrize("topic", ["", "#", "a/#", "+/desk", "$SYS/desk", "a\0b", "a\nb", "x" * 201])
def test_a_topic_with_wildcards_or_of_the_broker_is_refused(topic: str) -> None:
    with pytest.raises(ValidationError):
        LampConfig.model_validate(lamp(topic=topic))
    with pytest.raises(ValidationError):
        LampConfig.model_validate(lamp(kind="homeassistant", state_topic=topic))


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"topic": "zigbee2mqtt/desk/set"}, "without /set"),
        ({"kind": "wled", "topic": "wled/desk/api"}, "without /api"),
        ({"kind": "tasmota", "topic": "cmnd/desk"}, "without cmnd"),
        ({"state_topic": "zigbee2mqtt/desk"}, 'for kind = "homeassistant" only'),
        ({"kind": "homeassistant", "topic": "a", "state_topic": "a"}, "are the same"),
    ],
)
def test_a_topic_that_another_program_would_have_is_refused_with_what_to_write(
    values: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ValidationError, match=re.escape(reason)):
        LampConfig.model_validate(lamp(**values))


@pytest.mark.parametrize("brightness", [0, 1.1, -1])
def test_a_brightness_is_above_none_and_up_to_full(brightness: float) -> None:
    with pytest.raises(ValidationError):
        LampConfig.model_validate(lamp(brightness=brightness))


@pytest.mark.parametrize(
    "other",
    [
        {"topic": "zigbee2mqtt/other"},
        {"name": "other"},
        {"name": "other", "kind": "homeassistant", "topic": "a", "state_topic": "zigbee2mqtt/desk"},
    ],
)
def test_two_lamps_have_neither_name_nor_topic_in_common(other: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="give each its own"):
        AlertsConfig.model_validate({"lamps": [lamp(), lamp(**other)]})


@pytest.mark.parametrize("topic", ["home/gym/anna/command", "discovery/light/desk"])
def test_a_lamp_on_our_own_topics_is_not_used_and_named(topic: str) -> None:
    mqtt, homeassistant = MqttConfig(prefix="home/gym"), HomeAssistantConfig(prefix="discovery")
    good = LampConfig.model_validate(lamp())
    bad = LampConfig.model_validate(lamp(name="bad", topic=topic))
    usable, [problem] = usable_lamps([good, bad], mqtt, homeassistant)
    assert usable == [good]
    assert "alerts.lamps.1" in problem


def test_a_lamp_whose_topic_only_begins_with_the_same_letters_is_used() -> None:
    one = LampConfig.model_validate(lamp(topic="talkpace-lamp/desk"))
    assert usable_lamps([one], MqttConfig(), HomeAssistantConfig()) == ([one], [])
