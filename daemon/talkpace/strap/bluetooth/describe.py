"""What a strap tells beside the heart rate. All of it is optional: what cannot be read stays unknown."""

from __future__ import annotations

import logging
from dataclasses import replace

from ...measurement.characteristics import decode_battery, decode_body_location, decode_text
from ...service.clock import Clock
from ..door import StrapInfo
from .limits import READ_S, within
from .radio import Link, RadioError
from .uuids import (
    BATTERY_LEVEL,
    BODY_SENSOR_LOCATION,
    FIRMWARE_REVISION,
    MANUFACTURER_NAME,
    MODEL_NUMBER,
    SERIAL_NUMBER,
)

_log = logging.getLogger(__name__)


async def read_battery(link: Link, clock: Clock) -> int | None:
    """The battery in percent; None where the strap does not tell."""
    return decode_battery(await _read(link, clock, BATTERY_LEVEL))


async def read_description(link: Link, clock: Clock, strap: StrapInfo) -> StrapInfo:
    """`strap` with what it says of itself."""
    return replace(
        strap,
        manufacturer=decode_text(await _read(link, clock, MANUFACTURER_NAME)) or strap.manufacturer,
        model=decode_text(await _read(link, clock, MODEL_NUMBER)) or strap.model,
        serial=decode_text(await _read(link, clock, SERIAL_NUMBER)) or strap.serial,
        firmware=decode_text(await _read(link, clock, FIRMWARE_REVISION)) or strap.firmware,
        body_location=decode_body_location(await _read(link, clock, BODY_SENSOR_LOCATION))
        or strap.body_location,
    )


async def _read(link: Link, clock: Clock, uuid: str) -> bytes:
    try:
        return await within(clock, READ_S, f"reading {uuid[4:8]}", link.read(uuid))
    except RadioError as error:
        _log.debug("%s", error)
        return b""
