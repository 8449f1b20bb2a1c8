"""`talkpace doctor`: check everything that the daemon needs."""

from __future__ import annotations

import asyncio
import os
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from ..text import printable
from .options import config_option, json_option
from .output import console, print_json

if TYPE_CHECKING:
    from ..config.model import Configuration


@click.command()
@config_option
@json_option
def doctor(configuration: Configuration, as_json: bool) -> None:
    """Check whatever the daemon needs or is set up to use, and say what to do.

    Athletes, Bluetooth, straps, GPIO, speaker, broker, lamps, notifications, database, clock and the daemon.

    The exit code is 1 where a check failed.
    """
    from rich.text import Text

    from ..service.doctor import check_all

    findings = asyncio.run(check_all(configuration, os.environ))
    if as_json:
        print_json({"ok": all(one.ok for one in findings), "findings": [asdict(one) for one in findings]})
    else:
        screen = console()
        for one in findings:
            mark = Text("ok   ", "green") if one.ok else Text("wrong", "bold red")
            screen.print(mark, printable(f"{one.check}: {one.detail}"))
            if one.remedy:
                screen.print(printable(f"      → {one.remedy}"), style="yellow")
    if not all(one.ok for one in findings):
        raise click.exceptions.Exit(1)
