"""A recording of any format as notifications: the same bytes that a strap would have sent."""

from __future__ import annotations

import stat
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from operator import length_hint
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO

from ..errors import RecordingError
from ..measurement.heart_rate_payload import HeartRatePayload, decode
from ..sources.events import Notification, StrapInfo
from ..text import printable
from .capture import read_capture
from .content import HEAD_BYTES, inner_suffix, open_content
from .csv_file import read_csv
from .detection import Format, detect_format, lacks_heart_rate
from .holds import with_holds
from .row_order import MOST_ROWS
from .rows import LOWEST_BPM, RowConverter
from .text_values import unix_ms

_Reader = Callable[[BinaryIO, RowConverter], Iterator[Notification]]


def open_recording(path: Path) -> Recording:
    """Detect a file's format and read it, up to 400,000 rows.

    Raises RecordingError, in one line, where it cannot be read, is no recording, or has no heart rate.
    """
    name = printable(path.name)
    try:
        recording = _detect(path, name)
    except OSError as error:
        raise RecordingError(f"{name}: cannot be read: {error.strerror}") from None
    recording.probe()
    return recording


def _detect(path: Path, name: str) -> Recording:
    if "\0" in str(path):
        raise RecordingError(f"{name}: a file name cannot contain a NUL character")
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        kind = "a directory" if stat.S_ISDIR(status.st_mode) else "not a regular file"
        raise RecordingError(f"{name}: is {kind}")
    if status.st_size == 0:
        raise RecordingError(f"{name}: is empty")
    with open_content(path) as file:
        head = file.read(HEAD_BYTES)
        size_bytes = file.seek(0, SEEK_END)
        format_ = detect_format(head, inner_suffix(path))
        device, sport = _read_tcx_tail(file, size_bytes) if format_ is Format.TCX else (None, None)
    if format_ is None and lacks_heart_rate(head):
        raise RecordingError(f"{name}: a table without a heart-rate column (heart_rate, hr or bpm)")
    if format_ is None:
        raise RecordingError(f"{name}: is not a recording (FIT, TCX, GPX, CSV with a header, or raw capture)")
    recording = Recording(path, format_, StrapInfo(f"file:{name}", device or name), size_bytes)
    if sport is not None:
        recording.sports = (sport,)
    return recording


