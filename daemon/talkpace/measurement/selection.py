"""Which of an athlete's straps is listened to: one with contact, and of those the better signal."""

from __future__ import annotations

from dataclasses import dataclass

from .link import Measurement
from .payload import Contact

FRESH_MS = 3000
"""A strap sends about once a second; after this long without a reading another one may take over."""

CLEARLY_BETTER_DB = 6
"""Signal strengths wander by a few dB; only a clear difference is worth a change of strap."""


@dataclass(slots=True)
class _Heard:
    signal_dbm: int = -1000
    last_rate_ms: int = -(10**15)
    """when it last sent a heart rate"""
    last_good_ms: int = -(10**15)
    """when it last sent one with contact, or without a word about contact"""


class StrapSelection:
    """Lets through the measurements of one strap at a time, so that two straps make one session."""

    def __init__(self) -> None:
        self._heard: dict[str, _Heard] = {}
        self.chosen: str | None = None
        """address of the strap that feeds the athlete now"""

    def signal(self, address: str, signal_dbm: int | None) -> None:
        """Note how strongly a strap is received (dBm)."""
        self._of(address).signal_dbm = -1000 if signal_dbm is None else signal_dbm

    def lost(self, address: str) -> None:
        """The strap's link is gone; another may take over at once."""
        self._heard.pop(address, None)
        if self.chosen == address:
            self.chosen = None

    def accepts(self, address: str, measurement: Measurement) -> bool:
        """Whether this measurement feeds the athlete.

        One without contact takes over only from a strap that sends no heart rate at all.
        """
        heard = self._of(address)
        if measurement.heart_rate > 0:
            heard.last_rate_ms = measurement.at_ms
            if measurement.contact is not Contact.NO:
                heard.last_good_ms = measurement.at_ms
        if (
            self.chosen is None
            or self.chosen == address
            or self._outdoes(heard, self._heard[self.chosen], measurement.at_ms)
        ):
            self.chosen = address
        return self.chosen == address

    def _of(self, address: str) -> _Heard:
        heard = self._heard.get(address)
        if heard is None:
            heard = self._heard[address] = _Heard()
        return heard

    @staticmethod
    def _outdoes(other: _Heard, chosen: _Heard, now_ms: int) -> bool:
        if now_ms - chosen.last_rate_ms > FRESH_MS:
            return other.last_rate_ms == now_ms
        if other.last_good_ms != now_ms:
            return False
        stale = now_ms - chosen.last_good_ms > FRESH_MS
        return stale or other.signal_dbm - chosen.signal_dbm > CLEARLY_BETTER_DB
