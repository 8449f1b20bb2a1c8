"""The board: within its terminal whatever its size, and never a number that is not fresh."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from talkpace.cli.board import Board, gauge
from talkpace.cli.glyphs import big_number, columns
from talkpace.effort.zones import Zone
from talkpace.watch.heard import understand
from talkpace.watch.household import Household

from ..watch.heard import EVENT, LIVE, NODE, PREFIX, SESSION, STRAP, incoming

BIG_132 = big_number(132)[1]


def household(*athletes: str, events: int = 3) -> Household:
    made = Household()
    messages: list[tuple[str, object]] = [("gym-pi/status", b"online"), ("gym-pi/node", NODE)]
    for athlete in athletes:
        messages += [(f"gym-pi/{athlete}/strap", STRAP), (f"gym-pi/{athlete}/session", SESSION)]
        messages += [(f"gym-pi/{athlete}/live", LIVE)]
        messages += [(f"gym-pi/{athlete}/event", EVENT)] * events
    for topic, payload in messages:
        heard = understand(PREFIX, incoming(topic, payload))
        assert heard is not None
        made.take(heard, 0)
    return made


def shown(
    of: Household, *, width: int = 80, height: int = 24, now_ms: int = 1_000, connected: bool = True
) -> list[str]:
    console = Console(file=io.StringIO(), width=width, height=height, markup=False, emoji=False)
    says = "connected" if connected else "cannot reach broker:1883: no route"
    console.print(Board(of, says, connected, "broker:1883", now_ms).render(width, height))
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue().splitlines()


@pytest.mark.parametrize("width", [20, 40, 60, 80, 132])
@pytest.mark.parametrize("height", [8, 14, 24, 50])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 9, 30])
def test_it_fits(width: int, height: int, count: int) -> None:
    lines = shown(household(*(f"a{number}" for number in range(count))), width=width, height=height)
    assert len(lines) <= height
    assert max(len(line) for line in lines) <= width


def test_one_athlete_has_all_there_is_to_say() -> None:
    text = "\n".join(shown(household("anna")))
    for said in (
        BIG_132, "bpm  69%", "[conversational]", "12:34 elapsed, 11:40 in the band, 0:24 above it",
        "H10, battery 87 %, signal -60 dBm", "anna · cardio", "easy going", "over the ceiling: ease off",
        "gym-pi: online", "all well", "q ends", "132 to 132 bpm",
    ):  # fmt: skip
        assert said in text, said


def test_two_fit_80_by_24_with_their_big_numbers_and_nine_as_lines() -> None:
    assert sum(BIG_132 in line for line in shown(household("anna", "bob"))) == 2
    lines = shown(household(*(f"a{number}" for number in range(9))))
    assert sum("132" in line for line in lines) == 9
    assert not any("█" in line for line in lines)


def test_those_there_is_no_room_for_are_counted() -> None:
    lines = shown(household(*(f"a{number}" for number in range(30))), height=12)
    listed = sum(line.startswith("a") for line in lines)
    assert f"and {30 - listed} more" in "\n".join(lines)


def test_after_6_seconds_the_number_is_unknown() -> None:
    made = household("anna")
    assert BIG_132 in "\n".join(shown(made, now_ms=5_999))
    text = "\n".join(shown(made, now_ms=6_000))
    assert BIG_132 not in text
    assert "bpm unknown" in text
    assert "nothing heard for 0:06" in text
    assert "[" not in text  # no zone is lit


def test_what_the_broker_s_absence_leaves_unknown() -> None:
    made = household("anna")
    made.lose()
    text = "\n".join(shown(made, connected=False))
    assert "cannot reach broker:1883: no route; trying again" in text
    assert "gym-pi: unknown" in text
    assert "bpm unknown" in text


def test_a_strap_s_name_steers_no_terminal() -> None:
    made = household("anna")
    heard = understand(PREFIX, incoming("gym-pi/anna/strap", {**STRAP, "name": "[red]\x1b[2J" + "x" * 500}))
    assert heard is not None
    made.take(heard, 0)
    lines = shown(made)
    assert not any("\x1b" in line for line in lines)
    assert any("[red]" in line for line in lines)


@pytest.mark.parametrize("zone", list(Zone))
def test_the_gauge_lights_one_zone_without_colours_too(zone: Zone) -> None:
    wide, narrow = gauge(zone, 76).plain, gauge(zone, 30).plain
    assert f"[{zone.value.replace('_', ' ')}]" in wide
    assert wide.count("[") == 1
    assert narrow.count("●") == 1
    assert narrow[2 * list(Zone).index(zone)] == "●"


def test_columns_go_from_the_lowest_to_the_highest() -> None:
    assert columns([100, None, 110, 120]) == "▁ ▅█"
    assert columns([None, None]) == "  "
    assert columns([100, 101], least_span=20) == "▁▁"
