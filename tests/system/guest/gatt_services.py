# Runs only in the guest, with the packages installed there.
# mypy: ignore-errors
# ruff: noqa: ANN001, ANN201, ANN204
"""GATT services of a strap (Heart Rate, Battery, Device Information) and its pairing behaviour."""

import struct

from bumble import gatt
from bumble.pairing import PairingDelegate
from bumble.profiles.device_information_service import DeviceInformationService


def measurement(heart_rate, rr_ms=(), *, contact=None):
    """The bytes of a Heart Rate Measurement (0x2A37). `contact` None: not supported."""
    flags = {None: 0x00, False: 0x04, True: 0x06}[contact] | (0x10 if rr_ms else 0) | (heart_rate > 255)
    rate = struct.pack("<H" if heart_rate > 255 else "B", heart_rate)
    return bytes([flags]) + rate + b"".join(struct.pack("<H", round(rr * 1.024)) for rr in rr_ms)


class Delegate(PairingDelegate):
    """Just Works for straps that bond; otherwise "pairing not supported", as most straps answer."""

    def __init__(self, *, bonds):
        super().__init__(PairingDelegate.NO_OUTPUT_NO_INPUT)
        self._bonds = bonds

    async def accept(self):
        return self._bonds


def add_services(device, label, *, battery, secured):
    """Add the services; return the heart rate and battery characteristics. secured: encrypted only."""
    notify, read = gatt.Characteristic.Properties.NOTIFY, gatt.Characteristic.Properties.READ
    beats = gatt.Characteristic(
        gatt.GATT_HEART_RATE_MEASUREMENT_CHARACTERISTIC, notify, gatt.Characteristic.Permissions(0), b""
    )
    if secured:
        beats.descriptors = [
            gatt.Descriptor(
                gatt.GATT_CLIENT_CHARACTERISTIC_CONFIGURATION_DESCRIPTOR,
                gatt.Characteristic.READABLE
                | gatt.Characteristic.WRITEABLE
                | gatt.Characteristic.Permissions.WRITE_REQUIRES_ENCRYPTION,
                device.gatt_server.make_descriptor_value(beats),
            )
        ]
    place = gatt.Characteristic(
        gatt.GATT_BODY_SENSOR_LOCATION_CHARACTERISTIC, read, gatt.Characteristic.READABLE, b"\x01"
    )
    level = gatt.Characteristic(
        gatt.GATT_BATTERY_LEVEL_CHARACTERISTIC,
        read | notify,
        gatt.Characteristic.READABLE,
        gatt.CharacteristicValue(read=lambda _: bytes([battery()])),
    )
    device.add_services(
        [
            gatt.Service(gatt.GATT_HEART_RATE_SERVICE, [beats, place]),
            gatt.Service(gatt.GATT_BATTERY_SERVICE, [level]),
            DeviceInformationService(
                manufacturer_name="Virtual",
                model_number="VS-1",
                serial_number=label,
                firmware_revision="1.0",
            ),
        ]
    )
    return beats, level
