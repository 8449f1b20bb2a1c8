"""A sink for everything that discards it."""

from __future__ import annotations

from pydantic import BaseModel

from talkpace.mqtt.payloads import LivePayload
from talkpace.storage.records import RecordItem
from talkpace.training.events import Event
from talkpace.training.warning import WarningState


class DiscardingSink:
    def put(self, item: RecordItem) -> None: ...

    def live(self, athlete: str, payload: LivePayload) -> None: ...

    def event(self, athlete: str, event: Event) -> None: ...

    def mute(self, athlete: str, seconds: float) -> None: ...

    def state(self, topic: str, payload: BaseModel | WarningState | None) -> None:
        """Both the dashboard's and the light's."""
