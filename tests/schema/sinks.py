"""Sinks that take everything and keep nothing."""

from __future__ import annotations

from pydantic import BaseModel

from talkpace.effort.events import Event
from talkpace.effort.warning import WarningState
from talkpace.publish.payloads import LivePayload
from talkpace.record.items import RecordItem


class Nothing:
    def put(self, item: RecordItem) -> None: ...

    def live(self, athlete: str, payload: LivePayload) -> None: ...

    def event(self, athlete: str, event: Event) -> None: ...

    def mute(self, athlete: str, seconds: float) -> None: ...

    def state(self, topic: str, payload: BaseModel | WarningState | None) -> None:
        """Both the dashboard's and the light's."""
