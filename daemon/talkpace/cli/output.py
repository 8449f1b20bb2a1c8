"""Print tables, JSON and remarks, and write private files."""

from __future__ import annotations

import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from ..errors import FileError
from ..text import printable

if TYPE_CHECKING:
    from rich.console import Console

STDOUT = Path("-")
"""the file name that stands for standard output"""
_PIPE_WIDTH = 200


class OutputClosedError(Exception):
    """The reader of standard output has gone, as in `talkpace … | head`."""


def print_json(document: Any) -> None:
    """Print one JSON document; escape what the encoding of standard output lacks."""
    escaped = "utf" not in sys.stdout.encoding.lower()
    click.echo(json.dumps(document, ensure_ascii=escaped, indent=2 if sys.stdout.isatty() else None))


def print_bytes(content: bytes) -> None:
    """Write a file's content to standard output, whatever its encoding."""
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def console(*, stderr: bool = False) -> Console:
    """Return rich's console; in a pipe without colours and 200 columns wide.

    Text is printed literally: no markup, no emoji codes. Printing raises OutputClosedError where the
    reader has gone.
    """
    from rich.console import Console

    class PipeConsole(Console):
        def on_broken_pipe(self) -> None:
            # Rich would end the process here, from whichever task prints.
            raise OutputClosedError from None

    stream = sys.stderr if stderr else sys.stdout
    return PipeConsole(
        file=stream,
        highlight=False,
        markup=False,
        emoji=False,
        width=None if stream.isatty() else _PIPE_WIDTH,
    )


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[str]], *, shrink: str | None = None, gap: int = 2
) -> None:
    """Print a table without borders; on a narrow terminal the column `shrink` is cut first."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, gap, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=column != shrink, overflow="ellipsis")
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    console().print(table)


def note(text: str) -> None:
    """Print a one-line remark on standard error."""
    click.echo(printable(text), err=True)


def clock_time(seconds: float) -> str:
    """Format seconds as h:mm:ss or m:ss."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@contextmanager
def private_file(path: Path, *, replace: bool) -> Iterator[BinaryIO]:
    """Write a file of mode 0600 that gets its name once all of it is on disk.

    Raises click.UsageError where `path` is a link or not a regular file: a link is neither replaced nor
    followed. Raises FileError where the file exists and `replace` is false, or cannot be written.
    """
    name = printable(str(path))
    try:
        _check_target(path, name, replace=replace)
        handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".talkpace-")
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            _check_target(path, name, replace=replace)  # writing may have taken a while
            Path(unfinished).replace(path)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FileError(f"{name}: cannot write: {error.strerror or error}") from None


def _check_target(path: Path, name: str, *, replace: bool) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISLNK(mode):
        raise click.UsageError(f"{name} is a symbolic link; give the path of the file itself")
    if not stat.S_ISREG(mode):
        raise click.UsageError(f"{name} is not a regular file; give another path")
    if not replace:
        raise FileError(f"{name} exists; use --force to replace it")