class Recording:
    """A file of measurements. Each iteration reads it from its beginning.

    Counts and problems are those of the latest iteration, and complete once that has ended.
    """

    def __init__(self, path: Path, format_: Format, strap: StrapInfo, size_bytes: int) -> None:
        self.path = path
        self.format = format_
        self.strap = strap
        self.size_bytes = size_bytes
        self.start: datetime | None = None
        """date of `at_ms` 0; None where the file has only relative times"""
        self.sports: tuple[str, ...] = ()
        """the file's names of the sport, most specific first"""
        self._reader = _reader(format_)
        self._rows = RowConverter(strap)
        self._first_pass: _Pass | None = None
        self._remaining: Iterator[Notification] = iter(())
        self._count = 0

    def probe(self) -> None:
        """Read the file, to set `strap` and `start`. Raises RecordingError without a single heart rate.

        What was read is used by the first iteration, where it is the whole file.
        """
        with ExitStack() as opened:
            first_pass = self._read(opened)
        rows = self._rows = first_pass.rows
        if not any(_has_heart_rate(notification.payload) for notification in first_pass.in_order):
            reasons = "; ".join(self.problems)
            raise RecordingError(
                f"{printable(self.path.name)}: a {self.format} file without a single heart rate"
                + (f" ({reasons})" if reasons else "")
            )
        self.strap, self.start = rows.strap, rows.start
        self.sports = self.sports or rows.sports
        self._first_pass = first_pass if first_pass.is_whole else None

    def __iter__(self) -> Iterator[Notification]:
        return self.notifications()

    def notifications(self) -> Generator[Notification, None, None]:
        """Yield every measurement, in order of time; `at_ms` counts from the earliest row.

        Raises RecordingError where the file can no longer be opened; what goes wrong later is a problem.
        """
        with ExitStack() as opened:
            current, self._first_pass = self._first_pass or self._read(opened), None
            self._rows = current.rows
            self._count, self._remaining = len(current.in_order), iter(current.in_order)
            yield from self._with_holds(chain(self._remaining, _rest(current)))

    def _read(self, opened: ExitStack) -> _Pass:
        rows = RowConverter(self.strap)
        try:
            file = opened.enter_context(open_content(self.path))
        except OSError as error:
            raise RecordingError(f"{printable(self.path.name)}: cannot be read: {error.strerror}") from None
        rest = _until_failure(self._reader(file, rows), rows)
        notifications = list(islice(rest, MOST_ROWS))
        is_whole = len(notifications) < MOST_ROWS
        return _Pass(rows, rows.put_in_order(notifications), rest, is_whole)

    def _with_holds(self, notifications: Iterable[Notification]) -> Iterator[Notification]:
        if self.format is Format.CAPTURE:
            return iter(notifications)  # of a live strap
        return with_holds(notifications, by_cadence=self.format is Format.CSV and not self._rows.has_holds)

    @property
    def parts(self) -> list[tuple[int, tuple[str, ...]]]:
        """Start (`at_ms`) and sports of each session that the file tells apart, but for the first."""
        if self.start is None:
            return []
        start_ms = unix_ms(self.start)
        return [(part.start_ms - start_ms, part.sports) for part in self._rows.parts]

    @property
    def measurements(self) -> int:
        """How many rows became notifications."""
        return self._rows.measurements

    @property
    def skipped(self) -> int:
        """How many rows did not, mostly because they have no heart rate."""
        return self._rows.skipped

    @property
    def problems(self) -> list[str]:
        """One line for each kind of problem."""
        return self._rows.problems.lines()

    @property
    def incomplete(self) -> bool:
        """Whether the rest of the file could not be read."""
        return self._rows.problems.incomplete

    @property
    def position_bytes(self) -> int:
        """How far into the file the latest iteration is, as far as it can be told."""
        if not self._count:
            return 0
        return self.size_bytes - self.size_bytes * length_hint(self._remaining) // self._count


@dataclass(frozen=True, slots=True)
class _Pass:
    """One reading of a file: as many rows as are put in order, and what follows."""

    rows: RowConverter
    in_order: list[Notification]
    rest: Iterator[Notification]
    is_whole: bool


def _rest(current: _Pass) -> Iterator[Notification]:
    if not current.is_whole:
        last_ms = current.in_order[-1].at_ms
        yield from _until_failure(current.rows.drop_unordered(current.rest, last_ms), current.rows)


def _until_failure(notifications: Iterable[Notification], rows: RowConverter) -> Iterator[Notification]:
    try:
        yield from notifications
    except OSError as error:
        rows.problems.stop_reading(f"reading failed, what could be read is used: {error.strerror}")


def _reader(format_: Format) -> _Reader:
    match format_:
        case Format.CSV:
            return read_csv
        case Format.CAPTURE:
            return read_capture
        case Format.FIT:
            from .fit.recording import read_fit  # noqa: PLC0415 - fitdecode is slow to import

            return read_fit
        case Format.TCX:
            from .tcx import read_tcx  # noqa: PLC0415 - the XML parser is slow to import

            return read_tcx
        case Format.GPX:
            from .gpx import read_gpx  # noqa: PLC0415 - the XML parser is slow to import

            return read_gpx


def _read_tcx_tail(file: BinaryIO, size_bytes: int) -> tuple[str | None, str | None]:
    from .tcx import read_tcx_tail  # noqa: PLC0415 - see _reader

    return read_tcx_tail(file, size_bytes)


def _has_heart_rate(payload: bytes) -> bool:
    decoded = decode(payload)
    return isinstance(decoded, HeartRatePayload) and decoded.heart_rate >= LOWEST_BPM
