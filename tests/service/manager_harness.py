"""An AthleteManager on a fake clock whose sinks collect what they get."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from talkpace.config.model import Configuration
from talkpace.mqtt.payloads import LivePayload
from talkpace.pipeline.registry import AthleteRegistry
from talkpace.service.athlete_manager import AthleteManager
from talkpace.service.habits import HabitsTracker
from talkpace.sources.events import LinkUp, Notification, StrapInfo
from talkpace.storage.athletes import AthleteHistory, configuration_changes
from talkpace.storage.recorder import Recorder
from talkpace.storage.records import RecordItem
from talkpace.storage.store import Store
from talkpace.training.events import Event
from talkpace.training.warning import WarningState

from ..fake_clock import FakeClock

STRAP = "A0:9E:1A:00:00:01"
CONFIGURATION = Configuration.model_validate(
    {"athletes": [{"id": "anna", "name": "Anna", "max_heart_rate": 200, "straps": [STRAP]}]}
)


class ManagerHarness:
    """An AthleteManager with one athlete, Anna, and her strap; the harness is every sink of hers."""

    def __init__(self, *, configuration: Configuration = CONFIGURATION) -> None:
        self.clock = FakeClock()
        self.registry = AthleteRegistry(self.clock.monotonic_ms)
        self.items: list[RecordItem] = []
        self.states: dict[str, Any] = {}
        self.muted: list[float] = []
        self.events: list[str] = []
        self.announced: list[str] = []
        habits = HabitsTracker(
            configuration,
            clock=self.clock,
            environ={},
            recorder=self._recorder(),
            publish=self,
            registry=self.registry,
        )
        self.manager = AthleteManager(
            configuration,
            registry=self.registry,
            clock=self.clock,
            alerts=self,
            record=self,
            publish=self,
            habits=habits,
            on_athletes=lambda names: self.announced.append(", ".join(names)),
        )
        self.stored = configuration_changes(configuration.athlete_values(), [], self.clock.wall())
        self.manager.load(AthleteHistory(self.stored), [])

    def _recorder(self) -> Recorder:
        def never() -> Store:
            raise AssertionError("the store must not be opened")

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
        self.send(bytes([0, heart_rate]))

    def send(self, payload: bytes) -> None:
        at_ms = self.clock.monotonic_ms()
        if not self.registry.straps_connected:
            self.registry.on_event(LinkUp(at_ms, StrapInfo(STRAP)))
        self.registry.on_event(Notification(at_ms, STRAP, payload))

    async def answer(self, answer: str, heart_rate: int) -> None:
        await self.clock.advance(30)
        self.beat(heart_rate)
        self.registry.command("anna", "talk_test", answer)

    def of(self, kind: type[RecordItem]) -> list[Any]:
        return [item for item in self.items if isinstance(item, kind)]
