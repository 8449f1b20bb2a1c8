"""Entities of breathing, nap timer, morning measurement and calibration, by the habits that are enabled."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest

from talkpace.config.habits import HabitsConfig
from talkpace.mqtt.command_definitions import COMMANDS
from talkpace.mqtt.homeassistant.entity import Button, Sensor
from talkpace.mqtt.homeassistant.guide_entities import guide_entities
from talkpace.mqtt.payloads import BreathingPayload, CalibrationPayload, NapPayload, ReadinessPayload

PIECES = ("breathing", "nap", "readiness", "calibration")


def keys(habits: HabitsConfig) -> set[str]:
    return {entity.key for entity in guide_entities(habits)}


def test_each_guide_has_buttons_and_sensors() -> None:
    assert keys(HabitsConfig()) == {
        "breathe", "breathe_stop", "breathe_find", "coherence", "last_breathing",
        "nap_start", "nap_stop", "nap_until",
        "readiness_start", "readiness", "readiness_why", "readiness_measurement",
        "calibrate_start", "calibrate_enough", "calibrate_stop",
        "calibration_answer_yes", "calibration_answer_not_sure", "calibration_answer_no",
        "calibration", "calibration_instruction", "calibration_load", "calibration_text",
        "calibration_proposed_ceiling",
    }  # fmt: skip


@pytest.mark.parametrize("off", PIECES)
def test_a_disabled_guide_has_no_entities(off: str) -> None:
    some = keys(HabitsConfig.model_validate({off: {"enabled": False}}))
    alone = keys(HabitsConfig.model_validate({one: {"enabled": one == off} for one in PIECES}))
    assert some | alone == keys(HabitsConfig())
    assert not some & alone


def test_without_habits_there_are_no_entities() -> None:
    assert guide_entities(HabitsConfig(enabled=False)) == ()


def test_buttons_send_arguments_that_the_commands_accept() -> None:
    for entity in guide_entities(HabitsConfig()):
        if isinstance(entity, Button):
            COMMANDS[entity.command].validate(entity.argument)


IDLE: dict[str, Any] = {
    "breathing": BreathingPayload().model_dump(mode="json"),
    "nap": NapPayload().model_dump(mode="json"),
    "readiness": ReadinessPayload().model_dump(mode="json"),
    "calibration": CalibrationPayload().model_dump(mode="json"),
    "habits": {"readiness": None},
}


def rendered(key: str, document: dict[str, Any]) -> str:
    (entity,) = [one for one in guide_entities(HabitsConfig()) if one.key == key]
    assert isinstance(entity, Sensor)
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    return environment.from_string(entity.template).render(value_json=document)


def test_sensors_are_unknown_while_no_guide_is_active() -> None:
    states = {
        entity.key: rendered(entity.key, IDLE[entity.topic])
        for entity in guide_entities(HabitsConfig())
        if isinstance(entity, Sensor)
    }
    assert {states.pop("readiness_measurement"), states.pop("calibration")} == {"idle"}
    assert set(states.values()) == {"None"}


def test_readiness_is_unknown_unless_measured_today() -> None:
    readiness = {"advice": "rest", "why": "because", "measured_today": True}
    assert rendered("readiness", {"readiness": readiness}) == "rest"
    assert rendered("readiness_why", {"readiness": readiness}) == "because"
    assert rendered("readiness", {"readiness": {**readiness, "measured_today": False}}) == "None"
