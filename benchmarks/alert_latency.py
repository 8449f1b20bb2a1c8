"""Latency from a notification's arrival to the alert output, while disk and broker do not answer.

It starts when another process hands the bytes to the kernel, as BlueZ does over D-Bus, so it includes
waking up and whatever else the event loop does. It ends at the call that would set the GPIO line.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import statistics
import sys
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from threading import Event

import control_clients
import strap_process
from mosquitto import HOST, Mosquitto, mosquitto
from processes import NotMeasuredError, disk_folder, progress

from talkpace.alerts.alerts import Alerts
from talkpace.alerts.player import Player
from talkpace.alerts.speaker.aplay import Aplay
from talkpace.alerts.speaker.pcm import duration_ms
from talkpace.alerts.speaker.speaker import Speaker
from talkpace.clock import SystemClock
from talkpace.config import model
from talkpace.config.alert_patterns import AlertPattern, Colour, resolve_patterns
from talkpace.control.method_models import WatchParams
from talkpace.control.methods import Caller, with_handlers
from talkpace.control.server import ControlServer
from talkpace.control.state_feed import StateFeed
from talkpace.diagnostics import CONNECTED, OK, Health, HealthState
from talkpace.pipeline.registry import AthleteRegistry
from talkpace.service.athlete_manager import AthleteManager
from talkpace.service.habits import HabitsTracker, TrackedRecord
from talkpace.service.health import NodeHealth
from talkpace.service.publishing import PublishToAll, StoreOutbox, build_publisher
from talkpace.service.systemd import Notifier
from talkpace.service.tasks import BackgroundTasks
from talkpace.sources.events import LinkUp, Notification, StrapInfo
from talkpace.storage.athletes import AthleteHistory, configuration_changes
from talkpace.storage.recorder import Recorder
from talkpace.storage.records import AthleteChange, QueuedMessage, RecordItem
from talkpace.storage.store import Store

_LIMIT_S = 180
"""The beats take 24 s; at 25 times the usual rate 50 clients take most of a core, which may be shared."""


def measure() -> dict[str, float]:
    """6,000 beats of ten athletes, 2,000 with an alert: alone, with 52 clients, with a speaker."""
    alone = _measure_alerts()
    with_clients = _measure_alerts(clients=True)
    with_speaker = _measure_alerts(speaker=True)
    return {
        **alone,
        "alert_clients_p99_ratio": with_clients["alert_p99_ms"] / alone["alert_p99_ms"],
        "alert_speaker_p99_ratio": with_speaker["alert_p99_ms"] / alone["alert_p99_ms"],
    }


def _measure_alerts(*, clients: bool = False, speaker: bool = False) -> dict[str, float]:
    with disk_folder() as folder, mosquitto() as broker:
        stalled = _Stalled(folder, broker, clients=clients, speaker=speaker)
        asyncio.run(stalled.alerts())
    progress("with clients of the control socket" if clients else "with a speaker" if speaker else "alone")
    p50_ms, p99_ms = _percentiles_ms(stalled.latencies_ns)
    wake_up_p50_ms, wake_up_p99_ms = _percentiles_ms(stalled.wake_up_ns)
    progress(f"{len(stalled.latencies_ns)} alerts; the slowest took {max(stalled.latencies_ns) / 1e6:.3f} ms")
    progress(f"of that, until the bytes were read: p50 {wake_up_p50_ms:.3f} ms, p99 {wake_up_p99_ms:.3f} ms")
    return {"alert_p50_ms": p50_ms, "alert_p99_ms": p99_ms}


def _percentiles_ms(values_ns: Sequence[int]) -> tuple[float, float]:
    hundredths = statistics.quantiles(values_ns, n=100)
    return hundredths[49] / 1e6, hundredths[98] / 1e6


class _Pin:
    """Alert outputs that record when the buzzer was switched on."""

    health = OK
    pitched = fades = False

    def __init__(self) -> None:
        self.switched_on_ns: int | None = None

    def reset(self) -> None:
        self.switched_on_ns = None

    def sound(self, tone_hz: int | None) -> None:
        if tone_hz is not None:
            self.switched_on_ns = time.perf_counter_ns()

    def light(self, colour: Colour | None) -> None:
        del colour

    def glow(self, level: float) -> None:
        del level

    def close(self) -> None:
        pass


class _Loudspeaker:
    """The real aplay on a device that discards what it gets, for as long as a real one would play it."""

    def __init__(self) -> None:
        if shutil.which("aplay") is None:
            raise NotMeasuredError("aplay is not installed: sudo apt install alsa-utils")
        self._aplay = Aplay("null", os.environ)

    async def play(self, pcm: Iterable[bytes]) -> None:
        blocks = list(pcm)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._aplay.play(blocks))
            await asyncio.sleep(duration_ms(b"".join(blocks)) / 1000)


class _Disk:
    """A disk that can hang: writes then block the store's thread."""

    def __init__(self, path: Path) -> None:
        self.answers = Event()
        self.answers.set()
        self._path = path

    def add_athletes(self, declared: Sequence[AthleteChange]) -> None:
        """Store athletes as the daemon does at its start, because it reads them again later."""
        with Store.open(self._path) as store:
            store.add_athlete_changes(declared)

    def open(self) -> Store:
        answers = self.answers

        class HangingStore(Store):
            def write(self, items: Sequence[RecordItem]) -> list[QueuedMessage]:
                answers.wait()
                return super().write(items)

        return HangingStore.open(self._path)


