"""Colours, textures and names of zones and warnings in a terminal.

The colours are among the 256 of nearly every terminal. Each has a contrast of at least 3:1 against black
and white, and the zones are distinguishable with colour blindness; each has a texture as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...training.effort_zones import Zone
from ...training.warning import WarningState


@dataclass(frozen=True, slots=True)
class ZoneTheme:
    """How a zone is drawn."""

    number: int
    """of the colour"""
    texture: str
    """the ASCII character that fills a band of the zone"""

    @property
    def style(self) -> str:
        """The colour as a rich style."""
        return f"color({self.number})"


ZONES: Mapping[Zone, ZoneTheme] = {
    Zone.EASY: ZoneTheme(25, " "),
    Zone.CONVERSATIONAL: ZoneTheme(29, "."),
    Zone.HARD: ZoneTheme(136, ":"),
    Zone.VERY_HARD: ZoneTheme(160, "+"),
}

WARNING_STYLES: Mapping[WarningState, str] = {
    WarningState.OVER: "bold white on red",
    WarningState.APPROACHING: "black on yellow",
    WarningState.SIGNAL_LOST: "white on blue",
}


def zone_name(zone: Zone) -> str:
    """Return the name for people."""
    return zone.value.replace("_", " ")
