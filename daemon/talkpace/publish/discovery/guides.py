"""What an athlete's device shows of breathing, naps and mornings, and the buttons that begin them."""

from __future__ import annotations

from collections.abc import Iterator

from ...config.practice import Practice
from ...practice.readiness import Advice
from .entity import Button, Entity, Sensor
from .template import text, value

_TODAY = (
    "{{{{ value_json.readiness.{}"
    " if value_json.readiness and value_json.readiness.measured_today else None }}}}"
)
"""what yesterday's measurement says is no advice for today"""


def guide_entities(practice: Practice) -> tuple[Entity, ...]:
    """Those of the pieces that are on."""
    entities: list[Entity] = []
    if practice.has("breathing"):
        entities += _breathing()
    if practice.has("nap"):
        entities += _nap()
    if practice.has("readiness"):
        entities += _readiness()
    return tuple(entities)


def _breathing() -> Iterator[Entity]:
    yield Button(key="breathe", name="Breathe", icon="mdi:meditation", command="breathe", argument="start")
    yield Button(
        key="breathe_stop",
        name="Stop breathing exercise",
        icon="mdi:stop",
        command="breathe",
        argument="stop",
    )
    yield Button(
        key="breathe_find",
        name="Find the pace that suits",
        icon="mdi:magnify",
        command="breathe",
        argument={"find": True},
        of_strap=True,
    )
    yield Sensor(
        key="coherence",
        name="Coherence",
        icon="mdi:sine-wave",
        topic="breathing",
        template=value("coherence"),
        state_class="measurement",
        precision=2,
    )
    yield Sensor(
        key="last_breathing",
        name="Last breathing exercise",
        icon="mdi:meditation",
        topic="breathing",
        template=text("last"),
    )


def _nap() -> Iterator[Entity]:
    yield Button(key="nap_start", name="Nap", icon="mdi:power-sleep", command="nap", argument="start")
    yield Button(key="nap_stop", name="End nap", icon="mdi:alarm-off", command="nap", argument="stop")
    yield Sensor(
        key="nap_until",
        name="Nap until",
        icon="mdi:alarm",
        topic="nap",
        template=value("until"),
        device_class="timestamp",
    )


def _readiness() -> Iterator[Entity]:
    yield Button(
        key="readiness_start",
        name="Measure readiness",
        icon="mdi:heart-pulse",
        command="readiness",
        argument="start",
    )
    yield Sensor(
        key="readiness",
        name="Readiness",
        icon="mdi:heart-pulse",
        topic="practice",
        template=_TODAY.format("advice"),
        device_class="enum",
        choices=[advice.value for advice in Advice],
    )
    yield Sensor(
        key="readiness_why",
        name="Readiness: why",
        icon="mdi:heart-pulse",
        topic="practice",
        template=_TODAY.format("why[:255]"),
    )
    yield Sensor(
        key="readiness_measurement",
        name="Readiness measurement",
        icon="mdi:timer-outline",
        topic="readiness",
        template=value("state"),
        device_class="enum",
        choices=["waiting", "settling", "measuring", "idle"],
    )
