"""What `talkpace doctor` asks the broker."""

from __future__ import annotations

import asyncio

from ..config.model import Mqtt
from ..service.finding import Finding
from .address import sends_password_in_the_clear, where
from .connection import connect
from .link import LinkError

CHECK = "MQTT broker"


async def probe(settings: Mqtt, password: str | None, timeout_s: float) -> Finding:
    """Connect once and leave again, publishing nothing."""
    try:
        async with asyncio.timeout(timeout_s), connect(settings, password, name="talkpace-doctor"):
            pass
    except LinkError as error:
        return Finding(CHECK, ok=False, says=str(error), remedy=error.remedy)
    except TimeoutError:
        return Finding(
            CHECK,
            ok=False,
            says=f"{where(settings)} does not answer within {timeout_s:g} s",
            remedy="check mqtt.host, mqtt.port and the network in between",
        )
    says = f"{where(settings)} takes connections over MQTT {settings.version}"
    if sends_password_in_the_clear(settings, password):
        return Finding(
            CHECK,
            ok=True,
            says=f"{says}; the password crosses the network unencrypted",
            remedy="set mqtt.tls, and mqtt.ca_file where the certificate is one's own",
        )
    return Finding(CHECK, ok=True, says=says)
