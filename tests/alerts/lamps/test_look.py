"""What a lamp shows for one athlete and for several."""

from __future__ import annotations

import colorsys
from itertools import combinations

import pytest

from talkpace.alerts.lamps.look import ZONE_COLOURS, AthleteState, Look, Rgb, look_of
from talkpace.training.effort_zones import Zone
from talkpace.training.warning import WarningState

from ...report.palette import LIGHT

EASY = AthleteState(Zone.EASY, WarningState.NONE)
HARD = AthleteState(Zone.HARD, WarningState.NONE)
NEAR = AthleteState(Zone.CONVERSATIONAL, WarningState.APPROACHING)
LOST = AthleteState(None, WarningState.SIGNAL_LOST)
OVER = AthleteState(Zone.HARD, WarningState.OVER)
WITHOUT_RATE = AthleteState(None, WarningState.NONE)


def test_without_a_session_a_lamp_stays_what_it_was() -> None:
    assert look_of([], zone_colours=True) is None


@pytest.mark.parametrize("zone", Zone)
def test_each_zone_has_its_colour(zone: Zone) -> None:
    assert look_of([AthleteState(zone, WarningState.NONE)], zone_colours=True) == Look(ZONE_COLOURS[zone])


def test_only_a_warning_flashes() -> None:
    states = [EASY, HARD, NEAR, LOST, WITHOUT_RATE, OVER]
    flashing = [one for one in states if (look := look_of([one], zone_colours=True)) and look.flashes]
    assert flashing == [OVER]


@pytest.mark.parametrize(
    ("less", "more"), [(WITHOUT_RATE, EASY), (EASY, HARD), (HARD, NEAR), (NEAR, LOST), (LOST, OVER)]
)
def test_of_two_athletes_the_more_urgent_state_is_shown(less: AthleteState, more: AthleteState) -> None:
    alone = look_of([more], zone_colours=True)
    assert look_of([less, more], zone_colours=True) == look_of([more, less], zone_colours=True) == alone


def test_without_zone_colours_only_a_warning_and_a_lost_signal_are_shown() -> None:
    assert [look_of([one], zone_colours=False) for one in (EASY, HARD, NEAR, WITHOUT_RATE)] == [None] * 4
    assert look_of([OVER], zone_colours=False) == look_of([OVER], zone_colours=True)
    assert look_of([LOST], zone_colours=False) == look_of([LOST], zone_colours=True)


def test_the_zones_hues_are_near_those_of_the_palette() -> None:
    for zone, colour in ZONE_COLOURS.items():
        printed = bytes.fromhex(LIGHT[zone.value.replace("_", "-")][1:])
        apart = abs(hue(colour) - hue((printed[0], printed[1], printed[2])))
        assert min(apart, 360 - apart) <= 25, zone


def test_the_zones_can_be_told_apart_on_a_lamp() -> None:
    for one, other in combinations(ZONE_COLOURS.values(), 2):
        assert abs(hue(one) - hue(other)) >= 20


def hue(colour: Rgb) -> float:
    red, green, blue = (part / 255 for part in colour)
    return colorsys.rgb_to_hsv(red, green, blue)[0] * 360
