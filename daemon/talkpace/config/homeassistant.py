"""What is set of Home Assistant, which finds everything by itself where it shares the broker."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from .kinds import Section


class HomeAssistant(Section):
    """How Home Assistant (2024.11 or later) is told what there is, over the broker of [mqtt]."""

    enabled: bool = True
    """Whether to announce athletes and node to it; where nobody listens, this costs nothing."""
    prefix: Annotated[str, Field(pattern=r"^[^#+/\s]+(/[^#+/\s]+)*$")] = "homeassistant"
    """The discovery prefix that its MQTT integration is set to."""
