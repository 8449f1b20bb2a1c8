"""`talkpace export`: a session as a file that other training software opens."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from ..config.model import Configuration
from ..errors import ConfigurationError, UnknownSessionError
from .options import GIVEN_PATH, config_option
from .output import note
from .private_file import STDOUT, private_file

if TYPE_CHECKING:
    from ..export.session import FinishedSession

_FORMATS = ("fit", "tcx", "csv", "json")

Writer = Callable[["FinishedSession", BinaryIO], list[str]]


@click.command()
@click.argument("session", metavar="ID|last")
@config_option
@click.option(
    "--format", "format_", type=click.Choice(_FORMATS), help="By the name of the file if not given."
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=GIVEN_PATH,
    help="Where to; - is standard output. By default a name made of the session's start, here.",
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def export(
    session: str, configuration: Configuration, format_: str | None, output: Path | None, force: bool
) -> None:
    """Write one session, by its id, the beginning of it, or `last`, as a file for other software.

    FIT and TCX are for training sites and apps, CSV is what `talkpace replay` and spreadsheets read,
    JSON has all that is kept. FIT and CSV hold RR intervals; TCX has no place for them. Skin contact
    is in JSON only, and so are changes of activity on the way.
    """
    from ..export.session import FinishedSession
    from ..service.known import existing_store
    from ..service.zones import zone_of

    chosen = _format(format_, output)
    with existing_store(configuration, os.environ) as store:
        if store is None:
            raise UnknownSessionError("no session has been kept yet")
        kept = FinishedSession.of(store, session)
        finished = kept.local(zone_of(kept.row.athlete, configuration.practice, os.environ))
        target = output or Path(_name(finished, chosen))
        if target == STDOUT:
            remarks = _to_stdout(finished, chosen)
        else:
            with private_file(target, replace=force) as file:
                remarks = _writer(chosen)(finished, file)
    for remark in remarks:
        note(remark)
    if target != STDOUT:
        note(f"written: {target}")


def _format(asked: str | None, output: Path | None) -> str:
    if asked is not None:
        return asked
    suffix = "" if output is None else output.suffix.lower().removeprefix(".")
    if suffix not in _FORMATS:
        raise ConfigurationError(f"--format: which of {', '.join(_FORMATS)}?")
    return suffix


def _name(session: FinishedSession, chosen: str) -> str:
    return f"talkpace-{session.row.start:%Y-%m-%d-%H%M}-{session.row.athlete}.{chosen}"


def _writer(chosen: str) -> Writer:
    match chosen:
        case "fit":
            from ..export.fit import write_fit

            return write_fit
        case "tcx":
            from ..export.tcx import write_tcx

            return write_tcx
        case "csv":
            from ..export.delimited import write_csv

            return write_csv
        case _:
            from ..export.document import write_json

            return write_json


def _to_stdout(session: FinishedSession, chosen: str) -> list[str]:
    if chosen == "fit" and sys.stdout.isatty():
        raise ConfigurationError("a FIT file is no text for a terminal; give -o FILE")
    remarks = _writer(chosen)(session, sys.stdout.buffer)
    sys.stdout.buffer.flush()
    return remarks
