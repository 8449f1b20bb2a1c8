"""The Heart Rate Measurement characteristic, in every form that the specification allows."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.measurement.characteristics import decode_battery, decode_body_location, decode_text
from talkpace.measurement.heart_rate_payload import BadPayload, Contact, HeartRatePayload, decode, encode
from talkpace.measurement.link_decoder import LinkDecoder, Measurement

from ..shared_data import shared_data


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ("003c", HeartRatePayload(60, Contact.UNKNOWN)),
        ("01aa01", HeartRatePayload(426, Contact.UNKNOWN)),
        ("063c", HeartRatePayload(60, Contact.YES)),
        ("0446", HeartRatePayload(70, Contact.NO)),
        ("0236", HeartRatePayload(54, Contact.UNKNOWN)),
        ("083c3412", HeartRatePayload(60, Contact.UNKNOWN, (), 0x1234)),
        ("103c00040008", HeartRatePayload(60, Contact.UNKNOWN, (1000.0, 2000.0))),
        ("1f2c01ffff0004", HeartRatePayload(300, Contact.YES, (1000.0,), 65535)),
        ("e03c", HeartRatePayload(60, Contact.UNKNOWN)),
        ("103c", HeartRatePayload(60, Contact.UNKNOWN)),
    ],
    ids=[
        "8 bits",
        "16 bits",
        "contact",
        "no contact",
        "contact bit without support",
        "energy",
        "two RR intervals",
        "everything",
        "reserved bits",
        "RR announced, none there",
    ],
)
def test_every_form_of_a_payload_is_decoded(payload: str, expected: HeartRatePayload) -> None:
    assert decode(bytes.fromhex(payload)) == expected


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        ("", BadPayload.EMPTY),
        ("00", BadPayload.TRUNCATED),
        ("013c", BadPayload.TRUNCATED),
        ("083c12", BadPayload.TRUNCATED),
        ("00" * 513, BadPayload.OVERSIZED),
    ],
)
def test_a_bad_payload_is_returned_as_its_reason_and_not_raised(payload: str, why: BadPayload) -> None:
    assert decode(bytes.fromhex(payload)) is why


@pytest.mark.parametrize("payload", ["103c000400", "003c99", "203c0102"])
def test_trailing_bytes_do_not_cost_the_heart_rate(payload: str) -> None:
    events = decode(bytes.fromhex(payload))
    assert isinstance(events, HeartRatePayload)
    assert (events.heart_rate, events.trailing_bytes > 0) == (60, True)


@given(st.binary(max_size=600))
def test_any_bytes_are_decoded_or_returned_as_a_bad_payload(payload: bytes) -> None:
    events = decode(payload)
    assert isinstance(events, BadPayload) or 0 <= events.heart_rate <= 0xFFFF


@given(
    heart_rate=st.integers(0, 0xFFFF),
    contact=st.sampled_from(Contact),
    ticks=st.lists(st.integers(0, 0xFFFF), max_size=20),
    energy_kj=st.none() | st.integers(0, 0xFFFF),
)
def test_an_encoded_payload_decodes_to_the_same_values(
    heart_rate: int, contact: Contact, ticks: list[int], energy_kj: int | None
) -> None:
    rr_ms = tuple(tick * 1000 / 1024 for tick in ticks)
    payload = encode(heart_rate, contact=contact, rr_ms=rr_ms, energy_kj=energy_kj)
    assert decode(payload) == HeartRatePayload(heart_rate, contact, rr_ms, energy_kj)


@pytest.mark.parametrize(
    "wrong", [{"heart_rate": -1}, {"heart_rate": 70_000}, {"heart_rate": 60, "rr_ms": [70_000]}]
)
def test_values_that_do_not_fit_the_fields_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        encode(**wrong)  # type: ignore[arg-type]


def test_published_captures_decode_to_their_published_values() -> None:
    sources = json.loads((shared_data() / "ble-2a37" / "vectors.json").read_text())
    vectors = [vector for source in sources for vector in source["vectors"]]
    for vector in vectors:
        events = decode(bytes.fromhex(vector["hex"]))
        assert isinstance(events, HeartRatePayload)
        contact = {True: Contact.YES, False: Contact.NO, None: Contact.UNKNOWN}[
            vector["contact_detected"] if vector["contact_supported"] else None
        ]
        assert (events.heart_rate, events.contact) == (vector["hr"], contact)
        assert [round(rr * 1024 / 1000) for rr in events.rr_ms] == vector["rr_1024"]
        assert (events.energy_kj, events.trailing_bytes) == (vector["energy_kj"], vector["leftover_bytes"])
    assert len(vectors) > 30


def test_a_missing_contact_is_believed_only_after_contact_on_the_same_link() -> None:
    link = LinkDecoder()
    contacts = [
        link.decode(0, encode(70, contact=contact)) for contact in (Contact.NO, Contact.YES, Contact.NO)
    ]
    assert [m.contact for m in contacts if isinstance(m, Measurement)] == [
        Contact.UNKNOWN,
        Contact.YES,
        Contact.NO,
    ]


def test_a_link_counts_bad_payloads_and_goes_on() -> None:
    link = LinkDecoder()
    for payload in (b"", b"\0", b"\0", bytes.fromhex("003c99")):
        link.decode(0, payload)
    assert link.bad_payloads == {BadPayload.EMPTY: 1, BadPayload.TRUNCATED: 2}
    assert link.with_trailing_bytes == 1


def test_battery_body_location_and_device_texts_are_decoded() -> None:
    assert [decode_battery(value) for value in (b"\x57", b"", b"\x65")] == [87, None, None]
    assert [decode_body_location(value) for value in (b"\x01", b"\x07", b"")] == ["chest", None, None]
    assert decode_text(b"Polar\x1b[31m H10\0rest") == "Polar[31m H10"
    assert decode_text(b"\xff\0") == "\N{REPLACEMENT CHARACTER}"
    assert decode_text(b"") is None
