"""The dashboard fits any terminal and never shows a stale number."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from talkpace.cli.terminal.dashboard import TerminalDashboard, zone_gauge
from talkpace.cli.terminal.digits import bar_columns, large_number
from talkpace.cli.terminal.model import HouseholdState
from talkpace.mqtt.subscriber import parse_message
from talkpace.training.effort_zones import Zone

from ...mqtt.sample_messages import EVENT, LIVE, NODE, PREFIX, SESSION, STRAP, incoming

LARGE_132 = large_number(132)[1]


def training(*athletes: str, events: int = 3) -> HouseholdState:
    household = HouseholdState()
    messages: list[tuple[str, object]] = [("gym-pi/status", b"online"), ("gym-pi/node", NODE)]
    for athlete in athletes:
        messages += [(f"gym-pi/{athlete}/strap", STRAP), (f"gym-pi/{athlete}/session", SESSION)]
        messages += [(f"gym-pi/{athlete}/live", LIVE)]
        messages += [(f"gym-pi/{athlete}/event", EVENT)] * events
    for topic, payload in messages:
        message = parse_message(PREFIX, incoming(topic, payload))
        assert message is not None
        household.update(message, 0)
    return household


def rendered(
    household: HouseholdState,
    *,
    width: int = 80,
    height: int = 24,
    now_ms: int = 1_000,
    connected: bool = True,
) -> list[str]:
    console = Console(file=io.StringIO(), width=width, height=height, markup=False, emoji=False)
    connection = "connected" if connected else "cannot reach broker:1883: no route"
    dashboard = TerminalDashboard(household, connection, connected, "broker:1883", now_ms)
    console.print(dashboard.render(width, height))
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue().splitlines()


@pytest.mark.parametrize("width", [20, 40, 60, 80, 132])
@pytest.mark.parametrize("height", [8, 14, 24, 50])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 9, 30])
def test_the_dashboard_is_no_larger_than_the_terminal(width: int, height: int, count: int) -> None:
    household = training(*(f"a{number}" for number in range(count)))
    lines = rendered(household, width=width, height=height)
    assert len(lines) <= height
    assert max(len(line) for line in lines) <= width


def test_the_panel_of_a_single_athlete_shows_every_value() -> None:
    head, node, title, *panel, footer = rendered(training("anna", events=1))
    assert head.split() == ["talkpace", "watch", "broker:1883", "connected"]
    assert node.split() == ["gym-pi:", "online", "ok,", "1", "strap(s)", "connected"]
    assert title.strip("╭─╮ ") == "anna · cardio · below the ceiling"
    assert footer.strip() == "q to quit"
    lines = [line.strip("│ ") for line in panel[:-1]]
    assert lines[1] == f"{LARGE_132.strip()}   bpm  69%  conversational"
    assert "━[conversational]━" in lines[3]
    assert lines[5:] == [
        "last 5 minutes: 132 to 132 bpm",
        "12:34 elapsed, 11:40 in the band, 0:24 above it",
        "ceiling 70% (133 bpm), H10, battery 87 %, signal -60 dBm",
        "18:02:11  over the ceiling: ease off (140 bpm, 74%)",
    ]


def test_in_a_demo_buzzer_and_led_are_shown_and_the_history_is_that_of_the_fast_clock() -> None:
    household = training("anna", events=0)
    dashboard = TerminalDashboard(
        household, "connected", True, "broker:1883", 5_000, title="talkpace demo", footer="q to end",
        speed=30, outputs=(True, "red"),
    )  # fmt: skip
    console = Console(file=io.StringIO(), width=80, height=24, markup=False, emoji=False)
    console.print(dashboard.render(80, 24))
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    assert lines[0].startswith("talkpace demo")
    assert "buzzer ♪   LED ●" in lines[-2]
    # Five minutes are ten seconds: what came 5 s ago stands in the middle.
    [history] = [line for line in lines if "▁" in line]
    assert abs(history.index("▁") - 40) <= 2


def test_on_80_by_24_two_athletes_have_panels_and_nine_have_lines() -> None:
    assert sum(LARGE_132 in line for line in rendered(training("anna", "bob"))) == 2
    lines = rendered(training(*(f"a{number}" for number in range(9))))
    assert sum("132" in line for line in lines) == 9
    assert not any("█" in line for line in lines)


def test_athletes_without_room_are_counted() -> None:
    lines = rendered(training(*(f"a{number}" for number in range(30))), height=12)
    listed = sum(line.startswith("a") for line in lines)
    assert f"  and {30 - listed} more" in [line.rstrip() for line in lines]


def test_after_six_seconds_without_data_the_heart_rate_is_unknown() -> None:
    household = training("anna")
    assert any(LARGE_132 in line for line in rendered(household, now_ms=5_999))
    lines = [line.strip("│ ") for line in rendered(household, now_ms=6_000)]
    assert not any(LARGE_132 in line for line in lines)
    assert any(line.endswith("bpm unknown") for line in lines)
    assert "no data for 0:06" in lines
    assert not any("[" in line for line in lines), "no zone is marked"


def test_without_the_broker_node_and_heart_rate_are_unknown() -> None:
    household = training("anna")
    household.disconnect()
    lines = [line.strip("│ ") for line in rendered(household, connected=False)]
    assert "cannot reach broker:1883: no route; retrying" in lines
    assert "gym-pi: unknown" in lines
    assert any(line.endswith("bpm unknown") for line in lines)


def test_escape_sequences_in_the_name_of_a_strap_are_replaced() -> None:
    household = training("anna")
    message = parse_message(
        PREFIX, incoming("gym-pi/anna/strap", {**STRAP, "name": "[red]\x1b[2J" + "x" * 500})
    )
    assert message is not None
    household.update(message, 0)
    lines = rendered(household)
    assert not any("\x1b" in line for line in lines)
    assert any("[red]" in line for line in lines)


@pytest.mark.parametrize("zone", list(Zone))
def test_the_gauge_marks_one_zone_without_colours_too(zone: Zone) -> None:
    wide, narrow = zone_gauge(zone, 76).plain, zone_gauge(zone, 30).plain
    assert f"[{zone.value.replace('_', ' ')}]" in wide
    assert wide.count("[") == 1
    assert narrow.count("●") == 1
    assert narrow[2 * list(Zone).index(zone)] == "●"


def test_bar_columns_are_scaled_from_the_lowest_to_the_highest_value() -> None:
    assert bar_columns([100, None, 110, 120]) == "▁ ▅█"
    assert bar_columns([None, None]) == "  "
    assert bar_columns([100, 101], least_span=20) == "▁▁"
