"""`talkpace nap`: the nap timer."""

from __future__ import annotations

from datetime import datetime

import click

from ..config.model import Configuration
from ..errors import ConfigurationError
from ..practice.nap import LONGEST_MIN, SHORTEST_MIN
from .asking import must_have, tell
from .options import config_option, json_option
from .output import print_json
from .whose import chosen_athlete


@click.command()
@click.argument("minutes", required=False)
@click.option("--athlete", metavar="ID", help="Who sleeps; the only one by default.")
@config_option
@json_option
def nap(minutes: str | None, athlete: str | None, configuration: Configuration, as_json: bool) -> None:
    """Sleep for MINUTES, 20 to 30 (25 by default); `talkpace nap stop` ends it, and stops the waking.

    The daemon wakes by the buzzer, gently at first and then more and more, for five minutes at most.
    It does so in quiet hours too, as it was asked to; muting while it calls is an answer. It survives
    a restart, and the nap is logged.
    """
    must_have(configuration, "nap")
    if minutes in {"stop", "cancel"}:
        argument: object = "stop"
    elif minutes is None:
        argument = configuration.practice.nap.minutes
    else:
        argument = _minutes(minutes)
    who = chosen_athlete(configuration, athlete)
    says = tell(configuration, who, "nap", argument)
    if as_json:
        print_json(says)
    elif says["state"] == "idle":
        click.echo(f"{who} is awake")
    else:
        click.echo(f"{who} sleeps until {datetime.fromisoformat(says['until']):%H:%M}")


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not SHORTEST_MIN <= minutes <= LONGEST_MIN:
        raise ConfigurationError(f"{text!r}: a nap is {SHORTEST_MIN:g} to {LONGEST_MIN:g} minutes, or stop")
    return minutes
