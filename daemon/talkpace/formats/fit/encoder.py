"""Encodes FIT messages to bytes, one at a time, with the message classes of fit-tool.

fit-tool's own file builder keeps every message as an object until the end: 165 MB for an hour. Here one
`record` and one `hrv` message are refilled for each measurement.
"""

from __future__ import annotations

from enum import IntEnum

from fit_tool.base_type import BaseType
from fit_tool.data_message import DataMessage
from fit_tool.definition_message import DefinitionMessage
from fit_tool.developer_field import DeveloperField
from fit_tool.fit_file_header import FitFileHeader
from fit_tool.profile.messages.developer_data_id_message import DeveloperDataIdMessage
from fit_tool.profile.messages.field_description_message import FieldDescriptionMessage
from fit_tool.profile.messages.hrv_message import HrvMessage
from fit_tool.profile.messages.record_message import RecordMessage
from fit_tool.record import RecordHeader
from fit_tool.utils.crc import crc16

from ...training.rules import HOLD_MS
from ..finished_session import StoredMeasurement
from .fields import APPLICATION, HOLD, MILLISECONDS, NO_INTERVAL, RR_PER_MESSAGE, RR_TICKS

HIGHEST_BPM = 254
"""the highest heart rate in one byte, where 255 means none"""


class LocalMessageType(IntEnum):
    """Local message types: one for each layout, so that each is defined once."""

    FILE_ID = 0
    FILE_CREATOR = 1
    DEVELOPER = 2
    FIELD_OF_RECORD = 3
    FIELD_OF_HRV = 4
    DEVICE = 5
    STRAP = 6
    SPORT = 7
    TIMER = 8
    RECORD = 9
    HRV = 10
    ALERT = 11
    LAP = 12
    SESSION = 13
    ACTIVITY = 14
    FIELD_OF_HOLD = 15


class FitEncoder:
    """Collects encoded messages. The first message of a local type defines its layout."""

    def __init__(self) -> None:
        self._body = bytearray()
        self._definitions: dict[int, DefinitionMessage] = {}

    def define(self, message: DataMessage) -> None:
        """Define the layout of a local type by the fields that are set in `message`."""
        definition = DefinitionMessage.from_data_message(message)
        self._definitions[message.local_id] = definition
        message.set_definition_message(definition)
        self._body += RecordHeader.from_message(definition).to_bytes() + definition.to_bytes()

    def add(self, message: DataMessage) -> None:
        """Add a message; fields that its layout lacks are left out."""
        definition = self._definitions.get(message.local_id)
        if definition is None:
            self.define(message)
        elif message.definition_message is not definition:
            message.set_definition_message(definition)
        self._body.append(message.local_id)
        self._body += message.to_bytes()

    def file(self) -> bytes:
        """Return the whole file, with header and checksums."""
        header: bytes = FitFileHeader(records_size=len(self._body), gen_crc=True).to_bytes()
        checksum: int = crc16(self._body, crc16(header))
        return header + self._body + checksum.to_bytes(2, "little")


class RecordEncoder:
    """Encodes measurements: a `record` for each, followed by its RR intervals as `hrv`."""

    def __init__(self, encoder: FitEncoder, start_ms: int) -> None:
        """`start_ms` is the Unix time of offset 0."""
        self.too_high = 0
        """how many heart rates were left out"""
        self._encoder = encoder
        self._start_ms = start_ms
        _add_developer_fields(encoder)
        self._milliseconds = DeveloperField(
            field_id=MILLISECONDS, name="milliseconds", base_type=BaseType.UINT16, size=2
        )
        self._hold = DeveloperField(field_id=HOLD, name="hold", base_type=BaseType.UINT16, size=2)
        self._ticks = DeveloperField(
            field_id=RR_TICKS, name="rr_1024", base_type=BaseType.UINT16, size=2 * RR_PER_MESSAGE
        )
        self._record = RecordMessage(
            local_id=LocalMessageType.RECORD, developer_fields=[self._milliseconds, self._hold]
        )
        self._hrv = HrvMessage(local_id=LocalMessageType.HRV, developer_fields=[self._ticks])
        self._fill_record(start_ms, 0, None)
        encoder.define(self._record)  # with a heart rate in its layout, whatever the first one is

    def add(self, measurement: StoredMeasurement) -> None:
        """Add the next measurement."""
        heart_rate: int | None = measurement.heart_rate
        if measurement.heart_rate > HIGHEST_BPM:
            heart_rate = None
            self.too_high += 1
        self._fill_record(self._start_ms + measurement.offset_ms, heart_rate, measurement.hold_ms)
        self._encoder.add(self._record)
        for first in range(0, len(measurement.rr_ms), RR_PER_MESSAGE):
            self._fill_hrv(measurement.rr_ms[first : first + RR_PER_MESSAGE])
            self._encoder.add(self._hrv)

    def _fill_record(self, at_ms: int, heart_rate: int | None, hold_ms: int | None) -> None:
        seconds, milliseconds = divmod(at_ms, 1000)
        self._record.timestamp = seconds * 1000
        self._record.heart_rate = heart_rate
        self._milliseconds.set_value(0, milliseconds)
        self._hold.set_value(0, HOLD_MS if hold_ms is None else hold_ms)

    def _fill_hrv(self, rr_ms: tuple[float, ...]) -> None:
        missing = [NO_INTERVAL] * (RR_PER_MESSAGE - len(rr_ms))
        whole_ms = (*map(round, rr_ms), *missing)
        ticks = (*[round(interval * 1024 / 1000) for interval in rr_ms], *missing)
        for place in range(RR_PER_MESSAGE):
            self._hrv.fields[0].set_encoded_value(place, whole_ms[place], check_validity=False)
            self._ticks.set_encoded_value(place, ticks[place], check_validity=False)


def _add_developer_fields(encoder: FitEncoder) -> None:
    developer = DeveloperDataIdMessage(local_id=LocalMessageType.DEVELOPER)
    developer.application_id, developer.developer_data_index = APPLICATION, 0
    encoder.add(developer)
    for local_type, number, name, units in (
        (LocalMessageType.FIELD_OF_RECORD, MILLISECONDS, "milliseconds", "ms"),
        (LocalMessageType.FIELD_OF_HOLD, HOLD, "hold", "ms"),
        (LocalMessageType.FIELD_OF_HRV, RR_TICKS, "rr_1024", "1/1024 s"),
    ):
        field = FieldDescriptionMessage(local_id=local_type)
        field.developer_data_index, field.field_definition_number = 0, number
        field.fit_base_type_id = BaseType.UINT16.value
        field.field_name, field.units = name, units
        encoder.add(field)
