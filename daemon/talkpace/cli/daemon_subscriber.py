"""States and events of the daemon on this host, as the messages that it publishes over MQTT."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..control.client import DaemonNotification
from ..control.reconnecting_client import ReconnectingClient
from ..mqtt.protocols import IncomingMessage
from ..mqtt.subscriber import CONNECTED
from ..mqtt.topics import OFFLINE, ONLINE
from ..storage.paths import control_paths, daemon_database

if TYPE_CHECKING:
    from ..config.model import Configuration


class DaemonSubscriber:
    """Calls back with every state and event of the daemon; reconnects as a subscriber at a broker does."""

    def __init__(
        self,
        configuration: Configuration,
        athlete: str | None,
        *,
        on_message: Callable[[IncomingMessage], None],
        on_state: Callable[[str, str | None], None],
    ) -> None:
        """Only messages of `athlete`, where one is named; `on_state` as of `mqtt.subscriber.Subscriber`."""
        self._base = f"{configuration.mqtt.prefix}/{configuration.node.id}"
        self._athlete = athlete
        self._on_message = on_message
        self._on_state = on_state
        self._client = ReconnectingClient(
            lambda: control_paths(configuration, os.environ),
            daemon_database(configuration, os.environ),
            on_connection=self._on_connection,
            on_notification=self._on_notification,
        )

    async def run(self) -> None:
        """Stay connected until cancelled."""
        await self._client.run()

    def _on_connection(self, connected: bool) -> None:
        self._put("status", (ONLINE if connected else OFFLINE).encode())
        if connected:
            self._on_state(CONNECTED, None)
        else:
            self._on_state("the daemon does not run", "start it: sudo systemctl start talkpace")

    def _on_notification(self, notification: DaemonNotification) -> None:
        topic = str(notification.params.get("topic", ""))
        owner, separator, _ = topic.partition("/")
        if self._athlete is None or not separator or owner == self._athlete:
            self._put(topic, json.dumps(notification.params.get("payload")).encode())

    def _put(self, topic: str, payload: bytes) -> None:
        self._on_message(IncomingMessage(f"{self._base}/{topic}", payload, retained=False))
