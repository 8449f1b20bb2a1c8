"""What the virtual athlete does, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of even intensity."""

    duration_s: float
    effort: float
    """fraction of the maximum heart rate that the athlete's heart would settle at"""
    contact: bool = True
    """whether the strap feels the skin"""


@dataclass(frozen=True, slots=True)
class Workout:
    """Steps, one after the other."""

    name: str
    steps: tuple[Step, ...]

    @property
    def duration_s(self) -> float:
        """Of all steps."""
        return sum(step.duration_s for step in self.steps)


_BOUT = (Step(120, 0.88), Step(120, 0.62))

WORKOUTS: Mapping[str, Workout] = {
    made.name: made
    for made in (
        Workout(
            "demo",
            (
                Step(90, 0.46),
                Step(150, 0.62),
                Step(60, 0.80),  # some 70 s above 0.70, as the heart lags behind on both ends
                Step(135, 0.58),
                Step(15, 0.58, contact=False),
                Step(60, 0.58),
                Step(90, 0.42),
            ),
        ),
        Workout("steady", (Step(2400, 0.65),)),
        Workout("intervals", (Step(360, 0.60), *_BOUT * 6, Step(300, 0.45))),
    )
}


def workout(name: str) -> Workout:
    """The workout of that name; raises ConfigurationError, with the names there are, for any other."""
    try:
        return WORKOUTS[name]
    except KeyError:
        known = ", ".join(WORKOUTS)
        raise ConfigurationError(f"no workout is called {name!r}; there are {known}") from None
