"""`talkpace load`: what has been trained over weeks."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from ..config.model import Configuration
from ..effort.load_history import HISTORY_DAYS, WEEK_DAYS, LoadDay, LoadHistory, load_history
from ..effort.load_words import LIMITS, in_words
from .options import config_option, json_option
from .output import console, note, print_json, print_table
from .whose import athlete_on_record

_PLOTTED_DAYS = 56
_WEEKS = 8
_WIDEST_PLOT = 100
_PLOT_ROWS = 14


@click.command()
@config_option
@click.option("--athlete", metavar="ID", help="Whose; needed where more than one has sessions.")
@json_option
def load(configuration: Configuration, athlete: str | None, as_json: bool) -> None:
    """Show the training load of the last weeks, and how this week compares with one's own.

    Load is Banister's training impulse, or Edwards' where a session lacks a resting heart rate.
    Daily means over 7 and 28 days are exponentially weighted; monotony and strain are Foster's.
    """
    from ..service.known import existing_store
    from ..service.loads import session_loads
    from ..service.zones import host_zone, zone_of

    with existing_store(configuration, os.environ) as store:
        who = athlete_on_record(configuration, store, athlete)
        zone = host_zone(os.environ) if who is None else zone_of(who, configuration.practice, os.environ)
        today = datetime.now(zone).date()
        sessions = session_loads(store, who, today, zone) if store is not None and who is not None else []
    history = load_history(sessions, today)
    if as_json:
        print_json(_document(who, history))
    elif not history.days:
        note(f"no session of {who} that counts within {HISTORY_DAYS} days" if who else "no session yet")
    else:
        _print(who, history)


def _document(athlete: str | None, history: LoadHistory) -> dict[str, Any]:
    standing = {
        key: round(value, 2) if isinstance(value, float) else value
        for key, value in asdict(history.standing).items()
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
    standing["day"] = history.standing.day.isoformat()
    words = [*in_words(history.standing), *LIMITS]
    return {"athlete": athlete, "standing": standing, "words": words, "days": days}


def _print(athlete: str | None, history: LoadHistory) -> None:
    screen = console()
    standing = history.standing
    screen.print(f"{athlete} · load ({standing.measure.value.capitalize()}) to {standing.day}", style="bold")
    if len(history.days) > 1:
        colour = screen.is_terminal and not screen.no_color
        sys.stdout.write(
            _plot(history.days[-_PLOTTED_DAYS:], screen.width, colour=colour).rstrip("\n") + "\n"
        )
    print_table(("seven days to", "sessions", "load", "7-day mean", "28-day mean"), _weeks(history.days))
    for line in in_words(standing):
        screen.print(line)
    for line in LIMITS:
        screen.print(line, style="dim")


def _weeks(days: Sequence[LoadDay]) -> list[tuple[str, ...]]:
    """Seven days a line, this day's last."""
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
    """Each day's load as a bar, the two means as lines."""
    import plotext

    plotext.clear_figure()
    plotext.plotsize(min(width, _WIDEST_PLOT), _PLOT_ROWS)
    at = list(range(len(days)))
    plotext.bar(at, [day.load for day in days], color="gray", width=0.6)
    plotext.plot(at, [day.acute for day in days], color="orange", marker="braille", label="7 days")
    plotext.plot(at, [day.chronic for day in days], color="blue", marker="braille", label="28 days")
    ticks = at[:: max(1, len(at) // 6)]
    plotext.xticks(ticks, [f"{days[tick].day:%d %b}" for tick in ticks])
    plotext.title("load a day, and its means over 7 and 28 days")
    plotext.theme("default" if colour else "clear")
    text: str = plotext.build()
    return text if colour else str(plotext.uncolorize(text))
