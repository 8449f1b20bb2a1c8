"""Protocols of the pipeline's sinks. Their methods return at once and never raise."""

from __future__ import annotations

from typing import Protocol

from pydantic import BaseModel

from ..measurement.link_decoder import Measurement
from ..mqtt.payloads import LivePayload
from ..storage.records import RecordItem
from ..training.events import Event
from ..training.warning import WarningState


class AlertSink(Protocol):
    """Buzzer, LED or terminal."""

    def event(self, athlete: str, event: Event) -> None:
        """Signal an event."""
        ...

    def state(self, athlete: str, state: WarningState | None) -> None:
        """Show the warning state; None while there is no fresh heart rate."""
        ...

    def mute(self, athlete: str, seconds: float) -> None:
        """Mute the sound for so many seconds; 0 unmutes."""
        ...


class SilentAlerts:
    """An alert sink without sound and light, for sessions that are over."""

    def event(self, athlete: str, event: Event) -> None:
        """Ignore the event."""

    def state(self, athlete: str, state: WarningState | None) -> None:
        """Ignore the state."""

    def mute(self, athlete: str, seconds: float) -> None:
        """Ignore the mute."""


class MeasurementListener(Protocol):
    """Receives every measurement, such as a recorder at rest."""

    def on_measurement(self, measurement: Measurement) -> None:
        """Take a measurement."""
        ...

    def on_strap_change(self) -> None:
        """Mark a change of strap: the next RR interval must not be joined to the previous strap's."""
        ...


class RecordSink(Protocol):
    """The store, with its outbox for the broker."""

    def put(self, item: RecordItem) -> None:
        """Store an item."""
        ...


class PublishSink(Protocol):
    """The MQTT publisher."""

    def live(self, athlete: str, payload: LivePayload) -> None:
        """Publish live values; they may be dropped for newer ones."""
        ...

    def state(self, topic: str, payload: BaseModel) -> None:
        """Publish a retained state, such as `anna/session`."""
        ...
