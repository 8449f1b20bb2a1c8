"""`talkpace week`: the week's standing as a picture, what today is, and what to say."""

from __future__ import annotations

import os
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from ..config.model import Configuration
from ..effort.athlete import Activity
from ..practice.days import ONE_DAY, week_start
from ..practice.done import Done, Known, done_on
from ..practice.figures import figures
from ..practice.settings import PracticeSettings, WeekSettings
from ..practice.standing import Standing, standing
from .logged import must_be_on
from .options import config_option, json_option
from .output import console, print_json
from .practised import known_practice, practice_settings
from .whose import chosen_athlete

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

_BAR = 20
_COLOURS = {
    Activity.CARDIO: "green",
    Activity.STRENGTH: "yellow",
    Activity.MINDFUL: "magenta",
    Activity.RECOVERY: "blue",
}


@click.command()
@click.option("--athlete", metavar="ID", help="Whose; the only one's by default.")
@config_option
@json_option
def week(athlete: str | None, configuration: Configuration, as_json: bool) -> None:
    """Show the week so far against its aims: exercise, load, sleep, water, and what today is.

    A training aid, not a medical device: it diagnoses nothing.
    """
    must_be_on(configuration)
    who = chosen_athlete(configuration, athlete)
    settings = practice_settings(configuration, who)
    known = _known(configuration, who)
    now = datetime.now(known.zone)
    stands = standing(known, settings, now)
    if as_json:
        print_json({"athlete": who, **stands.model_dump(mode="json")})
    else:
        console().print(_picture(who, stands, known, settings))


def _known(configuration: Configuration, athlete: str) -> Known:
    from ..service.known import existing_store

    with existing_store(configuration, os.environ) as store:
        return known_practice(configuration, athlete, store)


def _picture(athlete: str, stands: Standing, known: Known, settings: PracticeSettings) -> RenderableType:
    from rich.console import Group
    from rich.text import Text

    start = week_start(stands.day, (settings.week or WeekSettings()).first_weekday)
    head = Text.assemble((f"{athlete} · week of {start}", "bold"))
    if stands.today is not None:
        head.append(f"   today: {_today(stands)}", "cyan")
    parts: list[RenderableType] = [head, _days(start, stands.day, known, settings), Text("")]
    parts += [Text(f"  {name:<13}{says}") for name, says in figures(stands, settings)]
    parts += [Text(""), *(Text(f"· {line}") for line in stands.say)]
    return Group(*parts)


def _today(stands: Standing) -> str:
    assert stands.today is not None
    if stands.today.day_on is None:
        return "rest"
    return f"work, day {stands.today.day_on}"


def _days(start: date, today: date, known: Known, settings: PracticeSettings) -> RenderableType:
    """A line for each day: minutes by activity as a bar, and minutes in the band against the aim."""
    from rich.table import Table
    from rich.text import Text

    days = [start + number * ONE_DAY for number in range(7)]
    done = {day: done_on(known, day) for day in days if day <= today}
    longest_s = max([one.total_s for one in done.values()] + [3600.0])
    rules = settings.week or WeekSettings()
    grid = Table.grid(padding=(0, 2))
    for day in days:
        name = Text(f"{day:%a %d}", "bold" if day == today else "")
        if day not in done:
            grid.add_row(name, Text("·", "dim"))
            continue
        one = done[day]
        marks = Text(_band(one, rules), "green" if one.band_s >= rules.band_s else "")
        grid.add_row(name, _bar(one, longest_s), Text(_minutes(one)), marks)
    return grid


def _bar(done: Done, longest_s: float) -> Text:
    from rich.text import Text

    bar = Text()
    for activity, seconds in done.seconds.items():
        bar.append("█" * round(seconds / longest_s * _BAR), _COLOURS[activity])
    return bar


def _minutes(done: Done) -> str:
    said = [f"{activity} {seconds / 60:.0f} min" for activity, seconds in done.seconds.items() if seconds]
    return ", ".join(said)


def _band(done: Done, rules: WeekSettings) -> str:
    if not done.band_s:
        return ""
    return f"band {done.band_s / 60:.0f} of {rules.band_s / 60:.0f} to {rules.enough_s / 60:.0f} min"
