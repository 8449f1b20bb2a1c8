"""`talkpace log`: sleep, water, symptoms and the rest, written down, corrected, exported."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import click

from ..config.model import Configuration
from ..effort.athlete import Activity
from ..errors import ConfigurationError
from ..practice.entries import Severity
from ..practice.kinds import PIECES
from ..practice.log import Entry
from .logged import chosen_athlete, must_be_on, opened_log
from .options import Amount, config_option, json_option
from .output import note as remark
from .output import print_json, print_table, printable

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group()
def log() -> None:
    """Write down sleep, water, symptoms and what else belongs to the practice.

    It counts for the only athlete there is, or the one named by --athlete, and for now, or --at:
    07:30, "2026-11-24 07:30", or RFC 3339.
    """


def _athlete_option(command: Command) -> Command:
    return click.option("--athlete", metavar="ID", help="Whose; the only one's by default.")(command)


def _entry_options(command: Command) -> Command:
    command = click.option("--at", metavar="TIME", help="When it was; now by default.")(command)
    return config_option(_athlete_option(command))


def _add(configuration: Configuration, athlete: str | None, at: str | None, kind: str, **values: Any) -> None:
    with opened_log(configuration, athlete, kind) as log_of:
        _say("logged", log_of.add(kind, values, at))


def _say(done: str, entry: Entry) -> None:
    click.echo(
        printable(f"{done} for {entry.athlete}: {entry.at:%Y-%m-%d %H:%M}, {entry.words} ({entry.id})")
    )


@log.command()
@click.argument("hours", type=Amount(0, 24))
@_entry_options
def sleep(hours: float, athlete: str | None, at: str | None, configuration: Configuration) -> None:
    """A night's sleep, in hours; it counts for the day of waking up."""
    _add(configuration, athlete, at, "sleep", hours=hours)


@log.command()
@click.argument("minutes", type=Amount(1, 360))
@_entry_options
def nap(minutes: float, athlete: str | None, at: str | None, configuration: Configuration) -> None:
    """A nap, in minutes."""
    _add(configuration, athlete, at, "nap", minutes=minutes)


@log.command()
@click.argument("ml", type=Amount(1, 5000), required=False)
@_entry_options
def water(ml: float | None, athlete: str | None, at: str | None, configuration: Configuration) -> None:
    """Something drunk, in ml; a glass (practice.water.glass_ml) by default."""
    amount = configuration.practice.water.glass_ml if ml is None else ml
    _add(configuration, athlete, at, "water", ml=float(amount))


@log.command()
@click.argument("name")
@_entry_options
def supplement(name: str, athlete: str | None, at: str | None, configuration: Configuration) -> None:
    """A supplement that was taken, by its name."""
    _add(configuration, athlete, at, "supplement", name=name)


@log.command()
@click.argument("what", required=False, default="")
@click.option(
    "--severity",
    type=click.Choice([severity.value for severity in Severity]),
    required=True,
    help="How bad it was.",
)
@_entry_options
def symptom(
    what: str, severity: str, athlete: str | None, at: str | None, configuration: Configuration
) -> None:
    """Something the body said, such as `talkpace log symptom cramps --severity mild`.

    For three days the ceiling is lower then, and rest is suggested. talkpace makes no diagnosis: if
    something feels wrong, ask a physician.
    """
    _add(configuration, athlete, at, "symptom", severity=severity, what=what)


@log.command()
@click.argument("kind", type=click.Choice([kind.value for kind in Activity]))
@click.argument("minutes", type=Amount(1, 1440))
@click.option("--hard", is_flag=True, help="It was too hard to talk.")
@_entry_options
def activity(
    kind: str, minutes: float, hard: bool, athlete: str | None, at: str | None, configuration: Configuration
) -> None:
    """An activity without a strap: cardio, strength, mindful or recovery, and its minutes."""
    _add(configuration, athlete, at, "activity", activity=kind, minutes=minutes, hard=hard)


@log.command()
@click.option("--heat", is_flag=True, help="It was hot.")
@click.option("--little-fluid", is_flag=True, help="Little was drunk.")
@click.option("--anti-inflammatory", is_flag=True, help="An anti-inflammatory drug was taken.")
@_entry_options
def context(
    heat: bool,
    little_fluid: bool,
    anti_inflammatory: bool,
    athlete: str | None,
    at: str | None,
    configuration: Configuration,
) -> None:
    """What may have made the day's training harder on the gut."""
    _add(
        configuration, athlete, at, "context",
        heat=heat, little_fluid=little_fluid, anti_inflammatory=anti_inflammatory,
    )  # fmt: skip


@log.command("note")
@click.argument("text")
@_entry_options
def note_(text: str, athlete: str | None, at: str | None, configuration: Configuration) -> None:
    """Anything else, in your own words."""
    _add(configuration, athlete, at, "note", text=text)


@log.command()
@_athlete_option
@config_option
def undo(athlete: str | None, configuration: Configuration) -> None:
    """Take back what was written down last."""
    with opened_log(configuration, athlete, None) as log_of:
        _say("taken back", log_of.undo())


@log.command()
@click.argument("entry", metavar="ID")
@click.argument("assignments", nargs=-1, metavar="[KEY=VALUE]...")
@_entry_options
def edit(
    entry: str,
    assignments: tuple[str, ...],
    athlete: str | None,
    at: str | None,
    configuration: Configuration,
) -> None:
    """Correct an entry: its values, such as `ml=300`, and with --at its time."""
    changes = dict(_assignment(text) for text in assignments)
    if not changes and at is None:
        raise ConfigurationError("nothing to change: KEY=VALUE or --at is wanted")
    with opened_log(configuration, athlete, None) as log_of:
        _say("changed", log_of.edit(entry, changes, at))


def _assignment(text: str) -> tuple[str, Any]:
    key, equals, value = text.partition("=")
    if not equals:
        raise ConfigurationError(f"{text!r}: not KEY=VALUE")
    if value in {"true", "false"}:
        return key, value == "true"
    try:
        return key, float(value)
    except ValueError:
        return key, value


@log.command()
@click.argument("entry", metavar="ID")
@_athlete_option
@config_option
def delete(entry: str, athlete: str | None, configuration: Configuration) -> None:
    """Remove an entry for good, by its id or the beginning of it."""
    with opened_log(configuration, athlete, None) as log_of:
        _say("deleted", log_of.delete(entry))


def _entries(configuration: Configuration, athlete: str | None) -> list[Entry]:
    from ..service.known import existing_store

    must_be_on(configuration)
    who = chosen_athlete(configuration, athlete)
    with existing_store(configuration, os.environ) as store:
        entries = store.log_entries(who) if store is not None else []
    return sorted(entries, key=lambda entry: entry.at)


@log.command("list")
@click.option("--kind", type=click.Choice(list(PIECES)), help="Only these.")
@click.option("--limit", metavar="N", default=20, type=click.IntRange(1), help="How many; 20 by default.")
@_athlete_option
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
        remark("nothing has been written down yet")
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


@log.command()
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="To this file.")
@_athlete_option
@config_option
def export(output: Path | None, athlete: str | None, configuration: Configuration) -> None:
    """All of an athlete's log as CSV, oldest first."""
    text = _csv(map(_document, _entries(configuration, athlete)))
    if output is None:
        sys.stdout.write(text)
        return
    try:
        with output.open("w", encoding="utf-8", newline="") as file:
            os.fchmod(file.fileno(), 0o600)  # what the body says is private
            file.write(text)
    except OSError as error:
        raise click.ClickException(f"{output}: {error.strerror}") from None


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
