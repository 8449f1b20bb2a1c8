"""A daemon in this process with a clock that the test sets, a real database and a real broker."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from talkpace.alert.recorded import RecordedOutputs
from talkpace.config.model import Configuration
from talkpace.measurement.payload import encode
from talkpace.publish import flood
from talkpace.service.daemon import Daemon
from talkpace.strap.door import LinkUp, Notification, StrapInfo

from .diary import BERLIN, Day, Session

STRAPS = {"anna": "A0:9E:1A:00:00:01", "ben": "A0:9E:1A:00:00:02"}
MAXIMUM = 200
EASY, BAND, HARD = 80, 110, 150
"""of a maximum of 200: below 0.50, in the band and under a ceiling of 0.60, above 0.70"""
BEAT_MS = 5000
PATIENCE_S = 60


class SetClock:
    """Stands until it is set; whoever sleeps past the new time is woken once."""

    def __init__(self, at: datetime) -> None:
        self._start = at.astimezone(UTC)
        self._now_ms = 0
        self._sleepers: list[tuple[int, asyncio.Future[None]]] = []
        self.right: bool | None = True

    def monotonic_ms(self) -> int:
        return self._now_ms

    def wall(self) -> datetime:
        return (self._start + timedelta(milliseconds=self._now_ms)).astimezone(BERLIN)

    def synchronised(self) -> bool | None:
        return self.right

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self._now_ms + round(seconds * 1000), woken))
        await woken

    def at(self, when: datetime) -> None:
        """It is this time now."""
        self._now_ms = round((when.astimezone(UTC) - self._start) / timedelta(milliseconds=1))
        due = [sleeper for sleeper in self._sleepers if sleeper[0] <= self._now_ms]
        self._sleepers = [sleeper for sleeper in self._sleepers if sleeper not in due]
        for _, woken in due:
            if not woken.done():
                woken.set_result(None)

    def move_wall(self, by: timedelta) -> None:
        """The wall clock was wrong, and is corrected."""
        self._start += by


@dataclass
class Home:
    """What a test holds: the daemon's clock, its room, and a client of the broker."""

    daemon: Daemon
    clock: SetClock
    client: aiomqtt.Client
    outputs: RecordedOutputs
    seen: list[tuple[str, Any]] = field(default_factory=list)

    async def until(self, wanted: Callable[[str, Any], bool]) -> Any:
        """The next message that is wanted: topic below the node, and payload."""
        async with asyncio.timeout(PATIENCE_S):
            async for message in self.client.messages:
                if message.retain:
                    continue  # of an earlier run
                topic = str(message.topic).removeprefix("talkpace/gym/")
                text = bytes(message.payload).decode()
                payload = json.loads(text) if text.startswith("{") else text
                self.seen.append((topic, payload))
                if wanted(topic, payload):
                    return payload
        raise AssertionError("the broker is gone")

    async def command(self, name: str, argument: object, athlete: str = "anna") -> dict[str, Any]:
        """Send a command, and wait for its result."""
        text = argument if isinstance(argument, str) else json.dumps(argument)
        await self.client.publish(f"talkpace/gym/{athlete}/command/{name}", text, qos=1)
        result: dict[str, Any] = await self.until(lambda topic, _: topic == f"{athlete}/result")
        return result

    async def practice(self, wanted: Callable[[Any], bool], athlete: str = "anna") -> dict[str, Any]:
        """The document of the practice, once it is as wanted: the last one seen, or the next such."""
        for topic, payload in reversed(self.seen):
            if topic == f"{athlete}/practice":
                if wanted(payload):
                    found: dict[str, Any] = payload
                    return found
                break
        try:
            awaited: dict[str, Any] = await self.until(
                lambda topic, payload: topic == f"{athlete}/practice" and wanted(payload)
            )
        except TimeoutError:
            last = [payload for topic, payload in self.seen if topic == f"{athlete}/practice"][-1:]
            raise AssertionError(f"it never came; the last one was {last}") from None
        return awaited

    def beats(self, heart_rate: int, minutes: float, athlete: str = "anna") -> None:
        """So many minutes at a heart rate; the clock goes along."""
        for _ in range(round(minutes * 60_000 / BEAT_MS)):
            self.clock.at(self.clock.wall() + timedelta(milliseconds=BEAT_MS))
            self.daemon.room.door(
                Notification(self.clock.monotonic_ms(), STRAPS[athlete], encode(heart_rate))
            )

    def put_on(self, athlete: str = "anna") -> None:
        """The strap is connected."""
        self.daemon.room.door(LinkUp(self.clock.monotonic_ms(), StrapInfo(STRAPS[athlete], "strap")))

    async def train(self, session: Session, athlete: str = "anna") -> dict[str, Any]:
        """A whole session with a strap; its summary."""
        before = len(self.seen)
        assert (await self.command("activity", session.activity, athlete))["ok"]
        self.put_on(athlete)
        self.beats(EASY, session.easy_min, athlete)
        self.beats(BAND, session.band_min, athlete)
        self.beats(HARD, session.hard_min, athlete)
        self.beats(EASY, BEAT_MS / 60_000, athlete)  # so that the one before holds for its whole time
        assert (await self.command("session", "end", athlete))["ok"]
        self.clock.at(self.clock.wall() + timedelta(seconds=200))  # the strap has been off for long enough
        self.daemon.room.advance()
        return await self.summary(before, athlete)

    async def summary(self, after: int, athlete: str = "anna") -> dict[str, Any]:
        """The first summary after so many messages."""
        found = [payload for topic, payload in self.seen[after:] if topic == f"{athlete}/summary"]
        if not found:
            found.append(await self.until(lambda topic, _: topic == f"{athlete}/summary"))
        summary: dict[str, Any] = found[0]
        return summary

    async def live(self, day: Day) -> None:
        """Do and note what a day brings."""
        for at, what, argument in sorted(
            [
                *[(at, name, values) for at, name, values in day.commands],
                *[(session.at, "session", session) for session in day.sessions],
            ],
            key=lambda happening: happening[0],
        ):
            self.clock.at(datetime.combine(day.date, at, BERLIN))
            if isinstance(argument, Session):
                await self.train(argument)
            else:
                result = await self.command(what, argument)
                assert result == {"name": what, "ok": True, "error": None}
        self.clock.at(day.evening)


