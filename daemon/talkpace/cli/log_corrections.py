"""How `talkpace log` takes back, corrects and removes what was written down."""

from __future__ import annotations

import click

from ..config.model import Configuration
from ..errors import ConfigurationError
from .logged import athlete_option, entry_options, opened_log, say
from .options import config_option


@click.command()
@athlete_option
@config_option
def undo(athlete: str | None, configuration: Configuration) -> None:
    """Take back what was written down last."""
    with opened_log(configuration, athlete, None) as log_of:
        say("taken back", log_of.undo())


@click.command()
@click.argument("entry", metavar="ID")
@click.argument("assignments", nargs=-1, metavar="[KEY=VALUE]...")
@entry_options
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
        say("changed", log_of.edit(entry, changes, at))


def _assignment(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise ConfigurationError(f"{text!r}: not KEY=VALUE")
    return key, value


@click.command()
@click.argument("entry", metavar="ID")
@athlete_option
@config_option
def delete(entry: str, athlete: str | None, configuration: Configuration) -> None:
    """Remove an entry for good, by its id or the beginning of it."""
    with opened_log(configuration, athlete, None) as log_of:
        say("deleted", log_of.delete(entry))


COMMANDS = (undo, edit, delete)
