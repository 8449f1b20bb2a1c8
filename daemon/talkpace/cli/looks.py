"""What zones look like in a terminal, be it light, dark or without colours.

The colours are of the 256 that nearly every terminal has; each stands out from black and from white
(3 to 1 at least), and the zones can be told apart by the colour-blind. Each has a texture as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..effort.zones import Zone


@dataclass(frozen=True, slots=True)
class Look:
    """How a zone is drawn."""

    number: int
    """the colour's"""
    texture: str
    """one character, which a band of the zone is filled with; ASCII"""

    @property
    def style(self) -> str:
        """The colour, for rich."""
        return f"color({self.number})"


LOOKS: Mapping[Zone, Look] = {
    Zone.EASY: Look(25, " "),
    Zone.CONVERSATIONAL: Look(29, "."),
    Zone.HARD: Look(136, ":"),
    Zone.VERY_HARD: Look(160, "+"),
}


def zone_name(zone: Zone) -> str:
    """As it is shown."""
    return zone.value.replace("_", " ")
