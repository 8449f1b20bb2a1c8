"""Guides on a real room and real alerts, with a clock that moves only when told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from talkpace.config.practice import Practice
from talkpace.effort.athlete import DEFAULT_CEILINGS, AthleteValues, judge_by
from talkpace.effort.rules import Rules
from talkpace.guide.aside import Aside
from talkpace.guide.guides import Guides
from talkpace.guide.resting import RestingAthletes
from talkpace.guide.surroundings import Surroundings
from talkpace.measurement.payload import encode
from talkpace.pipeline.athlete import AthletePipeline
from talkpace.pipeline.room import Room
from talkpace.pipeline.timeline import LiveTimeline
from talkpace.practice.done import Known
from talkpace.practice.entries import What
from talkpace.practice.log import Entry, Log
from talkpace.practice.mornings import readiness_standing
from talkpace.publish.payloads import LivePayload
from talkpace.record.items import RecordItem
from talkpace.strap.door import LinkUp, Notification, StrapInfo

from ..alert.stage import Stage
from ..fake_clock import let_run


class Bench:
    """Anna and Ben, each with a strap that sends what it is told."""

    def __init__(self, practice: Practice | None = None, *, stage: Stage | None = None) -> None:
        self.stage = stage or Stage()
        self.clock = self.stage.clock
        self.room = Room(self.clock.monotonic_ms)
        self.recorded: list[RecordItem] = []
        self.published: list[tuple[str, Any]] = []
        self.log: dict[str, list[Entry]] = {"anna": [], "ben": []}
        self.boot = "boot"
        self.aside = Aside()
        for athlete in ("anna", "ben"):
            self.room.welcome(self._pipeline(athlete))
        self.room.assign({f"strap:{athlete}": athlete for athlete in self.log})
        around = Surroundings(
            room=self.room,
            clock=self.clock,
            boot=self.boot,
            alerts=self.stage.alerts,
            record=self,
            publish=self,
            write_down=self.write_down,
            resting=RestingAthletes(self.room, young_ms=120_000),
            aside=self.aside,
        )
        self.guides = Guides(
            practice or Practice(),
            around,
            lambda athlete, at: readiness_standing(Known(Log.of(self.log[athlete]), (), UTC), at),
        )
        self.room.understand(self.guides.commands)

    def _pipeline(self, athlete: str) -> AthletePipeline:
        judged = judge_by(AthleteValues(max_heart_rate=180), year=2026, ceilings=DEFAULT_CEILINGS)
        return AthletePipeline(
            athlete,
            node="gym",
            rules=Rules(),
            judge=lambda _at: judged,
            timeline=LiveTimeline(self.clock),
            alerts=self.stage.alerts,
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

    def write_down(self, athlete: str, what: What) -> None:
        self.noted(athlete, self.clock.wall(), what)

    def noted(self, athlete: str, at: datetime, what: What) -> None:
        self.log[athlete].append(Entry(str(len(self.log[athlete])), athlete, at, at, what))

    def written(self, athlete: str = "anna") -> list[What]:
        return [entry.what for entry in self.log[athlete]]

    def shown(self, topic: str) -> Any:
        """The last payload of a topic."""
        return next(payload for name, payload in reversed(self.published) if name == topic)

    def sounded(self, since: int = 0) -> list[tuple[int, int]]:
        """(ms since the stage began, tone) of each beep."""
        return [(at, tone) for at, tone in self.stage.sounds() if tone is not None and at >= since]

    # -- what comes in -----------------------------------------------------------------------------

    def command(self, name: str, argument: object, athlete: str = "anna") -> None:
        self.room.command(athlete, name, argument)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with self.stage.running():
            tasks = [asyncio.create_task(part.run()) for part in (self.guides, self.aside)]
            await let_run()
            try:
                yield
            finally:
                for task in tasks:
                    task.cancel()
                    with suppress(asyncio.CancelledError):
                        await task

    async def wait(self, seconds: float) -> None:
        """Let time pass, without a beat."""
        await self.clock.advance(seconds)
        await self.aside.settled()
        self.room.advance()

    async def beat(self, rr_ms: Iterable[float], athlete: str = "anna") -> None:
        """Let a heart beat, notified once a second as straps do."""
        waiting: list[float] = []
        due_ms = float(self.clock.monotonic_ms())
        self.room.door(LinkUp(self.clock.monotonic_ms(), StrapInfo(f"strap:{athlete}")))
        next_ms = self.clock.monotonic_ms() + 1000
        for rr in rr_ms:
            due_ms += rr
            waiting.append(rr)
            while next_ms < due_ms:
                await self.clock.advance((next_ms - self.clock.monotonic_ms()) / 1000)
                await self.aside.settled()
                self._notify(athlete, waiting[:-1], rr)
                waiting = waiting[-1:]
                next_ms += 1000
        await self.aside.settled()
        self.room.advance()

    def _notify(self, athlete: str, rr_ms: list[float], last: float) -> None:
        payload = encode(round(60_000 / last), rr_ms=rr_ms)
        self.room.door(Notification(self.clock.monotonic_ms(), f"strap:{athlete}", payload))
        self.room.advance()
