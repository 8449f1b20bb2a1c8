"""The publisher: keeps a connection to the broker, and publishes through it what the daemon hands over."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn

from pydantic import BaseModel

from ..clock import Clock
from ..config.model import HabitsConfig, HomeAssistantConfig, MqttConfig
from ..diagnostics import CONNECTED, Health
from ..storage.records import QueuedMessage
from .broker import broker_address, sends_password_unencrypted
from .command_queue import CommandQueue, CommandSink
from .connection import MqttConnection, connect, reconnect_backoff
from .errors import BrokerConnectionError
from .homeassistant.discovery import DiscoveryQueue
from .lamp_queue import LampQueue
from .node_commands import NodeCommandQueue, NodeCommandSink
from .outbox import Outbox, OutboxQueue
from .payloads import LivePayload
from .protocols import IncomingMessage, PublishLosses, PublishQueue
from .publish_queues import AvailabilityPublisher, LiveQueue, RetainedCleaner, StateQueue
from .result_queue import ResultQueue
from .topics import DELIVERY, OFFLINE, Topics

DISCONNECT_TIMEOUT_S = 1.0
_NO_SUBSCRIPTION = Health.failed(
    "connected, but the broker does not allow this user to subscribe: no commands"
)

_log = logging.getLogger(__name__)


class Publisher:
    """Queues what is to be published; `run` publishes it while the broker can be reached."""

    def __init__(
        self,
        *,
        settings: MqttConfig,
        node: str,
        clock: Clock,
        outbox: Outbox,
        commands: CommandSink | None,
        node_commands: NodeCommandSink | None = None,
        on_health: Callable[[Health], None],
        password: str | None,
        homeassistant: HomeAssistantConfig | None = None,
        habits: HabitsConfig | None = None,
        lamps: LampQueue | None = None,
    ) -> None:
        """`clock` limits the rate of messages: the system's, also where everything else runs faster.

        Without `commands` there is no subscription to commands, and without `node_commands` those to the
        node are refused. `on_health` is called on every change of
        the connection.
        """
        self._settings = settings
        self._node = node
        self._clock = clock
        self._on_health = on_health
        self._password = password
        self._health: Health | None = None
        self._connected_ms: int | None = None
        self._logged_losses = PublishLosses()
        self._topics = Topics(settings.prefix, node)
        self._availability = AvailabilityPublisher(self._topics, clock)
        self._live = LiveQueue(self._topics, clock)
        self._states = StateQueue(self._topics)
        self._outbox = OutboxQueue(self._topics, outbox)
        self._results = ResultQueue(self._topics)
        self._node_commands = NodeCommandQueue(node_commands, self._results)
        self._commands = (
            None
            if commands is None
            else CommandQueue(self._topics, commands, clock, results=self._results, node=self._node_commands)
        )
        self._discovery = (
            None
            if homeassistant is None
            else DiscoveryQueue(
                homeassistant,
                self._topics,
                clock,
                habits=habits or HabitsConfig(),
                republish_states=self._states.republish,
            )
        )
        self._cleaners = [
            RetainedCleaner(self._topics, name, self._states)
            for name in (habits.disabled_topics if habits is not None else ())
        ]
        self._queues: list[PublishQueue] = [self._live, self._states, self._outbox]
        self._lamps = lamps
        if lamps is not None:
            self._queues.append(lamps)
        if self._discovery is not None:
            self._queues.append(self._discovery)
        if self._commands is not None:
            self._queues += [self._node_commands, self._results]

    def live(self, athlete: str, payload: LivePayload) -> None:
        """Publish an athlete's live value. See `LiveQueue`."""
        self._live.put(athlete, payload)

    def state(self, topic: str, payload: BaseModel | str) -> None:
        """Publish a retained state, by its topic below the node. See `StateQueue`."""
        self._states.put(topic, payload if isinstance(payload, str) else payload.model_dump_json())

    def post(self, messages: Sequence[QueuedMessage]) -> None:
        """Publish messages that must arrive. See `OutboxQueue`."""
        self._outbox.put(messages)

    def set_athletes(self, names: Mapping[str, str]) -> None:
        """Set the athletes to announce to Home Assistant: names by id. See `DiscoveryQueue`."""
        if self._discovery is not None:
            self._discovery.set_athletes(names)

    def set_straps(self, labels: Sequence[str]) -> None:
        """Set the straps that can be chosen in Home Assistant. See `DiscoveryQueue`."""
        if self._discovery is not None:
            self._discovery.set_straps(labels)

    def take_unstored(self) -> list[QueuedMessage]:
        """Take out the messages that wait here alone, for another publisher. Not while `run` runs."""
        return self._outbox.take_unstored()

    @property
    def losses(self) -> PublishLosses:
        """Messages lost since the start."""
        return PublishLosses(self._outbox.lost, 0 if self._commands is None else self._commands.rejected)

    async def drain(self, timeout_s: float) -> bool:
        """Wait until all queues are empty while `run` runs; return whether they were within this time."""
        try:
            async with asyncio.timeout(timeout_s):
                while not all(queue.empty.is_set() for queue in self._queues):
                    for queue in self._queues:
                        await queue.empty.wait()
        except TimeoutError:
            return False
        return True

    async def run(self) -> NoReturn:
        """Stay connected until cancelled; then publish `offline`, within 1 s, and disconnect."""
        if sends_password_unencrypted(self._settings, self._password):
            _log.warning(
                "the password for %s crosses the network unencrypted: set mqtt.tls",
                broker_address(self._settings),
            )
        backoff = reconnect_backoff()
        while True:
            self._connected_ms = None
            try:
                await self._stay_connected()
            except BrokerConnectionError as error:
                self._report_health(Health.failed(str(error)))
            finally:
                self._log_losses()
            was_up_ms = 0 if self._connected_ms is None else self._clock.monotonic_ms() - self._connected_ms
            await self._clock.sleep(backoff.next_s(was_up_ms / 1000))

    async def _stay_connected(self) -> NoReturn:
        async with connect(
            self._settings,
            self._password,
            name=f"talkpace-{self._node}",
            status_topic=self._topics.status,
            accept=self._accept,
        ) as connection:
            self._connected_ms = self._clock.monotonic_ms()
            serving = asyncio.create_task(self._serve(connection))
            try:
                await asyncio.wait({serving})
            except asyncio.CancelledError:
                serving.cancel()
                with contextlib.suppress(BrokerConnectionError, asyncio.CancelledError):
                    await serving
                await self._publish_offline(connection)
                raise
            await serving
        raise AssertionError("_serve returned without an error")

    async def _serve(self, connection: MqttConnection) -> None:
        """Publish and receive until cancelled. Raises BrokerConnectionError once the connection is lost."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._receive(connection))
                await self._availability.publish_online(connection)
                self._report_health(CONNECTED if await self._subscribe(connection) else _NO_SUBSCRIPTION)
                self._log_losses()
                if self._discovery is not None:
                    await self._discovery.on_connect(connection)
                await self._states.publish_all(connection)
                tasks.create_task(self._availability.run(connection))
                for queue in self._queues:
                    tasks.create_task(queue.run(connection))
        except BaseExceptionGroup as group:
            connection_errors, others = group.split(BrokerConnectionError)
            if others is None and connection_errors is not None:
                raise _first(connection_errors) from None
            raise

    async def _subscribe(self, connection: MqttConnection) -> bool:
        """Return whether the broker grants the subscriptions that availability and commands need."""
        granted = await connection.subscribe(self._topics.status)
        if self._commands is not None:
            for pattern in self._topics.commands:
                granted = await connection.subscribe(pattern) and granted
        for cleaner in self._cleaners:
            await connection.subscribe(cleaner.pattern)
        if self._lamps is not None:
            await self._lamps.subscribe(connection)
        return granted

    async def _receive(self, connection: MqttConnection) -> None:
        async for message in connection.incoming():
            if self._commands is not None:
                self._commands.execute(message)

    def _accept(self, message: IncomingMessage) -> bool:
        """Handle what needs no queue at once; return whether to queue the message as a command."""
        if message.topic == self._topics.status:
            self._availability.on_message(message)
            return False
        if self._discovery is not None and self._discovery.on_message(message):
            return False
        if self._lamps is not None and self._lamps.on_message(message):
            return False
        if any(cleaner.on_message(message) for cleaner in self._cleaners):
            return False
        return self._commands is not None and self._commands.accept(message)

    async def _publish_offline(self, connection: MqttConnection) -> None:
        with contextlib.suppress(BrokerConnectionError, TimeoutError):
            async with asyncio.timeout(DISCONNECT_TIMEOUT_S):
                await connection.publish(self._topics.status, OFFLINE, DELIVERY["status"])
                await self._outbox.confirm()

    def _log_losses(self) -> None:
        """Log new losses."""
        losses = self.losses
        if losses != self._logged_losses:
            _log.warning(
                "lost since the start: %d message(s) for the broker that could not be stored,"
                " %d command(s) over the rate limit",
                losses.messages,
                losses.commands,
            )
            self._logged_losses = losses

    def _report_health(self, health: Health) -> None:
        """Log and report a change of health; a repeated error is logged at debug level."""
        if health == self._health:
            _log.debug("%s", health.text)
            return
        if health == CONNECTED:
            _log.info("connected to the broker at %s", broker_address(self._settings))
        else:
            _log.warning("%s", health.text)
        self._health = health
        self._on_health(health)


def _first(group: BaseExceptionGroup[BrokerConnectionError]) -> BrokerConnectionError:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, BrokerConnectionError)
    return error
