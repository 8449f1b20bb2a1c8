"""`talkpace load`: training load over weeks."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ..training.load import (
    HISTORY_DAYS,
    LOAD_CAVEATS,
    WEEK_DAYS,
    LoadDay,
    LoadHistory,
    compute_load_history,
    describe_load,
)
from .athlete_option import remark_on_missing_values, resolve_recorded_athlete
from .options import athlete_option, config_option, json_option
from .output import console, note, print_json, print_table

if TYPE_CHECKING:
    from ..config.model import Configuration

_PLOTTED_DAYS = 56
_WEEKS = 8
_WIDEST_PLOT = 100
_PLOT_ROWS = 14


@click.command()
@config_option
@athlete_option("Whose load; needed where several athletes have sessions.")
@json_option
def load(configuration: Configuration, athlete: str | None, as_json: bool) -> None:
    """Show the training load of the last weeks, and this week compared with your usual one.

    Load is Banister's training impulse (TRIMP), or Edwards' where the resting heart rate is unknown.
    The daily means over 7 and 28 days are exponentially weighted; monotony and strain are Foster's.
    """
    from ..storage.habits_queries import session_loads
    from ..storage.queries import open_existing_store
    from ..timestamps import host_time_zone

    with open_existing_store(configuration, os.environ) as store:
        athlete = resolve_recorded_athlete(configuration, store, athlete)
        zone = (
            host_time_zone(os.environ)
            if athlete is None
            else configuration.habits.zone_of(athlete, os.environ)
        )
        today = datetime.now(zone).date()
        sessions = session_loads(store, athlete, today, zone) if store is not None and athlete else []
    history = compute_load_history(sessions, today)
    if athlete is not None:
        remark_on_missing_values(configuration, athlete)
    if as_json:
        print_json(_document(athlete, history))
    elif not history.days:
        note(
            f"no session of {athlete} within {HISTORY_DAYS} days is long enough to count"
            if athlete
            else "there are no sessions yet"
        )
    else:
        _print(athlete, history)


def _document(athlete: str | None, history: LoadHistory) -> dict[str, Any]:
    standing = {
        key: round(value, 2) if isinstance(value, float) else value
        for key, value in asdict(history.status).items()
    }
    days = [
        {
            "day": day.day.isoformat(),
            "sessions": day.sessions,
            "load": round(day.load, 2),
            "acute": round(day.acute, 2),
            "chronic": round(day.chronic, 2),
        }
        for day in history.days
    ]
    standing["day"] = history.status.day.isoformat()
    words = [*describe_load(history.status), *LOAD_CAVEATS]
    return {"athlete": athlete, "standing": standing, "words": words, "days": days}


def _print(athlete: str | None, history: LoadHistory) -> None:
    screen = console()
    standing = history.status
    screen.print(f"{athlete} · load ({standing.measure.value.capitalize()}) to {standing.day}", style="bold")
    if len(history.days) > 1:
        colour = screen.is_terminal and not screen.no_color
        sys.stdout.write(
            _plot(history.days[-_PLOTTED_DAYS:], screen.width, colour=colour).rstrip("\n") + "\n"
        )
    print_table(("seven days to", "sessions", "load", "7-day mean", "28-day mean"), _weeks(history.days))
    for line in describe_load(standing):
        screen.print(line)
    for line in LOAD_CAVEATS:
        screen.print(line, style="dim")


def _weeks(days: Sequence[LoadDay]) -> list[tuple[str, ...]]:
    """Return a row per seven days, the last up to today."""
    ends = range(len(days), 0, -WEEK_DAYS)[:_WEEKS]
    lines: list[tuple[str, ...]] = []
    for end in reversed(ends):
        week, last = days[max(0, end - WEEK_DAYS) : end], days[end - 1]
        sessions, load = sum(day.sessions for day in week), sum(day.load for day in week)
        lines.append(
            (f"{last.day}", f"{sessions}", f"{load:.0f}", f"{last.acute:.1f}", f"{last.chronic:.1f}")
        )
    return lines


def _plot(days: Sequence[LoadDay], width: int, *, colour: bool) -> str:
    """Plot each day's load as a bar and the two means as lines."""
    import plotext

    plotext.clear_figure()
    plotext.plotsize(min(width, _WIDEST_PLOT), _PLOT_ROWS)
    at = list(range(len(days)))
    plotext.bar(at, [day.load for day in days], color="gray", width=0.6)
    plotext.plot(at, [day.acute for day in days], color="orange", marker="braille", label="7 days")
    plotext.plot(at, [day.chronic for day in days], color="blue", marker="braille", label="28 days")
    ticks = at[:: max(1, len(at) // 6)]
    plotext.xticks(ticks, [f"{days[tick].day:%d %b}" for tick in ticks])
    plotext.title("load per day, and its means over 7 and 28 days")
    plotext.theme("default" if colour else "clear")
    text: str = plotext.build()
    return text if colour else str(plotext.uncolorize(text))
