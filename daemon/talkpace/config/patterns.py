"""Patterns of sound and light, one for each thing worth telling. They are data: change them at will.

Told apart without looking: by number, length and pitch of beeps; by colour and rhythm of light.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Steps = Annotated[list[Annotated[int, Field(ge=0, le=10_000)]], Field(max_length=40)]
Colour = Literal["red", "green", "blue", "yellow", "cyan", "magenta", "white"]


class Pattern(BaseModel):
    """Steps are times in ms: on, off, on, off, … A light pattern of a state is repeated while it lasts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sound: Steps = []
    tone_hz: Annotated[list[Annotated[int, Field(ge=100, le=8000)]], Field(min_length=1)] = [2400]
    """pitch of each beep on a passive buzzer; the last one holds for those that follow"""
    light: Steps = []
    colour: Colour = "white"
    """of an RGB LED"""


PATTERNS: dict[str, Pattern] = {
    # Events: said once.
    "over": Pattern(sound=[200, 100, 200], tone_hz=[2400], light=[200, 100, 200], colour="red"),
    "over_repeat_1": Pattern(sound=[200, 100, 200, 100, 200], light=[200, 100, 200, 100, 200], colour="red"),
    "over_repeat_2": Pattern(sound=[200, 80] * 5, tone_hz=[2700], light=[200, 80] * 5, colour="red"),
    "over_repeat_3": Pattern(sound=[150, 60] * 8, tone_hz=[3000], light=[150, 60] * 8, colour="red"),
    "easy_again": Pattern(sound=[600], tone_hz=[1200], light=[600], colour="green"),
    "approaching": Pattern(light=[80, 80, 80], colour="yellow"),
    "signal_lost": Pattern(
        sound=[80, 400, 80, 400, 80], tone_hz=[1800, 1400, 1000], light=[80, 400, 80, 400, 80], colour="blue"
    ),
    "signal_back": Pattern(sound=[80, 80, 80], tone_hz=[1000, 1800], light=[80, 80, 80], colour="cyan"),
    "session_started": Pattern(sound=[80], tone_hz=[1500], light=[400], colour="white"),
    "session_ended": Pattern(
        sound=[300, 150, 300, 150, 800], tone_hz=[1800, 1500, 1200], light=[800], colour="white"
    ),
    "strap_battery_low": Pattern(
        sound=[60, 60, 60, 1200, 60, 60, 60], tone_hz=[900], light=[60, 600] * 3, colour="magenta"
    ),
    "fault": Pattern(sound=[1500], tone_hz=[700], light=[100, 100] * 8, colour="magenta"),
    # States: the light goes on while they last.
    "state_none": Pattern(light=[100, 2900], colour="green"),
    "state_approaching": Pattern(light=[500, 500], colour="yellow"),
    "state_over": Pattern(light=[150, 150], colour="red"),
    "state_signal_lost": Pattern(light=[60, 1940], colour="blue"),
}
