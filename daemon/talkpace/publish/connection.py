"""One connection to the broker, by aiomqtt, with its faults dealt with here and nowhere else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from secrets import token_hex

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from ..config.model import Mqtt
from . import complaints
from .address import port_of, where
from .cancelling import cancellable
from .link import Incoming, LinkError
from .resolving import resolve
from .tls import ClosingContext, tls_context
from .topics import DELIVERY, OFFLINE, Delivery

ANSWER_S = 10.0
"""within which the broker has to acknowledge what it is sent"""
LEAVE_S = 0.5
MOST_INCOMING = 200

_VERSIONS = {"3.1.1": aiomqtt.ProtocolVersion.V311, "5": aiomqtt.ProtocolVersion.V5}


Admit = Callable[[Incoming], bool]
"""says, at once, whether a message is to wait for its turn at all"""


def _inbox(admit: Admit) -> type[asyncio.Queue[aiomqtt.Message]]:
    """Where messages wait; when it is full, what comes is dropped. aiomqtt logs a line for each."""

    class Inbox(asyncio.Queue[aiomqtt.Message]):
        def put_nowait(self, item: aiomqtt.Message) -> None:
            if not self.full() and admit(_incoming(item)):
                super().put_nowait(item)

    return Inbox


class Connection:
    """A `Link` over aiomqtt."""

    def __init__(self, client: aiomqtt.Client, settings: Mqtt) -> None:
        self._client = client
        self._where = where(settings)
        self._version_5 = settings.version == "5"

    async def publish(
        self, topic: str, payload: str, delivery: Delivery, *, correlation: bytes | None = None
    ) -> None:
        """See `Link`."""
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
            raise complaints.lost(self._where, str(error)) from error

    async def subscribe(self, pattern: str) -> bool:
        """Listen to what matches, at QoS 1; whether the broker lets us. Raises LinkError."""
        try:
            granted = await cancellable(self._client.subscribe(pattern, qos=1))
        except aiomqtt.MqttError as error:
            raise complaints.lost(self._where, str(error)) from error
        return all(code < 0x80 if isinstance(code, int) else not code.is_failure for code in granted)

    async def incoming(self) -> AsyncIterator[Incoming]:
        """What comes in and is admitted. At most 200 messages wait; what comes then is dropped.

        Raises LinkError as soon as the connection is no more, so listen as long as it is open.
        """
        try:
            async for message in self._client.messages:
                yield _incoming(message)
        except aiomqtt.MqttError as error:
            raise complaints.lost(self._where, str(error.__cause__ or error)) from error


@asynccontextmanager
async def connect(
    settings: Mqtt,
    password: str | None,
    *,
    name: str,
    status_topic: str | None = None,
    admit: Admit = lambda _incoming: False,
) -> AsyncIterator[Connection]:
    """An open connection; on the way out it is closed. Raises LinkError where there is none to be had.

    The client's name begins with `name`. With a `status_topic` the last will says `offline` there.
    """
    try:
        await resolve(settings.host, port_of(settings))
    except OSError as error:
        raise complaints.unreachable(where(settings), error) from None
    context = await asyncio.to_thread(tls_context, settings) if settings.tls else None
    client = _client(settings, password, f"{name}-{token_hex(4)}", status_topic, admit, context)
    try:
        await _open(client)
    except aiomqtt.MqttError as error:
        if context is not None:
            context.close_socket()
        raise _complaint(error, settings) from None
    try:
        yield Connection(client, settings)
    finally:
        await _close(client)


def _client(
    settings: Mqtt,
    password: str | None,
    identifier: str,
    status_topic: str | None,
    admit: Admit,
    context: ClosingContext | None,
) -> aiomqtt.Client:
    will = None
    if status_topic is not None:
        delivery = DELIVERY["status"]
        will = aiomqtt.Will(status_topic, OFFLINE, delivery.qos, delivery.retain)
    # What it has to say of broken connections is said here, once; by itself it goes on about it.
    logger = logging.getLogger("mqtt.talkpace")
    logger.setLevel(logging.CRITICAL)
    return aiomqtt.Client(
        settings.host,
        port_of(settings),
        username=settings.username,
        password=None if settings.username is None else password,
        logger=logger,
        identifier=identifier,
        queue_type=_inbox(admit),
        protocol=_VERSIONS[settings.version],
        will=will,
        clean_session=None if settings.version == "5" else True,
        timeout=ANSWER_S,
        # paho notices silence after twice this, brokers after one and a half of it.
        keepalive=max(1, round(settings.keepalive_s * 0.75)),
        max_queued_incoming_messages=MOST_INCOMING,
        tls_context=context,
    )


async def _open(client: aiomqtt.Client) -> None:
    """Raises aiomqtt.MqttError. aiomqtt connects in a thread, with limits of 5 s for each step."""
    opening = asyncio.create_task(client.__aenter__())
    try:
        await asyncio.shield(opening)
    except aiomqtt.MqttError:
        await _close(client)
        raise
    except asyncio.CancelledError:
        # A thread cannot be cancelled: it may connect yet, and what it opens has to be closed again.
        await asyncio.wait({opening}, timeout=LEAVE_S)
        await _close(client)
        opening.cancel()
        await asyncio.wait({opening})
        raise


async def _close(client: aiomqtt.Client) -> None:
    """Also after a try that failed: aiomqtt leaves the socket open when the broker does not answer."""
    client.timeout = LEAVE_S
    with suppress(aiomqtt.MqttError, OSError):
        await cancellable(client.__aexit__(None, None, None))


def _incoming(message: aiomqtt.Message) -> Incoming:
    return Incoming(
        topic=message.topic.value,
        payload=message.payload,
        retained=message.retain,
        response_topic=getattr(message.properties, "ResponseTopic", None),
        correlation=getattr(message.properties, "CorrelationData", None),
    )


def _complaint(error: aiomqtt.MqttError, settings: Mqtt) -> LinkError:
    place = where(settings)
    if isinstance(error, aiomqtt.MqttCodeError) and error.rc is not None:
        code = error.rc if isinstance(error.rc, int) else error.rc.value
        return complaints.refused(place, code, str(error.rc))
    # aiomqtt keeps the text alone of what the socket raised, except here; its own time limit has none.
    cause = error.__context__
    if isinstance(cause, OSError) and str(cause):
        return complaints.unreachable(place, cause)
    return complaints.silent(place)
