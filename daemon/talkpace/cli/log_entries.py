"""What `talkpace log` writes down: a command for each kind of entry."""

from __future__ import annotations

from typing import Any

import click

from ..config.model import Configuration
from ..effort.athlete import Activity
from ..practice.entries import Severity
from .logged import entry_options, opened_log, say
from .options import Amount


def _add(configuration: Configuration, athlete: str | None, at: str | None, kind: str, **values: Any) -> None:
    with opened_log(configuration, athlete, kind) as log_of:
        say("logged", log_of.add(kind, values, at))


@click.command()
@click.argument("hours", type=Amount(0, 24))
@entry_options
def sleep(hours: float, athlete: str | None, at: str | None, configuration: Configuration) -> None:
    """A night's sleep, in hours; it counts for the day of waking up."""
    _add(configuration, athlete, at, "sleep", hours=hours)


@click.command()
@click.argument("minutes", type=Amount(1, 360))
@entry_options
def nap(minutes: float, athlete: str | None, at: str | None, configuration: Configuration) -> None:
    """A nap, in minutes."""
    _add(configuration, athlete, at, "nap", minutes=minutes)


@click.command()
@click.argument("ml", type=Amount(1, 5000), required=False)
@entry_options
def water(ml: float | None, athlete: str | None, at: str | None, configuration: Configuration) -> None:
    """Something drunk, in ml; a glass (practice.water.glass_ml) by default."""
    amount = configuration.practice.water.glass_ml if ml is None else ml
    _add(configuration, athlete, at, "water", ml=float(amount))


@click.command()
@click.argument("name")
@entry_options
def supplement(name: str, athlete: str | None, at: str | None, configuration: Configuration) -> None:
    """A supplement that was taken, by its name."""
    _add(configuration, athlete, at, "supplement", name=name)


@click.command()
@click.argument("what", required=False, default="")
@click.option(
    "--severity",
    type=click.Choice([severity.value for severity in Severity]),
    required=True,
    help="How bad it was.",
)
@entry_options
def symptom(
    what: str, severity: str, athlete: str | None, at: str | None, configuration: Configuration
) -> None:
    """Something the body said, such as `talkpace log symptom cramps --severity mild`.

    For three days the ceiling is lower then, and rest is suggested. talkpace makes no diagnosis: if
    something feels wrong, ask a physician.
    """
    _add(configuration, athlete, at, "symptom", severity=severity, what=what)


@click.command()
@click.argument("kind", type=click.Choice([kind.value for kind in Activity]))
@click.argument("minutes", type=Amount(1, 1440))
@click.option("--hard", is_flag=True, help="It was too hard to talk.")
@entry_options
def activity(
    kind: str, minutes: float, hard: bool, athlete: str | None, at: str | None, configuration: Configuration
) -> None:
    """An activity without a strap: cardio, strength, mindful or recovery, and its minutes."""
    _add(configuration, athlete, at, "activity", activity=kind, minutes=minutes, hard=hard)


@click.command()
@click.option("--heat", is_flag=True, help="It was hot.")
@click.option("--little-fluid", is_flag=True, help="Little was drunk.")
@click.option("--anti-inflammatory", is_flag=True, help="An anti-inflammatory drug was taken.")
@entry_options
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


@click.command()
@click.argument("text")
@entry_options
def note(text: str, athlete: str | None, at: str | None, configuration: Configuration) -> None:
    """Anything else, in your own words."""
    _add(configuration, athlete, at, "note", text=text)


COMMANDS = (sleep, nap, water, supplement, symptom, activity, context, note)
