"""`talkpace demo`: the real daemon with a virtual athlete."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import CommandError
from .options import PATH, Amount
from .output import console, note

if TYPE_CHECKING:
    from ..alerts.outputs import TerminalOutputs
    from ..config.model import Configuration
    from ..mqtt.protocols import IncomingMessage
    from ..pipeline.registry import AthleteRegistry

_NODE = "demo"
_ATHLETE = "anna"
_MAXIMUM_BPM = 180.0
_RESTING_BPM = 60.0
_SUMMARY_TIMEOUT_S = 2.0
_FRAMES_PER_S = 8
_DASHBOARD_LINES = 20


@click.command()
@click.argument("recording", required=False, type=PATH)
@click.option(
    "--speed", metavar="N", default=15.0, type=Amount(0.1, 200), help="N times real time, 0.1 to 200; 15."
)
def demo(recording: Path | None, speed: float) -> None:
    """Show a workout without any hardware: heart rate, warnings, recording, summary over MQTT, the page.

    A virtual athlete trains for ten minutes, or RECORDING (FIT, TCX, GPX, CSV, raw capture) is played.
    The real daemon runs with an MQTT broker of its own on loopback and a database in a temporary
    folder; buzzer and LED are shown in the terminal, and the page by the address that is printed.
    q or Ctrl-C ends the session.
    """
    from rich.text import Text

    from .terminal.summary import render_summary

    summary = asyncio.run(_demo(recording, speed))
    screen = console()
    if summary is None:
        note("no summary: the session was shorter than two minutes")
        return
    screen.print(render_summary(summary))
    screen.print(Text("  This summary came over MQTT, as a dashboard gets it.", "dim"))


async def _demo(recording: Path | None, speed: float) -> dict[str, Any] | None:
    from ..alerts.outputs import TerminalOutputs
    from ..clock import FastClock
    from ..mqtt.embedded import embedded_broker
    from ..service.app import Daemon
    from ..service.logs import configure_logging
    from .demo_page import demo_page
    from .terminal.keyboard import on_keys

    configure_logging("warning")
    stop = asyncio.Event()
    with tempfile.TemporaryDirectory(prefix="talkpace-demo-") as folder:
        database = Path(folder) / "talkpace.db"
        async with embedded_broker() as port, demo_page(_NODE, database) as address:
            configuration = _configuration(recording, database, port)
            note(
                "There is no page in the browser: it needs talkpace's extra `web`."
                if address is None
                else f"In the browser of this computer: {address}"
            )
            note(
                f"Workout at {speed:g} times real time; MQTT on 127.0.0.1:{port}, topics talkpace/demo/#. "
                "Ctrl-C ends the session."
            )
            outputs = TerminalOutputs(sys.stdout)
            daemon = Daemon(configuration, clock=FastClock(speed), environ={}, outputs=outputs)
            watcher = _Watcher(configuration, outputs, speed)

            def end_session() -> None:
                _end_session(daemon.registry, watcher)

            loop = asyncio.get_running_loop()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, end_session)
            with on_keys(lambda keys: end_session() if "q" in keys.lower() else None):
                async with asyncio.TaskGroup() as tasks:
                    watching = tasks.create_task(watcher.run(), name="watcher")
                    await watcher.subscribed.wait()
                    running = tasks.create_task(daemon.run(stop), name="daemon")
                    await watcher.over.wait()
                    stop.set()
                    await asyncio.wait({running})
                    watching.cancel()
    return watcher.summary


def _configuration(recording: Path | None, database: Path, port: int) -> Configuration:
    """Configure one athlete whose strap is virtual or a recording."""
    from ..config.model import (
        AthleteConfig,
        BluetoothConfig,
        Configuration,
        MqttConfig,
        NodeConfig,
        SourceConfig,
        StoreConfig,
    )

    source = (
        SourceConfig(kind="virtual", athlete=_ATHLETE)
        if recording is None
        else SourceConfig(kind="recording", athlete=_ATHLETE, file=recording.absolute())
    )
    anna = AthleteConfig(
        id=_ATHLETE, name="Anna", max_heart_rate=_MAXIMUM_BPM, resting_heart_rate=_RESTING_BPM
    )
    return Configuration(
        node=NodeConfig(id=_NODE),
        athletes=[anna],
        bluetooth=BluetoothConfig(enabled=False),
        sources=[source],
        store=StoreConfig(path=database),
        mqtt=MqttConfig(enabled=True, host="127.0.0.1", port=port),
    )


def _end_session(registry: AthleteRegistry, watcher: _Watcher) -> None:
    try:
        registry.command(_ATHLETE, "session", "end")
    except CommandError:  # there is none
        watcher.over.set()


class _Watcher:
    """A separate MQTT subscriber: all that it shows came over MQTT, except for buzzer and LED."""

    def __init__(self, configuration: Configuration, outputs: TerminalOutputs, speed: float) -> None:
        from ..mqtt.subscriber import Subscriber, subscription_patterns
        from .terminal.model import HouseholdState

        mqtt = configuration.mqtt
        self.subscribed = asyncio.Event()
        self.over = asyncio.Event()
        """the session has ended, and `summary` is set if it has one"""
        self.summary: dict[str, Any] | None = None
        self._prefix = mqtt.prefix
        self._broker = f"{mqtt.host}:{mqtt.port}"
        self._outputs = outputs
        self._speed = speed
        self._household = HouseholdState()
        self._screen = console()
        self._ended = asyncio.Event()
        node = configuration.node.id
        self._subscriber = Subscriber(
            mqtt,
            None,
            [*subscription_patterns(mqtt.prefix, node, None), f"{mqtt.prefix}/{node}/+/summary"],
            on_message=self._on_message,
            on_state=lambda _text, remedy: None if remedy else self.subscribed.set(),
        )

    async def run(self) -> None:
        """Show messages until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._subscriber.run(), name="subscriber")
            tasks.create_task(self._wait_for_summary(), name="summary")
            if self._screen.is_terminal:
                tasks.create_task(self._draw(), name="screen")

    def _on_message(self, incoming: IncomingMessage) -> None:
        from ..mqtt.payloads import EventPayload
        from ..mqtt.subscriber import parse_message
        from ..training.events import EventName
        from .terminal.lines import event_line

        if self.over.is_set():  # what the daemon says as it stops would blank the last picture
            return
        if incoming.topic.endswith("/summary"):
            self.summary = json.loads(incoming.payload)
            self.over.set()
            return
        message = parse_message(self._prefix, incoming)
        if message is None:
            return
        self._household.update(message, round(asyncio.get_running_loop().time() * 1000))
        if isinstance(message.payload, EventPayload):
            if not self._screen.is_terminal:
                self._screen.print(event_line(message.payload))
            if message.payload.event is EventName.SESSION_ENDED:
                self._ended.set()

    async def _wait_for_summary(self) -> None:
        """End the demo without a summary: a session too short to count has none."""
        await self._ended.wait()
        await asyncio.sleep(_SUMMARY_TIMEOUT_S)
        self.over.set()

    async def _draw(self) -> None:
        from rich.live import Live

        with Live(console=self._screen, auto_refresh=False) as live:
            beeps = 0
            try:
                while True:
                    sounding = self._outputs.beeps > beeps
                    beeps = self._outputs.beeps
                    live.update(self._render(sounding=sounding), refresh=True)
                    await asyncio.sleep(1 / _FRAMES_PER_S)
            finally:
                live.update(self._render(sounding=False), refresh=True)

    def _render(self, *, sounding: bool) -> Any:
        from .terminal.dashboard import TerminalDashboard

        size = self._screen.size
        dashboard = TerminalDashboard(
            self._household,
            "connected",
            connected=True,
            broker=self._broker,
            now_ms=round(asyncio.get_running_loop().time() * 1000),
            title="talkpace demo",
            footer="q to end the session",
            speed=self._speed,
            outputs=(sounding, self._outputs.lit),
        )
        return dashboard.render(size.width, min(size.height - 1, _DASHBOARD_LINES))
