"""`talkpace sessions` and `talkpace show`: recorded sessions, which can be deleted and restored."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ..errors import UnknownSessionError
from .athlete_option import require_recorded
from .options import LIMIT, athlete_option, config_option, json_option
from .output import clock_time, console, note, print_json, print_table

if TYPE_CHECKING:
    from ..config.model import Configuration
    from ..storage.last_summary import SessionChange
    from ..storage.records import SessionRow
    from ..storage.store import Store

_SHORT_ID = 8
"""characters of an id; sessions that begin within the same minute may need more"""
_SESSION_ID = re.compile(r"[0-9a-f-]{8,64}")
_COLUMNS = ("session", "start", "athlete", "activity", "duration", "mean", "max", "over", "warnings")


@click.group(invoke_without_command=True, subcommand_metavar="[COMMAND]")
@config_option
@athlete_option("Only this athlete's sessions.")
@click.option("--limit", metavar="N", default=20, type=LIMIT, help="Number of sessions; 20 by default.")
@json_option
@click.pass_context
def sessions(
    ctx: click.Context, configuration: Configuration, athlete: str | None, limit: int, as_json: bool
) -> None:
    """List recorded sessions, newest first; or delete one, and restore it.

    Columns: duration, mean and maximum heart rate (bpm), time over the ceiling, warnings. "short" marks
    a session too short to count. Ids are abbreviated on a terminal; `talkpace show` accepts them so.
    """
    if ctx.invoked_subcommand is not None:
        return
    from ..storage.queries import open_existing_store

    with open_existing_store(configuration, os.environ) as store:
        if athlete is not None:
            require_recorded(configuration, store, athlete)
        rows = store.sessions(athlete, limit=limit) if store is not None else []
        documents = [_document(row) for row in rows] if as_json else []
        lines = (
            [_line(store, row, configuration) for row in rows] if store is not None and not as_json else []
        )
    if as_json:
        print_json(documents)
    elif not lines:
        note(f"there are no sessions{f' of {athlete}' if athlete else ''} yet")
    else:
        print_table(_COLUMNS, lines, shrink="athlete", gap=1)


@sessions.command()
@click.argument("session", metavar="ID")
@config_option
def delete(session: str, configuration: Configuration) -> None:
    """Delete a session, by its id or the beginning of it. For a day it can be restored.

    It counts no more in week, load and reports. Answers to the talk test stay.
    """
    from ..storage.last_summary import delete_with_summary

    session = _change(
        configuration,
        "sessions.delete",
        session,
        lambda store, name: delete_with_summary(store, name, datetime.now().astimezone()),
    )
    click.echo(f"{session}: deleted; within a day, to undo it: talkpace sessions restore {session}")


@sessions.command()
@click.argument("session", metavar="ID")
@config_option
def restore(session: str, configuration: Configuration) -> None:
    """Restore a deleted session, by its id or the beginning of it."""
    from ..storage.last_summary import restore_with_summary

    session = _change(configuration, "sessions.restore", session, restore_with_summary)
    click.echo(f"{session}: restored")


def _change(
    configuration: Configuration, method: str, session: str, function: Callable[[Store, str], SessionChange]
) -> str:
    """Let the daemon change a session, or change it here where none runs; return the session's id."""
    from ..storage.paths import store_path
    from ..storage.store import Store
    from .daemon_client import find_daemon

    if not _SESSION_ID.fullmatch(session.lower()):
        raise UnknownSessionError(f"{session!r} is no session's id: give 8 characters of it or more")
    client = find_daemon(configuration)
    if client is None:
        with Store.open(store_path(configuration, os.environ)) as store:
            changed, summary = function(store, session)
            if summary is not None and configuration.mqtt.enabled:
                store.write([summary])  # the daemon sends it once it runs
            return changed
    with client:
        return str(client.call(method, session=session.lower())["session"])


def _document(row: SessionRow) -> dict[str, Any]:
    if row.summary is not None:
        return {**json.loads(row.summary), "discarded": row.discarded}
    return {"session": row.id, "athlete": row.athlete, "start": row.start.isoformat(), "open": True}


def _line(store: Store, row: SessionRow, configuration: Configuration) -> tuple[str, ...]:
    name = _short_id(store, row.id) if sys.stdout.isatty() else row.id
    head = (name, f"{_local_start(row, configuration):%Y-%m-%d %H:%M}", row.athlete)
    if row.summary is None:
        changes = store.activity_changes(row.id)
        return (*head, changes[-1].activity if changes else row.activity, "running", "", "", "", "")
    summary = json.loads(row.summary)
    rate = summary["heart_rate"]
    return (
        *head,
        summary["activity"],
        clock_time(summary["duration_s"]) + (" short" if row.discarded else ""),
        f"{rate['mean']:.0f}",
        f"{rate['max']}",
        clock_time(summary["over_ceiling_s"]),
        f"{summary['warnings']}",
    )


def _local_start(row: SessionRow, configuration: Configuration) -> datetime:
    """Return the start in the athlete's time zone."""
    from ..timestamps import local_time

    return local_time(row.start, configuration.habits.zone_of(row.athlete, os.environ))


def _short_id(store: Store, session: str) -> str:
    """Return the shortest beginning of an id, 8 characters or more, that no other session shares."""
    for length in range(_SHORT_ID, len(session)):
        try:
            store.session(session[:length])
        except UnknownSessionError:
            continue
        return session[:length]
    return session


@click.command()
@click.argument("session", metavar="ID|last")
@config_option
@json_option
def show(session: str, configuration: Configuration, as_json: bool) -> None:
    """Show one session, by its id, the beginning of it, or `last`: summary and heart-rate plot.

    Example: talkpace show last
    """
    from ..storage.queries import open_existing_store

    with open_existing_store(configuration, os.environ) as store:
        if store is None:
            raise UnknownSessionError("there are no sessions yet")
        row = store.session(session)
        events = store.events(row.id)
        if as_json:
            document = _document(row)
            document["events"] = [
                {"time": event.offset_ms / 1000, "name": event.name, "heart_rate": event.heart_rate}
                for event in events
            ]
            print_json(document)
        else:
            _print_session(store, row, _local_start(row, configuration))


def _print_session(store: Store, row: SessionRow, start: datetime) -> None:
    from ..report.plot_data import ceilings_bpm, zone_bands_bpm
    from ..storage.profile_json import profile_from_json
    from ..training.events import EventName
    from .terminal.plot import HeartRatePlot
    from .terminal.summary import render_summary

    screen = console()
    if row.summary is None:
        screen.print(f"session {row.id} of {row.athlete} has been running since {start:%Y-%m-%d %H:%M}")
    else:
        summary = json.loads(row.summary)
        screen.print(render_summary({**summary, "start": start.isoformat(), "discarded": row.discarded}))
    measurements = list(store.measurements(row.id))
    if len(measurements) < 2:
        return
    profile = profile_from_json(row.profile)
    plot = HeartRatePlot(
        rates=[(one.offset_ms, one.heart_rate) for one in measurements],
        bands_bpm=zone_bands_bpm(profile),
        ceilings_bpm=ceilings_bpm(profile, store.activity_starts(row)),
        warnings_ms=[event.offset_ms for event in store.events(row.id) if event.name == EventName.OVER],
    )
    sys.stdout.write(
        plot.draw(
            width=screen.width,
            colour=screen.is_terminal and not screen.no_color,
            unicode="utf" in screen.encoding.lower(),
        )
    )
