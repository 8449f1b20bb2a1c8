"""`talkpace report`: a session or a week as one page."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..config.model import Configuration
from ..config.practice import WEEKDAYS
from ..errors import ConfigurationError, UnknownSessionError
from .options import GIVEN_PATH, config_option
from .output import note, print_bytes
from .private_file import STDOUT, private_file
from .whose import OPTION, athlete_on_record, must_be_on_record

if TYPE_CHECKING:
    from ..record.rows import SessionRow
    from ..record.store import Store

_YEARS = range(1970, 2200)


@click.command()
@click.argument("what", metavar="ID|last|week")
@config_option
@click.option("--athlete", metavar="ID", help="Whose last session or week.")
@click.option(
    "--on", metavar="DATE", type=click.DateTime(["%Y-%m-%d"]), help="The week of this day; today by default."
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=GIVEN_PATH,
    help="Where to; `-` is standard output. Named by default after athlete and date.",
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.option(
    "--without-practice",
    "alone",
    is_flag=True,
    help="Leave out what was noted around it, such as symptoms: for somebody else's eyes.",
)
@click.option("--open", "and_open", is_flag=True, help="Show it in the browser.")
def report(
    what: str,
    configuration: Configuration,
    athlete: str | None,
    on: datetime | None,
    output: Path | None,
    force: bool,
    alone: bool,
    and_open: bool,
) -> None:
    """Write one session (its id, the beginning of it, or `last`) or a `week` as one HTML page.

    The page needs nothing but itself: no network, no script. It fits a phone and a desk, light or
    dark, and prints. What was noted around it (sleep, water, symptoms, notes) is on it too. Only
    its owner may read the file; its name is printed.
    """
    from ..service.known import existing_store

    if on is not None and what != "week":
        raise ConfigurationError("--on: only a week is of a day")
    if and_open and output == STDOUT:
        raise ConfigurationError("--open: what goes to standard output cannot be shown")
    if alone:
        off = configuration.practice.model_copy(update={"enabled": False})
        configuration = configuration.model_copy(update={"practice": off})
    with existing_store(configuration, os.environ) as store:
        if athlete is not None:
            must_be_on_record(configuration, store, athlete)
        if store is None:
            raise UnknownSessionError("no session has been kept yet")
        name, text = (
            _week(configuration, store, athlete, on)
            if what == "week"
            else _session(configuration, store, what, athlete)
        )
    if output == STDOUT:
        print_bytes(text.encode())
        return
    path = output or Path(name)
    with private_file(path, replace=force) as file:
        file.write(text.encode())
    click.echo(path)
    if and_open and click.launch(str(path.absolute())) != 0:
        note("no browser could be started")


def _session(configuration: Configuration, store: Store, what: str, athlete: str | None) -> tuple[str, str]:
    from ..report.session_page import session_page
    from ..service.zones import zone_of
    from .practised import day_in_diary
    from .reported import session_report

    row = _row(store, what, athlete)
    zone = zone_of(row.athlete, configuration.practice, os.environ)
    material = session_report(store, row, first_weekday=_first_weekday(configuration), zone=zone)
    diary = day_in_diary(configuration, row.athlete, store, row.start)
    name = f"talkpace-{row.athlete}-{material.start:%Y-%m-%d-%H%M}.html"
    return name, session_page(replace(material, diary=diary))


def _row(store: Store, what: str, athlete: str | None) -> SessionRow:
    if what != "last" or athlete is None:
        row = store.session(what)
        if athlete is not None and athlete != row.athlete:
            raise ConfigurationError(f"{OPTION}: session {row.id} is {row.athlete}'s")
        return row
    rows = store.sessions(athlete, limit=1, discarded=False)
    if not rows:
        raise UnknownSessionError(f"no session of {athlete} has been kept yet")
    return rows[0]


def _week(
    configuration: Configuration, store: Store, athlete: str | None, on: datetime | None
) -> tuple[str, str]:
    from ..report.week_page import week_page
    from ..service.zones import zone_of
    from .practised import week_in_diary
    from .reported import week_report

    who = athlete or athlete_on_record(configuration, store, None)
    if who is None:
        raise UnknownSessionError("no session has been kept yet")
    zone = zone_of(who, configuration.practice, os.environ)
    today = datetime.now(zone).date()
    day = today if on is None else _possible(on.date())
    first = _first_weekday(configuration)
    material = week_report(store, who, day, today, first_weekday=first, zone=zone)
    diary = week_in_diary(configuration, who, store, material.week.first)
    name = f"talkpace-{who}-week-{material.week.first:%Y-%m-%d}.html"
    return name, week_page(replace(material, diary=diary))


def _possible(day: date) -> date:
    """A day yet to come may be asked for: a host whose clock was wrong has sessions there."""
    if day.year not in _YEARS:
        raise ConfigurationError(f"--on: {day} is not from {_YEARS[0]} to {_YEARS[-1]}")
    return day


def _first_weekday(configuration: Configuration) -> int:
    return WEEKDAYS.index(configuration.practice.week.start)
