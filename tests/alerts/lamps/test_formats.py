"""Payloads as the programs document them, and what they tell about a lamp as what restores it."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.alerts.lamps.display import Light
from talkpace.alerts.lamps.formats import lamp_format
from talkpace.alerts.lamps.messages import LampFormat, LampStateError, Messages
from talkpace.config.lamps import LampConfig

from ...lamp_devices import wled_xml

ORANGE = Light((255, 128, 0), 0.5)


def form(kind: str, topic: str, **more: Any) -> LampFormat:
    return lamp_format(LampConfig.model_validate({"name": "desk", "kind": kind, "topic": topic, **more}))


WLED = form("wled", "wled/a1b2c3")
TASMOTA = form("tasmota", "tasmota_67B1E9")
ZIGBEE = form("zigbee2mqtt", "zigbee2mqtt/kitchen/floor lamp")
HOME = form("homeassistant", "hall/light/set", state_topic="hall/light/state")
FORMS = [WLED, TASMOTA, ZIGBEE, HOME]


def texts(messages: Messages | None) -> list[tuple[str, str]]:
    return [(one.topic, one.payload) for one in messages or ()]


def documents(messages: Messages | None) -> list[tuple[str, Any]]:
    return [(one.topic, json.loads(one.payload)) for one in messages or ()]


# -- WLED: https://kno.wled.ge/interfaces/mqtt, https://kno.wled.ge/interfaces/json-api ---------------


def test_wled_gets_a_solid_colour_as_a_state_object_and_tells_no_other_lamp() -> None:
    assert documents(WLED.show(ORANGE)) == [
        (
            "wled/a1b2c3/api",
            {"on": True, "bri": 128, "seg": {"fx": 0, "col": [[255, 128, 0]]}, "udpn": {"nn": True}},
        )
    ]


def test_wled_is_restored_with_effect_palette_and_both_colours() -> None:
    segment = {"fx": 9, "sx": 100, "ix": 60, "pal": 11, "col": [[1, 2, 3, 0], [4, 5, 6, 0]]}
    [(topic, state)] = documents(WLED.restoration(wled_xml(77, segment).encode()))
    assert topic == "wled/a1b2c3/api"
    assert state == {"on": True, "bri": 77, "seg": segment, "udpn": {"nn": True}}


def test_wled_with_a_preset_gets_its_preset_again() -> None:
    segment = {"fx": 9, "sx": 100, "ix": 60, "pal": 11, "col": [[1, 2, 3, 0], [4, 5, 6, 0]]}
    [(_, state)] = documents(WLED.restoration(wled_xml(77, segment, preset=4).encode()))
    assert state == {"ps": 4, "udpn": {"nn": True}}


def test_wled_that_was_off_gets_its_colours_and_is_switched_off() -> None:
    segment = {"fx": 0, "sx": 100, "ix": 60, "pal": 0, "col": [[255, 160, 0, 0], [0, 0, 0, 0]]}
    (_, first), (_, second) = documents(WLED.restoration(wled_xml(0, segment, preset=4).encode()))
    assert first["seg"] == segment
    assert second["on"] is False


def test_wled_tells_its_state_retained_and_cannot_be_asked() -> None:
    assert WLED.state_topics == ("wled/a1b2c3/v",)
    assert WLED.question == ()


# -- Tasmota: https://tasmota.github.io/docs/Commands --------------------------------------------------


def test_tasmota_gets_hue_saturation_and_brightness_and_is_switched_on() -> None:
    assert texts(TASMOTA.show(ORANGE)) == [("cmnd/tasmota_67B1E9/Backlog0", "HSBColor 30,100,50;Power ON")]


def test_tasmota_is_asked_by_a_command_without_a_value() -> None:
    assert texts(TASMOTA.question) == [("cmnd/tasmota_67B1E9/State", "")]
    assert TASMOTA.state_topics == (
        "stat/tasmota_67B1E9/RESULT",
        "stat/tasmota_67B1E9/STATE",
        "tele/tasmota_67B1E9/STATE",
    )


def test_a_full_topic_of_tasmota_says_where_the_prefix_is() -> None:
    own = form("tasmota", "home/desk/%prefix%/")
    assert own.state_topics[0] == "home/desk/stat/RESULT"
    assert texts(own.off) == [("home/desk/cmnd/Backlog0", "Power OFF")]


@pytest.mark.parametrize(
    ("state", "commands"),
    [
        (
            '{"Time":"2020-01-26T12:07:57","POWER":"ON","Dimmer":50,"Color":"996245","HSBColor":"21,55,60"}',
            "Color #996245;Power ON",
        ),
        (
            '{"POWER":"ON","Dimmer":100,"Color":"000000FF62","HSBColor":"0,0,0","Channel":[0,0,0,100,38]}',
            "Color #000000FF62;Power ON",
        ),
        ('{"POWER":"ON","Dimmer":50,"Color":"0,255,0","White":0}', "Color 0,255,0;Power ON"),
        ('{"POWER1":"OFF","Color":"FF0000"}', "Color #FF0000;Power OFF"),
        ('{"POWER":"OFF","Color":"000000"}', "Power OFF"),
    ],
)
def test_tasmota_is_restored_with_all_its_channels(state: str, commands: str) -> None:
    restoration = TASMOTA.restoration(state.encode())
    assert texts(restoration) == [("cmnd/tasmota_67B1E9/Backlog0", commands)]


def test_the_result_of_another_tasmota_command_is_no_state() -> None:
    assert TASMOTA.restoration(b'{"TelePeriod":300}') is None
    assert TASMOTA.restoration(b'{"POWER":"ON"}') is None


# -- zigbee2mqtt: https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html -----------------


def test_zigbee2mqtt_gets_state_brightness_and_colour() -> None:
    assert documents(ZIGBEE.show(ORANGE)) == [
        (
            "zigbee2mqtt/kitchen/floor lamp/set",
            {"state": "ON", "brightness": 128, "color": {"r": 255, "g": 128, "b": 0}},
        )
    ]


def test_zigbee2mqtt_is_asked_for_the_state() -> None:
    assert documents(ZIGBEE.question) == [("zigbee2mqtt/kitchen/floor lamp/get", {"state": ""})]


@pytest.mark.parametrize(
    ("state", "look"),
    [
        (
            {"state": "ON", "brightness": 215, "color_temp": 325, "linkquality": 80},
            {"brightness": 215, "color_temp": 325},
        ),
        (
            {
                "state": "ON",
                "brightness": 9,
                "color_mode": "xy",
                "color": {"x": 0.7, "y": 0.29, "hue": 0, "saturation": 100},
                "color_temp": 200,
            },
            {"brightness": 9, "color": {"x": 0.7, "y": 0.29}},
        ),
        (
            {"state": "ON", "color_mode": "hs", "color": {"hue": 12, "saturation": 90, "x": 0.1, "y": 0.2}},
            {"color": {"hue": 12, "saturation": 90}},
        ),
        (
            {"state": "ON", "color_mode": "color_temp", "color_temp": 200, "color": {"x": 0.1, "y": 0.2}},
            {"color_temp": 200},
        ),
    ],
)
def test_zigbee2mqtt_is_restored_in_its_own_kind_of_colour(state: Any, look: Any) -> None:
    restoration = documents(ZIGBEE.restoration(json.dumps(state).encode()))
    assert restoration == [("zigbee2mqtt/kitchen/floor lamp/set", {"state": "ON", **look})]


def test_values_without_the_state_are_ignored() -> None:
    assert ZIGBEE.restoration(b'{"linkquality": 80}') is None
    assert ZIGBEE.restoration(b'{"state": null, "brightness": 3}') is None


def test_a_zigbee_lamp_that_was_off_gets_its_colour_and_is_switched_off() -> None:
    state = {"state": "OFF", "brightness": 100, "color_mode": "color_temp", "color_temp": 370}
    assert [state for _, state in documents(ZIGBEE.restoration(json.dumps(state).encode()))] == [
        {"state": "ON", "brightness": 100, "color_temp": 370},
        {"state": "OFF"},
    ]


# -- Home Assistant: https://www.home-assistant.io/integrations/light.mqtt/#json-schema -----------------


def test_a_device_of_the_json_schema_gets_what_home_assistant_sends() -> None:
    assert documents(HOME.show(ORANGE)) == [
        ("hall/light/set", {"state": "ON", "brightness": 128, "color": {"r": 255, "g": 128, "b": 0}})
    ]


@pytest.mark.parametrize(
    ("state", "look"),
    [
        (
            {"brightness": 5, "color_mode": "rgbw", "color": {"r": 1, "g": 2, "b": 3, "w": 4}},
            {"brightness": 5, "color": {"r": 1, "g": 2, "b": 3, "w": 4}},
        ),
        ({"color_mode": "hs", "color": {"h": 24.0, "s": 100.0}}, {"color": {"h": 24.0, "s": 100.0}}),
        ({"brightness": 50, "color_mode": "white"}, {"white": 50}),
        ({"brightness": 50, "color_mode": "brightness"}, {"brightness": 50}),
        ({"color_mode": "onoff", "effect": "colorloop"}, {"effect": "colorloop"}),
    ],
)  # fmt: skip
def test_a_device_of_the_json_schema_is_restored_by_its_colour_mode(state: Any, look: Any) -> None:
    [(topic, restoration)] = documents(HOME.restoration(json.dumps({"state": "ON", **state}).encode()))
    assert topic == "hall/light/set"
    assert restoration == {"state": "ON", **look}


def test_a_device_without_a_state_topic_tells_nothing() -> None:
    assert form("homeassistant", "hall/light/set").state_topics == ()


# -- what is not the state of a light --------------------------------------------------------------------


@pytest.mark.parametrize(
    "payload",
    [b"nonsense", b"\xff\xfe", b"[]", b"{", b"NaN", b'"ON"', b"[" * 5000, b"<vs></vs>", b"<ac>1</ac>"],
)
@pytest.mark.parametrize("lamp", FORMS)
def test_nonsense_is_refused_with_a_reason(lamp: LampFormat, payload: bytes) -> None:
    with pytest.raises(LampStateError):
        lamp.restoration(payload)


@pytest.mark.parametrize(
    "state",
    [
        {"state": "maybe"},
        {"state": "ON", "brightness": 400},
        {"state": "ON", "brightness": True},
        {"state": "ON", "color_temp": "warm"},
        {"state": "ON", "color": {}},
        {"state": "ON", "color_mode": "xy", "color": {"x": 3, "y": 0}},
    ],
)
@pytest.mark.parametrize("lamp", [ZIGBEE, HOME])
def test_values_that_no_light_has_are_refused(lamp: LampFormat, state: Any) -> None:
    with pytest.raises(LampStateError):
        lamp.restoration(json.dumps(state).encode())


@pytest.mark.parametrize("colour", ["red", "FF", "999,0,0", "0,0", "FF00001", "0;Reset 1"])
def test_a_tasmota_colour_that_is_none_is_refused(colour: str) -> None:
    with pytest.raises(LampStateError):
        TASMOTA.restoration(json.dumps({"POWER": "ON", "Color": colour}).encode())


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
keys = st.sampled_from(
    ["state", "brightness", "color", "color_mode", "color_temp", "effect", "POWER", "Color"]
)


@given(st.sampled_from(FORMS), st.binary(max_size=300))
def test_any_bytes_are_a_state_or_a_reason(lamp: LampFormat, payload: bytes) -> None:
    with suppress(LampStateError):
        lamp.restoration(payload)


@given(st.sampled_from(FORMS), st.dictionaries(keys, st.sampled_from(["ON", "OFF"]) | anything))
def test_any_document_is_a_state_or_a_reason_and_commands_only_its_own_lamp(
    lamp: LampFormat, document: dict[str, Any]
) -> None:
    own = {one.topic for one in lamp.off}
    try:
        restoration = lamp.restoration(json.dumps(document).encode())
    except LampStateError:
        return
    assert {one.topic for one in restoration or ()} <= own
