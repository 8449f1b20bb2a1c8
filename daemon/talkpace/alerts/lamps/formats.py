"""The format of payloads that a configured lamp understands."""

from __future__ import annotations

from ...config.lamps import LampConfig
from .json_light import JsonSchemaFormat, Zigbee2MqttFormat
from .messages import LampFormat
from .tasmota import TasmotaFormat
from .wled import WledFormat


def lamp_format(lamp: LampConfig) -> LampFormat:
    """Return the format of a lamp."""
    match lamp.kind:
        case "wled":
            return WledFormat(lamp.topic)
        case "tasmota":
            return TasmotaFormat(lamp.topic)
        case "zigbee2mqtt":
            return Zigbee2MqttFormat(lamp.topic)
        case "homeassistant":
            return JsonSchemaFormat(lamp.topic, lamp.state_topic)
