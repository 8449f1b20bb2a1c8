"""Where the broker is."""

from __future__ import annotations

import ipaddress

from ..config.model import Mqtt

_PLAIN_PORT = 1883
_TLS_PORT = 8883


def port_of(settings: Mqtt) -> int:
    """The port, by default that of MQTT with or without TLS."""
    return settings.port or (_TLS_PORT if settings.tls else _PLAIN_PORT)


def where(settings: Mqtt) -> str:
    """The broker, as a person writes it."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{host}:{port_of(settings)}"


def is_loopback(host: str) -> bool:
    """Whether what is sent there never leaves this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def sends_password_in_the_clear(settings: Mqtt, password: str | None) -> bool:
    """Whether others on the network could read the password."""
    return password is not None and not settings.tls and not is_loopback(settings.host)
