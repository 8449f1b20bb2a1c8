"""The quick FIT decoder reads what fitdecode reads, however a file is laid out."""

from __future__ import annotations

import io
import struct
from typing import Any

import pytest
from fitdecode import FIT_FRAME_DATA, FitReader
from fitdecode.exceptions import FitError
from fitdecode.reader import CrcCheck, ErrorHandling
from hypothesis import given
from hypothesis import strategies as st

from talkpace.formats.fit.decoder import FastFitReader, MessageNumber, UnpackedMessage
from talkpace.formats.fit.fields import APPLICATION

from .small_fit_files import UINT8, UINT16, UINT32, fit_file, message, record, uint32

Layout = list[tuple[int, int, int]]
"""number, size, base type"""

FIELDS = [
    (253, 4, UINT32),
    (3, 1, UINT8),
    (5, 4, UINT32),
    (2, 2, UINT16),
    (90, 1, 0x01),
    (8, 3, 0x0D),
    (3, 2, UINT16),
]
HRV_FIELDS = [(0, 10, UINT16), (0, 2, UINT16), (0, 4, UINT32), (7, 1, UINT8), (253, 4, UINT32)]


def definition(local: int, kind: int, layout: Layout, endian: str) -> bytes:
    head = struct.pack(f"{endian}BBBHB", 0x40 | local, 0, endian == ">", kind, len(layout))
    return head + b"".join(struct.pack("3B", *field) for field in layout)


def plainly_read(content: bytes) -> list[tuple[int, dict[str, Any]]]:
    """By fitdecode alone: kind, and the wanted raw values of each message."""
    with FitReader(
        io.BytesIO(content), processor=None, check_crc=CrcCheck.RAISE, error_handling=ErrorHandling.IGNORE
    ) as frames:
        return [
            (frame.global_mesg_num, values(frame)) for frame in frames if frame.frame_type == FIT_FRAME_DATA
        ]


def values(frame: Any) -> dict[str, Any]:
    wanted = {
        253: "timestamp",
        **{MessageNumber.RECORD: {3: "heart_rate"}, MessageNumber.HRV: {0: "rr"}}.get(
            frame.global_mesg_num, {}
        ),
    }
    if isinstance(frame, UnpackedMessage):
        rr = tuple(None if value == 0xFFFF else value for value in frame.rr_ms)
        read = {
            "timestamp": None if frame.timestamp == 0xFFFF_FFFF else frame.timestamp,
            "heart_rate": None if frame.heart_rate == 0xFF else frame.heart_rate,
            "rr": rr[0] if len(rr) == 1 else rr or None,
        }
        return {name: value for name, value in read.items() if value is not None}
    return {
        wanted[field.def_num]: field.raw_value
        for field in frame.fields
        if field.def_num in wanted and field.raw_value is not None
    }


def quickly_read(content: bytes) -> list[tuple[int, dict[str, Any]]]:
    return [
        (frame.global_mesg_num, values(frame))
        for frame in FastFitReader(io.BytesIO(content))
        if frame.frame_type == FIT_FRAME_DATA
    ]


LAYOUTS = st.one_of(
    st.tuples(st.just(int(MessageNumber.RECORD)), st.lists(st.sampled_from(FIELDS), max_size=6)),
    st.tuples(st.just(int(MessageNumber.HRV)), st.lists(st.sampled_from(HRV_FIELDS), max_size=3)),
    st.tuples(st.sampled_from([21, 132, 4000]), st.lists(st.sampled_from(FIELDS), max_size=4)),
)


