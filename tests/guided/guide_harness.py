"""Guides with a real registry and real alerts, on a fake clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from pydantic import BaseModel

from talkpace.config.habits import HabitsConfig
from talkpace.guided.context import GuideContext, SerialExecutor
from talkpace.guided.control import Guides
from talkpace.guided.rest_recorder import RestingAthletes
from talkpace.habits.entries import EntryContent
from talkpace.habits.history import History
from talkpace.habits.log import Entry, EntryLog
from talkpace.measurement.heart_rate_payload import encode
from talkpace.mqtt.payloads import LivePayload
from talkpace.pipeline.athlete import AthletePipeline
from talkpace.pipeline.registry import AthleteRegistry
from talkpace.pipeline.timeline import LiveTimeline
from talkpace.sources.events import LinkUp, Notification, StrapInfo
from talkpace.storage.records import RecordItem
from talkpace.training.profile import DEFAULT_CEILINGS, AthleteValues, resolve_profile
from talkpace.training.rules import Rules

from ..alerts.alerts_harness import AlertsHarness
from ..fake_clock import let_run


class GuideHarness:
    """Guides of two athletes, Anna and Ben; what they publish, record and log is collected in lists."""

    def __init__(self, habits: HabitsConfig | None = None, *, alerts: AlertsHarness | None = None) -> None:
        self.alerts = alerts or AlertsHarness()
        self.clock = self.alerts.clock
        self.registry = AthleteRegistry(self.clock.monotonic_ms)
        self.recorded: list[RecordItem] = []
        self.published: list[tuple[str, Any]] = []
        self.log: dict[str, list[Entry]] = {"anna": [], "ben": []}
        self.boot = "boot"
        self.executor = SerialExecutor()
        for athlete in ("anna", "ben"):
            self.registry.add(self._pipeline(athlete))
        self.registry.assign({f"strap:{athlete}": athlete for athlete in self.log})
        context = GuideContext(
            registry=self.registry,
            clock=self.clock,
            boot=self.boot,
            alerts=self.alerts.alerts,
            record=self,
            sink=self,
            habits=self,
            resting=RestingAthletes(self.registry, young_ms=120_000),
            executor=self.executor,
        )
        self.hrv_reason: str | None = None
        self.guides = Guides(habits or HabitsConfig(), context)
        self.registry.register_commands(self.guides.commands)

    def _pipeline(self, athlete: str) -> AthletePipeline:
        judged = resolve_profile(AthleteValues(max_heart_rate=180), year=2026, ceilings=DEFAULT_CEILINGS)
        return AthletePipeline(
            athlete,
            node="gym",
            rules=Rules(),
            profile_at=lambda _at: judged,
            timeline=LiveTimeline(self.clock),
            alerts=self.alerts.alerts,
            record=self,
            publish=None,
        )

    # -- where results go --------------------------------------------------------------------------

    def put(self, item: RecordItem) -> None:
        self.recorded.append(item)

    def state(self, topic: str, payload: BaseModel) -> None:
        self.published.append((topic, payload))

    def live(self, athlete: str, payload: LivePayload) -> None:
        raise AssertionError

    def history(self, athlete: str) -> History:
        return History(EntryLog.of(self.log[athlete]), (), UTC, hrv_reason=self.hrv_reason)

    def add_now(self, athlete: str, what: EntryContent) -> None:
        self.add_entry(athlete, self.clock.wall(), what)

    def add_entry(self, athlete: str, at: datetime, what: EntryContent) -> None:
        self.log[athlete].append(Entry(str(len(self.log[athlete])), athlete, at, at, what))

    def written(self, athlete: str = "anna") -> list[EntryContent]:
        return [entry.content for entry in self.log[athlete]]

    def shown(self, topic: str) -> Any:
        """The last payload of a topic."""
        return next(payload for name, payload in reversed(self.published) if name == topic)

    def sounded(self, since: int = 0) -> list[tuple[int, int]]:
        """(ms since the stage began, tone) of each beep."""
        return [(at, tone) for at, tone in self.alerts.sounds() if tone is not None and at >= since]

    # -- what comes in -----------------------------------------------------------------------------

    def command(self, name: str, argument: object, athlete: str = "anna") -> None:
        self.registry.command(athlete, name, argument)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with self.alerts.running():
            tasks = [asyncio.create_task(part.run()) for part in (self.guides, self.executor)]
            await let_run()
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                    with suppress(asyncio.CancelledError):
                        await task

    def let_the_wall_clock_tick(self) -> None:
        """Let each look at the wall clock be a millisecond later than the one before, as in reality."""
        wall, looks = self.clock.wall, count()
        self.clock.wall = lambda: wall() + timedelta(milliseconds=next(looks))  # type: ignore[method-assign]

    async def wait(self, seconds: float) -> None:
        """Let time pass, without a beat."""
        await self.clock.advance(seconds)
        await self.executor.join()
        self.registry.advance()

    async def beat(self, rr_ms: Iterable[float], athlete: str = "anna") -> None:
        """Let a heart beat, notified once a second as straps do."""
        waiting: list[float] = []
        due_ms = float(self.clock.monotonic_ms())
        self.registry.on_event(LinkUp(self.clock.monotonic_ms(), StrapInfo(f"strap:{athlete}")))
        next_ms = self.clock.monotonic_ms() + 1000
        for rr in rr_ms:
            due_ms += rr
            waiting.append(rr)
            while next_ms < due_ms:
                await self.clock.advance((next_ms - self.clock.monotonic_ms()) / 1000)
                await self.executor.join()
                self._notify(athlete, waiting[:-1], rr)
                waiting = waiting[-1:]
                next_ms += 1000
        await self.executor.join()
        self.registry.advance()

    def _notify(self, athlete: str, rr_ms: list[float], last: float) -> None:
        payload = encode(round(60_000 / last), rr_ms=rr_ms)
        self.registry.on_event(Notification(self.clock.monotonic_ms(), f"strap:{athlete}", payload))
        self.registry.advance()
