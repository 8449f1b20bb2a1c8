"""How `talkpace log` gives back what was written down: as a list, or as CSV."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from ..config.model import Configuration
from ..practice.kinds import PIECES
from ..practice.log import Entry
from .logged import athlete_option, must_be_on
from .options import GIVEN_PATH, HOW_MANY, config_option, json_option
from .output import note, print_bytes, print_json, print_table
from .private_file import STDOUT, private_file
from .whose import chosen_athlete, must_be_on_record


def _entries(configuration: Configuration, athlete: str | None) -> list[Entry]:
    from ..service.known import existing_store

    must_be_on(configuration)
    with existing_store(configuration, os.environ) as store:
        if athlete is None:
            athlete = chosen_athlete(configuration, None)
        else:
            must_be_on_record(configuration, store, athlete)
        entries = store.log_entries(athlete) if store is not None else []
    return sorted(entries, key=lambda entry: entry.at)


@click.command("list")
@click.option("--kind", type=click.Choice(list(PIECES)), help="Only these.")
@click.option("--limit", metavar="N", default=20, type=HOW_MANY, help="How many; 20 by default.")
@athlete_option
@config_option
@json_option
def list_(
    kind: str | None, limit: int, athlete: str | None, configuration: Configuration, as_json: bool
) -> None:
    """List what was written down, newest first."""
    entries = [entry for entry in _entries(configuration, athlete) if kind in {None, entry.what.kind}]
    newest = entries[::-1][:limit]
    if as_json:
        print_json([_document(entry) for entry in newest])
    elif not newest:
        note("nothing has been written down yet")
    else:
        rows = [(one.id, f"{one.at:%Y-%m-%d %H:%M}", one.what.kind, one.words) for one in newest]
        print_table(("entry", "at", "kind", "what"), rows, shrink="what")


def _document(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "athlete": entry.athlete,
        "at": entry.at.isoformat(timespec="milliseconds"),
        "recorded_at": entry.recorded_at.isoformat(timespec="milliseconds"),
        **entry.what.model_dump(mode="json"),
    }


@click.command()
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=GIVEN_PATH,
    help="To this file; standard output by default, and for -.",
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@athlete_option
@config_option
def export(output: Path | None, force: bool, athlete: str | None, configuration: Configuration) -> None:
    """All of an athlete's log as CSV, oldest first. Only its owner may read the file."""
    text = _csv(map(_document, _entries(configuration, athlete))).encode()
    if output is None or output == STDOUT:
        print_bytes(text)
        return
    with private_file(output, replace=force) as file:
        file.write(text)


_EXPORTED = (
    "id", "athlete", "at", "recorded_at", "kind",
    "hours", "minutes", "ml", "name", "severity", "what", "activity", "hard", "text",
    "heat", "little_fluid", "anti_inflammatory",
    "pace", "coherence", "swing_bpm", "suited", "close",
    "ln_rmssd", "heart_rate", "coverage", "artifact_ratio",
)  # fmt: skip


def _csv(documents: Iterable[dict[str, Any]]) -> str:
    """A column for everything that an entry may have; what it has not is empty."""
    lines = io.StringIO()
    writer = csv.DictWriter(lines, _EXPORTED, restval="", extrasaction="raise", lineterminator="\n")
    writer.writeheader()
    for document in documents:
        writer.writerow({key: _cell(value) for key, value in document.items()})
    return lines.getvalue()


def _cell(value: object) -> object:
    """A spreadsheet takes text that begins so for a formula, and carries it out."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@")):
        return "'" + value
    return str(value).lower() if isinstance(value, bool) else value


COMMANDS = (list_, export)
