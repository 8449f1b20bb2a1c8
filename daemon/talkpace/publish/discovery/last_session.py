"""What an athlete's device shows of the last session that counted."""

from __future__ import annotations

from collections.abc import Sequence

from ...effort.athlete import Activity
from .entity import BinarySensor, Entity, Sensor
from .template import minutes, on_where, scaled, value

_TOPIC = "summary"


def _minutes(key: str, name: str, icon: str, path: str) -> Sensor:
    return Sensor(
        key=key,
        name=name,
        icon=icon,
        topic=_TOPIC,
        template=minutes(path),
        device_class="duration",
        unit="min",
        state_class="measurement",
        precision=0,
    )


def _figure(
    key: str,
    name: str,
    icon: str,
    template: str,
    unit: str | None = None,
    *,
    precision: int = 0,
    enabled: bool = True,
) -> Sensor:
    return Sensor(
        key=key,
        name=name,
        icon=icon,
        topic=_TOPIC,
        template=template,
        unit=unit,
        state_class="measurement",
        precision=precision,
        enabled=enabled,
    )


LAST_SESSION: Sequence[Entity] = (
    Sensor(
        key="last_start",
        name="Last session",
        icon="mdi:history",
        topic=_TOPIC,
        template=value("start"),
        device_class="timestamp",
    ),
    Sensor(
        key="last_activity",
        name="Last session activity",
        icon="mdi:run",
        topic=_TOPIC,
        template=value("activity"),
        device_class="enum",
        choices=[activity.value for activity in Activity],
    ),
    _minutes("last_duration", "Last session duration", "mdi:timer-outline", "duration_s"),
    _minutes("last_band", "Last session in the band", "mdi:target", "zones_s.conversational"),
    _minutes("last_over_ceiling", "Last session over the ceiling", "mdi:arrow-up-bold", "over_ceiling_s"),
    _figure("last_warnings", "Last session warnings", "mdi:bell-ring", value("warnings")),
    BinarySensor(
        key="last_target",
        name="Last session target",
        icon="mdi:trophy",
        topic=_TOPIC,
        template=on_where("value_json.target.reached"),
    ),
    _figure(
        "last_heart_rate_mean",
        "Last session mean heart rate",
        "mdi:heart-pulse",
        value("heart_rate.mean"),
        "bpm",
    ),
    _figure(
        "last_heart_rate_max",
        "Last session highest heart rate",
        "mdi:heart-plus",
        value("heart_rate.max"),
        "bpm",
    ),
    _figure(
        "last_effort_mean", "Last session mean effort", "mdi:speedometer", scaled("effort.mean", 100), "%"
    ),
    _figure(
        "last_recovery",
        "Last session heart-rate recovery",
        "mdi:heart-minus",
        value("heart_rate_recovery_60s"),
        "bpm",
    ),
    _figure("last_load", "Last session load", "mdi:weight", value("load.edwards_trimp")),
    _figure(
        "last_load_banister",
        "Last session load after Banister",
        "mdi:weight",
        value("load.banister_trimp"),
        enabled=False,
    ),
    _figure(
        "last_rmssd",
        "Last session RMSSD",
        "mdi:heart-flash",
        value("hrv.rmssd_ms"),
        "ms",
        precision=1,
    ),
    _figure(
        "last_sdnn",
        "Last session SDNN",
        "mdi:heart-flash",
        value("hrv.sdnn_ms"),
        "ms",
        precision=1,
    ),
    # Studies disagree on what it tells of effort, so it is there for those who ask.
    _figure(
        "last_dfa_alpha1",
        "Last session DFA alpha 1",
        "mdi:chart-bell-curve",
        value("hrv.dfa_alpha1"),
        precision=2,
        enabled=False,
    ),
)
