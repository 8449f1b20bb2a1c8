"""What an athlete's device shows of the practice: the weekly habits around the sessions."""

from __future__ import annotations

from collections.abc import Sequence

from .entity import Entity, Sensor
from .template import minutes


def _minutes(key: str, name: str, path: str) -> Sensor:
    return Sensor(
        key=key,
        name=name,
        icon="mdi:target",
        topic="practice",
        template=minutes(path),
        device_class="duration",
        unit="min",
        state_class="measurement",
        precision=0,
    )


PRACTICE: Sequence[Entity] = (
    _minutes("band_today", "In the band today", "band_today_s"),
    _minutes("band_week", "In the band this week", "band_week_s"),
)