class _Stalled:
    """The daemon's parts with a store and a broker that stop answering."""

    def __init__(self, folder: Path, broker: Mosquitto, *, clients: bool, speaker: bool) -> None:
        """With `clients`, a process with 50 readers, one that never reads, and one that sends rubbish."""
        self._loudspeaker = _Loudspeaker() if speaker else None
        self._socket = folder / "control"
        self._clients = clients
        self._broker = broker
        self._disk = _Disk(folder / "talkpace.db")
        self._pin = _Pin()
        self._clock = SystemClock()
        self._registry = AthleteRegistry(self._clock.monotonic_ms)
        self.latencies_ns: list[int] = []
        """from arrival to the alert output"""
        self.wake_up_ns: list[int] = []
        """the part of it until this process had read the bytes"""
        self._over = asyncio.Event()

    async def alerts(self) -> None:
        """Measure the latency of every alert. Raises NotMeasuredError."""
        configuration, clock = _configuration(self._broker.port), self._clock
        health, connected, stored = NodeHealth(), asyncio.Event(), asyncio.Event()

        def on_broker(broker: Health) -> None:
            health.broker(broker)
            if broker == CONNECTED:
                connected.set()

        def on_store(store: Health) -> None:
            health.store(store)
            if store.state is HealthState.FAILED:
                alerts.fault()

        def on_queued(messages: Sequence[QueuedMessage]) -> None:
            publisher.post(messages)
            stored.set()

        outbox = StoreOutbox()
        optional_publisher = build_publisher(
            configuration, outbox=outbox, commands=self._registry, on_health=on_broker, environ={}
        )
        assert optional_publisher is not None
        publisher = optional_publisher
        out = self._loudspeaker
        speaker = None if out is None else Speaker(out, clock, volume=1, wake_ms=200)
        patterns = resolve_patterns(configuration.alerts.patterns)
        alerts = Alerts(Player(self._pin, patterns, clock, speaker=speaker), (), clock)
        recorder = Recorder(self._disk.open, clock, on_health=on_store, on_queued=on_queued)
        outbox.attach(recorder)
        feed = StateFeed()
        publish = PublishToAll(feed, publisher)
        habits = HabitsTracker(
            configuration, clock=clock, environ={}, recorder=recorder, publish=publish,
            registry=self._registry,
        )  # fmt: skip
        manager = AthleteManager(
            configuration, registry=self._registry, clock=clock, alerts=alerts,
            record=TrackedRecord(recorder, habits), publish=publish, habits=habits,
        )  # fmt: skip
        declared = configuration_changes(configuration.athlete_values(), [], clock.wall())
        self._disk.add_athletes(declared)
        manager.load(AthleteHistory(declared), [])
        health.report_to(status=lambda _line: None, sink=publisher)
        tasks = BackgroundTasks(
            configuration, clock=clock, manager=manager, recorder=recorder, health=health,
            notifier=Notifier({}), habits=habits,
        )  # fmt: skip
        control = ControlServer([self._socket], methods=with_handlers({"watch": _watch}), feed=feed)
        async with asyncio.TaskGroup() as parts, asyncio.timeout(_LIMIT_S):
            running = [parts.create_task(part.run()) for part in (alerts, publisher, control, recorder)]
            running.append(parts.create_task(tasks.run(tuple(running))))
            try:
                self._connect_straps()
                await connected.wait()
                await stored.wait()
                self._disk.answers.clear()
                self._broker.freeze()
                async with self._connected_clients():
                    await self._receive_beats()
            finally:
                self._disk.answers.set()
                self._broker.thaw()
                for part in reversed(running):
                    part.cancel()

    @asynccontextmanager
    async def _connected_clients(self) -> AsyncIterator[None]:
        if not self._clients:
            yield
            return
        command = [sys.executable, control_clients.__file__, str(self._socket)]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        assert process.stdout is not None
        try:
            if not await process.stdout.readline():
                raise NotMeasuredError("the clients of the control socket could not connect")
            yield
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def _connect_straps(self) -> None:
        """Send the first beat of every strap, so that sessions start and are stored."""
        for strap in range(strap_process.STRAPS):
            now_ms, address = self._clock.monotonic_ms(), _address(strap)
            self._registry.on_event(LinkUp(now_ms, StrapInfo(address, "bench")))
            self._registry.on_event(Notification(now_ms, address, strap_process.CALM))

    async def _receive_beats(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with ours, theirs:
            loop = asyncio.get_running_loop()
            loop.add_reader(ours, self._on_packet, ours)
            command = [sys.executable, strap_process.__file__, str(theirs.fileno())]
            straps = await asyncio.create_subprocess_exec(*command, pass_fds=[theirs.fileno()])
            theirs.close()
            try:
                await self._over.wait()
            finally:
                loop.remove_reader(ours)
                with suppress(ProcessLookupError):
                    straps.kill()
                await straps.wait()
        if len(self.latencies_ns) < strap_process.ALERTS:
            raise NotMeasuredError(f"{len(self.latencies_ns)} of {strap_process.ALERTS} alerts arrived")

    def _on_packet(self, channel: socket.socket) -> None:
        packet = channel.recv(256)
        read_ns = time.perf_counter_ns()
        if not packet:
            self._over.set()
            return
        sent_ns, strap, alerts = strap_process.PACKET.unpack_from(packet)
        self._pin.reset()
        self._registry.on_event(
            Notification(self._clock.monotonic_ms(), _address(strap), packet[strap_process.PACKET.size :])
        )
        if alerts and self._pin.switched_on_ns is not None:
            self.latencies_ns.append(self._pin.switched_on_ns - sent_ns)
            self.wake_up_ns.append(read_ns - sent_ns)


async def _watch(params: WatchParams, caller: Caller) -> None:
    caller.watch(None if params.topics is None else frozenset(params.topics))


def _address(strap: int) -> str:
    return f"A0:9E:1A:00:00:{strap:02X}"


def _configuration(port: int) -> model.Configuration:
    """Every beat above the ceiling raises a warning at once, and every one below clears it at once."""
    return model.Configuration(
        node=model.NodeConfig(id="bench"),
        athletes=[
            model.AthleteConfig(id=f"athlete-{strap}", max_heart_rate=190, straps=[_address(strap)])
            for strap in range(strap_process.STRAPS)
        ],
        warnings=model.WarningsConfig(warn_after_s=0, clear_after_s=0, start_grace_s=0),
        bluetooth=model.BluetoothConfig(enabled=False),
        alerts=model.AlertsConfig(patterns={"easy_again": AlertPattern(rank=50)}),
        mqtt=model.MqttConfig(enabled=True, host=HOST, port=port),
    )
