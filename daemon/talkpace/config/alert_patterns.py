"""Patterns of sound and light, one for each event and state.

An active buzzer distinguishes them by rhythm, a passive one by pitch too:

    over                — —              a pair of long beeps
    over_repeat_1..3    — — —            then five, quicker; then a trill
    easy_again          ———              one very long beep
    signal_lost         ·   ·   ·        slow short ones, falling
    signal_back         · ·              two short ones, rising
    session_started     ·
    session_ended       · — ———          short, longer, longest
    strap_battery_low   · · ·   · · ·    two triplets
    fault               — · — · — ·      a siren
    nap_1..3            .      .         two ticks; then three, closer; then two beeps that are very long
    measure_start       ·      ———
    measure_end         ———      ·
    measure_failed      ——— ——— ———
    band_reached        · · ———          two short ones and a very long one, rising
    band_enough         ——— ———          two very long ones, falling
    drink               — ·
    supplement_due                       light alone: two slow flashes

No light flashes more than three times a second (WCAG 2.3.1, photosensitive epilepsy).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Steps = Annotated[list[Annotated[int, Field(ge=1, le=10_000)]], Field(max_length=40)]
Colour = Literal["red", "green", "blue", "yellow", "cyan", "magenta", "white"]


class AlertPattern(BaseModel):
    """Steps are durations in ms: on, off, on, off, … The light of a state is repeated while it lasts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sound: Steps = []
    """beeps; none is silent"""
    tone_hz: Annotated[list[Annotated[int, Field(ge=100, le=8000)]], Field(min_length=1, max_length=20)] = [
        2400
    ]
    """pitch of each beep on a passive buzzer; the last value is used for the beeps after it"""
    light: Steps = []
    """flashes of the LED; none is dark"""
    colour: Colour = "white"
    """colour on an RGB LED"""
    rank: Annotated[int, Field(ge=0, le=100)] = 0
    """priority: higher ranks play first; of several athletes' states the highest is shown"""


_SHORT = [100, 100]
_TRIPLET = [100, 100, 100, 100, 100]

PATTERNS: Mapping[str, AlertPattern] = {
    # Events: played once.
    "over": AlertPattern(sound=[300, 150, 300], light=[600, 200, 600], colour="red", rank=50),
    "over_repeat_1": AlertPattern(
        sound=[300, 150] * 2 + [300], light=[600, 200] * 2 + [600], colour="red", rank=50
    ),
    "over_repeat_2": AlertPattern(
        sound=[300, 100] * 4 + [300], tone_hz=[2700], light=[300, 150] * 4 + [300], colour="red", rank=50
    ),
    "over_repeat_3": AlertPattern(
        sound=[100, 50] * 19 + [100], tone_hz=[3000], light=[200, 150] * 8 + [200], colour="red", rank=50
    ),
    "easy_again": AlertPattern(sound=[900], tone_hz=[1200], light=[2000], colour="green", rank=20),
    "approaching": AlertPattern(light=[100, 250, 100], colour="yellow", rank=10),
    "signal_lost": AlertPattern(
        sound=[100, 500, 100, 500, 100],
        tone_hz=[1800, 1400, 1000],
        light=[100, 500, 100, 500, 100],
        colour="blue",
        rank=40,
    ),
    "signal_back": AlertPattern(
        sound=[*_SHORT, 100], tone_hz=[1000, 1800], light=[100, 250, 600], colour="cyan", rank=15
    ),
    "session_started": AlertPattern(sound=[100], tone_hz=[1500], light=[300], colour="white", rank=15),
    "session_ended": AlertPattern(
        sound=[100, 150, 300, 150, 900],
        tone_hz=[1800, 1500, 1200],
        light=[150, 200, 450, 200, 1350],
        colour="white",
        rank=15,
    ),
    "strap_battery_low": AlertPattern(
        sound=[*_TRIPLET, 700, *_TRIPLET],
        tone_hz=[900],
        light=[100, 250, 100, 250, 100, 700, 100, 250, 100, 250, 100],
        colour="magenta",
        rank=10,
    ),
    "fault": AlertPattern(
        sound=[300, 100, 100, 100] * 2 + [300, 100, 100],
        tone_hz=[700, 1000] * 3,
        light=[900, 150, 150, 150] * 3,
        colour="magenta",
        rank=30,
    ),
    # The end of a nap: gentle first.
    "nap_1": AlertPattern(sound=[40, 1500, 40], tone_hz=[600], light=[5000], colour="blue", rank=35),
    "nap_2": AlertPattern(
        sound=[40, 600, 40, 600, 40],
        tone_hz=[900],
        light=[5000, 1000, 5000],
        colour="cyan",
        rank=35,
    ),
    "nap_3": AlertPattern(
        sound=[2000, 1000, 2000],
        tone_hz=[1500, 2400],
        light=[5000, 400, 5000, 400, 5000],
        colour="white",
        rank=35,
    ),
    # A measurement at rest: told by ear, as eyes may be closed.
    "measure_start": AlertPattern(
        sound=[100, 1000, 900], tone_hz=[1000, 1500], light=[300, 1000, 2000], colour="cyan", rank=15
    ),
    "measure_end": AlertPattern(
        sound=[900, 1000, 100], tone_hz=[1500, 1000], light=[2000, 1000, 300], colour="green", rank=15
    ),
    "measure_failed": AlertPattern(
        sound=[900, 300, 900, 300, 900],
        tone_hz=[1000, 800, 600],
        light=[2000, 300, 2000, 300, 2000],
        colour="magenta",
        rank=15,
    ),
    "band_reached": AlertPattern(
        sound=[*_SHORT, *_SHORT, 900],
        tone_hz=[1200, 1500, 2000],
        light=[100, 250, 100, 250, 1350],
        colour="green",
        rank=18,
    ),
    "band_enough": AlertPattern(
        sound=[900, 300, 900], tone_hz=[1800, 1200], light=[2000, 600, 2000], colour="green", rank=18
    ),
    "drink": AlertPattern(
        sound=[300, 100, 100], tone_hz=[1500, 2000], light=[600, 250, 100], colour="cyan", rank=12
    ),
    "supplement_due": AlertPattern(light=[300, 1500, 300], colour="white", rank=5),
    # States: the light is repeated while they last.
    "state_none": AlertPattern(light=[100, 2900], colour="green", rank=1),
    "state_approaching": AlertPattern(light=[500, 500], colour="yellow", rank=2),
    "state_signal_lost": AlertPattern(light=[100, 250, 100, 1550], colour="blue", rank=3),
    "state_over": AlertPattern(light=[200, 150], colour="red", rank=4),
}


def resolve_patterns(changes: Mapping[str, AlertPattern]) -> dict[str, AlertPattern]:
    """Return the built-in patterns, with the keys that are set in `changes` replaced."""
    return {
        name: pattern.model_copy(update=changes[name].model_dump(exclude_unset=True))
        if name in changes
        else pattern
        for name, pattern in PATTERNS.items()
    }
