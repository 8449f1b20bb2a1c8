"""The broker's check in `talkpace doctor`."""

from __future__ import annotations

import asyncio

from ..config.model import MqttConfig
from ..diagnostics import Finding
from .broker import broker_address, sends_password_unencrypted
from .connection import connect
from .errors import BrokerConnectionError, BrokerProblem, not_permitted
from .topics import Topics

CHECK = "MQTT broker"


async def check_broker(settings: MqttConfig, password: str | None, timeout_s: float) -> Finding:
    """Connect and disconnect, publishing nothing."""
    address = broker_address(settings)
    try:
        async with asyncio.timeout(timeout_s), connect(settings, password, name="talkpace-doctor"):
            pass
    except BrokerConnectionError as error:
        return Finding(CHECK, ok=False, detail=str(error), remedy=error.remedy)
    except TimeoutError:
        return Finding(
            CHECK,
            ok=False,
            detail=f"{address} does not answer within {timeout_s:g} s",
            remedy="check mqtt.host, mqtt.port, and the network between here and the broker",
        )
    result = f"{address} accepts connections over MQTT {settings.version}"
    if sends_password_unencrypted(settings, password):
        return Finding(
            CHECK,
            ok=True,
            detail=f"{result}; the password crosses the network unencrypted",
            remedy="set mqtt.tls, and mqtt.ca_file if the certificate is self-signed",
        )
    return Finding(CHECK, ok=True, detail=result)


async def try_broker(settings: MqttConfig, password: str | None, topics: Topics, timeout_s: float) -> None:
    """Connect, subscribe to the commands, and disconnect; publish nothing. Raises BrokerConnectionError."""
    address = broker_address(settings)
    try:
        async with (
            asyncio.timeout(timeout_s),
            connect(settings, password, name="talkpace-test") as connection,
        ):
            for pattern in topics.commands:
                if not await connection.subscribe(pattern):
                    raise not_permitted(address)
    except TimeoutError:
        raise BrokerConnectionError(
            f"{address} does not answer within {timeout_s:g} s",
            "check mqtt.host, mqtt.port, and the network between here and the broker",
            BrokerProblem.UNREACHABLE,
        ) from None
