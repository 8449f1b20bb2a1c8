"""Entities of an athlete's device for guided breathing, nap timer, morning measurement and calibration."""

from __future__ import annotations

from collections.abc import Iterator

from ...config.habits import HabitsConfig
from ...habits.readiness import Advice
from ...training.calibration_phases import Answer, Phase
from .entity import Button, Entity, Sensor, scaled, text, value

_WHY = (
    "{{ value_json.readiness.why[:255] if value_json.readiness"
    " and (value_json.readiness.measured_today or value_json.readiness.advice is none) else None }}"
)
_TODAY = (
    "{{{{ value_json.readiness.{}"
    " if value_json.readiness and value_json.readiness.measured_today else None }}}}"
)
"""unknown where the last measurement is not of today"""


def guide_entities(habits: HabitsConfig) -> tuple[Entity, ...]:
    """The entities of the habits that are enabled."""
    entities: list[Entity] = []
    if habits.is_enabled("breathing"):
        entities += _breathing()
    if habits.is_enabled("nap"):
        entities += _nap()
    if habits.is_enabled("readiness"):
        entities += _readiness()
    if habits.is_enabled("calibration"):
        entities += _calibration()
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
        requires_strap=True,
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
        topic="habits",
        template=_TODAY.format("advice"),
        device_class="enum",
        choices=[advice.value for advice in Advice],
    )
    yield Sensor(
        key="readiness_why",
        name="Readiness: why",
        icon="mdi:heart-pulse",
        topic="habits",
        template=_WHY,
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


def _calibration() -> Iterator[Entity]:
    for action, name, icon in (
        ("start", "Calibrate ceiling", "mdi:stairs-up"),
        ("enough", "Calibration: no further step", "mdi:stairs"),
        ("stop", "Stop calibration", "mdi:stop"),
    ):
        key = f"calibrate_{action}"
        yield Button(key=key, name=name, icon=icon, command="calibrate", argument=action)
    for answer, name in (
        (Answer.YES, "Calibration: yes"),
        (Answer.NOT_SURE, "Calibration: not sure"),
        (Answer.NO, "Calibration: no"),
    ):
        yield Button(
            key=f"calibration_answer_{answer.value}",
            name=name,
            icon="mdi:account-voice",
            command="calibration_answer",
            argument=answer.value,
        )
    yield Sensor(
        key="calibration",
        name="Calibration",
        icon="mdi:stairs-up",
        topic="calibration",
        template=value("state"),
        device_class="enum",
        choices=[*(phase.value for phase in Phase if phase is not Phase.DONE), "idle"],
    )
    for key, name, icon in (
        ("instruction", "Calibration: what to do", "mdi:bullhorn"),
        ("load", "Calibration: load", "mdi:gauge"),
        ("text", "Calibration: text to read aloud", "mdi:text"),
    ):
        yield Sensor(key=f"calibration_{key}", name=name, icon=icon, topic="calibration", template=text(key))
    yield Sensor(
        key="calibration_proposed_ceiling",
        name="Proposed ceiling",
        icon="mdi:stairs-up",
        topic="calibration",
        template=scaled("proposed_ceiling", 100),
        unit="%",
    )
