"""`talkpace week`: the week's totals against its targets, and today's advice."""

from __future__ import annotations

import os
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from ..habits.history import ActivityTotals, History, totals_on
from ..habits.settings import HabitsSettings, WeekSettings
from ..habits.status import DailyStatus, daily_status, status_lines
from ..timestamps import ONE_DAY, start_of_week
from ..training.profile import Activity
from .athlete_option import resolve_athlete_on_record
from .options import athlete_option, config_option, json_option, require_habit
from .output import console, print_json

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from ..config.model import Configuration

_BAR = 20
_COLOURS = {
    Activity.CARDIO: "green",
    Activity.STRENGTH: "yellow",
    Activity.MINDFUL: "magenta",
    Activity.RECOVERY: "blue",
}


@click.command()
@athlete_option("Whose week; needed where there are several athletes.")
@config_option
@json_option
def week(athlete: str | None, configuration: Configuration, as_json: bool) -> None:
    """Show the week so far against its targets: exercise, load, sleep, water; and today's advice.

    A training aid, not a medical device: it diagnoses nothing.
    """
    require_habit(configuration)
    athlete = resolve_athlete_on_record(configuration, athlete)
    settings = configuration.habits_settings(athlete)
    history = _history(configuration, athlete)
    status = daily_status(history, settings, datetime.now(history.zone))
    if as_json:
        print_json({"athlete": athlete, **status.model_dump(mode="json")})
    else:
        console().print(_render(athlete, status, history, settings))


def _history(configuration: Configuration, athlete: str) -> History:
    from ..storage.habits_queries import load_history
    from ..storage.queries import open_existing_store

    with open_existing_store(configuration, os.environ) as store:
        return load_history(configuration, os.environ, athlete, store)


def _render(athlete: str, status: DailyStatus, history: History, settings: HabitsSettings) -> RenderableType:
    from rich.console import Group
    from rich.text import Text

    start = start_of_week(status.day, (settings.week or WeekSettings()).first_weekday)
    head = Text.assemble((f"{athlete} · week of {start}", "bold"))
    if status.today is not None:
        day_on = status.today.day_on
        head.append(f"   today: {'rest' if day_on is None else f'work, day {day_on}'}", "cyan")
    parts: list[RenderableType] = [head, _days(start, status.day, history, settings), Text("")]
    parts += [Text(f"  {name:<13}{text}") for name, text in status_lines(status, settings)]
    parts += [Text(""), *(Text(f"· {line}") for line in status.say)]
    return Group(*parts)


def _days(start: date, today: date, history: History, settings: HabitsSettings) -> RenderableType:
    """Render a row per day: minutes by activity as a bar, and minutes in the band against the target."""
    from rich.table import Table
    from rich.text import Text

    days = [start + number * ONE_DAY for number in range(7)]
    totals = {day: totals_on(history, day) for day in days if day <= today}
    longest_s = max([one.total_s for one in totals.values()] + [3600.0])
    rules = settings.week or WeekSettings()
    grid = Table.grid(padding=(0, 2))
    for day in days:
        name = Text(f"{day:%a %d}", "bold" if day == today else "")
        if day not in totals:
            grid.add_row(name, Text("·", "dim"))
            continue
        one = totals[day]
        marks = Text(_band(one, rules), "green" if one.band_s >= rules.band_s else "")
        grid.add_row(name, _bar(one, longest_s), Text(_minutes(one)), marks)
    return grid


def _bar(totals: ActivityTotals, longest_s: float) -> Text:
    from rich.text import Text

    bar = Text()
    for activity, seconds in totals.seconds.items():
        bar.append("█" * round(seconds / longest_s * _BAR), _COLOURS[activity])
    return bar


def _minutes(totals: ActivityTotals) -> str:
    return ", ".join(
        f"{activity} {seconds / 60:.0f} min" for activity, seconds in totals.seconds.items() if seconds
    )


def _band(totals: ActivityTotals, rules: WeekSettings) -> str:
    if not totals.band_s:
        return ""
    return f"band {totals.band_s / 60:.0f} of {rules.band_s / 60:.0f} to {rules.enough_s / 60:.0f} min"
