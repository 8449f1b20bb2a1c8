"""What a node's device shows: whether it is there, and what is the matter with it."""

from __future__ import annotations

from collections.abc import Sequence

from .entity import BinarySensor, Category, Entity, Sensor
from .template import on_where, text, value


def _words(key: str, name: str, icon: str, *, enabled: bool = True) -> Sensor:
    return Sensor(
        key=key,
        name=name,
        icon=icon,
        category=Category.DIAGNOSTIC,
        topic="node",
        template=text(key),
        enabled=enabled,
    )


STATUS = BinarySensor(
    key="status",
    name="Daemon",
    category=Category.DIAGNOSTIC,
    topic="status",
    template="{{ 'ON' if value == 'online' else 'OFF' }}",
    device_class="connectivity",
)
"""the one entity that is there while the node is not"""

NODE: Sequence[Entity] = (
    STATUS,
    _words("adapter", "Bluetooth adapter", "mdi:bluetooth"),
    _words("broker", "Broker", "mdi:transit-connection-variant", enabled=False),
    _words("store", "Store", "mdi:database"),
    _words("alerts", "Buzzer and light", "mdi:bullhorn"),
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
        template=on_where("value_json.store != 'ok'"),
        device_class="problem",
    ),
    BinarySensor(
        key="adapter_problem",
        name="Bluetooth",
        category=Category.DIAGNOSTIC,
        topic="node",
        template=on_where("value_json.adapter not in ['ok', 'not used']"),
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
