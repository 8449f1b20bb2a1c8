"""A household with nothing real around it: what it tells alerts, record and dashboard is written down."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from talkpace.config.model import Configuration
from talkpace.effort.events import Event
from talkpace.effort.warning import WarningState
from talkpace.pipeline.room import Room
from talkpace.publish.payloads import LivePayload
from talkpace.record.athletes import AthleteBook, declare
from talkpace.record.items import RecordItem
from talkpace.record.recorder import Recorder
from talkpace.record.store import Store
from talkpace.service.household import Household
from talkpace.service.practice import Practice
from talkpace.strap.door import LinkUp, Notification, StrapInfo

from ..fake_clock import FakeClock

STRAP = "A0:9E:1A:00:00:01"
CONFIGURATION = Configuration.model_validate(
    {"athletes": [{"id": "anna", "name": "Anna", "max_heart_rate": 200, "straps": [STRAP]}]}
)


class Home:
    """A household whose sinks write down what they get."""

    def __init__(self, *, configuration: Configuration = CONFIGURATION) -> None:
        self.clock = FakeClock()
        self.room = Room(self.clock.monotonic_ms)
        self.items: list[RecordItem] = []
        self.states: dict[str, Any] = {}
        self.muted: list[float] = []
        self.events: list[str] = []
        self.announced: list[str] = []
        practice = Practice(
            configuration,
            clock=self.clock,
            environ={},
            recorder=self._recorder(),
            publish=self,
            room=self.room,
        )
        self.household = Household(
            configuration,
            room=self.room,
            clock=self.clock,
            alerts=self,
            record=self,
            publish=self,
            practice=practice,
            announce=lambda names: self.announced.append(", ".join(names)),
        )
        self.stored = declare(configuration.athletes, [], self.clock.wall())
        self.household.know(AthleteBook(self.stored), [])

    def _recorder(self) -> Recorder:
        def never() -> Store:
            raise AssertionError("nothing is read here")

        return Recorder(never, self.clock, on_health=lambda _says: None, on_queued=lambda _queued: None)

    def put(self, item: RecordItem) -> None:
        self.items.append(item)

    def live(self, athlete: str, payload: LivePayload) -> None: ...

    def event(self, athlete: str, event: Event) -> None:
        self.events.append(event.name.value)

    def mute(self, athlete: str, seconds: float) -> None:
        self.muted.append(seconds)

    def state(self, topic: str, payload: BaseModel | WarningState | None) -> None:
        """Both the dashboard's and the light's."""
        if isinstance(payload, BaseModel):
            self.states[topic] = payload.model_dump(mode="json")

    def beat(self, heart_rate: int) -> None:
        at_ms = self.clock.monotonic_ms()
        if not self.room.straps_connected:
            self.room.door(LinkUp(at_ms, StrapInfo(STRAP)))
        self.room.door(Notification(at_ms, STRAP, bytes([0, heart_rate])))

    async def answer(self, answer: str, heart_rate: int) -> None:
        await self.clock.advance(30)
        self.beat(heart_rate)
        self.room.command("anna", "talk_test", answer)

    def of(self, kind: type[RecordItem]) -> list[Any]:
        return [item for item in self.items if isinstance(item, kind)]
