"""Selects one of an athlete's straps: one with skin contact, and of those the one with the better signal."""

from __future__ import annotations

from dataclasses import dataclass

from .heart_rate_payload import Contact
from .link_decoder import Measurement

FRESH_MS = 3000
"""A strap sends about once a second; after this long without a heart rate another one may take over."""

CLEARLY_BETTER_DB = 6
"""Signal strengths fluctuate by a few dB; only a larger difference is worth a change of strap."""

_NO_SIGNAL_DBM = -1000
_NEVER_MS = -(10**15)


@dataclass(slots=True)
class _StrapState:
    signal_dbm: int = _NO_SIGNAL_DBM
    last_rate_ms: int = _NEVER_MS
    """arrival of the last heart rate"""
    last_good_ms: int = _NEVER_MS
    """arrival of the last heart rate with contact, or without contact information"""


class StrapSelection:
    """Passes the measurements of one strap at a time, so that two straps make one session."""

    def __init__(self) -> None:
        self._straps: dict[str, _StrapState] = {}
        self.active: str | None = None
        """address of the strap whose measurements pass"""

    def update_signal(self, address: str, signal_dbm: int | None) -> None:
        """Set a strap's signal strength in dBm."""
        self._state(address).signal_dbm = _NO_SIGNAL_DBM if signal_dbm is None else signal_dbm

    def remove(self, address: str) -> None:
        """Remove a strap whose link is lost; another may take over at once."""
        self._straps.pop(address, None)
        if self.active == address:
            self.active = None

    def accepts(self, address: str, measurement: Measurement) -> bool:
        """Return whether this measurement passes; its strap may become the active one by that.

        A strap without contact takes over only from one that sends no heart rate at all.
        """
        strap = self._state(address)
        if measurement.heart_rate > 0:
            strap.last_rate_ms = measurement.at_ms
            if measurement.contact is not Contact.NO:
                strap.last_good_ms = measurement.at_ms
        if (
            self.active is None
            or self.active == address
            or self._is_better(strap, self._straps[self.active], measurement.at_ms)
        ):
            self.active = address
        return self.active == address

    def _state(self, address: str) -> _StrapState:
        state = self._straps.get(address)
        if state is None:
            state = self._straps[address] = _StrapState()
        return state

    @staticmethod
    def _is_better(other: _StrapState, active: _StrapState, now_ms: int) -> bool:
        if now_ms - active.last_rate_ms > FRESH_MS:
            return other.last_rate_ms == now_ms
        if other.last_good_ms != now_ms:
            return False
        stale = now_ms - active.last_good_ms > FRESH_MS
        return stale or other.signal_dbm - active.signal_dbm > CLEARLY_BETTER_DB