@given(
    st.lists(st.tuples(LAYOUTS, st.sampled_from("<>"), st.integers(0, 3)), min_size=1, max_size=4), st.data()
)
def test_any_layout_is_read_as_fitdecode_reads_it(
    layouts: list[tuple[tuple[int, Layout], str, int]], data: st.DataObject
) -> None:
    """Any order of fields, either byte order, types that differ, doubled fields, compressed timestamps."""
    body = [definition(local, kind, layout, endian) for (kind, layout), endian, local in layouts]
    defined = {local: layout for (_, layout), _, local in layouts}
    for _ in range(data.draw(st.integers(1, 12))):
        local = data.draw(st.sampled_from(sorted(defined)))
        size = sum(size for _, size, _ in defined[local])
        compressed = data.draw(st.booleans())
        header = 0x80 | local << 5 | data.draw(st.integers(0, 31)) if compressed else local
        body.append(bytes([header]) + data.draw(st.binary(min_size=size, max_size=size)))
    content = fit_file(body)
    try:
        expected = plainly_read(content)
    except (FitError, TypeError, ValueError):
        return  # what fitdecode trips over, a recording calls damaged
    assert quickly_read(content) == expected


def with_field(application: bytes, index: int = 0, number: int = 0, size: int = 2) -> bytes:
    """A record with a developer's field, 16 bits of 321."""
    developer = message(MessageNumber.DEVELOPER_DATA_ID, (1, 0x0D, application), (3, UINT8, bytes([index])))
    described = message(
        MessageNumber.FIELD_DESCRIPTION,
        (0, UINT8, bytes([index])),
        (1, UINT8, bytes([number])),
        (2, UINT8, bytes([UINT16])),
    )
    layout = struct.pack("<BBBHB", 0x60, 0, 0, MessageNumber.RECORD, 2) + struct.pack(
        "6B", 253, 4, UINT32, 3, 1, UINT8
    )
    layout += struct.pack("4B", 1, number, size, index)
    return (
        developer
        + described
        + layout
        + b"\0"
        + struct.pack("<IB", 1_000_000_000, 90)
        + struct.pack("<H", 321)
    )


@pytest.mark.parametrize(
    ("content", "developer_values"),
    [
        (with_field(APPLICATION), (321,)),
        (with_field(APPLICATION, index=5), (321,)),
        (with_field(b"\x01" * 16), ()),
        (with_field(APPLICATION, number=9), ()),
    ],
    ids=["ours", "another index", "another's", "another field"],
)
def test_only_the_developer_field_of_talkpace_is_read(
    content: bytes, developer_values: tuple[int, ...]
) -> None:
    *_, last = [
        frame
        for frame in FastFitReader(io.BytesIO(fit_file([content])))
        if frame.frame_type == FIT_FRAME_DATA
    ]
    assert isinstance(last, UnpackedMessage)
    assert (last.timestamp, last.heart_rate, last.developer_values) == (1_000_000_000, 90, developer_values)


def test_in_a_chained_file_another_application_may_have_the_same_index() -> None:
    chained = fit_file([with_field(APPLICATION)]) + fit_file([with_field(b"\x01" * 16)])
    read = [
        frame.developer_values
        for frame in FastFitReader(io.BytesIO(chained))
        if isinstance(frame, UnpackedMessage)
    ]
    assert read == [(321,), ()]


@given(st.binary(min_size=1, max_size=300))
def test_the_checksum_equals_that_of_fitdecode(body: bytes) -> None:
    content = fit_file(
        [message(20, uint32(253, 1_000_000_000), (3, 0x0D, body[:200])), record(1_700_000_000, 70)]
    )
    for candidate in (content, content[:-1] + bytes([content[-1] ^ 1])):
        plain = FitReader(
            io.BytesIO(candidate), check_crc=CrcCheck.READONLY, error_handling=ErrorHandling.IGNORE
        )
        quick = FastFitReader(io.BytesIO(candidate))
        assert [frame.matched for frame in quick if frame.frame_type == 2] == [
            frame.matched for frame in plain if frame.frame_type == 2
        ]


def test_fields_of_zero_bytes_are_ignored() -> None:
    empty = definition(0, int(MessageNumber.HRV), [], "<") + b"\0"
    assert quickly_read(fit_file([empty])) == [(int(MessageNumber.HRV), {})]
