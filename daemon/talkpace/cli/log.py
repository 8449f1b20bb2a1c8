"""`talkpace log`: add, correct, list and export entries of the habits log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..habits.entries import Severity
from ..habits.settings import FEATURES
from ..text import printable
from ..training.profile import Activity
from .log_access import open_log
from .log_entries import entry_document, read_entries, to_csv
from .options import LIMIT, PATH, Amount, athlete_option, config_option, force_option, json_option
from .output import STDOUT, print_bytes, print_json, print_table, private_file
from .output import note as remark

if TYPE_CHECKING:
    from ..config.model import Configuration
    from ..habits.log import Entry

Command = TypeVar("Command", bound=Callable[..., Any])

_athlete = athlete_option("Whose log; needed where there are several athletes.")


@click.group()
def log() -> None:
    """Log sleep, water, symptoms and other habits; correct, list and export entries.

    Examples: talkpace log sleep 7.5, or talkpace log water 300 --at 07:30

    --at takes 07:30 (the last one), "2026-11-24 07:30", or RFC 3339 such as 2026-11-24T07:30+01:00.
    """


def _entry_options(command: Command) -> Command:
    """Add `--athlete`, `--at` and `--config`."""
    command = click.option("--at", metavar="TIME", help="When it was; now by default.")(command)
    return config_option(_athlete(command))


def _print_entry(outcome: str, entry: Entry) -> None:
    click.echo(
        printable(f"{outcome} for {entry.athlete}: {entry.at:%Y-%m-%d %H:%M}, {entry.words} ({entry.id})")
    )


def _add(configuration: Configuration, athlete: str | None, at: str | None, kind: str, **values: Any) -> None:
    with open_log(configuration, athlete, kind) as editor:
        _print_entry("logged", editor.add(kind, values, at))


@log.command()
@click.argument("hours", type=Amount(0, 24))
@_entry_options
def sleep(hours: float, athlete: str | None, at: str | None, configuration: Configuration) -> None:
    """Log a night's sleep in hours; it counts for the day of waking up."""
    _add(configuration, athlete, at, "sleep", hours=hours)


@log.command()
@click.argument("minutes", type=Amount(1, 360))
@_entry_options
def nap(minutes: float, athlete: str | None, at: str | None, configuration: Configuration) -> None:
    """Log a nap in minutes."""
    _add(configuration, athlete, at, "nap", minutes=minutes)


@log.command()
@click.argument("ml", type=Amount(1, 5000), required=False)
@_entry_options
def water(ml: float | None, athlete: str | None, at: str | None, configuration: Configuration) -> None:
    """Log a drink in ml; one glass (habits.water.glass_ml) by default."""
    amount = configuration.habits.water.glass_ml if ml is None else ml
    _add(configuration, athlete, at, "water", ml=float(amount))


@log.command()
@click.argument("name")
@_entry_options
def supplement(name: str, athlete: str | None, at: str | None, configuration: Configuration) -> None:
    """Log a supplement by its name."""
    _add(configuration, athlete, at, "supplement", name=name)


@log.command()
@click.argument("what", required=False, default="")
@click.option(
    "--severity",
    type=click.Choice([severity.value for severity in Severity]),
    required=True,
    help="Severity of the symptom.",
)
@_entry_options
def symptom(
    what: str, severity: str, athlete: str | None, at: str | None, configuration: Configuration
) -> None:
    """Log a symptom. For three days the ceiling is lower, and rest is suggested.

    Example: talkpace log symptom cramps --severity mild

    talkpace makes no diagnosis: if something feels wrong, ask a physician.
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
    """Log an activity without a strap, in minutes.

    Example: talkpace log activity strength 30
    """
    _add(configuration, athlete, at, "activity", activity=kind, minutes=minutes, hard=hard)


@log.command()
@click.option("--heat", is_flag=True, help="It was hot.")
@click.option("--little-fluid", is_flag=True, help="You drank little.")
@click.option("--anti-inflammatory", is_flag=True, help="You took an anti-inflammatory drug.")
@_entry_options
def context(
    heat: bool,
    little_fluid: bool,
    anti_inflammatory: bool,
    athlete: str | None,
    at: str | None,
    configuration: Configuration,
) -> None:
    """Log circumstances that make training harder on the gut; give at least one option."""
    _add(
        configuration, athlete, at, "context",
        heat=heat, little_fluid=little_fluid, anti_inflammatory=anti_inflammatory,
    )  # fmt: skip


@log.command()
@click.argument("text")
@_entry_options
def note(text: str, athlete: str | None, at: str | None, configuration: Configuration) -> None:
    """Log a free text."""
    _add(configuration, athlete, at, "note", text=text)


@log.command()
@_athlete
@config_option
def undo(athlete: str | None, configuration: Configuration) -> None:
    """Delete the entry that was logged last, within a day."""
    with open_log(configuration, athlete) as editor:
        _print_entry("deleted", editor.undo())


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
    """Correct an entry's values, and with --at its time.

    Example: talkpace log edit 3f0a ml=300. `talkpace log list --json` shows ids and keys.
    """
    changes = dict(_assignment(text) for text in assignments)
    if not changes and at is None:
        raise click.UsageError("nothing to change; give KEY=VALUE or --at TIME")
    with open_log(configuration, athlete) as editor:
        _print_entry("changed", editor.edit(entry, changes, at))


def _assignment(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise click.BadParameter(f"{text!r} is not KEY=VALUE", param_hint="'KEY=VALUE'")
    return key, value


@log.command()
@click.argument("entry", metavar="ID")
@_athlete
@config_option
def delete(entry: str, athlete: str | None, configuration: Configuration) -> None:
    """Delete an entry by its id or the beginning of it."""
    with open_log(configuration, athlete) as editor:
        _print_entry("deleted", editor.delete(entry))


@log.command("list")
@click.option("--kind", type=click.Choice(list(FEATURES)), help="Only entries of this kind.")
@click.option("--limit", metavar="N", default=20, type=LIMIT, help="Number of entries; 20 by default.")
@_athlete
@config_option
@json_option
def list_(
    kind: str | None, limit: int, athlete: str | None, configuration: Configuration, as_json: bool
) -> None:
    """List entries, newest first."""
    entries = [one for one in read_entries(configuration, athlete) if kind in {None, one.content.kind}]
    newest = entries[::-1][:limit]
    if as_json:
        print_json([entry_document(one) for one in newest])
    elif not newest:
        remark("there are no entries yet")
    else:
        rows = [(one.id, f"{one.at:%Y-%m-%d %H:%M}", one.content.kind, one.words) for one in newest]
        print_table(("entry", "at", "kind", "what"), rows, shrink="what")


@log.command()
@click.option("-o", "--output", metavar="FILE", type=PATH, help="Output file; - or none for standard output.")
@force_option
@_athlete
@config_option
def export(output: Path | None, force: bool, athlete: str | None, configuration: Configuration) -> None:
    """Export all entries of an athlete as CSV, oldest first, to a file of mode 600."""
    text = to_csv(read_entries(configuration, athlete)).encode()
    if output is None or output == STDOUT:
        print_bytes(text)
        return
    with private_file(output, replace=force) as file:
        file.write(text)
