"""From a notification's arrival to the alert's pin, while neither the disk nor the broker answers.

Arrival is the instant at which another process hands the bytes to the kernel, as BlueZ does with
D-Bus: what the event loop is busy with counts, and so does being woken. The end is the call that
would set the GPIO line. Everything between is the daemon's own, without the radio.
"""

from __future__ import annotations

import asyncio
import socket
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event

import sending
from measuring import NotMeasuredError, disk_folder, say
from mosquitto import HOST, Mosquitto, mosquitto

from talkpace.alert.alerts import Alerts
from talkpace.alert.player import Player
from talkpace.config import model
from talkpace.config.patterns import Colour, Pattern, chosen
from talkpace.pipeline.room import Room
from talkpace.publish.publisher import CONNECTED
from talkpace.record.athletes import AthleteBook, declare
from talkpace.record.items import Queued, RecordItem
from talkpace.record.recorder import Recorder
from talkpace.record.rows import AthleteChange
from talkpace.record.store import Store
from talkpace.service.beating import Beating
from talkpace.service.clock import SystemClock
from talkpace.service.health import NodeHealth
from talkpace.service.household import Household
from talkpace.service.notify import Notifier
from talkpace.service.practice import Practice, PractisedRecord
from talkpace.service.publishing import make_publisher
from talkpace.strap.door import LinkUp, Notification, StrapInfo

_PATIENCE_S = 60


def measure() -> dict[str, float]:
    """2,000 alerts among 4,000 ordinary beats of ten athletes."""
    with disk_folder() as folder, mosquitto() as broker:
        stalled = _Stalled(folder, broker)
        asyncio.run(stalled.alerts())
    p50_ms, p99_ms = _percentiles_ms(stalled.taken_ns)
    woken_p50_ms, woken_p99_ms = _percentiles_ms(stalled.woken_ns)
    say(f"{len(stalled.taken_ns)} alerts; the slowest took {max(stalled.taken_ns) / 1e6:.3f} ms")
    say(f"until the event loop had the bytes: p50 {woken_p50_ms:.3f} ms, p99 {woken_p99_ms:.3f} ms")
    return {"alert_p50_ms": p50_ms, "alert_p99_ms": p99_ms}


def _percentiles_ms(taken_ns: Sequence[int]) -> tuple[float, float]:
    hundredths = statistics.quantiles(taken_ns, n=100)
    return hundredths[49] / 1e6, hundredths[98] / 1e6


class _Pin:
    """Outputs that note when the buzzer was switched on."""

    health = "ok"
    pitched = fades = False

    def __init__(self) -> None:
        self.sounded_ns: int | None = None

    def forget(self) -> None:
        self.sounded_ns = None

    def sound(self, tone_hz: int | None) -> None:
        if tone_hz is not None:
            self.sounded_ns = time.perf_counter_ns()

    def light(self, colour: Colour | None) -> None:
        del colour

    def glow(self, level: float) -> None:
        del level

    def close(self) -> None:
        pass


class _Disk:
    """One that can hang: a write then does not return, in the store's thread."""

    def __init__(self, path: Path) -> None:
        self.answers = Event()
        self.answers.set()
        self._path = path

    def keep(self, declared: Sequence[AthleteChange]) -> None:
        """As the daemon does at its start: what is read again later has to say the same."""
        with Store.open(self._path) as store:
            store.add_athlete_changes(declared)

    def open(self) -> Store:
        answers = self.answers

        class HangingStore(Store):
            def write(self, items: Sequence[RecordItem]) -> list[Queued]:
                answers.wait()
                return super().write(items)

        return HangingStore.open(self._path)


