"""Where the pipeline's results go. All of these take at once and never wait, never raise."""

from __future__ import annotations

from typing import Protocol

from pydantic import BaseModel

from ..effort.events import Event
from ..effort.warning import WarningState
from ..measurement.link import Measurement
from ..publish.payloads import LivePayload
from ..record.items import RecordItem


class AlertSink(Protocol):
    """Buzzer, LED, terminal."""

    def event(self, athlete: str, event: Event) -> None:
        """Tell the room."""
        ...

    def state(self, athlete: str, state: WarningState | None) -> None:
        """Show a lasting state; None where there is no fresh heart rate."""
        ...

    def mute(self, athlete: str, seconds: float) -> None:
        """Be silent for so long."""
        ...


class Listener(Protocol):
    """Who measures at rest."""

    def measured(self, measurement: Measurement) -> None:
        """Hear a measurement."""
        ...

    def another_strap(self) -> None:
        """The next one comes from another strap."""
        ...


class RecordSink(Protocol):
    """The store, and what waits in it for the broker."""

    def put(self, item: RecordItem) -> None:
        """Keep this."""
        ...


class PublishSink(Protocol):
    """The dashboard."""

    def live(self, athlete: str, payload: LivePayload) -> None:
        """The state of an instant; may be dropped for a newer one."""
        ...

    def state(self, topic: str, payload: BaseModel) -> None:
        """A lasting state."""
        ...
