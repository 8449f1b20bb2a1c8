"""Entities of an athlete's device for the last session that was not discarded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ...training.profile import Activity
from .entity import BinarySensor, Entity, Sensor, minutes, on_if, scaled, value

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
    enabled_by_default: bool = True,
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
        enabled_by_default=enabled_by_default,
    )


def _value_of_newer(key: str) -> str:
    """The value at a key that a summary of an earlier version, still retained, lacks."""
    return f"{{{{ value_json.{key} | default(none) }}}}"


_ENTITIES: Sequence[Sensor | BinarySensor] = (
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
        template=on_if("value_json.target.reached"),
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
    _figure(
        "last_recovery_120s",
        "Last session heart-rate recovery over 2 minutes",
        "mdi:heart-minus",
        _value_of_newer("heart_rate_recovery_120s"),
        "bpm",
        enabled_by_default=False,
    ),
    _figure(
        "last_recovery_300s",
        "Last session heart-rate recovery over 5 minutes",
        "mdi:heart-minus",
        _value_of_newer("heart_rate_recovery_300s"),
        "bpm",
        enabled_by_default=False,
    ),
    _figure("last_load", "Last session load", "mdi:weight", value("load.edwards_trimp")),
    _figure(
        "last_load_banister",
        "Last session load after Banister",
        "mdi:weight",
        value("load.banister_trimp"),
        enabled_by_default=False,
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
    # Disabled by default: studies disagree on what it says about effort.
    _figure(
        "last_dfa_alpha1",
        "Last session DFA alpha 1",
        "mdi:chart-bell-curve",
        value("hrv.dfa_alpha1"),
        precision=2,
        enabled_by_default=False,
    ),
)


def _if_any(template: str) -> str:
    """Unknown where the last session was deleted and there is no other: the message is then empty."""
    return f"{{% if value_json is defined %}}{template}{{% else %}}None{{% endif %}}"


LAST_SESSION: Sequence[Entity] = tuple(
    replace(entity, template=_if_any(entity.template)) for entity in _ENTITIES
)
