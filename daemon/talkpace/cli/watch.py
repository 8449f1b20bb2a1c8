"""`talkpace watch`: everybody's training, live from MQTT or from the daemon on this host."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from .options import athlete_option, config_option
from .output import console, note

if TYPE_CHECKING:
    from ..config.model import Configuration, MqttConfig
    from ..mqtt.protocols import IncomingMessage
    from ..mqtt.subscriber import Message, Subscriber
    from .daemon_subscriber import DaemonSubscriber
    from .terminal.model import HouseholdState

_SHORTEST_FRAME_S = 0.2
_LONGEST_FRAME_S = 1.0
"""so that stale values become unknown in time"""


@click.command()
@config_option
@click.option("--host", metavar="NAME", help="MQTT broker; by default mqtt.host of the configuration.")
@click.option("--port", metavar="N", type=click.IntRange(1, 65535), help="Port of the broker.")
@click.option("--node", metavar="ID", help="Only this node; all by default.")
@athlete_option("Only this athlete; all by default.")
@click.option("--json", "as_json", is_flag=True, help="Print each message as one line of JSON.")
def watch(
    configuration: Configuration,
    host: str | None,
    port: int | None,
    node: str | None,
    athlete: str | None,
    as_json: bool,
) -> None:
    """Show all athletes live, as daemons on this host or others publish them over MQTT.

    Example: talkpace watch --host broker.lan

    Where [mqtt] is not enabled and no --host is given, it asks the daemon on this host.

    On a terminal it is a dashboard; q or Ctrl-C quits. In a pipe each message is a line. Values older
    than 6 s are unknown. User, password and certificates are those of [mqtt], whether or not publishing
    is enabled there.
    """
    from ..config.fields import is_slug
    from ..mqtt.broker import read_password

    for option, value in (("--node", node), ("--athlete", athlete)):
        if value is not None and not is_slug(value):
            raise click.BadParameter(
                f"{value!r} is not an id: use up to 32 of a to z, 0 to 9 and -", param_hint=f"'{option}'"
            )
    settings = configuration.mqtt
    if port is not None:
        settings = settings.model_copy(update={"port": port})
    if host is not None:
        if not host.strip() or any(character.isspace() for character in host):
            raise click.BadParameter(f"{host!r} is not a host name", param_hint="'--host'")
        settings = settings.model_copy(update={"host": host})
    watch_ = _Watch(settings, as_json=as_json)
    if host is None and port is None and node is None and not settings.enabled:
        watch_.watch_daemon(configuration, athlete)
    else:
        watch_.watch_broker(settings, read_password(settings, os.environ), node, athlete)
    asyncio.run(watch_.run())


class _Watch:
    """Receives messages and shows them, as dashboard, lines or JSON."""

    def __init__(self, settings: MqttConfig, *, as_json: bool) -> None:
        from .terminal.model import HouseholdState

        self._prefix = settings.prefix
        self._peer = ""
        self._household: HouseholdState = HouseholdState()
        self._connection = "connecting"
        self._connected = False
        self._changed = asyncio.Event()
        self._stop = asyncio.Event()
        self._subscriber: Subscriber | DaemonSubscriber | None = None
        self._screen = console()
        self._as_json = as_json
        self._drawn = self._screen.is_terminal and not self._screen.is_dumb_terminal and not as_json

    def watch_broker(
        self, settings: MqttConfig, password: str | None, node: str | None, athlete: str | None
    ) -> None:
        """Watch what is published at a broker."""
        from ..mqtt.broker import broker_address
        from ..mqtt.subscriber import Subscriber, subscription_patterns

        self._peer = broker_address(settings)
        self._subscriber = Subscriber(
            settings,
            password,
            subscription_patterns(settings.prefix, node, athlete),
            on_message=self._on_message,
            on_state=self._on_connection,
        )

    def watch_daemon(self, configuration: Configuration, athlete: str | None) -> None:
        """Watch the daemon on this host."""
        from .daemon_subscriber import DaemonSubscriber

        self._peer = "the daemon"
        self._subscriber = DaemonSubscriber(
            configuration, athlete, on_message=self._on_message, on_state=self._on_connection
        )

    async def run(self) -> None:
        """Run until q, Ctrl-C or SIGTERM."""
        from .terminal.keyboard import on_keys

        assert self._subscriber is not None
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop.set)
        with on_keys(lambda keys: self._stop.set() if "q" in keys.lower() else None):
            async with asyncio.TaskGroup() as tasks:
                running = [
                    tasks.create_task(self._subscriber.run(), name="subscriber"),
                    tasks.create_task(self._draw() if self._drawn else self._report_stale(), name="screen"),
                ]
                await self._stop.wait()
                for task in running:
                    task.cancel()

    def _on_message(self, incoming: IncomingMessage) -> None:
        from ..mqtt.subscriber import parse_message

        message = parse_message(self._prefix, incoming)
        if message is None:
            return
        self._household.update(message, _now_ms())
        self._changed.set()
        if self._as_json:
            _print_message(message)
        elif not self._drawn:
            from .terminal.lines import message_text

            source = f"{message.node}/{message.athlete}" if message.athlete else message.node
            if text := message_text(message):
                self._screen.print(f"{_clock()}  {source}  {text}")

    def _on_connection(self, text: str, remedy: str | None) -> None:
        """Show a changed state of the connection; outside of the dashboard once."""
        connected = remedy is None
        if not connected:
            self._household.disconnect()
        if text != self._connection and not self._drawn:
            note(f"{self._peer}: {text}" if connected else f"{text}; {remedy}; retrying")
        self._connection, self._connected = text, connected
        self._changed.set()

    async def _draw(self) -> None:
        from rich.live import Live

        from .terminal.dashboard import TerminalDashboard

        with Live(console=self._screen, screen=True, auto_refresh=False) as live:
            while True:
                size = self._screen.size
                dashboard = TerminalDashboard(
                    self._household, self._connection, self._connected, self._peer, _now_ms()
                )
                live.update(dashboard.render(size.width, size.height), refresh=True)
                await asyncio.sleep(_SHORTEST_FRAME_S)
                self._changed.clear()
                try:
                    async with asyncio.timeout(_LONGEST_FRAME_S - _SHORTEST_FRAME_S):
                        await self._changed.wait()
                except TimeoutError:
                    continue

    async def _report_stale(self) -> None:
        """Print once for each athlete that the values have gone stale."""
        while True:
            for node, athlete in self._household.newly_stale(_now_ms()):
                if self._as_json:
                    _print_json_line({"node": node, "athlete": athlete, "kind": "stale", "payload": None})
                else:
                    self._screen.print(f"{_clock()}  {node}/{athlete}  unknown: no data for 6 s")
            await asyncio.sleep(_LONGEST_FRAME_S)


def _now_ms() -> int:
    return round(asyncio.get_running_loop().time() * 1000)


def _clock() -> str:
    return f"{datetime.now().astimezone():%H:%M:%S}"


def _print_message(message: Message) -> None:
    payload = message.payload if isinstance(message.payload, str) else message.payload.model_dump(mode="json")
    _print_json_line(
        {"node": message.node, "athlete": message.athlete, "kind": message.topic, "payload": payload}
    )


def _print_json_line(document: dict[str, Any]) -> None:
    """Print a document with the time of receipt, by this host's clock."""
    received = datetime.now().astimezone().isoformat(timespec="milliseconds")
    escaped = "utf" not in sys.stdout.encoding.lower()
    click.echo(json.dumps({"time": received, **document}, ensure_ascii=escaped))
