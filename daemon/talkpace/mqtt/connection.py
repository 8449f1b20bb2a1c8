"""A connection to the broker over aiomqtt, whose peculiarities are dealt with here alone."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from secrets import token_hex

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from ..backoff import Backoff
from ..config.model import MqttConfig
from . import errors
from .broker import broker_address, broker_port
from .protocols import IncomingMessage
from .topics import DELIVERY, OFFLINE, Delivery
from .transport import ClosableContext, cancellable, resolve, tls_context

ACKNOWLEDGE_TIMEOUT_S = 10.0
CLOSE_TIMEOUT_S = 0.5
MOST_INCOMING = 200
RECONNECT_FIRST_S, RECONNECT_LONGEST_S = 1.0, 60.0

_VERSIONS = {"3.1.1": aiomqtt.ProtocolVersion.V311, "5": aiomqtt.ProtocolVersion.V5}

AcceptMessage = Callable[[IncomingMessage], bool]
"""called as soon as a message arrives; returns whether to queue it"""


def reconnect_backoff() -> Backoff:
    """The delays between reconnects, 1 to 60 s; never below 1 s, so that clients do not rush a new broker."""
    return Backoff(RECONNECT_FIRST_S, RECONNECT_LONGEST_S, jitter=(1.0, 1.5))


def _incoming_queue(accept: AcceptMessage) -> type[asyncio.Queue[aiomqtt.Message]]:
    """The queue class for aiomqtt: drops messages while full, where aiomqtt would log each of them."""

    class IncomingQueue(asyncio.Queue[aiomqtt.Message]):
        def put_nowait(self, item: aiomqtt.Message) -> None:
            if not self.full() and accept(_incoming(item)):
                super().put_nowait(item)

    return IncomingQueue


class MqttConnection:
    """A `SubscribingConnection` over aiomqtt."""

    def __init__(self, client: aiomqtt.Client, settings: MqttConfig) -> None:
        self._client = client
        self._address = broker_address(settings)
        self._version_5 = settings.version == "5"

    async def publish(
        self, topic: str, payload: str, delivery: Delivery, *, correlation: bytes | None = None
    ) -> None:
        """See `BrokerConnection`."""
        properties = None
        if self._version_5 and correlation is not None:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            properties.CorrelationData = correlation
        publishing = self._client.publish(
            topic, payload, qos=delivery.qos, retain=delivery.retain, properties=properties
        )
        try:
            await cancellable(publishing)
        except aiomqtt.MqttError as error:
            raise errors.connection_lost(self._address, str(error)) from error

    async def subscribe(self, pattern: str) -> bool:
        """See `SubscribingConnection`."""
        try:
            granted = await cancellable(self._client.subscribe(pattern, qos=1))
        except aiomqtt.MqttError as error:
            raise errors.connection_lost(self._address, str(error)) from error
        return all(code < 0x80 if isinstance(code, int) else not code.is_failure for code in granted)

    async def incoming(self) -> AsyncIterator[IncomingMessage]:
        """Messages that were accepted. At most 200 wait; further ones are dropped.

        Raises BrokerConnectionError once the connection is lost, so iterate as long as it is open.
        """
        try:
            async for message in self._client.messages:
                yield _incoming(message)
        except aiomqtt.MqttError as error:
            raise errors.connection_lost(self._address, str(error.__cause__ or error)) from error


@asynccontextmanager
async def connect(
    settings: MqttConfig,
    password: str | None,
    *,
    name: str,
    status_topic: str | None = None,
    accept: AcceptMessage = lambda _message: False,
) -> AsyncIterator[MqttConnection]:
    """Open a connection, and close it on exit. Raises BrokerConnectionError where that fails.

    The client id is `name` with a random suffix. With a `status_topic` the last will is `offline` there.
    """
    try:
        await resolve(settings.host, broker_port(settings))
    except OSError as error:
        raise errors.unreachable(broker_address(settings), error) from None
    context = await asyncio.to_thread(tls_context, settings) if settings.tls else None
    client = _client(settings, password, f"{name}-{token_hex(4)}", status_topic, accept, context)
    try:
        await _open(client)
    except aiomqtt.MqttError as error:
        if context is not None:
            context.close_socket()
        raise _connect_error(error, settings) from None
    try:
        yield MqttConnection(client, settings)
    finally:
        await _close(client)


def _client(
    settings: MqttConfig,
    password: str | None,
    identifier: str,
    status_topic: str | None,
    accept: AcceptMessage,
    context: ClosableContext | None,
) -> aiomqtt.Client:
    will = None
    if status_topic is not None:
        delivery = DELIVERY["status"]
        will = aiomqtt.Will(status_topic, OFFLINE, delivery.qos, delivery.retain)
    # Failures are logged once by the caller; aiomqtt would log each retry.
    logger = logging.getLogger("mqtt.talkpace")
    logger.setLevel(logging.CRITICAL)
    return aiomqtt.Client(
        settings.host,
        broker_port(settings),
        username=settings.username,
        password=None if settings.username is None else password,
        logger=logger,
        identifier=identifier,
        queue_type=_incoming_queue(accept),
        protocol=_VERSIONS[settings.version],
        will=will,
        clean_session=None if settings.version == "5" else True,
        timeout=ACKNOWLEDGE_TIMEOUT_S,
        # paho detects a dead connection after twice this time, brokers after one and a half times.
        keepalive=max(1, round(settings.keepalive_s * 0.75)),
        max_queued_incoming_messages=MOST_INCOMING,
        tls_context=context,
    )


async def _open(client: aiomqtt.Client) -> None:
    """Connect. aiomqtt does so in a thread, with timeouts of 5 s for each step. Raises aiomqtt.MqttError."""
    opening = asyncio.create_task(client.__aenter__())
    try:
        await asyncio.shield(opening)
    except aiomqtt.MqttError:
        await _close(client)
        raise
    except asyncio.CancelledError:
        # A thread cannot be cancelled: it may still connect, and its socket must then be closed.
        await asyncio.wait({opening}, timeout=CLOSE_TIMEOUT_S)
        await _close(client)
        opening.cancel()
        await asyncio.wait({opening})
        raise


async def _close(client: aiomqtt.Client) -> None:
    """Disconnect; also after a failed try, as aiomqtt leaks the socket of a broker that does not answer."""
    client.timeout = CLOSE_TIMEOUT_S
    with suppress(aiomqtt.MqttError, OSError):
        await cancellable(client.__aexit__(None, None, None))


def _incoming(message: aiomqtt.Message) -> IncomingMessage:
    return IncomingMessage(
        topic=message.topic.value,
        payload=message.payload,
        retained=message.retain,
        response_topic=getattr(message.properties, "ResponseTopic", None),
        correlation=getattr(message.properties, "CorrelationData", None),
    )


def _connect_error(error: aiomqtt.MqttError, settings: MqttConfig) -> errors.BrokerConnectionError:
    address = broker_address(settings)
    if isinstance(error, aiomqtt.MqttCodeError) and error.rc is not None:
        code = error.rc if isinstance(error.rc, int) else error.rc.value
        return errors.connection_refused(address, code, str(error.rc))
    # aiomqtt keeps only the text of the socket's error, except here; its own timeout has no context.
    cause = error.__context__
    if isinstance(cause, OSError) and str(cause):
        return errors.unreachable(address, cause)
    return errors.no_mqtt_answer(address)
