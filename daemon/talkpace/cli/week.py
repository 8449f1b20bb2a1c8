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
from ..practice.log import Log
from ..practice.settings import PracticeSettings, WeekSettings
from ..practice.standing import Standing, standing
from .logged import must_be_on
from .options import config_option, json_option
from .output import console, print_json
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
    settings = configuration.practice.settings(who, target_band_s=configuration.sessions.target_band_s)
    known = _known(configuration, who)
    now = datetime.now(known.zone)
    stands = standing(known, settings, now)
    if as_json:
        print_json({"athlete": who, **stands.model_dump(mode="json")})
    else:
        console().print(_picture(who, stands, known, settings))


def _known(configuration: Configuration, athlete: str) -> Known:
    from ..service.known import existing_store, known_athletes
    from ..service.practice_reading import KEPT, read_practice
    from ..service.zones import zone_of

    zone = zone_of(athlete, configuration.practice, os.environ)
    since = datetime.now(zone) - KEPT
    with existing_store(configuration, os.environ) as store:
        entries, sessions = read_practice(store, since, [athlete]) if store is not None else ([], {})
    weight_kg = known_athletes(configuration, os.environ).book.latest(athlete).weight_kg
    own = Log.of(entry for entry in entries if entry.athlete == athlete)
    return Known(own, sessions.get(athlete, []), zone, weight_kg)


def _picture(athlete: str, stands: Standing, known: Known, settings: PracticeSettings) -> RenderableType:
    from rich.console import Group
    from rich.text import Text

    start = week_start(stands.day, (settings.week or WeekSettings()).first_weekday)
    head = Text.assemble((f"{athlete} · week of {start}", "bold"))
    if stands.today is not None:
        head.append(f"   today: {_today(stands)}", "cyan")
    parts: list[RenderableType] = [head, _days(start, stands.day, known, settings), Text("")]
    parts += [Text(f"  {line}") for line in _figures(stands, settings)]
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


def _figures(stands: Standing, settings: PracticeSettings) -> list[str]:
    """What the figures are, one line for each piece that is on."""
    lines = []
    if stands.week is not None and settings.week is not None:
        week_ = stands.week
        share = week_.share_at_or_under_ceiling
        lines.append(
            f"cardio     {week_.cardio_sessions} of {week_.cardio_target} sessions;"
            f" in the band {stands.band_week_s / 60:.0f} min this week, {stands.band_today_s / 60:.0f} today"
        )
        lines.append(
            "ceiling    "
            + ("nothing measured this week" if share is None else f"{share:.0%} of the time at or under it")
        )
        balance = ", ".join(f"{name} {s / 60:.0f} min" for name, s in week_.activities_s.items())
        lines.append(f"balance    {balance}")
    if stands.load is not None:
        usual = stands.load.usual_week
        against = "" if usual is None else f"; a usual week is {usual:.0f}"
        lines.append(f"load       {stands.load.week:.0f} in seven days ({stands.load.measure}){against}")
    if stands.sleep is not None:
        sleep, (low, high) = stands.sleep, stands.sleep.target_h
        last = "not noted" if sleep.last_night_h is None else f"{sleep.last_night_h:g} h"
        mean = "" if sleep.week_mean_h is None else f"; {sleep.week_mean_h:.1f} h on average ({sleep.nights})"
        lines.append(f"sleep      last night {last}{mean}; the aim is {low:g} to {high:g} h")
    if stands.water is not None:
        target = stands.water.target_ml
        aim = "no target without a weight" if target is None else f"of {target:.0f} ml"
        lines.append(f"water      {stands.water.today_ml:.0f} ml today, {aim}")
    if stands.symptoms is not None and stands.symptoms.heeded_until is not None:
        lines.append(
            f"symptoms   the ceiling is {stands.symptoms.ceiling_lowered_by:.2f} lower to the end of"
            f" {stands.symptoms.heeded_until}, after symptoms"
        )
    return lines
