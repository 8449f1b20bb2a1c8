"""A FIT decoder that reads of each message only what a recording needs.

fitdecode renders every field of every message, most of them for nobody: an hour's file takes it a
fifth of a second. Here it still reads headers, definitions and the few messages that describe the
file; the many others are unpacked in one go by a layout that is made once for each definition. What
is laid out oddly is left to fitdecode.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from enum import IntEnum
from typing import Any, BinaryIO

from fitdecode import FitReader
from fitdecode.reader import CrcCheck, ErrorHandling
from fitdecode.records import FitDataMessage

from .fit_fields import APPLICATION, MILLISECONDS, RR_TICKS

_UINT8, _UINT16, _UINT32 = 0x02, 0x84, 0x86
_LETTERS = {_UINT8: "B", _UINT16: "H", _UINT32: "I"}
_TIMESTAMP, _HEART_RATE, _RR = 253, 3, 0
_APPLICATION, _DEVELOPER_INDEX = 1, 3

_CHECKSUM = [0] * 256
"""of each byte; FIT's is CRC-16/ARC"""
for _byte in range(256):
    _value = _byte
    for _ in range(8):
        _value = _value >> 1 ^ (0xA001 if _value & 1 else 0)
    _CHECKSUM[_byte] = _value


class Kind(IntEnum):
    """Global numbers of the messages that a recording needs."""

    FILE_ID = 0
    SPORT = 12
    RECORD = 20
    DEVICE_INFO = 23
    HRV = 78
    FIELD_DESCRIPTION = 206
    DEVELOPER_DATA_ID = 207


_DESCRIBING = (Kind.FILE_ID, Kind.SPORT, Kind.DEVICE_INFO, Kind.FIELD_DESCRIPTION, Kind.DEVELOPER_DATA_ID)


class Quick(FitDataMessage):  # type: ignore[misc]
    """A data message of which only this was read, as raw values, invalid ones included."""

    __slots__ = ("heart_rate", "own", "rr_ms", "timestamp")

    timestamp: int | None
    heart_rate: int | None
    rr_ms: tuple[int, ...]
    own: tuple[int, ...]
    """values of the one field of our own that a message of its kind may have"""


class _Layout:
    """Where in a message of one definition the wanted values are."""

    def __init__(self, definition: Any, own_index: int | None) -> None:
        self.kind = definition.global_mesg_num
        self.odd = False
        self._places: dict[str, slice] = {}
        formats, count = [], 0
        for field in definition.all_field_defs:
            name = self._wanted(field, own_index)
            values = self._values(field, name) if name else 0
            if name and (values == 0 or name in self._places):
                self.odd = True
                return
            if name and values:
                self._places[name] = slice(count, count + values)
                count += values
                formats.append(f"{values}{_LETTERS[field.base_type.identifier]}")
            else:
                formats.append(f"{field.size}x")
        self.struct = struct.Struct(definition.endian + "".join(formats))

    def _wanted(self, field: Any, own_index: int | None) -> str | None:
        if field.is_dev:
            own = {Kind.RECORD: MILLISECONDS, Kind.HRV: RR_TICKS}.get(self.kind)
            return "own" if (field.dev_data_index, field.def_num) == (own_index, own) else None
        if field.def_num == _TIMESTAMP:
            return "timestamp"
        if self.kind == Kind.RECORD and field.def_num == _HEART_RATE:
            return "heart_rate"
        return "rr_ms" if self.kind == Kind.HRV and field.def_num == _RR else None

    @staticmethod
    def _values(field: Any, name: str) -> int:
        """How many values a field holds; 0 where it is not of the type that it should have."""
        type_ = {"timestamp": _UINT32, "heart_rate": _UINT8}.get(name, _UINT16)
        if field.base_type.identifier != type_:
            return 0
        values: int = field.size // field.base_type.size
        return values if values == 1 or name in {"rr_ms", "own"} else 0

    def read(self, chunk: bytes, message: Quick) -> None:
        values = self.struct.unpack(chunk)
        message.timestamp = self._one("timestamp", values)
        message.heart_rate = self._one("heart_rate", values)
        message.rr_ms = values[self._places.get("rr_ms", slice(0))]
        message.own = values[self._places.get("own", slice(0))]

    def _one(self, name: str, values: Sequence[int]) -> int | None:
        place = self._places.get(name)
        return None if place is None else values[place.start]


class QuickFitReader(FitReader):  # type: ignore[misc]
    """Yields `Quick` messages for all but those that describe the file, and those laid out oddly.

    It takes the place of a private method of fitdecode 0.11: pyproject.toml holds it to that, and the
    tests compare it with fitdecode itself.
    """

    def __init__(self, file: BinaryIO) -> None:
        # Without a processor the decoder leaves dates and units alone, which saves a third of its time.
        super().__init__(
            file, processor=None, check_crc=CrcCheck.DISABLED, error_handling=ErrorHandling.IGNORE
        )
        self._layouts: dict[Any, _Layout] = {}
        self._own_index: int | None = None

    def _read_data_message(self, header_chunk: bytes, record_header: Any) -> Any:
        definition = self._local_mesg_defs.get(record_header.local_mesg_num)
        compressed = record_header.time_offset is not None
        if definition is None or compressed or definition.global_mesg_num in _DESCRIBING:
            return self._described(super()._read_data_message(header_chunk, record_header))
        layout = self._layouts.get(definition)
        if layout is None:
            layout = self._layouts[definition] = _Layout(definition, self._own_index)
        if layout.odd:
            return super()._read_data_message(header_chunk, record_header)
        size = layout.struct.size
        message = Quick(False, record_header.local_mesg_num, None, definition, [], None)  # noqa: FBT003
        layout.read(self._read_bytes(size) if size else b"", message)
        if message.timestamp is not None:
            self._compressed_ts_accumulator = message.timestamp
        return message

    def _described(self, message: Any) -> Any:
        if message.global_mesg_num == Kind.DEVELOPER_DATA_ID:
            values = {data.def_num: data.raw_value for data in message.fields}
            index = values.get(_DEVELOPER_INDEX)
            if values.get(_APPLICATION) == tuple(APPLICATION):
                self._own_index = index
            elif index == self._own_index:
                self._own_index = None
        return message

    def _read_bytes(self, size: int) -> bytes:
        """With the checksum at half the price: a byte at a time, where fitdecode takes half of one."""
        chunk: bytes = super()._read_bytes(size)
        value: int = self._crc  # type: ignore[has-type]
        for byte in chunk:
            value = value >> 8 ^ _CHECKSUM[(value ^ byte) & 0xFF]
        self._crc = value
        return chunk
