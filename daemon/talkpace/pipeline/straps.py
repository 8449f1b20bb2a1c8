"""The straps of one athlete: which are connected, which one is listened to, how full their batteries are."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from types import MappingProxyType

from ..effort.events import Event, EventName
from ..measurement.battery import BatteryWatch
from ..measurement.link import LinkDecoder, Measurement
from ..measurement.payload import BadPayload
from ..measurement.selection import StrapSelection
from ..record.items import StrapSeen
from ..strap.door import BatteryLevel, LinkDown, LinkUp, Notification, StrapDescribed, StrapInfo
from .sinks import RecordSink
from .timeline import Timeline

_log = logging.getLogger(__name__)


class AthleteStraps:
    """Keeps what each link needs from one notification to the next."""

    def __init__(self, athlete: str, timeline: Timeline, record: RecordSink) -> None:
        self._athlete = athlete
        self._timeline = timeline
        self._record = record
        self._connected: dict[str, StrapInfo] = {}
        self._decoders: dict[str, LinkDecoder] = {}
        self._selection = StrapSelection()
        self._battery_watch = BatteryWatch()
        self._battery_percent: dict[str, int] = {}

    @property
    def connected(self) -> Mapping[str, StrapInfo]:
        """By address."""
        return MappingProxyType(self._connected)

    @property
    def battery_percent(self) -> Mapping[str, int]:
        """By address, of those of which it was ever read."""
        return MappingProxyType(self._battery_percent)

    @property
    def chosen(self) -> str | None:
        """Address of the one that is listened to."""
        return self._selection.chosen

    @property
    def listened_to(self) -> StrapInfo | None:
        """The same, as far as it is connected."""
        return self._connected.get(self._selection.chosen or "")

    def heard(self, event: LinkUp | StrapDescribed | LinkDown | BatteryLevel) -> Event | None:
        """Take whatever is no notification; answers what the athlete is to be told of it."""
        match event:
            case LinkUp():
                self._linked(event)
            case StrapDescribed():
                self._connected[event.strap.address] = event.strap
            case LinkDown():
                self._unlinked(event)
            case BatteryLevel():
                return self._battery_read(event)
        return None

    def decode(self, event: Notification) -> Measurement | BadPayload:
        """What a notification says; why, where that is no measurement."""
        decoder = self._decoders.get(event.address)
        if decoder is None:
            decoder = self._decoders[event.address] = LinkDecoder()
        measurement = decoder.decode(event.at_ms, event.payload)
        if not isinstance(measurement, Measurement):
            _log.debug("%s sent no measurement: %s", event.address, measurement.value)
        return measurement

    def accepts(self, address: str, measurement: Measurement) -> bool:
        """Whether this is the strap to listen to; it may become `chosen` by that."""
        return self._selection.accepts(address, measurement)

    def battery_was(self, address: str, percent: int) -> None:
        """What was known of a battery before anything was read today."""
        self._battery_percent.setdefault(address, percent)

    def _linked(self, event: LinkUp) -> None:
        strap = event.strap
        self._connected[strap.address] = strap
        self._decoders[strap.address] = LinkDecoder()
        self._selection.signal(strap.address, strap.signal_dbm)
        _log.info("strap %s of %s is connected", strap.address, self._athlete)
        at = self._timeline.wall(event.at_ms)
        self._record.put(StrapSeen(strap.address, self._athlete, strap.name, at))

    def _unlinked(self, event: LinkDown) -> None:
        self._connected.pop(event.address, None)
        self._decoders.pop(event.address, None)
        self._selection.lost(event.address)
        _log.info("strap %s of %s is gone: %s", event.address, self._athlete, event.reason or "link lost")

    def _battery_read(self, event: BatteryLevel) -> Event | None:
        self._battery_percent[event.address] = event.percent
        strap = self._connected.get(event.address, StrapInfo(event.address))
        at = self._timeline.wall(event.at_ms)
        self._record.put(StrapSeen(strap.address, self._athlete, strap.name, at, event.percent))
        low = self._battery_watch.level(event.address, event.percent)
        return Event(EventName.STRAP_BATTERY_LOW, event.at_ms) if low else None
