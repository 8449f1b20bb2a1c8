"""A FIT decoder that unpacks only the fields that a recording needs.

fitdecode builds an object for every field of every message, which takes 0.2 s for an hour's file. Here
it still reads headers, definitions and the few messages that describe the file. The many others are
unpacked with one `struct` for each definition; messages with an unexpected layout are left to fitdecode.
"""

from __future__ import annotations

import struct
from enum import IntEnum
from typing import Any, BinaryIO

from fitdecode import FitReader
from fitdecode.exceptions import FitEOFError, FitError
from fitdecode.reader import CrcCheck, ErrorHandling
from fitdecode.records import FitDataMessage

from .fields import APPLICATION, HOLD, MILLISECONDS, RR_TICKS

_UINT8, _UINT16, _UINT32 = 0x02, 0x84, 0x86
_LETTERS = {_UINT8: "B", _UINT16: "H", _UINT32: "I"}
_TIMESTAMP, _HEART_RATE, _RR = 253, 3, 0
_APPLICATION, _DEVELOPER_INDEX = 1, 3

_CHECKSUM = [0] * 256
"""CRC-16/ARC of each byte, as FIT uses it"""
for _byte in range(256):
    _value = _byte
    for _ in range(8):
        _value = _value >> 1 ^ (0xA001 if _value & 1 else 0)
    _CHECKSUM[_byte] = _value


class MessageNumber(IntEnum):
    """Global message numbers (mesg_num) that a recording needs."""

    FILE_ID = 0
    SPORT = 12
    SESSION = 18
    RECORD = 20
    EVENT = 21
    DEVICE_INFO = 23
    HRV = 78
    HR = 132
    FIELD_DESCRIPTION = 206
    DEVELOPER_DATA_ID = 207


_LEFT_TO_FITDECODE = (
    MessageNumber.FILE_ID,
    MessageNumber.SPORT,
    MessageNumber.SESSION,
    MessageNumber.EVENT,
    MessageNumber.HR,
    MessageNumber.DEVICE_INFO,
    MessageNumber.FIELD_DESCRIPTION,
    MessageNumber.DEVELOPER_DATA_ID,
)


_DEVELOPER_FIELDS = {
    (MessageNumber.RECORD, MILLISECONDS): "developer_values",
    (MessageNumber.RECORD, HOLD): "hold_ms",
    (MessageNumber.HRV, RR_TICKS): "developer_values",
}
"""attribute of UnpackedMessage by message and developer field"""


class UnpackedMessage(FitDataMessage):  # type: ignore[misc]
    """A data message with only these fields, as raw values, invalid ones included."""

    __slots__ = ("developer_values", "heart_rate", "hold_ms", "rr_ms", "timestamp")

    timestamp: int | None
    heart_rate: int | None
    hold_ms: int | None
    rr_ms: tuple[int, ...]
    developer_values: tuple[int, ...]
    """values of the talkpace developer field that a message of this number may have"""


_NOWHERE = slice(0)
_NONE = (None,)


