"""`talkpace guest`: somebody who trains here today."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from ..errors import DaemonRefusedError
from ..text import printable
from .options import config_option

if TYPE_CHECKING:
    from ..config.model import Configuration

_KEYS = ("max_heart_rate", "birth_year")


@click.group()
def guest() -> None:
    """Let a guest train today."""


@guest.command()
@click.argument("name")
@click.argument("assignments", nargs=-1, metavar="KEY=VALUE...")
@click.option("--strap", metavar="ADDRESS", help="Strap that the guest wears today; see `talkpace straps`.")
@config_option
def add(name: str, assignments: tuple[str, ...], strap: str | None, configuration: Configuration) -> None:
    """Add a guest for today, with max_heart_rate (bpm) or birth_year where known.

    Example: talkpace guest add Carla birth_year=1990 --strap A0:9E:1A:00:00:01

    Without either, a maximum of 166 bpm is assumed, which is the estimate for 60 years: give the year of
    birth of an older guest. What is recorded of a guest is deleted a week later.
    """
    from .daemon_client import connect_daemon

    params: dict[str, Any] = {"name": name, **_parse(assignments)}
    if strap is not None:
        params["address"] = strap
    with connect_daemon(configuration) as daemon:
        try:
            added = daemon.call("guests.add", **params)
        except DaemonRefusedError as error:
            raise click.UsageError(str(error)) from None
    until = datetime.fromisoformat(added["until"]).astimezone()
    click.echo(
        f"{printable(added['name'])} is {added['athlete']} until {until:%Y-%m-%d %H:%M};"
        f" maximum {added['max_heart_rate']:g} bpm ({added['max_heart_rate_source']})"
    )


def _parse(assignments: tuple[str, ...]) -> dict[str, float]:
    values: dict[str, float] = {}
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        try:
            number = float(text)
        except ValueError:
            equals = ""
        if not equals or key not in _KEYS:
            raise click.BadParameter(
                f"{assignment!r} is not KEY=NUMBER with a key of {', '.join(_KEYS)}", param_hint="'KEY=VALUE'"
            )
        values[key] = number
    return values
