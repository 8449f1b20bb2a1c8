"""Entities of the node's device: availability and health."""

from __future__ import annotations

from collections.abc import Sequence

from .entity import BinarySensor, Category, Entity, Sensor, on_if, text, value


def _text_sensor(key: str, name: str, icon: str, *, enabled_by_default: bool = True) -> Sensor:
    return Sensor(
        key=key,
        name=name,
        icon=icon,
        category=Category.DIAGNOSTIC,
        topic="node",
        template=text(key),
        enabled_by_default=enabled_by_default,
    )


STATUS = BinarySensor(
    key="status",
    name="Daemon",
    category=Category.DIAGNOSTIC,
    topic="status",
    template="{{ 'ON' if value == 'online' else 'OFF' }}",
    device_class="connectivity",
)
"""the only entity that is available while the node is offline"""

NODE: Sequence[Entity] = (
    STATUS,
    _text_sensor("adapter", "Bluetooth adapter", "mdi:bluetooth"),
    _text_sensor("broker", "Broker", "mdi:transit-connection-variant", enabled_by_default=False),
    _text_sensor("store", "Store", "mdi:database"),
    _text_sensor("alerts", "Buzzer and light", "mdi:bullhorn"),
    _text_sensor("lamps", "Lamps", "mdi:lightbulb-group", enabled_by_default=False),
    _text_sensor("notifications", "Notifications", "mdi:message-alert", enabled_by_default=False),
    _text_sensor("athletes", "Athletes", "mdi:account-group"),
    _text_sensor("configuration", "Configuration", "mdi:cog"),
    Sensor(
        key="clock",
        name="Clock",
        icon="mdi:clock-check",
        category=Category.DIAGNOSTIC,
        topic="node",
        template=value("clock"),
        device_class="enum",
        choices=["synchronised", "not synchronised", "unknown"],
    ),
    BinarySensor(
        key="store_problem",
        name="Recording",
        category=Category.DIAGNOSTIC,
        topic="node",
        template=on_if("value_json.store != 'ok'"),
        device_class="problem",
    ),
    BinarySensor(
        key="adapter_problem",
        name="Bluetooth",
        category=Category.DIAGNOSTIC,
        topic="node",
        template=on_if("value_json.adapter not in ['ok', 'not used']"),
        device_class="problem",
    ),
    Sensor(
        key="straps_connected",
        name="Straps connected",
        icon="mdi:bluetooth-connect",
        category=Category.DIAGNOSTIC,
        topic="node",
        template=value("straps_connected"),
        state_class="measurement",
    ),
)
