"""The daemon's publisher, which changes with the settings of the broker while everything else runs on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NoReturn

from pydantic import BaseModel

from ..config.model import Configuration
from ..diagnostics import NOT_USED, Health
from ..errors import ConfigurationError
from ..mqtt.payloads import LivePayload
from ..mqtt.protocols import PublishLosses
from ..storage.records import QueuedMessage

if TYPE_CHECKING:
    from ..mqtt.publisher import Publisher

BuildPublisher = Callable[[Configuration], "Publisher | None"]

_log = logging.getLogger(__name__)


class BrokerConnection:
    """A publish sink with the publisher that the settings ask for, if they do."""

    def __init__(
        self,
        configuration: Configuration,
        *,
        build: BuildPublisher,
        on_health: Callable[[Health], None],
    ) -> None:
        """`build` returns None where MQTT is disabled, and raises ConfigurationError for unusable files."""
        self.problem: str | None = None
        """why nothing is published though the settings ask for it"""
        self._configuration = configuration
        self._build = build
        self._on_health = on_health
        self._states: dict[str, BaseModel | str] = {}
        """the latest of each topic"""
        self._names: Mapping[str, str] = {}
        self._straps: Sequence[str] = ()
        self._former_losses = PublishLosses()
        self._changed = asyncio.Event()
        self._publisher: Publisher | None = None
        self._open(configuration)

    @property
    def is_used(self) -> bool:
        """Whether the settings ask for a broker, also while it cannot be used."""
        return self._configuration.mqtt.enabled

    @property
    def losses(self) -> PublishLosses:
        """Messages lost since the daemon's start."""
        before = self._former_losses
        now = PublishLosses() if self._publisher is None else self._publisher.losses
        return PublishLosses(before.messages + now.messages, before.commands + now.commands)

    def change(self, configuration: Configuration) -> None:
        """Publish as `mqtt` and `homeassistant` of a new configuration say, from now on."""
        changes = {"mqtt": configuration.mqtt, "homeassistant": configuration.homeassistant}
        self._configuration = self._configuration.model_copy(update=changes)
        self._former_losses = self.losses
        self._open(self._configuration)
        self._fill()
        self._changed.set()

    def _open(self, configuration: Configuration) -> None:
        self.problem = None
        try:
            self._publisher = self._build(configuration)
        except ConfigurationError as error:  # a password file that is missing, or that others may read
            self._publisher = None
            self.problem = f"{error}; nothing is published"

    def _fill(self) -> None:
        """Give a new publisher what the former one has got."""
        if self._publisher is None:
            return
        self._publisher.set_athletes(self._names)
        self._publisher.set_straps(self._straps)
        for topic, payload in self._states.items():
            self._publisher.state(topic, payload)

    # -- what is published -------------------------------------------------------------------------

    def live(self, athlete: str, payload: LivePayload) -> None:
        """See `Publisher`, as of the others."""
        if self._publisher is not None:
            self._publisher.live(athlete, payload)

    def state(self, topic: str, payload: BaseModel | str) -> None:
        """Publish a retained state."""
        self._states[topic] = payload
        if self._publisher is not None:
            self._publisher.state(topic, payload)

    def post(self, messages: Sequence[QueuedMessage]) -> None:
        """Publish messages that must arrive."""
        if self._publisher is not None:
            self._publisher.post(messages)

    def set_athletes(self, names: Mapping[str, str]) -> None:
        """Set the athletes to announce: names by id."""
        self._names = names
        if self._publisher is not None:
            self._publisher.set_athletes(names)

    def set_straps(self, labels: Sequence[str]) -> None:
        """Set the straps that can be chosen."""
        self._straps = labels
        if self._publisher is not None:
            self._publisher.set_straps(labels)

    # -- running -----------------------------------------------------------------------------------

    async def run(self) -> NoReturn:
        """Publish until cancelled, with a publisher after the other."""
        while True:
            self._changed.clear()
            publisher = self._publisher
            if publisher is None:
                self._on_health(NOT_USED)
                await self._changed.wait()
            else:
                await self._publish_until_changed(publisher)

    async def _publish_until_changed(self, publisher: Publisher) -> None:
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(publisher.run(), name="publisher")
            await self._changed.wait()
            running.cancel()
        self.post(publisher.take_unstored())
        _log.info("the settings of the broker have changed")
