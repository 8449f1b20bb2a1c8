"""`talkpace watch`: the household live, from MQTT."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ..config.kinds import is_slug
from ..config.model import Configuration, Mqtt
from ..errors import ConfigurationError
from .options import config_option
from .output import clock_time, console, note, printable

if TYPE_CHECKING:
    from ..publish.link import Incoming
    from ..publish.payloads import LivePayload
    from ..watch.heard import Heard
    from ..watch.household import Household

_LEAST_BETWEEN_PICTURES_S = 0.2
_MOST_BETWEEN_PICTURES_S = 1.0
"""so that what is stale shows as unknown in time"""


@click.command()
@config_option
@click.option("--host", metavar="NAME", help="The broker; that of the configuration by default.")
@click.option("--port", metavar="N", type=click.IntRange(1, 65535), help="Its port.")
@click.option("--node", metavar="ID", help="Only this node; all by default.")
@click.option("--athlete", metavar="ID", help="Only this athlete.")
@click.option("--json", "as_json", is_flag=True, help="Print each message as one line of JSON.")
def watch(
    configuration: Configuration,
    host: str | None,
    port: int | None,
    node: str | None,
    athlete: str | None,
    as_json: bool,
) -> None:
    """Show everybody's training live, as a daemon on this host or another publishes it over MQTT.

    On a terminal a picture, of which q or Ctrl-C is the end; in a pipe a line for each message. What
    has not been heard for 6 s is unknown. The broker, user and certificates are those of the
    configuration's [mqtt], whether or not publishing is enabled there.
    """
    from ..publish.credentials import read_password

    for option, value in (("--node", node), ("--athlete", athlete)):
        if value is not None and not is_slug(value):
            raise ConfigurationError(f"{option}: {value!r} is no id")
    settings = configuration.mqtt
    if port is not None:
        settings = settings.model_copy(update={"port": port})
    if host is not None:
        if not host.strip() or any(character.isspace() for character in host):
            raise ConfigurationError(f"--host: {host!r} is no host's name")
        settings = settings.model_copy(update={"host": host})
    password = read_password(settings, os.environ)
    asyncio.run(_Watch(settings, password, node, athlete, as_json=as_json).run())


class _Watch:
    """Hears, and shows."""

    def __init__(
        self, settings: Mqtt, password: str | None, node: str | None, athlete: str | None, *, as_json: bool
    ) -> None:
        from ..publish.address import where
        from ..watch.feed import Feed
        from ..watch.heard import patterns
        from ..watch.household import Household

        self._prefix = settings.prefix
        self._broker = where(settings)
        self._household: Household = Household()
        self._connection = "connecting"
        self._connected = False
        self._news = asyncio.Event()
        self._stop = asyncio.Event()
        self._feed = Feed(
            settings,
            password,
            patterns(settings.prefix, node, athlete),
            on_message=self._take,
            on_state=self._connection_is,
        )
        self._screen = console()
        self._pictured = self._screen.is_terminal and not self._screen.is_dumb_terminal and not as_json
        self._say: Callable[[Heard], None] | None = None
        if not self._pictured:
            self._say = _json_line if as_json else self._plain_line
        self._as_json = as_json

    async def run(self) -> None:
        """Until q, Ctrl-C or SIGTERM."""
        from .keys import keys

        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop.set)
        with keys(lambda key: self._stop.set() if key in "qQ" else None):
            async with asyncio.TaskGroup() as tasks:
                running = [
                    tasks.create_task(self._feed.run(), name="feed"),
                    tasks.create_task(self._draw() if self._pictured else self._expire(), name="screen"),
                ]
                await self._stop.wait()
                for task in running:
                    task.cancel()

    def _take(self, incoming: Incoming) -> None:
        from ..watch.heard import understand

        heard = understand(self._prefix, incoming)
        if heard is None:
            return
        self._household.take(heard, self._now_ms())
        self._news.set()
        if self._say is not None:
            self._say(heard)

    def _connection_is(self, says: str, remedy: str | None) -> None:
        """Said where it is new, and once."""
        connected = remedy is None
        if not connected:
            self._household.lose()
        if says != self._connection and not self._pictured:
            note(f"{self._broker}: {says}" if connected else f"{says}; {remedy}; trying again")
        self._connection, self._connected = says, connected
        self._news.set()

    async def _draw(self) -> None:
        from rich.live import Live

        from .board import Board

        with Live(console=self._screen, screen=True, auto_refresh=False) as live:
            while True:
                size = self._screen.size
                board = Board(
                    self._household, self._connection, self._connected, self._broker, self._now_ms()
                )
                live.update(board.render(size.width, size.height), refresh=True)
                await asyncio.sleep(_LEAST_BETWEEN_PICTURES_S)
                self._news.clear()
                try:
                    async with asyncio.timeout(_MOST_BETWEEN_PICTURES_S - _LEAST_BETWEEN_PICTURES_S):
                        await self._news.wait()
                except TimeoutError:
                    continue

    async def _expire(self) -> None:
        """In lines: say once of whom nothing is known any more."""
        while True:
            for node, athlete in self._household.turned_stale(self._now_ms()):
                if self._as_json:
                    _print_json({"node": node, "athlete": athlete, "kind": "stale", "payload": None})
                else:
                    self._screen.print(f"{_clock()}  {node}/{athlete}  unknown: nothing heard")
            await asyncio.sleep(_MOST_BETWEEN_PICTURES_S)

    def _plain_line(self, heard: Heard) -> None:
        from ..publish.payloads import EventPayload, LivePayload, StrapPayload
        from .live import event_line

        who = f"{heard.node}/{heard.athlete}" if heard.athlete else heard.node
        match heard.payload:
            case LivePayload() as live:
                says = _live_words(live)
            case EventPayload() as event:
                says = f"* {event_line(event.model_dump(mode='json'))[10:]}"
            case StrapPayload() as strap:
                name = printable(strap.name or strap.address or "")
                says = f"strap {name} connected" if strap.connected else "no strap connected"
            case str(status):
                says = status
            case _:
                return
        self._screen.print(f"{_clock()}  {who}  {says}")

    @staticmethod
    def _now_ms() -> int:
        return round(asyncio.get_running_loop().time() * 1000)


def _clock() -> str:
    return f"{datetime.now().astimezone():%H:%M:%S}"


def _live_words(live: LivePayload) -> str:
    from .looks import zone_name

    if live.heart_rate is None or live.effort is None or live.zone is None:
        figures = "heart rate unknown"
    else:
        figures = f"{live.heart_rate} bpm  {live.effort:.0%}  {zone_name(live.zone)}"
    warning = "" if live.warning == "none" else f"  {live.warning.replace('_', ' ')}"
    elapsed = "" if live.elapsed_s is None else f"  {clock_time(live.elapsed_s)}"
    return f"{figures}{warning}{elapsed}"


def _json_line(heard: Heard) -> None:
    payload = heard.payload if isinstance(heard.payload, str) else heard.payload.model_dump(mode="json")
    _print_json({"node": heard.node, "athlete": heard.athlete, "kind": heard.kind, "payload": payload})


def _print_json(document: dict[str, Any]) -> None:
    """With the time at which it came here, by this host's clock."""
    came = datetime.now().astimezone().isoformat(timespec="milliseconds")
    escaped = "utf" not in sys.stdout.encoding.lower()
    click.echo(json.dumps({"time": came, **document}, ensure_ascii=escaped))
