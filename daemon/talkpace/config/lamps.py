"""Settings of lamps that listen on MQTT."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from .fields import LampTopic, Section, Slug
from .mqtt import HomeAssistantConfig, MqttConfig

LampKind = Literal["wled", "tasmota", "zigbee2mqtt", "homeassistant"]
TASMOTA_PREFIX = "%prefix%"
"""stands for cmnd, stat or tele in a Tasmota's full topic"""


class LampConfig(Section):
    """A lamp that listens on MQTT, at the broker of [mqtt]. It must be able to show colours."""

    name: Slug
    """Name of the lamp, for messages about it."""
    kind: LampKind
    """The program that drives it: wled, tasmota, zigbee2mqtt, or homeassistant for a device that follows Home
    Assistant's JSON schema of an MQTT light."""
    topic: LampTopic
    """Its topic: of WLED the device topic, of Tasmota %topic% or the full topic with %prefix%, of zigbee2mqtt
    base topic and friendly name, of the JSON schema the command topic."""
    state_topic: LampTopic | None = None
    """The state topic, for kind = "homeassistant" only; without it the lamp is off after a session."""
    brightness: Annotated[float, Field(gt=0, le=1, json_schema_extra={"unit": "fraction"})] = 0.8
    """Brightness while talkpace uses the lamp; 1 is its brightest."""
    zone_colours: bool = True
    """Whether to show the zone while a session lasts; if not, only warnings and a lost signal."""
    athletes: list[Slug] = Field(default=[])
    """Ids of the athletes whose state it shows; of several the most urgent one. Empty is everybody."""

    @model_validator(mode="after")
    def _check_topics(self) -> Self:
        if self.kind != "homeassistant" and self.state_topic is not None:
            raise ValueError('state_topic is for kind = "homeassistant" only: remove it')
        if self.state_topic == self.topic:
            raise ValueError("topic and state_topic are the same: topic is the one that takes commands")
        end = {"wled": "/api", "zigbee2mqtt": "/set"}.get(self.kind)
        if end is not None and self.topic.endswith(end):
            raise ValueError(f"write the topic without {end}, which talkpace adds")
        if self.kind == "tasmota" and self.topic.split("/")[0] in {"cmnd", "stat", "tele"}:
            raise ValueError("write the topic without cmnd, stat or tele, which talkpace adds")
        return self


def _each_once(lamps: list[LampConfig]) -> list[LampConfig]:
    values_of = {
        "name": [lamp.name for lamp in lamps],
        "topic": [topic for lamp in lamps for topic in _topics(lamp)],
    }
    for what, values in values_of.items():
        for value in values:
            if values.count(value) > 1:
                raise ValueError(f"two lamps have the {what} {value!r}: give each its own")
    return lamps


Lamps = Annotated[list[LampConfig], Field(max_length=16), AfterValidator(_each_once)]


def usable_lamps(
    lamps: list[LampConfig], mqtt: MqttConfig, homeassistant: HomeAssistantConfig
) -> tuple[list[LampConfig], list[str]]:
    """Return the lamps whose topics are not talkpace's or Home Assistant's own, and a line for each other."""
    usable, problems = [], []
    for number, lamp in enumerate(lamps):
        own = next((one for one in (mqtt.prefix, homeassistant.prefix) if _is_below(lamp, one)), None)
        if own is None:
            usable.append(lamp)
        else:
            problems.append(
                f"alerts.lamps.{number}: the topics of lamp {lamp.name!r} begin with {own}/, which is not a "
                "lamp's: set the lamp's own topic; it is not used"
            )
    return usable, problems


def _is_below(lamp: LampConfig, prefix: str) -> bool:
    return any(f"{topic}/".startswith(f"{prefix}/") for topic in _topics(lamp))


def _topics(lamp: LampConfig) -> Iterator[str]:
    yield lamp.topic
    if lamp.state_topic is not None:
        yield lamp.state_topic
