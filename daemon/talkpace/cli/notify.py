"""`talkpace notify`: try the addresses that notifications are sent to."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from ..errors import ConfigurationError
from ..text import printable
from .options import config_option, json_option
from .output import console, print_json

if TYPE_CHECKING:
    from ..config.model import Configuration
    from ..notifications.destination import Destination
    from ..notifications.outcome import Outcome


@dataclass(frozen=True)
class _Attempt:
    name: str
    problem: str | None
    """None where the message was accepted"""


@click.group()
def notify() -> None:
    """Try the addresses of [[notify]], which get summaries and faults."""


@notify.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@config_option
@json_option
def test(names: tuple[str, ...], configuration: Configuration, as_json: bool) -> None:
    """Send one message to each address, or to those of these NAMEs, and say what came of it.

    The daemon need not run. The exit code is 1 where a message was not accepted.

    Example: sudo talkpace notify test
    """
    from ..notifications.destination import read_destinations

    configured = {one.name: one for one in configuration.notify}
    if not configured:
        raise ConfigurationError("no address is configured: add a [[notify]] table (docs/notifications.md)")
    if unknown := [name for name in names if name not in configured]:
        raise ConfigurationError(f"[[notify]] has no {unknown[0]!r}: use one of {', '.join(configured)}")
    chosen = [one for name, one in configured.items() if name in (names or configured)]
    usable, problems = read_destinations(chosen, os.environ)
    attempts = asyncio.run(_send_all(usable, configuration.node.id))
    if as_json:
        addresses = [{"name": one.name, "ok": one.problem is None, "error": one.problem} for one in attempts]
        print_json({"addresses": addresses, "problems": problems})
    else:
        _print(attempts, problems)
    if problems or any(one.problem for one in attempts):
        raise click.exceptions.Exit(1)


async def _send_all(destinations: list[Destination], node: str) -> list[_Attempt]:
    """Send to one after the other."""
    from ..notifications.outcome import Result
    from ..notifications.sender import send

    attempts = []
    for one in destinations:
        text = one.texts.test(node)
        outcome: Outcome = await send(one.address, text.title, text.text)
        attempts.append(_Attempt(one.name, None if outcome.result is Result.SENT else outcome.reason))
    return attempts


def _print(attempts: list[_Attempt], problems: list[str]) -> None:
    from rich.text import Text

    screen = console()
    lines = [(one.problem is None, f"{one.name}: {one.problem or 'accepted'}") for one in attempts]
    for ok, line in [*lines, *((False, problem) for problem in problems)]:
        screen.print(Text("ok   ", "green") if ok else Text("wrong", "bold red"), printable(line))
    if any(ok for ok, _ in lines):
        screen.print("Look at the phone: whether it has arrived there is known there only.")
