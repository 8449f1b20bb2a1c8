"""What Home Assistant shows of breathing, naps and mornings, by the pieces that are on."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest

from talkpace.config.practice import Practice
from talkpace.guide.orders import BREATHE, MINUTES
from talkpace.guide.payloads import BreathingPayload, NapPayload, ReadinessPayload
from talkpace.publish.discovery.entity import Button, Sensor
from talkpace.publish.discovery.guides import guide_entities

PIECES = ("breathing", "nap", "readiness")


def keys(practice: Practice) -> set[str]:
    return {entity.key for entity in guide_entities(practice)}


def test_each_piece_has_a_button_and_something_to_show() -> None:
    assert keys(Practice()) == {
        "breathe", "breathe_stop", "breathe_find", "coherence", "last_breathing",
        "nap_start", "nap_stop", "nap_until",
        "readiness_start", "readiness", "readiness_why", "readiness_measurement",
    }  # fmt: skip


@pytest.mark.parametrize("off", PIECES)
def test_a_piece_that_is_off_shows_nothing(off: str) -> None:
    some = keys(Practice.model_validate({off: {"enabled": False}}))
    alone = keys(Practice.model_validate({one: {"enabled": one == off} for one in PIECES}))
    assert some | alone == keys(Practice())
    assert not some & alone


def test_with_all_of_the_practice_off_there_is_nothing() -> None:
    assert guide_entities(Practice(enabled=False)) == ()


def test_buttons_send_what_the_guides_understand() -> None:
    for entity in guide_entities(Practice()):
        if isinstance(entity, Button):
            kind = BREATHE if entity.command == "breathe" else MINUTES
            kind.validate_python(entity.argument)


IDLE: dict[str, Any] = {
    "breathing": BreathingPayload().model_dump(mode="json"),
    "nap": NapPayload().model_dump(mode="json"),
    "readiness": ReadinessPayload().model_dump(mode="json"),
    "practice": {"readiness": None},
}


def shown(key: str, document: dict[str, Any]) -> str:
    (entity,) = [one for one in guide_entities(Practice()) if one.key == key]
    assert isinstance(entity, Sensor)
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    return environment.from_string(entity.template).render(value_json=document)


def test_while_nothing_is_under_way_all_is_unknown() -> None:
    states = {
        entity.key: shown(entity.key, IDLE[entity.topic])
        for entity in guide_entities(Practice())
        if isinstance(entity, Sensor)
    }
    assert states.pop("readiness_measurement") == "idle"
    assert set(states.values()) == {"None"}


def test_only_a_measurement_of_today_is_shown_as_readiness() -> None:
    said = {"advice": "rest", "why": "because", "measured_today": True}
    assert shown("readiness", {"readiness": said}) == "rest"
    assert shown("readiness_why", {"readiness": said}) == "because"
    assert shown("readiness", {"readiness": {**said, "measured_today": False}}) == "None"
