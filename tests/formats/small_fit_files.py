"""Writes small FIT files, so that tests need no recorded ones."""

from __future__ import annotations

import struct
from collections.abc import Iterable

FIT_EPOCH_S = 631_065_600
UINT8, UINT16, UINT32, STRING = 0x02, 0x84, 0x86, 0x07

Field = tuple[int, int, bytes]
"""number, base type, value"""


def uint8(number: int, value: int) -> Field:
    return number, UINT8, struct.pack("<B", value)


def uint16(number: int, *values: int) -> Field:
    return number, UINT16, struct.pack(f"<{len(values)}H", *values)


def uint32(number: int, value: int) -> Field:
    return number, UINT32, struct.pack("<I", value)


def text(number: int, value: str) -> Field:
    return number, STRING, value.encode() + b"\0"


def message(kind: int, *fields: Field) -> bytes:
    """A definition of local type 0 and one data message of it."""
    layout = b"".join(struct.pack("<3B", number, len(value), base) for number, base, value in fields)
    definition = struct.pack("<BBBHB", 0x40, 0, 0, kind, len(fields)) + layout
    return definition + b"\0" + b"".join(value for _, _, value in fields)


def record(unix_s: int, heart_rate: int | None) -> bytes:
    """A record; without a heart rate the field is there, and invalid."""
    return message(
        20, uint32(253, unix_s - FIT_EPOCH_S), uint8(3, 0xFF if heart_rate is None else heart_rate)
    )


def hrv(*rr_ms: int) -> bytes:
    """Five intervals a message, as devices write them; the rest filled up as invalid."""
    return message(78, uint16(0, *(*rr_ms, *[0xFFFF] * 5)[:5]))


def fit_file(messages: Iterable[bytes]) -> bytes:
    body = b"".join(messages)
    header = struct.pack("<BBHI4s", 14, 0x20, 2132, len(body), b".FIT")
    header += struct.pack("<H", crc(header))
    return header + body + struct.pack("<H", crc(header + body))


def crc(data: bytes) -> int:
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value
