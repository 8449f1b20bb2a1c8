"""`talkpace sessions` and `talkpace show`: what is on record."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ..config.model import Configuration
from ..effort.events import EventName
from ..errors import UnknownSessionError
from ..practice.days import written
from .options import HOW_MANY, config_option, json_option
from .output import clock_time, console, note, print_json, print_table
from .picture import summary_picture
from .whose import must_be_on_record

if TYPE_CHECKING:
    from ..record.rows import SessionRow
    from ..record.store import Store

_SHORT_ID = 8
"""characters of an id; sessions that begin within the same minute may need more"""
_COLUMNS = ("session", "start", "athlete", "activity", "duration", "mean", "max", "over", "warnings")


@click.command()
@config_option
@click.option("--athlete", metavar="ID", help="Only this athlete's.")
@click.option("--limit", metavar="N", default=20, type=HOW_MANY, help="How many; 20 by default.")
@json_option
def sessions(
    configuration: Configuration,
    athlete: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """List the sessions on record, newest first.

    On a terminal ids are cut short; `talkpace show` takes them so. A session marked "short" was too
    short to count.
    """
    from ..service.known import existing_store

    with existing_store(configuration, os.environ) as store:
        if athlete is not None:
            must_be_on_record(configuration, store, athlete)
        rows = store.sessions(athlete, limit=limit) if store is not None else []
        documents = [_document(row) for row in rows] if as_json else []
        lines = (
            [_line(store, row, configuration) for row in rows] if store is not None and not as_json else []
        )
    if as_json:
        print_json(documents)
    elif not lines:
        note(f"no session {f'of {athlete} ' if athlete else ''}has been kept yet")
    else:
        print_table(_COLUMNS, lines, shrink="athlete", gap=1)


def _document(row: SessionRow) -> dict[str, Any]:
    if row.summary is not None:
        return {**json.loads(row.summary), "discarded": row.discarded}
    return {"session": row.id, "athlete": row.athlete, "start": row.start.isoformat(), "open": True}


def _line(store: Store, row: SessionRow, configuration: Configuration) -> tuple[str, ...]:
    name = _short(store, row.id) if sys.stdout.isatty() else row.id
    head = (name, f"{_local_start(row, configuration):%Y-%m-%d %H:%M}", row.athlete)
    if row.summary is None:
        changes = store.activity_changes(row.id)
        return (*head, changes[-1].activity if changes else row.activity, "under way", "", "", "", "")
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
    """In the athlete's time zone."""
    from ..service.zones import zone_of

    return written(row.start, zone_of(row.athlete, configuration.practice, os.environ))


def _short(store: Store, session: str) -> str:
    """The beginning of an id, as much of it as no other session shares."""
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
def show(
    session: str,
    configuration: Configuration,
    as_json: bool,
) -> None:
    """Show one session, by its id, the beginning of it, or `last`: summary and heart rate over the zones."""
    from ..record.judgement import judgement_from_json
    from ..report.bands import bands_bpm, ceilings_bpm
    from ..service.known import existing_store
    from .plot import HeartRatePlot
    from .reported import activities

    with existing_store(configuration, os.environ) as store:
        if store is None:
            raise UnknownSessionError("no session has been kept yet")
        row = store.session(session)
        taken = list(store.measurements(row.id))
        events = store.events(row.id)
        changes = activities(store, row)
    if as_json:
        document = _document(row)
        document["events"] = [
            {"time": event.offset_ms / 1000, "name": event.name, "heart_rate": event.heart_rate}
            for event in events
        ]
        print_json(document)
        return
    screen, start = console(), _local_start(row, configuration)
    if row.summary is None:
        screen.print(f"session {row.id} of {row.athlete} is under way since {start:%Y-%m-%d %H:%M}")
    else:
        summary = json.loads(row.summary)
        screen.print(summary_picture({**summary, "start": start.isoformat(), "discarded": row.discarded}))
    if len(taken) > 1:
        judgement = judgement_from_json(row.judgement)
        plot = HeartRatePlot(
            rates=[(one.offset_ms, one.heart_rate) for one in taken],
            bands_bpm=bands_bpm(judgement),
            ceilings_bpm=ceilings_bpm(judgement, changes),
            warnings_ms=[event.offset_ms for event in events if event.name == EventName.OVER],
        )
        drawn = plot.draw(
            width=screen.width,
            colour=screen.is_terminal and not screen.no_color,
            unicode="utf" in screen.encoding.lower(),
        )
        sys.stdout.write(drawn)
