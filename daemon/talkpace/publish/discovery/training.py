"""What an athlete's device shows while training: live values, the strap, the session, warnings."""

from __future__ import annotations

from collections.abc import Sequence

from ...effort.events import EventName
from ...effort.warning import WarningState
from ...effort.zones import Zone
from .entity import LIVE, BinarySensor, Category, Entity, EventEntity, Sensor
from .template import on_where, scaled, value, whole_minutes

LIVE_VALUES: Sequence[Entity] = (
    Sensor(
        key="heart_rate",
        name="Heart rate",
        icon="mdi:heart-pulse",
        topic=LIVE,
        template=value("heart_rate"),
        unit="bpm",  # Home Assistant has no device class for it
        state_class="measurement",
        precision=0,
    ),
    Sensor(
        key="effort",
        name="Effort",
        icon="mdi:speedometer",
        topic=LIVE,
        template=scaled("effort", 100),
        unit="%",
        state_class="measurement",
        precision=0,
    ),
    Sensor(
        key="zone",
        name="Zone",
        icon="mdi:chart-bar",
        topic=LIVE,
        template=value("zone"),
        device_class="enum",
        choices=[zone.value for zone in Zone],
    ),
    Sensor(
        key="warning",
        name="Warning",
        icon="mdi:alert-outline",
        topic=LIVE,
        template=value("warning"),
        device_class="enum",
        choices=[state.value for state in WarningState],
    ),
    BinarySensor(
        key="over_ceiling",
        name="Over the ceiling",
        icon="mdi:arrow-up-bold-circle",
        topic=LIVE,
        template=on_where("value_json.warning == 'over'", known="value_json.heart_rate is not none"),
    ),
    BinarySensor(
        key="skin_contact",
        name="Skin contact",
        icon="mdi:hand-heart",
        category=Category.DIAGNOSTIC,
        topic=LIVE,
        template=on_where("value_json.contact == 'yes'", known="value_json.contact != 'unknown'"),
    ),
    Sensor(
        key="elapsed",
        name="Elapsed",
        icon="mdi:timer-outline",
        topic=LIVE,
        template=whole_minutes("elapsed_s"),
        device_class="duration",
        unit="min",
        precision=0,
    ),
    Sensor(
        key="band_session",
        name="In the band this session",
        icon="mdi:target",
        topic=LIVE,
        template=whole_minutes("zones_s.conversational"),
        device_class="duration",
        unit="min",
        precision=0,
    ),
    Sensor(
        key="rmssd",
        name="RMSSD",
        icon="mdi:heart-flash",
        enabled=False,
        topic=LIVE,
        template=value("rmssd_ms"),
        unit="ms",
        state_class="measurement",
        precision=1,
    ),
    # Studies disagree on what it tells of effort, so it is there for those who ask.
    Sensor(
        key="dfa_alpha1",
        name="DFA alpha 1",
        icon="mdi:chart-bell-curve",
        enabled=False,
        topic=LIVE,
        template=value("dfa_alpha1"),
        state_class="measurement",
        precision=2,
    ),
)

STRAP: Sequence[Entity] = (
    BinarySensor(
        key="strap",
        name="Strap",
        topic="strap",
        template=on_where("value_json.connected"),
        device_class="connectivity",
    ),
    Sensor(
        key="strap_battery",
        name="Strap battery",
        category=Category.DIAGNOSTIC,
        topic="strap",
        template=value("battery_percent"),
        of_strap=True,
        device_class="battery",
        unit="%",
        state_class="measurement",
    ),
    Sensor(
        key="strap_signal",
        name="Strap signal",
        category=Category.DIAGNOSTIC,
        enabled=False,
        topic="strap",
        template=value("signal"),
        of_strap=True,
        device_class="signal_strength",
        unit="dBm",
        state_class="measurement",
    ),
)

SESSION: Sequence[Entity] = (
    BinarySensor(
        key="session",
        name="Session",
        topic="session",
        template=on_where("value_json.state == 'active'"),
        device_class="running",
    ),
    Sensor(
        key="session_start",
        name="Session started",
        icon="mdi:flag-checkered",
        topic="session",
        template=value("start"),
        device_class="timestamp",
    ),
    Sensor(
        key="ceiling_in_force",
        name="Ceiling in force",
        icon="mdi:format-vertical-align-top",
        topic="session",
        template=scaled("ceiling", 100),
        unit="%",
        precision=0,
    ),
    Sensor(
        key="ceiling_heart_rate",
        name="Ceiling heart rate",
        icon="mdi:heart-box-outline",
        topic="session",
        template=value("ceiling_heart_rate"),
        unit="bpm",
        precision=0,
    ),
    Sensor(
        key="muted_until",
        name="Muted until",
        icon="mdi:volume-off",
        topic="session",
        template=value("muted_until"),
        device_class="timestamp",
    ),
    EventEntity(
        key="event",
        name="Event",
        icon="mdi:bell-ring",
        topic="event",
        template=(
            "{{ {'event_type': value_json.event, 'time': value_json.time,"
            " 'heart_rate': value_json.heart_rate, 'effort': value_json.effort,"
            " 'level': value_json.level} | tojson }}"
        ),
        types=[event.value for event in EventName],
    ),
)

TRAINING: Sequence[Entity] = (*LIVE_VALUES, *STRAP, *SESSION)
