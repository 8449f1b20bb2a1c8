"""Keeps the broker told: whatever becomes of the connection, of the broker, or of the network."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

from pydantic import BaseModel

from ..config.model import HomeAssistant, Mqtt, Practice
from ..record.items import Queued
from ..service.clock import Clock
from .address import sends_password_in_the_clear, where
from .backoff import Backoff
from .commands import CommandLane, CommandSink
from .connection import Connection, connect
from .discovery.lane import DiscoveryLane
from .link import Incoming, Lane, LinkError
from .live import LiveLane
from .outbox import Outbox, OutboxLane
from .payloads import LivePayload
from .presence import Presence
from .states import StateLane
from .taking_back import TakingBack
from .topics import DELIVERY, OFFLINE, Topics

FAREWELL_S = 1.0
CONNECTED = "connected"
_DEAF = "connected, but the broker does not let this user subscribe: no commands"

_log = logging.getLogger(__name__)


class Publisher:
    """Takes what is to be published at once, and publishes it while `run` runs and the broker is there."""

    def __init__(
        self,
        *,
        settings: Mqtt,
        node: str,
        clock: Clock,
        outbox: Outbox,
        commands: CommandSink | None,
        on_health: Callable[[str], None],
        password: str | None,
        homeassistant: HomeAssistant | None = None,
        practice: Practice | None = None,
    ) -> None:
        """`clock` paces what is sent: a real one, also where everything else runs faster.

        Without `commands` none are subscribed to. `on_health` is told in words whenever the state of the
        connection changes: `connected`, or what is the matter.
        """
        self._settings = settings
        self._node = node
        self._clock = clock
        self._on_health = on_health
        self._password = password
        self._health = ""
        self._connected_ms: int | None = None
        self._topics = Topics(settings.prefix, node)
        self._presence = Presence(self._topics, clock)
        self._live = LiveLane(self._topics, clock)
        self._states = StateLane(self._topics)
        self._outbox = OutboxLane(self._topics, outbox)
        self._commands = None if commands is None else CommandLane(self._topics, commands, clock)
        self._discovery = (
            None
            if homeassistant is None
            else DiscoveryLane(
                homeassistant,
                self._topics,
                clock,
                practice=practice or Practice(),
                states_again=self._states.again,
            )
        )
        self._off = [
            TakingBack(self._topics, name, self._states)
            for name in (practice.topics_off if practice is not None else ())
        ]
        self._lanes: list[Lane] = [self._live, self._states, self._outbox]
        if self._discovery is not None:
            self._lanes.append(self._discovery)
        if self._commands is not None:
            self._lanes.append(self._commands)

    def live(self, athlete: str, payload: LivePayload) -> None:
        """An athlete's state of this instant. See `LiveLane`."""
        self._live.offer(athlete, payload)

    def state(self, topic: str, payload: BaseModel | str) -> None:
        """A lasting state, by its topic below the node. See `StateLane`."""
        self._states.put(topic, payload if isinstance(payload, str) else payload.model_dump_json())

    def post(self, queued: Sequence[Queued]) -> None:
        """Messages that must arrive. See `OutboxLane`."""
        self._outbox.post(queued)

    def athletes(self, names: Mapping[str, str]) -> None:
        """Who trains here, for Home Assistant: names by id. See `DiscoveryLane`."""
        if self._discovery is not None:
            self._discovery.athletes(names)

    async def drained(self, timeout_s: float) -> bool:
        """Whether, within this time, all was delivered and acknowledged while `run` runs."""
        try:
            async with asyncio.timeout(timeout_s):
                while not all(lane.settled.is_set() for lane in self._lanes):
                    for lane in self._lanes:
                        await lane.settled.wait()
        except TimeoutError:
            return False
        return True

    async def run(self) -> NoReturn:
        """Stay connected until cancelled; then say `offline`, within 1 s, and disconnect."""
        if sends_password_in_the_clear(self._settings, self._password):
            _log.warning(
                "the password for %s crosses the network unencrypted: set mqtt.tls", where(self._settings)
            )
        backoff = Backoff()
        while True:
            self._connected_ms = None
            try:
                await self._stay_connected()
            except LinkError as error:
                self._say(str(error))
            was_up_ms = 0 if self._connected_ms is None else self._clock.monotonic_ms() - self._connected_ms
            await self._clock.sleep(backoff.delay_s(was_up_ms / 1000))

    async def _stay_connected(self) -> NoReturn:
        async with connect(
            self._settings,
            self._password,
            name=f"talkpace-{self._node}",
            status_topic=self._topics.status,
            admit=self._admit,
        ) as link:
            self._connected_ms = self._clock.monotonic_ms()
            serving = asyncio.create_task(self._serve(link))
            try:
                await asyncio.wait({serving})
            except asyncio.CancelledError:
                serving.cancel()
                with contextlib.suppress(LinkError, asyncio.CancelledError):
                    await serving
                await self._take_leave(link)
                raise
            await serving
        raise AssertionError("serving ends with an error alone")

    async def _serve(self, link: Connection) -> None:
        """Raises LinkError once the connection is lost."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._listen(link))
                await self._presence.tell(link)
                self._say(CONNECTED if await self._subscribe(link) else _DEAF)
                if self._discovery is not None:
                    await self._discovery.begin(link)
                await self._states.tell_all(link)
                tasks.create_task(self._presence.run(link))
                for lane in self._lanes:
                    tasks.create_task(lane.run(link))
        except BaseExceptionGroup as group:
            lost, others = group.split(LinkError)
            if others is None and lost is not None:
                raise _first(lost) from None
            raise

    async def _subscribe(self, link: Connection) -> bool:
        heard = await link.subscribe(self._topics.status)
        if self._commands is not None:
            heard = await link.subscribe(self._topics.commands) and heard
        for topic in self._off:
            await link.subscribe(topic.pattern)
        return heard

    async def _listen(self, link: Connection) -> None:
        async for incoming in link.incoming():
            if self._commands is not None:
                self._commands.take(incoming)

    def _admit(self, incoming: Incoming) -> bool:
        if incoming.topic == self._topics.status:
            self._presence.take(incoming)
            return False
        if self._discovery is not None and self._discovery.take(incoming):
            return False
        if any(topic.take(incoming) for topic in self._off):
            return False
        return self._commands is not None and self._commands.admit(incoming)

    async def _take_leave(self, link: Connection) -> None:
        with contextlib.suppress(LinkError, TimeoutError):
            async with asyncio.timeout(FAREWELL_S):
                await link.publish(self._topics.status, OFFLINE, DELIVERY["status"])
                await self._outbox.confirm()

    def _say(self, health: str) -> None:
        """Tell what is new: a failure once, and its end."""
        if health == self._health:
            _log.debug("%s", health)
            return
        if health == CONNECTED:
            _log.info("connected to the broker at %s", where(self._settings))
        else:
            _log.warning("%s", health)
        self._health = health
        self._on_health(health)


def _first(group: BaseExceptionGroup[LinkError]) -> LinkError:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, LinkError)
    return error
