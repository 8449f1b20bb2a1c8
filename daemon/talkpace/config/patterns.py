"""Patterns of sound and light, one for each thing worth telling. They are data: change them at will.

Told apart without looking, on an active buzzer by the rhythm alone, on a passive one by pitch too:

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

No light flashes more than three times a second, as some people take harm from faster ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Steps = Annotated[list[Annotated[int, Field(ge=1, le=10_000)]], Field(max_length=40)]
Colour = Literal["red", "green", "blue", "yellow", "cyan", "magenta", "white"]


class Pattern(BaseModel):
    """Steps are times in ms: on, off, on, off, … A light pattern of a state is repeated while it lasts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sound: Steps = []
    tone_hz: Annotated[list[Annotated[int, Field(ge=100, le=8000)]], Field(min_length=1, max_length=20)] = [
        2400
    ]
    """pitch of each beep on a passive buzzer; the last one holds for those that follow"""
    light: Steps = []
    colour: Colour = "white"
    """of an RGB LED"""
    rank: Annotated[int, Field(ge=0, le=100)] = 0
    """the higher one is heard first; of several athletes' states, the highest shows"""


_SHORT = [100, 100]
_TRIPLET = [100, 100, 100, 100, 100]

PATTERNS: Mapping[str, Pattern] = {
    # Events: said once.
    "over": Pattern(sound=[300, 150, 300], light=[600, 200, 600], colour="red", rank=50),
    "over_repeat_1": Pattern(
        sound=[300, 150] * 2 + [300], light=[600, 200] * 2 + [600], colour="red", rank=50
    ),
    "over_repeat_2": Pattern(
        sound=[300, 100] * 4 + [300], tone_hz=[2700], light=[300, 150] * 4 + [300], colour="red", rank=50
    ),
    "over_repeat_3": Pattern(
        sound=[100, 50] * 19 + [100], tone_hz=[3000], light=[200, 150] * 8 + [200], colour="red", rank=50
    ),
    "easy_again": Pattern(sound=[900], tone_hz=[1200], light=[2000], colour="green", rank=20),
    "approaching": Pattern(light=[100, 250, 100], colour="yellow", rank=10),
    "signal_lost": Pattern(
        sound=[100, 500, 100, 500, 100],
        tone_hz=[1800, 1400, 1000],
        light=[100, 500, 100, 500, 100],
        colour="blue",
        rank=40,
    ),
    "signal_back": Pattern(
        sound=[*_SHORT, 100], tone_hz=[1000, 1800], light=[100, 250, 600], colour="cyan", rank=15
    ),
    "session_started": Pattern(sound=[100], tone_hz=[1500], light=[300], colour="white", rank=15),
    "session_ended": Pattern(
        sound=[100, 150, 300, 150, 900],
        tone_hz=[1800, 1500, 1200],
        light=[150, 200, 450, 200, 1350],
        colour="white",
        rank=15,
    ),
    "strap_battery_low": Pattern(
        sound=[*_TRIPLET, 700, *_TRIPLET],
        tone_hz=[900],
        light=[100, 250, 100, 250, 100, 700, 100, 250, 100, 250, 100],
        colour="magenta",
        rank=10,
    ),
    "fault": Pattern(
        sound=[300, 100, 100, 100] * 2 + [300, 100, 100],
        tone_hz=[700, 1000] * 3,
        light=[900, 150, 150, 150] * 3,
        colour="magenta",
        rank=30,
    ),
    # A nap is over: gently first.
    "nap_1": Pattern(sound=[40, 1500, 40], tone_hz=[600], light=[5000], colour="blue", rank=35),
    "nap_2": Pattern(
        sound=[40, 600, 40, 600, 40],
        tone_hz=[900],
        light=[5000, 1000, 5000],
        colour="cyan",
        rank=35,
    ),
    "nap_3": Pattern(
        sound=[2000, 1000, 2000],
        tone_hz=[1500, 2400],
        light=[5000, 400, 5000, 400, 5000],
        colour="white",
        rank=35,
    ),
    # A measurement at rest: eyes may be closed.
    "measure_start": Pattern(
        sound=[100, 1000, 900], tone_hz=[1000, 1500], light=[300, 1000, 2000], colour="cyan", rank=15
    ),
    "measure_end": Pattern(
        sound=[900, 1000, 100], tone_hz=[1500, 1000], light=[2000, 1000, 300], colour="green", rank=15
    ),
    "measure_failed": Pattern(
        sound=[900, 300, 900, 300, 900],
        tone_hz=[1000, 800, 600],
        light=[2000, 300, 2000, 300, 2000],
        colour="magenta",
        rank=15,
    ),
    "band_reached": Pattern(
        sound=[*_SHORT, *_SHORT, 900],
        tone_hz=[1200, 1500, 2000],
        light=[100, 250, 100, 250, 1350],
        colour="green",
        rank=18,
    ),
    "band_enough": Pattern(
        sound=[900, 300, 900], tone_hz=[1800, 1200], light=[2000, 600, 2000], colour="green", rank=18
    ),
    "drink": Pattern(
        sound=[300, 100, 100], tone_hz=[1500, 2000], light=[600, 250, 100], colour="cyan", rank=12
    ),
    "supplement_due": Pattern(light=[300, 1500, 300], colour="white", rank=5),
    # States: the light goes on while they last.
    "state_none": Pattern(light=[100, 2900], colour="green", rank=1),
    "state_approaching": Pattern(light=[500, 500], colour="yellow", rank=2),
    "state_signal_lost": Pattern(light=[100, 250, 100, 1550], colour="blue", rank=3),
    "state_over": Pattern(light=[200, 150], colour="red", rank=4),
}


def chosen(changes: Mapping[str, Pattern]) -> dict[str, Pattern]:
    """The built-in patterns with the keys that `changes` sets; what a change leaves out stays as it was."""
    return {
        name: pattern.model_copy(update=changes[name].model_dump(exclude_unset=True))
        if name in changes
        else pattern
        for name, pattern in PATTERNS.items()
    }
