"""Address and password of the broker, from the configuration."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

from ..config.model import MqttConfig
from ..config.secret_file import has_credential, read_secret

CREDENTIAL = "mqtt-password"
"""name of the systemd credential"""
_PLAIN_PORT = 1883
_TLS_PORT = 8883


def broker_port(settings: MqttConfig) -> int:
    """`mqtt.port`, or else 8883 with TLS and 1883 without."""
    return settings.port or (_TLS_PORT if settings.tls else _PLAIN_PORT)


def broker_address(settings: MqttConfig) -> str:
    """`host:port`, with an IPv6 address in brackets."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{host}:{broker_port(settings)}"


def sends_password_unencrypted(settings: MqttConfig, password: str | None) -> bool:
    """Whether the password crosses the network without TLS."""
    return password is not None and not settings.tls and not _is_loopback(settings.host)


def read_password(settings: MqttConfig, environ: Mapping[str, str]) -> str | None:
    """The first line of `password_file`, else of the systemd credential `mqtt-password`, else None.

    Raises ConfigurationError where the file cannot be used, or is readable by group or others.
    """
    return read_secret(
        settings.password_file,
        environ,
        key="mqtt.password_file",
        credential=CREDENTIAL,
        secret="password",  # noqa: S106 - a word of a message
    )


def has_password_credential(environ: Mapping[str, str]) -> bool:
    """Whether systemd passes the credential `mqtt-password`."""
    return has_credential(environ, CREDENTIAL)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