class _Stalled:
    """The daemon's parts around a store and a broker that stop answering."""

    def __init__(self, folder: Path, broker: Mosquitto) -> None:
        self._broker = broker
        self._disk = _Disk(folder / "talkpace.db")
        self._pin = _Pin()
        self._clock = SystemClock()
        self._room = Room(self._clock.monotonic_ms)
        self.taken_ns: list[int] = []
        """from each arrival to the pin"""
        self.woken_ns: list[int] = []
        """and of that, until this process was woken and had the bytes"""
        self._over = asyncio.Event()

    async def alerts(self) -> None:
        """Take every alert's time. Raises NotMeasuredError."""
        configuration, clock = _configuration(self._broker.port), self._clock
        health, connected, stored = NodeHealth(), asyncio.Event(), asyncio.Event()

        def broker_is(says: str) -> None:
            health.broker(says)
            if says == CONNECTED:
                connected.set()

        def store_is(says: str) -> None:
            health.store(says)
            if says != "ok":
                alerts.fault()

        def queued(messages: Sequence[Queued]) -> None:
            publisher.post(messages)
            stored.set()

        made = make_publisher(
            configuration, outbox=lambda: recorder, commands=self._room, on_health=broker_is, environ={}
        )
        assert made is not None
        publisher = made
        alerts = Alerts(Player(self._pin, chosen(configuration.alerts.patterns), clock), (), clock)
        recorder = Recorder(self._disk.open, clock, on_health=store_is, on_queued=queued)
        practice = Practice(
            configuration, clock=clock, environ={}, recorder=recorder, publish=publisher,
            room=self._room,
        )  # fmt: skip
        household = Household(
            configuration, room=self._room, clock=clock, alerts=alerts,
            record=PractisedRecord(recorder, practice), publish=publisher, practice=practice,
        )  # fmt: skip
        declared = declare(configuration.athletes, [], clock.wall())
        self._disk.keep(declared)
        household.know(AthleteBook(declared), [])
        health.follow(lambda _line: None, publisher)
        beating = Beating(
            configuration, clock=clock, household=household, recorder=recorder, health=health,
            notifier=Notifier({}), practice=practice,
        )  # fmt: skip
        async with asyncio.TaskGroup() as parts, asyncio.timeout(_PATIENCE_S):
            lasting = [parts.create_task(part.run()) for part in (alerts, publisher, recorder)]
            lasting.append(parts.create_task(beating.run(tuple(lasting))))
            try:
                self._put_on()
                await connected.wait()
                await stored.wait()
                self._disk.answers.clear()
                self._broker.freeze()
                await self._listen()
            finally:
                self._disk.answers.set()
                self._broker.thaw()
                for part in reversed(lasting):
                    part.cancel()

    def _put_on(self) -> None:
        """Every strap's first beat: sessions start, and are written."""
        for strap in range(sending.STRAPS):
            now_ms, address = self._clock.monotonic_ms(), _address(strap)
            self._room.door(LinkUp(now_ms, StrapInfo(address, "bench")))
            self._room.door(Notification(now_ms, address, sending.CALM))

    async def _listen(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours, theirs:
            loop = asyncio.get_running_loop()
            loop.add_reader(ours, self._arrived, ours)
            command = [sys.executable, sending.__file__, str(theirs.fileno())]
            straps = await asyncio.create_subprocess_exec(*command, pass_fds=[theirs.fileno()])
            theirs.close()
            try:
                await self._over.wait()
            finally:
                loop.remove_reader(ours)
                with suppress(ProcessLookupError):
                    straps.kill()
                await straps.wait()
        if len(self.taken_ns) < sending.ALERTS:
            raise NotMeasuredError(f"{len(self.taken_ns)} of {sending.ALERTS} alerts were heard")

    def _arrived(self, channel: socket.socket) -> None:
        packet = channel.recv(256)
        read_ns = time.perf_counter_ns()
        if not packet:
            self._over.set()
            return
        sent_ns, strap, alerts = sending.PACKET.unpack_from(packet)
        self._pin.forget()
        self._room.door(
            Notification(self._clock.monotonic_ms(), _address(strap), packet[sending.PACKET.size :])
        )
        if alerts and self._pin.sounded_ns is not None:
            self.taken_ns.append(self._pin.sounded_ns - sent_ns)
            self.woken_ns.append(read_ns - sent_ns)


def _address(strap: int) -> str:
    return f"A0:9E:1A:00:00:{strap:02X}"


def _configuration(port: int) -> model.Configuration:
    """Every beat above the ceiling warns, every one below is easy again, and neither waits for the other."""
    return model.Configuration(
        node=model.Node(id="bench"),
        athletes=[
            model.Athlete(id=f"athlete-{strap}", max_heart_rate=190, straps=[_address(strap)])
            for strap in range(sending.STRAPS)
        ],
        warnings=model.Warnings(warn_after_s=0, clear_after_s=0, start_grace_s=0),
        bluetooth=model.Bluetooth(enabled=False),
        alerts=model.Alerts(patterns={"easy_again": Pattern(rank=50)}),
        mqtt=model.Mqtt(enabled=True, host=HOST, port=port),
    )
