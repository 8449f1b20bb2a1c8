"""`talkpace export`: write a session as a file for other training software."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from ..errors import UnknownSessionError
from .options import PATH, config_option, force_option
from .output import STDOUT, note, private_file

if TYPE_CHECKING:
    from ..config.model import Configuration
    from ..formats.finished_session import FinishedSession

_FORMATS = ("fit", "tcx", "csv", "json")

Writer = Callable[["FinishedSession", BinaryIO], list[str]]


@click.command()
@click.argument("session", metavar="ID|last")
@config_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(_FORMATS),
    help="File format; by default the extension of --output.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=PATH,
    help="Output file, - for standard output; by default talkpace-START-ATHLETE.FORMAT in this folder.",
)
@force_option
def export(
    session: str, configuration: Configuration, format_: str | None, output: Path | None, force: bool
) -> None:
    """Export one session, by its id, the beginning of it, or `last`, to FIT, TCX, CSV or JSON.

    Example: talkpace export last --format fit

    FIT and TCX are for training sites and apps. CSV is for spreadsheets and `talkpace replay`. JSON
    holds everything. RR intervals are in FIT, CSV and JSON; skin contact and changes of activity
    are in JSON only.
    """
    from ..storage.queries import load_finished_session, open_existing_store

    chosen = _format(format_, output)
    with open_existing_store(configuration, os.environ) as store:
        if store is None:
            raise UnknownSessionError("there are no sessions yet")
        finished = load_finished_session(store, session)
        finished = finished.in_zone(configuration.habits.zone_of(finished.athlete, os.environ))
        target = output or Path(_file_name(finished, chosen))
        if target == STDOUT:
            remarks = _write_to_stdout(finished, chosen)
        else:
            with private_file(target, replace=force) as file:
                remarks = _writer(chosen)(finished, file)
    for remark in remarks:
        note(remark)
    if target != STDOUT:
        note(f"written: {target}")


def _format(name: str | None, output: Path | None) -> str:
    if name is not None:
        return name
    suffix = "" if output is None else output.suffix.lower().removeprefix(".")
    if suffix not in _FORMATS:
        raise click.UsageError(
            f"the format is not clear; give --format {'|'.join(_FORMATS)}, or -o with such an extension"
        )
    return suffix


def _file_name(session: FinishedSession, chosen: str) -> str:
    return f"talkpace-{session.start:%Y-%m-%d-%H%M}-{session.athlete}.{chosen}"


def _writer(chosen: str) -> Writer:
    match chosen:
        case "fit":
            from ..formats.fit.writer import write_fit

            return write_fit
        case "tcx":
            from ..formats.tcx import write_tcx

            return write_tcx
        case "csv":
            from ..formats.csv_file import write_csv

            return write_csv
        case _:
            from ..formats.json_document import write_json

            return write_json


def _write_to_stdout(session: FinishedSession, chosen: str) -> list[str]:
    if chosen == "fit" and sys.stdout.isatty():
        raise click.UsageError("refusing to write binary FIT data to a terminal; use -o FILE")
    remarks = _writer(chosen)(session, sys.stdout.buffer)
    sys.stdout.buffer.flush()
    return remarks
