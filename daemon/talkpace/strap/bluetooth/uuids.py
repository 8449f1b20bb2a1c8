"""The Bluetooth SIG's assigned numbers that a strap is known by."""

from __future__ import annotations


def _assigned(number: int) -> str:
    return f"{number:08x}-0000-1000-8000-00805f9b34fb"


HEART_RATE_SERVICE = _assigned(0x180D)
HEART_RATE_MEASUREMENT = _assigned(0x2A37)
BODY_SENSOR_LOCATION = _assigned(0x2A38)
BATTERY_LEVEL = _assigned(0x2A19)
MANUFACTURER_NAME = _assigned(0x2A29)
MODEL_NUMBER = _assigned(0x2A24)
SERIAL_NUMBER = _assigned(0x2A25)
FIRMWARE_REVISION = _assigned(0x2A26)
