"""Settings of the MQTT broker and of Home Assistant's discovery."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from .fields import HostName, Section, TopicPrefix


class MqttConfig(Section):
    """Connection to the MQTT broker."""

    enabled: bool = False
    """Whether to connect to the broker and publish."""
    host: HostName = "localhost"
    """Host name or IP address of the broker."""
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """TCP port; 1883 by default, 8883 with TLS."""
    version: Literal["3.1.1", "5"] = "3.1.1"
    """Version of the MQTT protocol."""
    prefix: TopicPrefix = "talkpace"
    """Topic prefix, put before every topic."""
    username: str | None = None
    """User name, where the broker requires one."""
    password_file: Path | None = None
    """File with the password in its first line, readable by its owner only. By default the systemd
    credential mqtt-password is used, if there is one."""
    tls: bool = False
    """Whether to connect with TLS."""
    ca_file: Path | None = None
    """CA certificate that signs the broker's; the system's CA store by default."""
    certificate_file: Path | None = None
    """Client certificate, where the broker requires one."""
    key_file: Path | None = None
    """Private key of the client certificate, readable by its owner only."""
    keepalive_s: Annotated[int, Field(ge=5, le=300)] = 20
    """MQTT keep-alive in seconds; a lost connection is detected within 1.5 times this."""


class HomeAssistantConfig(Section):
    """Home Assistant's MQTT discovery (2024.11 or later), over the broker of [mqtt]."""

    enabled: bool = True
    """Whether to publish discovery messages; without a Home Assistant they do nothing."""
    prefix: TopicPrefix = "homeassistant"
    """Discovery prefix, as set in Home Assistant's MQTT integration."""
