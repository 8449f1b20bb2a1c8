"""A recording as a source of beats: the same bytes a strap would have sent."""

from __future__ import annotations

import stat
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from ...errors import RecordingError
from ...measurement.payload import HeartRatePayload, decode
from ..door import Notification, StrapInfo
from .capture import read_capture
from .delimited import read_delimited
from .formats import HEAD_BYTES, Format, lacks_heart_rate, recognise
from .reading import Reading

_Reader = Callable[[BinaryIO, Reading], Iterator[Notification]]


def open_recording(path: Path) -> Recording:
    """Recognise a file and read on to its first heart rate.

    Raises RecordingError, in one line, for what cannot be read, is no recording, or holds no heart rate.
    """
    name = _printable(path.name)
    try:
        recording = _recognised(path, name)
    except OSError as error:
        raise RecordingError(f"{name}: cannot be read: {error.strerror}") from None
    recording.look_ahead()
    return recording


def _recognised(path: Path, name: str) -> Recording:
    if "\0" in str(path):
        raise RecordingError(f"{name}: no file can have that name")
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        kind = "a directory" if stat.S_ISDIR(found.st_mode) else "no ordinary file"
        raise RecordingError(f"{name}: is {kind}")
    if found.st_size == 0:
        raise RecordingError(f"{name}: is empty")
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        format_ = recognise(head, path.suffix)
        device, sport = _end_of_tcx(file, found.st_size) if format_ is Format.TCX else (None, None)
    if format_ is None and lacks_heart_rate(head):
        raise RecordingError(f"{name}: a table without a heart-rate column (heart_rate, hr or bpm)")
    if format_ is None:
        raise RecordingError(f"{name}: is no recording (FIT, TCX, GPX, CSV with a header, or raw capture)")
    recording = Recording(path, format_, StrapInfo(f"file:{name}", device or name), found.st_size)
    if sport is not None:
        recording.sports = (sport,)
    return recording


class Recording:
    """A file of measurements. It can be iterated again and again, each time from its beginning.

    Counts and problems are those of the latest iteration, complete when it is.
    """

    def __init__(self, path: Path, format_: Format, strap: StrapInfo, size_bytes: int) -> None:
        self.path = path
        self.format = format_
        self.strap = strap
        self.size_bytes = size_bytes
        self.start: datetime | None = None
        """date of `at_ms` 0; None where the file has only relative times"""
        self.sports: tuple[str, ...] = ()
        """what the file calls that which was trained, where it says so before its first heart rate"""
        self._reader = _reader(format_)
        self._reading = Reading(strap)
        self._file: BinaryIO | None = None

    def look_ahead(self) -> None:
        """Read on to the first heart rate, for strap and start. Raises RecordingError where there is none."""
        with closing(self.notifications()) as notifications:
            found = any(_has_heart_rate(notification.payload) for notification in notifications)
        if not found:
            reasons = "; ".join(self.problems)
            raise RecordingError(
                f"{_printable(self.path.name)}: a {self.format} file without a single heart rate"
                + (f" ({reasons})" if reasons else "")
            )
        self.strap, self.start = self._reading.strap, self._reading.start
        self.sports = self.sports or self._reading.sports
        self._reading = Reading(self.strap)
        self._file = None

    def __iter__(self) -> Iterator[Notification]:
        return self.notifications()

    def notifications(self) -> Generator[Notification, None, None]:
        """Every measurement from the file's beginning, in order of time, in ms since its first row.

        Raises RecordingError where the file can no longer be opened; what goes wrong later is a problem.
        """
        self._reading = reading = Reading(self.strap)
        try:
            file = self.path.open("rb")
        except OSError as error:
            raise RecordingError(f"{_printable(self.path.name)}: cannot be read: {error.strerror}") from None
        with file:
            self._file = file
            try:
                yield from self._reader(file, reading)
            except OSError as error:
                reading.problems.ends_early(f"reading stopped, what came before is used: {error.strerror}")

    @property
    def measurements(self) -> int:
        """Rows let through."""
        return self._reading.measurements

    @property
    def skipped(self) -> int:
        """Rows that were not, most of them for want of a heart rate."""
        return self._reading.skipped

    @property
    def problems(self) -> list[str]:
        """What was wrong, one line a kind."""
        return self._reading.problems.lines()

    @property
    def broken(self) -> bool:
        """Whether the rest of the file could not be read."""
        return self._reading.problems.broken

    @property
    def position_bytes(self) -> int:
        """How far into the file the latest iteration is."""
        if self._file is None:
            return 0
        return self.size_bytes if self._file.closed else self._file.tell()


def _reader(format_: Format) -> _Reader:
    match format_:
        case Format.CSV:
            return read_delimited
        case Format.CAPTURE:
            return read_capture
        case Format.FIT:
            from .fit import read_fit  # noqa: PLC0415 - the decoder's profile takes long to load

            return read_fit
        case Format.TCX | Format.GPX:
            from .trackpoints import read_trackpoints  # noqa: PLC0415 - as above, for XML

            return read_trackpoints


def _end_of_tcx(file: BinaryIO, size_bytes: int) -> tuple[str | None, str | None]:
    from .trackpoints import end_of_tcx  # noqa: PLC0415 - see _reader

    return end_of_tcx(file, size_bytes)


def _has_heart_rate(payload: bytes) -> bool:
    said = decode(payload)
    return isinstance(said, HeartRatePayload) and said.heart_rate > 0


def _printable(name: str) -> str:
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name)
