"""Decodes and encodes Heart Rate Measurement (0x2A37), as the Heart Rate Service 1.0 specifies it.

flags (1)  bit 0: heart rate is 16 bits   bit 1: contact detected   bit 2: contact supported
bit 3: energy expended follows  bit 4: RR intervals follow  bits 5 to 7: reserved
heart rate (1 or 2)   energy (2, kJ, if bit 3)   RR (2 each, 1/1024 s, oldest first, if bit 4)
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

MAX_PAYLOAD_BYTES = 512
"""maximum size of an attribute value (Bluetooth Core, Vol 3 Part F, 3.2.9)"""

_RR_MS = 1000 / 1024  # exact in binary, so encode and decode are each other's inverse

_HEART_RATE_16, _CONTACT, _CONTACT_SUPPORTED, _ENERGY, _RR = 0x01, 0x02, 0x04, 0x08, 0x10


class Contact(Enum):
    """Skin contact, as reported by the strap."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class HeartRatePayload(NamedTuple):
    """The fields of one notification."""

    heart_rate: int
    """bpm; straps send 0 while they have no reading"""
    contact: Contact
    rr_ms: tuple[float, ...] = ()
    """RR intervals in ms, oldest first"""
    energy_kj: int | None = None
    """since the strap last reset it; 65535 means that or more"""
    trailing_bytes: int = 0
    """bytes behind the last known field: half an RR interval, or a field of a later specification"""


_CONTACT_FLAGS = {
    Contact.UNKNOWN: 0,
    Contact.NO: _CONTACT_SUPPORTED,
    Contact.YES: _CONTACT_SUPPORTED | _CONTACT,
}


class BadPayload(Enum):
    """Why bytes are not a Heart Rate Measurement."""

    EMPTY = "empty"
    TRUNCATED = "shorter than its flags say"
    OVERSIZED = "longer than an attribute can be"


def decode(payload: bytes) -> HeartRatePayload | BadPayload:
    """Decode one notification; never raises, returns what is wrong with the bytes instead.

    Bytes behind the last field are counted and ignored: some straps send them, and refusing the payload
    would lose its heart rate.
    """
    size = len(payload)
    if size == 0:
        return BadPayload.EMPTY
    if size > MAX_PAYLOAD_BYTES:
        return BadPayload.OVERSIZED
    flags = payload[0]
    end = 3 if flags & _HEART_RATE_16 else 2
    if size < end + (2 if flags & _ENERGY else 0):
        return BadPayload.TRUNCATED
    heart_rate = payload[1] if end == 2 else payload[1] | payload[2] << 8
    energy_kj = None
    if flags & _ENERGY:
        energy_kj = payload[end] | payload[end + 1] << 8
        end += 2
    rr_ms: tuple[float, ...] = ()
    if flags & _RR:
        count = (size - end) // 2
        rr_ms = tuple([ticks * _RR_MS for ticks in struct.unpack_from(f"<{count}H", payload, end)])
        end += 2 * count
    if not flags & _CONTACT_SUPPORTED:
        contact = Contact.UNKNOWN
    else:
        contact = Contact.YES if flags & _CONTACT else Contact.NO
    return HeartRatePayload(heart_rate, contact, rr_ms, energy_kj, size - end)


def encode(
    heart_rate: int,
    *,
    contact: Contact = Contact.UNKNOWN,
    rr_ms: Sequence[float] = (),
    energy_kj: int | None = None,
) -> bytes:
    """Encode as a strap does. Raises ValueError for values that do not fit the fields."""
    flags = _CONTACT_FLAGS[contact]
    if heart_rate > 0xFF:
        flags |= _HEART_RATE_16
    try:
        body = heart_rate.to_bytes(2 if heart_rate > 0xFF else 1, "little")
        if energy_kj is not None:
            flags |= _ENERGY
            body += energy_kj.to_bytes(2, "little")
        if rr_ms:
            flags |= _RR
            body += struct.pack(f"<{len(rr_ms)}H", *[round(rr / _RR_MS) for rr in rr_ms])
    except (OverflowError, struct.error) as error:
        raise ValueError(f"does not fit a Heart Rate Measurement: {error}") from None
    return bytes([flags]) + body
