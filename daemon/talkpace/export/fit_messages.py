"""A FIT file in the making: fit-tool turns each message into bytes, and is then done with it.

Its own builder keeps every message as an object until the end, an hour's take 165 MB. Here records
and intervals are one message each, filled again and again.
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

from ..record.items import MeasurementTaken
from ..strap.recording.fit_fields import APPLICATION, MILLISECONDS, NO_INTERVAL, RR_A_MESSAGE, RR_TICKS

HIGHEST_BPM = 254
"""one byte, of which 255 stands for none"""


class Local(IntEnum):
    """Local message types: one for each layout, so that none is ever defined anew."""

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


class FitMessages:
    """Messages as bytes, one behind the other. The first of a local type defines its layout."""

    def __init__(self) -> None:
        self._body = bytearray()
        self._definitions: dict[int, DefinitionMessage] = {}

    def define(self, message: DataMessage) -> None:
        """Lay down the layout of a local type, by the fields that are set in `message`."""
        definition = DefinitionMessage.from_data_message(message)
        self._definitions[message.local_id] = definition
        message.set_definition_message(definition)
        self._body += RecordHeader.from_message(definition).to_bytes() + definition.to_bytes()

    def add(self, message: DataMessage) -> None:
        """Write a message; fields that its layout lacks stay out of it."""
        definition = self._definitions.get(message.local_id)
        if definition is None:
            self.define(message)
        elif message.definition_message is not definition:
            message.set_definition_message(definition)
        self._body.append(message.local_id)
        self._body += message.to_bytes()

    def file(self) -> bytes:
        """All of it, with header and checksums."""
        header: bytes = FitFileHeader(records_size=len(self._body), gen_crc=True).to_bytes()
        checksum: int = crc16(self._body, crc16(header))
        return header + self._body + checksum.to_bytes(2, "little")


class FitRecords:
    """Writes measurements: a `record` for each, and behind it its RR intervals as `hrv`."""

    def __init__(self, messages: FitMessages, start_ms: int) -> None:
        """`start_ms` is the Unix time that offsets count from."""
        self.too_high = 0
        """heart rates that had no place"""
        self._messages = messages
        self._start_ms = start_ms
        _describe_own_fields(messages)
        self._milliseconds = DeveloperField(
            field_id=MILLISECONDS, name="milliseconds", base_type=BaseType.UINT16, size=2
        )
        self._ticks = DeveloperField(
            field_id=RR_TICKS, name="rr_1024", base_type=BaseType.UINT16, size=2 * RR_A_MESSAGE
        )
        self._record = RecordMessage(local_id=Local.RECORD, developer_fields=[self._milliseconds])
        self._hrv = HrvMessage(local_id=Local.HRV, developer_fields=[self._ticks])
        self._fill_record(start_ms, 0)
        messages.define(self._record)  # with a heart rate in its layout, whatever the first one is

    def add(self, taken: MeasurementTaken) -> None:
        """The next measurement."""
        heart_rate: int | None = taken.heart_rate
        if taken.heart_rate > HIGHEST_BPM:
            heart_rate = None
            self.too_high += 1
        self._fill_record(self._start_ms + taken.offset_ms, heart_rate)
        self._messages.add(self._record)
        for first in range(0, len(taken.rr_ms), RR_A_MESSAGE):
            self._fill_hrv(taken.rr_ms[first : first + RR_A_MESSAGE])
            self._messages.add(self._hrv)

    def _fill_record(self, at_ms: int, heart_rate: int | None) -> None:
        seconds, rest_ms = divmod(at_ms, 1000)
        self._record.timestamp = seconds * 1000
        self._record.heart_rate = heart_rate
        self._milliseconds.set_value(0, rest_ms)

    def _fill_hrv(self, rr_ms: tuple[float, ...]) -> None:
        missing = [NO_INTERVAL] * (RR_A_MESSAGE - len(rr_ms))
        whole_ms = (*map(round, rr_ms), *missing)
        ticks = (*[round(interval * 1024 / 1000) for interval in rr_ms], *missing)
        for place in range(RR_A_MESSAGE):
            self._hrv.fields[0].set_encoded_value(place, whole_ms[place], check_validity=False)
            self._ticks.set_encoded_value(place, ticks[place], check_validity=False)


def _describe_own_fields(messages: FitMessages) -> None:
    developer = DeveloperDataIdMessage(local_id=Local.DEVELOPER)
    developer.application_id, developer.developer_data_index = APPLICATION, 0
    messages.add(developer)
    for local, number, name, units in (
        (Local.FIELD_OF_RECORD, MILLISECONDS, "milliseconds", "ms"),
        (Local.FIELD_OF_HRV, RR_TICKS, "rr_1024", "1/1024 s"),
    ):
        field = FieldDescriptionMessage(local_id=local)
        field.developer_data_index, field.field_definition_number = 0, number
        field.fit_base_type_id = BaseType.UINT16.value
        field.field_name, field.units = name, units
        messages.add(field)
