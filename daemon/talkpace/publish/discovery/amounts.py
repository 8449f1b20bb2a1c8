"""Numbers that show a day's sum of what was noted, and can set it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from ...effort.athlete import Activity
from .entity import Entity, Number

_ICONS: Mapping[Activity, str] = MappingProxyType(
    {
        Activity.CARDIO: "mdi:bike",
        Activity.STRENGTH: "mdi:dumbbell",
        Activity.MINDFUL: "mdi:meditation",
        Activity.RECOVERY: "mdi:walk",
    }
)


def sleep_amounts() -> Iterator[Entity]:
    """Of the night, and of naps."""
    yield _amount("sleep", "Sleep last night", "mdi:sleep", "sleep.last_night_h", unit="h", highest=24)
    yield _amount(
        "nap",
        "Nap today",
        "mdi:power-sleep",
        "sleep.nap_today_min",
        command="log_nap",
        what="minutes",
        highest=360,
    )


def amounts_without_strap() -> Iterator[Entity]:
    """Minutes of each activity."""
    for activity in Activity:
        yield _amount(
            f"without_strap_{activity}",
            f"{activity.capitalize()} without a strap today",
            _ICONS[activity],
            f"without_strap_today_min.{activity}",
            command="log_activity",
            what="minutes",
            more=f'"activity": "{activity}", ',
        )


def _amount(
    key: str,
    name: str,
    icon: str,
    path: str,
    *,
    command: str = "sleep",
    what: str = "hours",
    more: str = "",
    unit: str = "min",
    highest: float = 1440,
) -> Number:
    """A day's sum, and what it is set to takes the place of all that was noted of it.

    A state above the highest is an error in Home Assistant, so it never shows more.
    """
    outer = path.rpartition(".")[0]
    return Number(
        key=key,
        name=name,
        icon=icon,
        topic="practice",
        template=(
            f"{{{{ [value_json.{path}, {highest:g}] | min"
            f" if value_json.{outer} and value_json.{path} is not none else None }}}}"
        ),
        command=command,
        command_template="{" + more + f'"{what}": {{{{ value }}}}, "replace": true' + "}",
        device_class="duration",
        unit=unit,
        lowest=0,
        highest=highest,
        step=0.25 if unit == "h" else 1,
    )
