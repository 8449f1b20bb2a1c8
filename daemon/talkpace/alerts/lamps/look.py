"""What a lamp shows for the states of athletes.

The colours have the hues of `report/palette.css`, further apart: a lamp has no pattern beside its colour, and
makes dark by brightness, so that the palette's own values would look alike on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ...config.alert_patterns import Colour
from ...training.effort_zones import Zone
from ...training.warning import WarningState

Rgb = tuple[int, int, int]
"""red, green, blue from 0 to 255"""

ZONE_COLOURS: Mapping[Zone, Rgb] = MappingProxyType(
    {
        Zone.EASY: (0, 110, 255),
        Zone.CONVERSATIONAL: (0, 255, 130),
        Zone.HARD: (255, 150, 0),
        Zone.VERY_HARD: (255, 60, 0),
    }
)
_APPROACHING: Rgb = (255, 200, 0)
_OVER: Rgb = (255, 0, 0)
_NAMES: Mapping[Colour, Rgb] = MappingProxyType(
    {
        "red": (255, 0, 0),
        "green": (0, 255, 0),
        "blue": (0, 0, 255),
        "yellow": (255, 200, 0),
        "cyan": (0, 255, 255),
        "magenta": (255, 0, 255),
        "white": (255, 255, 255),
    }
)


@dataclass(frozen=True, slots=True)
class AthleteState:
    """An athlete in a session; the zone is None without a recent heart rate."""

    zone: Zone | None
    warning: WarningState


@dataclass(frozen=True, slots=True)
class Look:
    """A colour, steady or flashing slowly."""

    colour: Rgb
    flashes: bool = False
    level: float = 1.0
    """part of the brightness in the settings"""


_NO_SIGNAL = Look((255, 255, 255), level=0.3)


def sample_look(colour: Colour) -> Look:
    """What shows an alert pattern that is tested."""
    return Look(_NAMES[colour], flashes=True)


def look_of(states: Iterable[AthleteState], *, zone_colours: bool) -> Look | None:
    """What the most urgent state asks for: over, lost signal, approaching, then the highest zone.

    None is what the lamp showed before: without a session, or without a warning unless `zone_colours`.
    """
    state = max(states, key=_rank, default=None)
    if state is None:
        return None
    match state.warning:
        case WarningState.OVER:
            return Look(_OVER, flashes=True)
        case WarningState.SIGNAL_LOST:
            return _NO_SIGNAL
        case WarningState.APPROACHING if zone_colours:
            return Look(_APPROACHING)
    if not zone_colours:
        return None
    return _NO_SIGNAL if state.zone is None else Look(ZONE_COLOURS[state.zone])


_WARNING_RANKS = MappingProxyType(
    {WarningState.NONE: 0, WarningState.APPROACHING: 1, WarningState.SIGNAL_LOST: 2, WarningState.OVER: 3}
)


def _rank(state: AthleteState) -> tuple[int, int]:
    zones = list(Zone)
    return _WARNING_RANKS[state.warning], -1 if state.zone is None else zones.index(state.zone)
