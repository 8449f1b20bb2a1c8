"""Address and password of the broker, from the configuration."""

from __future__ import annotations

import ipaddress
import stat
from collections.abc import Mapping
from pathlib import Path

from ..config.model import MqttConfig
from ..errors import ConfigurationError

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
    folder = environ.get("CREDENTIALS_DIRECTORY")
    if settings.password_file is not None:
        path = settings.password_file.expanduser()
        # systemd sets the mode of credentials itself, in a folder that only the service can enter.
        if folder is None or not path.is_relative_to(folder):
            check_private(path, "mqtt.password_file")
        return _first_line(path, "mqtt.password_file")
    if folder is None or not has_credential(environ):
        return None
    return _first_line(Path(folder) / CREDENTIAL, f"credential {CREDENTIAL}")


def has_credential(environ: Mapping[str, str]) -> bool:
    """Whether systemd passes the credential `mqtt-password`."""
    folder = environ.get("CREDENTIALS_DIRECTORY")
    return folder is not None and (Path(folder) / CREDENTIAL).exists()


def check_private(path: Path, key: str) -> None:
    """Raise ConfigurationError unless this is a file that its owner alone can read."""
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise ConfigurationError(f"{key}: {path}: {error.strerror}") from None
    if not stat.S_ISREG(mode):
        raise ConfigurationError(f"{key}: {path} is not a regular file")
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigurationError(f"{key}: {path} can be read by others; run `chmod 600 {path}`")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _first_line(path: Path, key: str) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            line = file.readline(65536).rstrip("\r\n")
    except OSError as error:
        raise ConfigurationError(f"{key}: {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{key}: {path} is not UTF-8") from None
    if not line:
        raise ConfigurationError(f"{key}: {path} has no password on its first line")
    return line
