"""Decodes the heart-rate notifications of one link (one connection to a strap)."""

from __future__ import annotations

from typing import NamedTuple

from .heart_rate_payload import BadPayload, Contact, decode


class Measurement(NamedTuple):
    """A decoded notification with its arrival."""

    at_ms: int
    """arrival, on the monotonic clock of the run"""
    heart_rate: int
    """bpm; 0 where the strap has no reading"""
    contact: Contact = Contact.UNKNOWN
    """NO only from a strap that has reported contact before on the same link"""
    rr_ms: tuple[float, ...] = ()
    energy_kj: int | None = None
    hold_ms: int | None = None
    """how long it holds although nothing follows, as a recording tells; None for a live strap"""


class LinkDecoder:
    """Turns the notifications of one link into measurements, and counts the bad payloads.

    "No contact" is believed only after the same link has reported contact: some straps send good values
    with "supported, not detected" throughout.
    """

    def __init__(self) -> None:
        self.bad_payloads: dict[BadPayload, int] = {}
        self.with_trailing_bytes = 0
        """payloads with bytes behind the last known field"""
        self._had_contact = False

    def decode(self, at_ms: int, payload: bytes, hold_ms: int | None = None) -> Measurement | BadPayload:
        """Decode a notification that arrived at `at_ms` and holds for `hold_ms`; never raises."""
        decoded = decode(payload)
        if isinstance(decoded, BadPayload):
            self.bad_payloads[decoded] = self.bad_payloads.get(decoded, 0) + 1
            return decoded
        heart_rate, contact, rr_ms, energy_kj, trailing_bytes = decoded
        if trailing_bytes:
            self.with_trailing_bytes += 1
        if contact is Contact.YES:
            self._had_contact = True
        elif contact is Contact.NO and not self._had_contact:
            contact = Contact.UNKNOWN
        return Measurement(at_ms, heart_rate, contact, rr_ms, energy_kj, hold_ms)