def configuration(folder: Path, port: int, **practice: Any) -> Configuration:
    """Anna and Ben, of whom Ben never does anything."""
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
            "practice": {"timezone": "Europe/Berlin", **practice},
        }
    )


@asynccontextmanager
async def at_home(settings: Configuration, clock: SetClock) -> AsyncIterator[Home]:
    """A daemon that is ready and connected, and is stopped at the end.

    It takes commands as fast as they come: weeks pass in seconds here.
    """
    port = settings.mqtt.port
    assert port is not None
    stop, ready = asyncio.Event(), asyncio.Event()
    outputs = RecordedOutputs(clock.monotonic_ms)
    daemon = Daemon(settings, clock=clock, environ={}, outputs=outputs)
    async with AsyncExitStack() as around:
        patch = around.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(flood, "MOST_FOR_ONE", 10_000)
        patch.setattr(flood, "MOST_FOR_ALL", 10_000)
        client = await around.enter_async_context(aiomqtt.Client("127.0.0.1", port))
        await client.subscribe("talkpace/gym/#", qos=1)
        running = asyncio.create_task(daemon.run(stop, ready))
        home = Home(daemon, clock, client, outputs)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await asyncio.wait(
                    [running, asyncio.ensure_future(ready.wait())], return_when=asyncio.FIRST_COMPLETED
                )
            await home.until(lambda topic, payload: topic == "node" and payload["broker"] == "connected")
            yield home
        finally:
            stop.set()
            await running
