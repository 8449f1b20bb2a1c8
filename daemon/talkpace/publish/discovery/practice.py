"""What an athlete's device shows of the practice, by the pieces that are on, and what can be logged there."""

from __future__ import annotations

from collections.abc import Iterator

from ...config.practice import Practice
from ...effort.load_history import LoadTrend
from ...practice.entries import Severity
from ...practice.rest import DayKind
from .amounts import amounts_without_strap, sleep_amounts
from .entity import BinarySensor, Button, Entity, Select, Sensor, Text
from .supplements import supplement_entities
from .template import minutes, on_where, scaled, value

_TOPIC = "practice"
_LAST_NOTE = (  # of a text, None would be shown as that word
    "{{ value_json.last_entry.words[:255]"
    " if value_json.last_entry and value_json.last_entry.kind == 'note' else '' }}"
)


def practice_entities(practice: Practice, athlete: str) -> tuple[Entity, ...]:
    """Of one athlete; none where the practice is switched off."""
    return tuple(_entities(practice, athlete)) if practice.pieces else ()


def _entities(practice: Practice, athlete: str) -> Iterator[Entity]:
    yield _minutes("band_today", "In the band today", "band_today_s")
    yield _minutes("band_week", "In the band this week", "band_week_s")
    yield Sensor(
        key="say",
        name="What to say",
        icon="mdi:message-text-outline",
        topic=_TOPIC,
        template="{{ (value_json.say[0] | string)[:255] if value_json.say else None }}",
    )
    yield Button(key="undo", name="Undo last entry", icon="mdi:undo", command="undo")
    yield Text(
        key="note",
        name="Note",
        icon="mdi:note-edit-outline",
        topic=_TOPIC,
        template=_LAST_NOTE,
        command="note",
        command_template="{{ {'text': value} | tojson }}",
    )
    yield from amounts_without_strap()
    if practice.has("rest"):
        yield Sensor(
            key="today_is",
            name="Today is for",
            icon="mdi:calendar-today",
            topic=_TOPIC,
            template=value("today.kind"),
            device_class="enum",
            choices=[kind.value for kind in DayKind],
        )
    if practice.has("week"):
        yield from _week()
    if practice.has("load"):
        yield _number("load_week", "Load of seven days", "mdi:weight-lifter", "load.week")
        yield Sensor(
            key="load_trend",
            name="Load trend",
            icon="mdi:trending-up",
            topic=_TOPIC,
            template=value("load.trend"),
            device_class="enum",
            choices=[trend.value for trend in LoadTrend],
        )
    if practice.has("sleep"):
        yield from sleep_amounts()
    if practice.has("water"):
        yield from _water(practice)
    if practice.has("symptoms"):
        yield from _symptoms()
    if practice.has("context"):
        yield from _context()
    if practice.has("supplements"):
        yield from supplement_entities(practice.of(athlete).supplements)


def _minutes(key: str, name: str, path: str) -> Sensor:
    return Sensor(
        key=key,
        name=name,
        icon="mdi:target",
        topic=_TOPIC,
        template=minutes(path),
        device_class="duration",
        unit="min",
        state_class="measurement",
        precision=0,
    )


def _number(key: str, name: str, icon: str, path: str, unit: str | None = None) -> Sensor:
    return Sensor(
        key=key,
        name=name,
        icon=icon,
        topic=_TOPIC,
        template=value(path),
        unit=unit,
        state_class="measurement",
        precision=0,
    )


def _week() -> Iterator[Entity]:
    yield _number("cardio_week", "Cardio sessions this week", "mdi:bike", "week.cardio_sessions")
    yield _minutes("mindful_week", "Mindful this week", "week.mindful_s")
    yield Sensor(
        key="share_week",
        name="At or under the ceiling this week",
        icon="mdi:percent",
        topic=_TOPIC,
        template=scaled("week.share_at_or_under_ceiling", 100),
        unit="%",
        state_class="measurement",
        precision=0,
    )


def _water(practice: Practice) -> Iterator[Entity]:
    glass = practice.water.glass_ml
    yield Button(key="glass", name="A glass of water", icon="mdi:cup-water", command="water", argument=glass)
    yield _number("water_today", "Water today", "mdi:cup-water", "water.today_ml", "mL")
    yield _number("water_target", "Water target", "mdi:cup", "water.target_ml", "mL")


def _symptoms() -> Iterator[Entity]:
    for severity in Severity:
        yield Button(
            key=f"symptom_{severity}",
            name=f"Symptom: {severity}",
            icon="mdi:stomach",
            command="symptom",
            argument=severity.value,
        )
    yield Select(
        key="symptom_today",
        name="Symptom today",
        icon="mdi:stomach",
        topic=_TOPIC,
        template=value("symptoms.today"),
        command="symptom",
        command_template='{"severity": "{{ value }}", "replace": true}',
        choices=[severity.value for severity in Severity],
    )
    yield _number("symptoms", "Recent symptoms", "mdi:stomach", "symptoms.within_days")
    yield BinarySensor(
        key="see_physician",
        name="Advice to see a physician",
        icon="mdi:doctor",
        topic=_TOPIC,
        template=on_where("value_json.symptoms.see_physician", known="value_json.symptoms"),
    )


def _context() -> Iterator[Entity]:
    for key, name, icon in (
        ("heat", "Trained in heat", "mdi:sun-thermometer"),
        ("little_fluid", "Trained with little fluid", "mdi:water-off"),
        ("anti_inflammatory", "Trained with an anti-inflammatory", "mdi:pill"),
    ):
        yield Button(key=f"context_{key}", name=name, icon=icon, command="context", argument={key: True})
