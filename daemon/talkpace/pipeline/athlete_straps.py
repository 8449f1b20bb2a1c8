"""The straps of one athlete: connections, the selected strap and battery levels."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import MappingProxyType

from ..measurement.characteristics import LowBatteryDetector
from ..measurement.heart_rate_payload import BadPayload
from ..measurement.link_decoder import LinkDecoder, Measurement
from ..measurement.selection import StrapSelection
from ..sources.events import BatteryLevel, LinkDown, LinkUp, Notification, StrapDescribed, StrapInfo
from ..storage.records import StrapSeen
from ..training.events import Event, EventName
from .sinks import RecordSink
from .timeline import Timeline

_log = logging.getLogger(__name__)


class AthleteStraps:
    """Decodes notifications, and selects one strap of those connected."""

    def __init__(self, athlete: str, timeline: Timeline, record: RecordSink) -> None:
        self.bad_payloads = 0
        """notifications that were not a valid measurement"""
        self._athlete = athlete
        self._timeline = timeline
        self._record = record
        self._connected: dict[str, StrapInfo] = {}
        self._decoders: dict[str, LinkDecoder] = {}
        self._selection = StrapSelection()
        self._low_battery = LowBatteryDetector()
        self._battery_percent: dict[str, int] = {}

    @property
    def connected(self) -> Mapping[str, StrapInfo]:
        """Connected straps by address."""
        return MappingProxyType(self._connected)

    @property
    def battery_percent(self) -> Mapping[str, int]:
        """Last battery level (percent) by address."""
        return MappingProxyType(self._battery_percent)

    @property
    def selected(self) -> str | None:
        """Address of the strap whose measurements are used."""
        return self._selection.active

    @property
    def selected_strap(self) -> StrapInfo | None:
        """The selected strap; None where it is not connected."""
        return self._connected.get(self._selection.active or "")

    def update(self, event: LinkUp | StrapDescribed | LinkDown | BatteryLevel) -> Event | None:
        """Process a change of a strap's status; return an event where its battery has become low."""
        match event:
            case LinkUp():
                self._connect(event)
            case StrapDescribed():
                self._connected[event.strap.address] = event.strap
            case LinkDown():
                self._disconnect(event)
            case BatteryLevel():
                return self._update_battery(event)
        return None

    def decode(self, event: Notification) -> Measurement | BadPayload:
        """Decode a notification; return the reason where it is no measurement."""
        decoder = self._decoders.get(event.address)
        if decoder is None:
            decoder = self._decoders[event.address] = LinkDecoder()
        measurement = decoder.decode(event.at_ms, event.payload, event.hold_ms)
        if not isinstance(measurement, Measurement):
            self.bad_payloads += 1
            _log.debug("strap %s: notification rejected: %s", event.address, measurement.value)
        return measurement

    def accepts(self, address: str, measurement: Measurement) -> bool:
        """Return whether the measurement is to be used; its strap may become `selected` by that."""
        return self._selection.accepts(address, measurement)

    def restore_battery(self, address: str, percent: int) -> None:
        """Set a battery level of an earlier run, unless one has been read since."""
        self._battery_percent.setdefault(address, percent)

    def _connect(self, event: LinkUp) -> None:
        strap = event.strap
        self._connected[strap.address] = strap
        self._decoders[strap.address] = LinkDecoder()
        self._selection.update_signal(strap.address, strap.signal_dbm)
        _log.info("strap %s of %s connected", strap.address, self._athlete)
        at = self._timeline.wall(event.at_ms)
        self._record.put(StrapSeen(strap.address, self._athlete, strap.name, at))

    def _disconnect(self, event: LinkDown) -> None:
        self._connected.pop(event.address, None)
        self._decoders.pop(event.address, None)
        self._selection.remove(event.address)
        _log.info(
            "strap %s of %s disconnected: %s", event.address, self._athlete, event.reason or "link lost"
        )

    def _update_battery(self, event: BatteryLevel) -> Event | None:
        self._battery_percent[event.address] = event.percent
        strap = self._connected.get(event.address, StrapInfo(event.address))
        at = self._timeline.wall(event.at_ms)
        self._record.put(StrapSeen(strap.address, self._athlete, strap.name, at, event.percent))
        low = self._low_battery.is_newly_low(event.address, event.percent)
        return Event(EventName.STRAP_BATTERY_LOW, event.at_ms) if low else None
