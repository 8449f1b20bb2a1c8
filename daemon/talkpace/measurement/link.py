"""One link's notifications, decoded. What a strap said about contact counts for that link only."""

from __future__ import annotations

from typing import NamedTuple

from .payload import BadPayload, Contact, decode


class Measurement(NamedTuple):
    """One decoded notification with the time it arrived."""

    at_ms: int
    """arrival, on the monotonic clock of the run"""
    heart_rate: int
    """bpm; 0 where the strap has no reading"""
    contact: Contact = Contact.UNKNOWN
    """NO only from a strap that has reported contact before on the same link"""
    rr_ms: tuple[float, ...] = ()
    energy_kj: int | None = None


class LinkDecoder:
    """Turns the notifications of one link into measurements and counts those that were none.

    Real straps send good values with "supported, not detected" throughout: a missing contact is
    believed only after the same link has reported contact.
    """

    def __init__(self) -> None:
        self.bad: dict[BadPayload, int] = {}
        self.with_leftover = 0
        self._contact_seen = False

    def decode(self, at_ms: int, payload: bytes) -> Measurement | BadPayload:
        """Decode one notification that arrived at `at_ms`; never raises."""
        said = decode(payload)
        if isinstance(said, BadPayload):
            self.bad[said] = self.bad.get(said, 0) + 1
            return said
        heart_rate, contact, rr_ms, energy_kj, leftover = said
        if leftover:
            self.with_leftover += 1
        if contact is Contact.YES:
            self._contact_seen = True
        elif contact is Contact.NO and not self._contact_seen:
            contact = Contact.UNKNOWN
        return Measurement(at_ms, heart_rate, contact, rr_ms, energy_kj)
