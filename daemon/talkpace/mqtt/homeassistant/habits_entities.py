"""Entities of an athlete's device for the habits that are enabled: status, and logging of entries."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from ...config.habits import HabitsConfig, OwnSupplementConfig
from ...habits.entries import Severity
from ...habits.rest import DayKind
from ...training.load import LoadTrend
from ...training.profile import Activity
from .entity import BinarySensor, Button, Entity, Number, Select, Sensor, Text, minutes, on_if, scaled, value

_TOPIC = "habits"
_LAST_NOTE = (  # of a text entity, None would be shown as that word
    "{{ value_json.last_entry.words[:255]"
    " if value_json.last_entry and value_json.last_entry.kind == 'note' else '' }}"
)
_ICONS: Mapping[Activity, str] = MappingProxyType(
    {
        Activity.CARDIO: "mdi:bike",
        Activity.STRENGTH: "mdi:dumbbell",
        Activity.MINDFUL: "mdi:meditation",
        Activity.RECOVERY: "mdi:walk",
    }
)


def habits_entities(habits: HabitsConfig, athlete: str) -> tuple[Entity, ...]:
    """The entities of one athlete; none where all habits are disabled."""
    return tuple(_entities(habits, athlete)) if habits.enabled_features else ()


def _entities(habits: HabitsConfig, athlete: str) -> Iterator[Entity]:
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
    yield from _activity_amounts()
    if habits.is_enabled("rest"):
        yield Sensor(
            key="today_is",
            name="Today is for",
            icon="mdi:calendar-today",
            topic=_TOPIC,
            template=value("today.kind"),
            device_class="enum",
            choices=[kind.value for kind in DayKind],
        )
    if habits.is_enabled("week"):
        yield from _week()
    if habits.is_enabled("load"):
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
    if habits.is_enabled("sleep"):
        yield from _sleep_amounts()
    if habits.is_enabled("water"):
        yield from _water(habits)
    if habits.is_enabled("symptoms"):
        yield from _symptoms()
    if habits.is_enabled("context"):
        yield from _context()
    if habits.is_enabled("supplements"):
        yield from _supplements(habits.for_athlete(athlete).supplements)


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


def _water(habits: HabitsConfig) -> Iterator[Entity]:
    glass = habits.water.glass_ml
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
        template=on_if("value_json.symptoms.see_physician", known_if="value_json.symptoms"),
    )


def _context() -> Iterator[Entity]:
    for key, name, icon in (
        ("heat", "Trained in heat", "mdi:sun-thermometer"),
        ("little_fluid", "Trained with little fluid", "mdi:water-off"),
        ("anti_inflammatory", "Trained with an anti-inflammatory", "mdi:pill"),
    ):
        yield Button(key=f"context_{key}", name=name, icon=icon, command="context", argument={key: True})


def _sleep_amounts() -> Iterator[Entity]:
    yield _amount("sleep", "Sleep last night", "mdi:sleep", "sleep.last_night_h", unit="h", highest=24)
    yield _amount(
        "nap",
        "Nap today",
        "mdi:power-sleep",
        "sleep.nap_today_min",
        command="log_nap",
        field="minutes",
        highest=360,
    )


def _activity_amounts() -> Iterator[Entity]:
    """Minutes of activity without a strap, for each kind."""
    for activity in Activity:
        yield _amount(
            f"without_strap_{activity}",
            f"{activity.capitalize()} without a strap today",
            _ICONS[activity],
            f"without_strap_today_min.{activity}",
            command="log_activity",
            field="minutes",
            other_fields=f'"activity": "{activity}", ',
        )


def _amount(
    key: str,
    name: str,
    icon: str,
    path: str,
    *,
    command: str = "sleep",
    field: str = "hours",
    other_fields: str = "",
    unit: str = "min",
    highest: float = 1440,
) -> Number:
    """A number with the day's total; setting it replaces all entries of that day.

    The state is capped at `highest`, as Home Assistant logs an error for a state above it.
    """
    outer = path.rpartition(".")[0]
    return Number(
        key=key,
        name=name,
        icon=icon,
        topic=_TOPIC,
        template=(
            f"{{{{ [value_json.{path}, {highest:g}] | min"
            f" if value_json.{outer} and value_json.{path} is not none else None }}}}"
        ),
        command=command,
        command_template="{" + other_fields + f'"{field}": {{{{ value }}}}, "replace": true' + "}",
        device_class="duration",
        unit=unit,
        lowest=0,
        highest=highest,
        step=0.25 if unit == "h" else 1,
    )


def _supplements(own: Sequence[OwnSupplementConfig]) -> Iterator[Entity]:
    """A sensor of those that are due, and a button for each; nothing without supplements."""
    if not own:
        return
    yield Sensor(
        key="supplements_due",
        name="Supplements due",
        icon="mdi:pill",
        topic=_TOPIC,
        template="{{ (value_json.supplements.due | join(', '))[:255] if value_json.supplements else None }}",
    )
    for supplement in own:
        yield Button(
            key=f"supplement_{_supplement_key(supplement.name)}",
            name=f"Taken: {supplement.name}",
            icon="mdi:pill",
            command="supplement",
            argument=supplement.name,
        )


def _supplement_key(name: str) -> str:
    """A unique key that depends on the name alone, not on its place in the list."""
    plain = name.lower().replace(" ", "_")
    if re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", plain) and "_" not in name:
        return plain
    words = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return f"{words}__{hashlib.sha256(name.casefold().encode()).hexdigest()[:8]}"
