"""Printing: tables and colours on a terminal, plain text in a pipe, one JSON document where asked."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

_PIPE_WIDTH = 200


class OutputClosedError(Exception):
    """Nobody reads any more what is printed, as in `talkpace … | head`."""


def print_json(document: Any) -> None:
    """One JSON document on standard output, escaped where that cannot hold every character."""
    escaped = "utf" not in sys.stdout.encoding.lower()
    click.echo(json.dumps(document, ensure_ascii=escaped, indent=2 if sys.stdout.isatty() else None))


def print_bytes(content: bytes) -> None:
    """A file's content on standard output, whatever letters that can hold."""
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def console(*, stderr: bool = False) -> Console:
    """Rich's console; in a pipe without colours and wide enough not to break lines.

    It takes text as it is: what looks like markup in the name of a strap or a file stays a name.
    Printing raises OutputClosedError where nobody reads.
    """
    from rich.console import Console

    class Screen(Console):
        def on_broken_pipe(self) -> None:
            # Rich would end the process here, in the midst of whichever task prints.
            raise OutputClosedError from None

    stream = sys.stderr if stderr else sys.stdout
    return Screen(
        file=stream,
        highlight=False,
        markup=False,
        emoji=False,
        width=None if stream.isatty() else _PIPE_WIDTH,
    )


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, shrink: str | None = None, gap: int = 2
) -> None:
    """A table without lines around it; on a narrow terminal the column `shrink` gives way first."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, gap, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=column != shrink, overflow="ellipsis")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    console().print(table)


def note(text: str) -> None:
    """A remark of one line, on standard error."""
    click.echo(printable(text), err=True)


def printable(text: str) -> str:
    """Without what would steer a terminal: straps and files are named by strangers."""
    return "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text
    )


def clock_time(seconds: float) -> str:
    """Seconds as h:mm:ss or m:ss."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
