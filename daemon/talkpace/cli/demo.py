"""`talkpace demo`: the main job with nothing attached."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..config.model import Athlete, Bluetooth, Configuration, Mqtt, Node, Source
from ..config.model import Store as StoreSettings
from ..errors import CommandError
from .live import LivePicture, event_line
from .options import GIVEN_PATH, Amount
from .output import console, note
from .picture import summary_picture

if TYPE_CHECKING:
    from aiomqtt import Client

    from ..alert.terminal import TerminalOutputs
    from ..pipeline.room import Room

_ATHLETE = "anna"
_MAXIMUM_BPM = 180.0
_RESTING_BPM = 60.0
_CEILING = 0.70
_TOPICS = "talkpace/demo/#"
_SUMMARY_WITHIN_S = 2.0
_PICTURES_PER_S = 8


@click.command()
@click.argument("recording", required=False, type=GIVEN_PATH)
@click.option("--speed", metavar="N", default=15.0, type=Amount(0.1, 200), help="Times as fast; 15.")
def demo(recording: Path | None, speed: float) -> None:
    """Show the main job with nothing attached: beats, warnings, the record, the summary over MQTT.

    A virtual athlete trains for ten minutes, or RECORDING (FIT, TCX, GPX, CSV, raw capture) is
    played. The real daemon runs, with an MQTT broker of its own on loopback and a database in a
    temporary folder; buzzer and light are shown in the terminal. Ctrl-C ends the session.
    """
    from rich.text import Text

    summary = asyncio.run(_demo(recording, speed))
    screen = console()
    if summary is None:
        note("No summary: the session was too short to count (two minutes at least).")
        return
    screen.print(summary_picture(summary))
    screen.print(Text("  This summary came over MQTT, as a dashboard gets it.", "dim"))


async def _demo(recording: Path | None, speed: float) -> dict[str, Any] | None:
    from ..alert.terminal import TerminalOutputs
    from ..publish.embedded import embedded_broker
    from ..service.clock import FastClock
    from ..service.daemon import Daemon
    from ..service.logs import set_up

    set_up("warning")
    stop = asyncio.Event()
    with tempfile.TemporaryDirectory(prefix="talkpace-demo-") as folder:
        async with embedded_broker() as port:
            note(
                f"A workout at {speed:g} times its pace; MQTT on 127.0.0.1:{port}, topics {_TOPICS}. "
                "Ctrl-C ends the session."
            )
            outputs = TerminalOutputs(sys.stdout)
            daemon = Daemon(
                _household(recording, Path(folder), port),
                clock=FastClock(speed),
                environ={},
                outputs=outputs,
            )
            watcher = _Watcher(outputs)
            _end_session_on_interrupt(daemon.room, watcher)
            async with asyncio.TaskGroup() as tasks:
                watching = tasks.create_task(watcher.run(port), name="watcher")
                await watcher.listening.wait()
                running = tasks.create_task(daemon.run(stop), name="daemon")
                await watcher.over.wait()
                stop.set()
                await asyncio.wait({running})
                watching.cancel()
    return watcher.summary


def _household(recording: Path | None, folder: Path, port: int) -> Configuration:
    """One athlete, whose strap is virtual or a recording."""
    source = (
        Source(kind="virtual", athlete=_ATHLETE)
        if recording is None
        else Source(kind="recording", athlete=_ATHLETE, file=recording.absolute())
    )
    anna = Athlete(id=_ATHLETE, name="Anna", max_heart_rate=_MAXIMUM_BPM, resting_heart_rate=_RESTING_BPM)
    return Configuration(
        node=Node(id="demo"),
        athletes=[anna],
        bluetooth=Bluetooth(enabled=False),
        sources=[source],
        store=StoreSettings(path=folder / "talkpace.db"),
        mqtt=Mqtt(enabled=True, host="127.0.0.1", port=port),
    )


def _end_session_on_interrupt(room: Room, watcher: _Watcher) -> None:
    def end() -> None:
        try:
            room.command(_ATHLETE, "session", "end")
        except CommandError:
            watcher.over.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)


class _Watcher:
    """A separate subscriber: everything it shows came over MQTT, but for buzzer and light."""

    def __init__(self, outputs: TerminalOutputs) -> None:
        self.listening = asyncio.Event()
        self.over = asyncio.Event()
        """the session has ended, and its summary is here if it has one"""
        self.summary: dict[str, Any] | None = None
        self._outputs = outputs
        self._picture = LivePicture(_ATHLETE, _CEILING)
        self._ended = asyncio.Event()

    async def run(self, port: int) -> None:
        """Show what comes, until cancelled."""
        from aiomqtt import Client

        screen = console()
        async with Client("127.0.0.1", port) as client, asyncio.TaskGroup() as tasks:
            await client.subscribe(_TOPICS, qos=1)
            self.listening.set()
            tasks.create_task(self._give_up())
            if screen.is_terminal:
                tasks.create_task(self._draw())
            await self._take(client, aloud=not screen.is_terminal)

    async def _take(self, client: Client, *, aloud: bool) -> None:
        async for message in client.messages:
            kind = message.topic.value.rpartition("/")[2]
            if kind not in {"live", "event", "summary"}:
                continue
            assert isinstance(message.payload, bytes)
            payload = json.loads(message.payload)
            if kind == "live":
                self._picture.take_live(payload)
            elif kind == "event":
                self._picture.take_event(payload)
                if aloud:
                    console().print(event_line(payload))
                if payload["event"] == "session_ended":
                    self._ended.set()
            else:
                self.summary = payload
                self.over.set()

    async def _give_up(self) -> None:
        """A session that was too short to count has no summary."""
        await self._ended.wait()
        await asyncio.sleep(_SUMMARY_WITHIN_S)
        self.over.set()

    async def _draw(self) -> None:
        from rich.live import Live

        beeps = 0
        with Live(console=console(), auto_refresh=False) as live:
            try:
                while True:
                    self._picture.sounding = self._outputs.beeps > beeps
                    beeps = self._outputs.beeps
                    self._picture.colour = self._outputs.lit
                    live.update(self._picture.render(), refresh=True)
                    await asyncio.sleep(1 / _PICTURES_PER_S)
            finally:
                live.update(self._picture.render(), refresh=True)
