"""`talkpace report`: write a session or a week as one HTML page."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..errors import UnknownSessionError
from .athlete_option import remark_on_missing_values, require_recorded, resolve_recorded_athlete
from .options import PATH, athlete_option, config_option, force_option
from .output import STDOUT, note, print_bytes, private_file

if TYPE_CHECKING:
    from ..config.model import Configuration
    from ..storage.records import SessionRow
    from ..storage.store import Store

_YEARS = range(1970, 2200)


@click.command()
@click.argument("what", metavar="ID|last|week")
@config_option
@athlete_option("Whose last session or week; needed for a week where several athletes have sessions.")
@click.option(
    "--on", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help="A day of the week; today by default."
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=PATH,
    help="Output file, - for standard output; by default named after athlete and date, in this folder.",
)
@force_option
@click.option(
    "--without-habits",
    is_flag=True,
    help="Leave out logged habits, such as symptoms, to share the page.",
)
@click.option("--open", "open_browser", is_flag=True, help="Open the page in the browser.")
def report(
    what: str,
    configuration: Configuration,
    athlete: str | None,
    on: datetime | None,
    output: Path | None,
    force: bool,
    without_habits: bool,
    open_browser: bool,
) -> None:
    """Write one session (its id, the beginning of it, or `last`) or a `week` as one HTML page.

    Example: talkpace report week --on 2026-11-24 --open

    The page is self-contained: no network, no script. It fits phone and desktop, light or dark, and
    prints. It includes logged habits (sleep, water, symptoms, notes). The file has mode 600; its name is
    printed.
    """
    from ..storage.queries import open_existing_store

    if on is not None and what != "week":
        raise click.UsageError("--on is for a week; use: talkpace report week --on DATE")
    if open_browser and output == STDOUT:
        raise click.UsageError("--open needs a file; leave out -o -")
    if without_habits:
        off = configuration.habits.model_copy(update={"enabled": False})
        configuration = configuration.model_copy(update={"habits": off})
    with open_existing_store(configuration, os.environ) as store:
        if athlete is not None:
            require_recorded(configuration, store, athlete)
        if store is None:
            raise UnknownSessionError("there are no sessions yet")
        name, text = (
            _week(configuration, store, athlete, on)
            if what == "week"
            else _session(configuration, store, what, athlete)
        )
    if athlete is not None:
        remark_on_missing_values(configuration, athlete)
    if output == STDOUT:
        print_bytes(text.encode())
        return
    path = output or Path(name)
    with private_file(path, replace=force) as file:
        file.write(text.encode())
    click.echo(path)
    if open_browser and click.launch(str(path.absolute())) != 0:
        note("no browser could be started")


def _session(configuration: Configuration, store: Store, what: str, athlete: str | None) -> tuple[str, str]:
    """Return file name and page."""
    from ..report.loader import load_diary_day, session_report
    from ..report.session_page import session_page

    row = _session_row(store, what, athlete)
    zone = configuration.habits.zone_of(row.athlete, os.environ)
    content = session_report(store, row, first_weekday=_first_weekday(configuration), zone=zone)
    diary = load_diary_day(configuration, row.athlete, store, row.start)
    name = f"talkpace-{row.athlete}-{content.start:%Y-%m-%d-%H%M}.html"
    return name, session_page(replace(content, diary=diary))


def _session_row(store: Store, what: str, athlete: str | None) -> SessionRow:
    if what != "last" or athlete is None:
        row = store.session(what)
        if athlete is not None and athlete != row.athlete:
            raise click.BadParameter(f"session {row.id} is {row.athlete}'s", param_hint="'--athlete'")
        return row
    rows = store.sessions(athlete, limit=1, discarded=False)
    if not rows:
        raise UnknownSessionError(f"there are no sessions of {athlete} yet")
    return rows[0]


def _week(
    configuration: Configuration, store: Store, athlete: str | None, on: datetime | None
) -> tuple[str, str]:
    """Return file name and page."""
    from ..report.loader import load_diary_week, week_report
    from ..report.week_page import week_page

    if athlete is None:
        athlete = resolve_recorded_athlete(configuration, store, None)
        if athlete is None:
            raise UnknownSessionError("there are no sessions yet")
        remark_on_missing_values(configuration, athlete)
    zone = configuration.habits.zone_of(athlete, os.environ)
    today = datetime.now(zone).date()
    day = today if on is None else _checked_day(on.date())
    content = week_report(store, athlete, day, today, first_weekday=_first_weekday(configuration), zone=zone)
    diary = load_diary_week(configuration, athlete, store, content.week.first)
    name = f"talkpace-{athlete}-week-{content.week.first:%Y-%m-%d}.html"
    return name, week_page(replace(content, diary=diary))


def _checked_day(day: date) -> date:
    """Accept future days too: a host whose clock was wrong has sessions there."""
    if day.year not in _YEARS:
        raise click.BadParameter(
            f"{day} is not between the years {_YEARS[0]} and {_YEARS[-1]}", param_hint="'--on'"
        )
    return day


def _first_weekday(configuration: Configuration) -> int:
    from ..config.habits import WEEKDAYS

    return WEEKDAYS.index(configuration.habits.week.start)
