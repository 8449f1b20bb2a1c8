"""The heart-rate plot in a terminal, with and without colours and Unicode."""

from __future__ import annotations

import re

import pytest

from talkpace.cli.terminal.plot import HeartRatePlot
from talkpace.report.plot_data import zone_bands_bpm
from talkpace.training.effort_zones import Zone

from ...report.example_sessions import PROFILE, hills, session_example

BANDS = zone_bands_bpm(PROFILE)  # up to 90, 126 and 153 bpm
BRAILLE = re.compile("[⠁-⣿]")


def drawn(width: int = 80, *, colour: bool = False, unicode: bool = True, minutes: int = 30) -> list[str]:
    report = session_example(hills(minutes), with_hrv=False)
    warnings = [event.at_ms for event in report.events if event.name == "over"]
    plot = HeartRatePlot(report.rates, BANDS, report.ceilings_bpm, warnings)
    return plot.draw(width=width, colour=colour, unicode=unicode).splitlines()


@pytest.mark.parametrize("width", [30, 44, 60, 80, 132, 300])
def test_the_plot_is_no_wider_than_the_terminal(width: int) -> None:
    lines = drawn(width)
    # Below 60 columns the legend may be wider than a very narrow plot; it wraps.
    assert max(len(line) for line in lines if "│" in line or "─" in line) <= min(width, 120)


def test_zones_have_textures_without_colours() -> None:
    lines = drawn()
    assert not any("\x1b" in line for line in lines)
    body = {line.rpartition("│")[2].strip(): line for line in lines if "│" in line}
    assert set(body) == {"conversational", "hard", "very hard", ""}  # nothing below 96 bpm
    assert body["conversational"].count(".") > 10
    assert body["hard"].count(":") > 10
    assert body["very hard"].count("+") > 10


def test_on_a_narrow_terminal_a_legend_names_the_zones() -> None:
    assert drawn(44)[-1] == ". conversational  : hard  + very hard"


def test_the_heart_rate_is_drawn_from_end_to_end() -> None:
    lines = drawn()
    assert any(BRAILLE.search(line) for line in lines)
    # The pause of 40 s may leave out a column.
    columns = [
        any(BRAILLE.match(line[place]) for line in lines if len(line) > place) for place in range(5, 60)
    ]
    assert columns.count(False) <= 2


def test_every_warning_is_marked_at_the_top() -> None:
    report = session_example(hills(30), with_hrv=False)
    top = next(line for line in drawn(120) if "│" in line)
    assert top.count("x") == report.summary.warnings > 2


def test_the_ceiling_is_a_dashed_line() -> None:
    dashed = [line for line in drawn() if line.count("-") > 10]
    assert len(dashed) == 1


def test_without_unicode_the_plot_is_ascii() -> None:
    lines = drawn(unicode=False)
    assert all(line.isascii() for line in lines)
    assert sum(line.count("*") for line in lines) > 50


def test_colours_are_among_the_256_and_the_background_is_unchanged() -> None:
    text = "\n".join(drawn(colour=True))
    codes = set(re.findall(r"\x1b\[([0-9;]*)m", text))
    assert codes <= {"0", *(f"38;5;{number}" for number in (25, 29, 136, 160))}
    assert len(codes) > 2


def test_zones_cover_every_heart_rate() -> None:
    assert list(BANDS) == list(Zone)
    assert list(BANDS.values())[:3] == [(0.0, 90.0), (90.0, 126.0), (126.0, 153.0)]
