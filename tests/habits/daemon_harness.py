"""A daemon in this process with a clock that the test sets, a real database and a real broker."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from talkpace.alerts.fake import FakeOutputs
from talkpace.config.model import Configuration
from talkpace.measurement.heart_rate_payload import encode
from talkpace.mqtt import command_queue
from talkpace.service.app import Daemon
from talkpace.sources.events import LinkUp, Notification, StrapInfo

from ..fake_clock import FakeClock
from .four_weeks import BERLIN, Day, Session

STRAPS = {"anna": "A0:9E:1A:00:00:01", "ben": "A0:9E:1A:00:00:02"}
MAXIMUM = 200
EASY, BAND, HARD = 80, 110, 150
"""of a maximum of 200: below 0.50, in the band and under a ceiling of 0.60, above 0.70"""
BEAT_MS = 5000
PATIENCE_S = 60


@dataclass
class DaemonHarness:
    """A running daemon with a fake clock and fake outputs, and a client of its broker."""

    daemon: Daemon
    clock: FakeClock
    client: aiomqtt.Client
    outputs: FakeOutputs
    seen: list[tuple[str, Any]] = field(default_factory=list)

    async def until(self, matches: Callable[[str, Any], bool]) -> Any:
        """Return the next message that matches: topic below the node, and payload."""
        async with asyncio.timeout(PATIENCE_S):
            async for message in self.client.messages:
                if message.retain:
                    continue  # of an earlier run
                topic = str(message.topic).removeprefix("talkpace/gym/")
                text = bytes(message.payload).decode()
                payload = json.loads(text) if text.startswith("{") else text
                self.seen.append((topic, payload))
                if matches(topic, payload):
                    return payload
        raise AssertionError("the broker has closed the connection")

    async def command(self, name: str, argument: object, athlete: str = "anna") -> dict[str, Any]:
        """Send a command and return its result."""
        text = argument if isinstance(argument, str) else json.dumps(argument)
        await self.client.publish(f"talkpace/gym/{athlete}/command/{name}", text, qos=1)
        result: dict[str, Any] = await self.until(lambda topic, _: topic == f"{athlete}/result")
        return result

    async def run(self, name: str, argument: object, athlete: str = "anna") -> None:
        """Send a command that must succeed."""
        result = await self.command(name, argument, athlete)
        assert result == {"name": name, "ok": True, "error": None}, f"{name} {argument!r}: {result}"

    async def habits(self, matches: Callable[[Any], bool], athlete: str = "anna") -> dict[str, Any]:
        """Return the last `habits` document if it matches, else the next one that does."""
        for topic, payload in reversed(self.seen):
            if topic == f"{athlete}/habits":
                if matches(payload):
                    matching: dict[str, Any] = payload
                    return matching
                break
        try:
            awaited: dict[str, Any] = await self.until(
                lambda topic, payload: topic == f"{athlete}/habits" and matches(payload)
            )
        except TimeoutError:
            last = [payload for topic, payload in self.seen if topic == f"{athlete}/habits"][-1:]
            raise AssertionError(f"no such document; the last one was {last}") from None
        return awaited

    def beats(self, heart_rate: int, minutes: float, athlete: str = "anna") -> None:
        """Send so many minutes of a heart rate; the clock advances with them."""
        for _ in range(round(minutes * 60_000 / BEAT_MS)):
            self.clock.set_wall(self.clock.wall() + timedelta(milliseconds=BEAT_MS))
            self.daemon.registry.on_event(
                Notification(self.clock.monotonic_ms(), STRAPS[athlete], encode(heart_rate))
            )

    def put_on(self, athlete: str = "anna") -> None:
        """Connect the strap."""
        self.daemon.registry.on_event(LinkUp(self.clock.monotonic_ms(), StrapInfo(STRAPS[athlete], "strap")))

    async def train(self, session: Session, athlete: str = "anna") -> dict[str, Any]:
        """Run a whole session with a strap and return its summary."""
        before = len(self.seen)
        await self.run("activity", session.activity, athlete)
        self.put_on(athlete)
        self.beats(EASY, session.easy_min, athlete)
        self.beats(BAND, session.band_min, athlete)
        self.beats(HARD, session.hard_min, athlete)
        self.beats(EASY, BEAT_MS / 60_000, athlete)  # so that the one before holds for its whole time
        await self.run("session", "end", athlete)
        self.clock.set_wall(self.clock.wall() + timedelta(seconds=200))  # the strap has been off
        self.daemon.registry.advance()
        return await self.summary(before, athlete)

    async def summary(self, after: int, athlete: str = "anna") -> dict[str, Any]:
        """Return the first summary after so many messages."""
        summaries = [payload for topic, payload in self.seen[after:] if topic == f"{athlete}/summary"]
        if not summaries:
            summaries.append(await self.until(lambda topic, _: topic == f"{athlete}/summary"))
        summary: dict[str, Any] = summaries[0]
        return summary

    async def replay_day(self, day: Day) -> None:
        """Run the commands and sessions of a day."""
        for at, what, argument in sorted(
            [
                *[(at, name, values) for at, name, values in day.commands],
                *[(session.at, "session", session) for session in day.sessions],
            ],
            key=lambda action: action[0],
        ):
            self.clock.set_wall(datetime.combine(day.date, at, BERLIN))
            if isinstance(argument, Session):
                await self.train(argument)
            else:
                await self.run(what, argument)
        self.clock.set_wall(day.evening)


def configuration(folder: Path, port: int, **habits: Any) -> Configuration:
    """Return a household of Anna and Ben, with this broker and these habits settings."""
    return Configuration.model_validate(
        {
            "node": {"id": "gym"},
            "athletes": [
                {"id": who, "max_heart_rate": MAXIMUM, "straps": [strap], "weight_kg": 64}
                for who, strap in STRAPS.items()
            ],
            "bluetooth": {"enabled": False},
            "store": {"path": str(folder / "talkpace.db")},
            "warnings": {"signal_lost_after_s": 20},
            "mqtt": {"enabled": True, "host": "127.0.0.1", "port": port},
            "habits": {"timezone": "Europe/Berlin", **habits},
        }
    )


@asynccontextmanager
async def running_daemon(settings: Configuration, clock: FakeClock) -> AsyncIterator[DaemonHarness]:
    """Run a daemon, connected to the broker and without a rate limit, and stop it at the end."""
    port = settings.mqtt.port
    assert port is not None
    stop, ready = asyncio.Event(), asyncio.Event()
    outputs = FakeOutputs(clock.monotonic_ms)
    daemon = Daemon(settings, clock=clock, environ={}, outputs=outputs)
    async with AsyncExitStack() as around:
        patch = around.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(command_queue, "MOST_PER_ATHLETE", 10_000)
        patch.setattr(command_queue, "MOST_IN_ALL", 10_000)
        client = await around.enter_async_context(aiomqtt.Client("127.0.0.1", port))
        await client.subscribe("talkpace/gym/#", qos=1)
        running = asyncio.create_task(daemon.run(stop, ready))
        harness = DaemonHarness(daemon, clock, client, outputs)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await asyncio.wait(
                    [running, asyncio.ensure_future(ready.wait())], return_when=asyncio.FIRST_COMPLETED
                )
            await harness.until(lambda topic, payload: topic == "node" and payload["broker"] == "connected")
            yield harness
        finally:
            stop.set()
            await running