class _Layout:
    """The places of the needed values in messages of one definition."""

    def __init__(self, definition: Any, developer_index: int | None) -> None:
        self.number = definition.global_mesg_num
        self.unexpected = False
        """whether a needed field has another type or occurs twice"""
        self._places: dict[str, slice] = {}
        formats, count = [], 0
        for field in definition.all_field_defs:
            name = self._attribute(field, developer_index)
            values = self._count(field, name) if name else 0
            if name and (values == 0 or name in self._places):
                self.unexpected = True
                return
            if name and values:
                self._places[name] = slice(count, count + values)
                count += values
                formats.append(f"{values}{_LETTERS[field.base_type.identifier]}")
            else:
                formats.append(f"{field.size}x")
        self.struct = struct.Struct(definition.endian + "".join(formats))
        self._timestamp = self._places.get("timestamp", _NOWHERE)
        self._heart_rate = self._places.get("heart_rate", _NOWHERE)
        self._hold_ms = self._places.get("hold_ms", _NOWHERE)
        self._rr_ms = self._places.get("rr_ms", _NOWHERE)
        self._developer_values = self._places.get("developer_values", _NOWHERE)

    def _attribute(self, field: Any, developer_index: int | None) -> str | None:
        """Return the attribute of UnpackedMessage that a field belongs to."""
        if field.is_dev:
            if field.dev_data_index != developer_index:
                return None
            return _DEVELOPER_FIELDS.get((self.number, field.def_num))
        if field.def_num == _TIMESTAMP:
            return "timestamp"
        if self.number == MessageNumber.RECORD and field.def_num == _HEART_RATE:
            return "heart_rate"
        return "rr_ms" if self.number == MessageNumber.HRV and field.def_num == _RR else None

    @staticmethod
    def _count(field: Any, name: str) -> int:
        """Return how many values a field holds; 0 where it has another type than expected."""
        type_ = {"timestamp": _UINT32, "heart_rate": _UINT8}.get(name, _UINT16)
        if field.base_type.identifier != type_:
            return 0
        values: int = field.size // field.base_type.size
        return values if values == 1 or name in {"rr_ms", "developer_values"} else 0

    def read(self, chunk: bytes, message: UnpackedMessage) -> None:
        values = self.struct.unpack(chunk)
        (message.timestamp,) = values[self._timestamp] or _NONE
        (message.heart_rate,) = values[self._heart_rate] or _NONE
        (message.hold_ms,) = values[self._hold_ms] or _NONE
        message.rr_ms = values[self._rr_ms]
        message.developer_values = values[self._developer_values]


class FastFitReader(FitReader):  # type: ignore[misc]
    """Yields an UnpackedMessage for every data message that is not left to fitdecode.

    Overrides private methods of fitdecode 0.11: pyproject.toml pins that version, and the tests compare
    the results with those of fitdecode itself.
    """

    def __init__(self, file: BinaryIO) -> None:
        # Without a processor fitdecode does not convert dates and units, which saves a third of its time.
        super().__init__(
            file, processor=None, check_crc=CrcCheck.DISABLED, error_handling=ErrorHandling.IGNORE
        )
        self.unknown_fields = 0
        """descriptions of developer fields that cannot be read; only these fields are lost"""
        self._layouts: dict[Any, _Layout] = {}
        self._developer_index: int | None = None

    def _read_data_message(self, header_chunk: bytes, record_header: Any) -> Any:
        definition = self._local_mesg_defs.get(record_header.local_mesg_num)
        compressed = record_header.time_offset is not None
        if definition is None or compressed or definition.global_mesg_num in _LEFT_TO_FITDECODE:
            return self._note_developer(super()._read_data_message(header_chunk, record_header))
        layout = self._layouts.get(definition)
        if layout is None:
            layout = self._layouts[definition] = _Layout(definition, self._developer_index)
        if layout.unexpected:
            return super()._read_data_message(header_chunk, record_header)
        size = layout.struct.size
        message = UnpackedMessage(False, record_header.local_mesg_num, None, definition, [], None)  # noqa: FBT003
        layout.read(self._read_bytes(size) if size else b"", message)
        if message.timestamp is not None:
            self._compressed_ts_accumulator = message.timestamp
        return message

    def _note_developer(self, message: Any) -> Any:
        """Remember which developer index is that of talkpace."""
        if message.global_mesg_num == MessageNumber.DEVELOPER_DATA_ID:
            values = {data.def_num: data.raw_value for data in message.fields}
            index = values.get(_DEVELOPER_INDEX)
            if values.get(_APPLICATION) == tuple(APPLICATION):
                self._developer_index = index
            elif index == self._developer_index:
                self._developer_index = None
        return message

    def _add_dev_field_description(self, message: Any) -> None:
        try:
            super()._add_dev_field_description(message)
        except (FitError, LookupError, TypeError, ValueError):
            self.unknown_fields += 1

    def _read_bytes(self, size: int) -> bytes:
        """Read from a file that never blocks, with the checksum a byte at a time: faster than fitdecode."""
        if size <= 0:
            raise ValueError("size")
        chunk: bytes = self._fd.read(size)
        if len(chunk) != size:
            raise FitEOFError(size, len(chunk), self._read_offset)
        self._chunk_size += size
        self._read_offset += size
        self._read_size += size
        value: int = self._crc  # type: ignore[has-type]
        for byte in chunk:
            value = value >> 8 ^ _CHECKSUM[(value ^ byte) & 0xFF]
        self._crc = value
        return chunk
