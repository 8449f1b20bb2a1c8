"""`talkpace log`: sleep, water, symptoms and the rest, written down, corrected, exported."""

from __future__ import annotations

import click

from . import log_corrections, log_entries, log_listing


@click.group()
def log() -> None:
    """Write down sleep, water, symptoms and what else belongs to the practice.

    It counts for the only athlete there is, or the one named by --athlete, and for now, or --at:
    07:30, "2026-11-24 07:30", or RFC 3339.
    """


for command in (*log_entries.COMMANDS, *log_corrections.COMMANDS, *log_listing.COMMANDS):
    log.add_command(command)
