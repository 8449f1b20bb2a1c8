"""The part that all readers share: rows become notifications, and what is left out is counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

from ..measurement.heart_rate_payload import MAX_PAYLOAD_BYTES, encode
from ..sources.events import Notification, StrapInfo
from .row_order import put_in_order
from .text_values import TimeColumn

HIGHEST_BPM = 0xFFFF
LOWEST_BPM = 20
"""lower values in a file are no heart rate"""
_NO_HEART_RATE = (0xFF, 0xFFFF)
MAX_RR_MS = 63_999.5
"""above the largest interval in 16 bits of 1/1024 s, by less than its rounding in a text"""
MOST_RR = (MAX_PAYLOAD_BYTES - 3) // 2
"""RR intervals in one notification"""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class RowProblem(StrEnum):
    """What can be wrong with a row."""

    TIME = "row skipped, its time cannot be parsed"
    BACKWARDS = "row skipped, its time is before that of the row above"
    SHORT = "row skipped, it has too few columns"
    HEART_RATE = "row skipped, its heart rate is not a number from 0 to 65535"
    NOT_HEX = "row skipped, it is not seconds, a comma and bytes in hex"
    IMPLAUSIBLE = "row skipped, its heart rate is below 20 bpm, or a value that stands for none (255, 65535)"
    ZERO = "row without a heart rate: 0 bpm"
    FRACTION = "heart rate with a fraction, rounded"
    RR_RANGE = "RR interval dropped, it is not a number from 0 to 63999 ms"
    RR_MANY = "RR interval dropped, more than a notification holds"
    RR_ALONE = "RR interval dropped, its row has no heart rate"


class ProblemLog:
    """The problems of a recording: those of the file, and those of rows counted by kind."""

    def __init__(self) -> None:
        self.incomplete = False
        """whether the rest of the file could not be read"""
        self._file_problems: list[str] = []
        self._row_problems: dict[RowProblem, tuple[int, str]] = {}

    def add_file_problem(self, text: str) -> None:
        """Add a problem of the whole file."""
        self._file_problems.append(text)

    def stop_reading(self, reason: str) -> None:
        """Add the reason why the rest of the file cannot be read."""
        self.incomplete = True
        self.add_file_problem(reason)

    def add_row_problem(self, problem: RowProblem, row: str) -> None:
        """Count a problem of one row, given as `line 12`."""
        count, first = self._row_problems.get(problem, (0, row))
        self._row_problems[problem] = (count + 1, first)

    def lines(self) -> list[str]:
        """One line for each kind of problem, with the first row that has it."""
        rows = [
            f"{problem}: {first}" if count == 1 else f"{problem}: {count} times, first in {first}"
            for problem, (count, first) in self._row_problems.items()
        ]
        return self._file_problems + rows


@dataclass(frozen=True, slots=True)
class Part:
    """A session within a file: Unix time (ms) of its start, and the names of its sport."""

    start_ms: int
    sports: tuple[str, ...]


class RowConverter:
    """Turns the rows of one pass over a recording into notifications.

    Row times are ms on the file's own scale; they count as Unix time where `dated` is set.
    """

    def __init__(self, strap: StrapInfo) -> None:
        self.strap = strap
        self.row_name = "row"
        """what a row is called in this format, such as `line`"""
        self.dated = False
        self.measurements = 0
        """rows that became notifications"""
        self.skipped = 0
        self.problems = ProblemLog()
        self.sports: tuple[str, ...] = ()
        """the file's names of the sport, most specific first, in lower case"""
        self.has_holds = False
        """whether the file says how long each value holds"""
        self.parts: list[Part] = []
        """the sessions that the file tells apart, without the first"""
        self.sequential = False
        """whether the format is written while it is measured"""
        self.part_starts: list[int] = []
        """of laps, tracks and activities: how many measurements came before each"""
        self._address = strap.address
        self._first_ms: int | None = None
        self._payloads: dict[float, bytes] = {}
        """of heart rates without RR intervals"""

    def set_device(self, name: str | None, manufacturer: str | None = None, model: str | None = None) -> None:
        """Set the device that recorded the file; without a name the present one stays."""
        self.strap = replace(self.strap, name=name or self.strap.name, manufacturer=manufacturer, model=model)

    def use_dates(self, times: TimeColumn) -> None:
        """Take row times as Unix time; report a UTC offset that had to be assumed."""
        self.dated = True
        if times.assumed_offset is not None:
            local = timezone(times.assumed_offset).tzname(None)
            self.problems.add_file_problem(f"times without an offset, taken as local time ({local})")

    @property
    def start(self) -> datetime | None:
        """Date of the first row; None before it, and where the file has only relative times."""
        if self._first_ms is None or not self.dated:
            return None
        return _EPOCH + timedelta(milliseconds=self._first_ms)

    def report(self, row: int, problem: RowProblem) -> None:
        """Count a problem of a row that is used all the same."""
        self.problems.add_row_problem(problem, f"{self.row_name} {row}")

    def skip(self, row: int, problem: RowProblem) -> None:
        """Leave out a row because of a problem."""
        self.skipped += 1
        self.report(row, problem)

    def elapsed_ms(self, time_ms: int) -> int:
        """Return the time since the first row, below 0 where it is earlier."""
        if self._first_ms is None:
            self._first_ms = time_ms
        return time_ms - self._first_ms

    def begin_part(self) -> None:
        """Note that a lap, track or activity begins: it may be earlier than the rows before it."""
        self.part_starts.append(self.measurements)

    def put_in_order(self, notifications: list[Notification]) -> list[Notification]:
        """Return notifications in order of time, counted from the first; report what had to be done."""
        in_order, problems = put_in_order(notifications, self.part_starts, sequential=self.sequential)
        for problem in problems:
            self.problems.add_file_problem(problem)
        dropped = len(notifications) - len(in_order)
        self.measurements -= dropped
        self.skipped += dropped
        earliest_ms = min(in_order[0].at_ms, 0) if in_order else 0
        if problems and in_order and in_order[0] is not notifications[0]:
            earliest_ms = in_order[0].at_ms
        if not earliest_ms or self._first_ms is None:
            return in_order
        self._first_ms += earliest_ms
        return [row._replace(at_ms=row.at_ms - earliest_ms) for row in in_order]

    def drop_unordered(self, notifications: Iterable[Notification], last_ms: int) -> Iterator[Notification]:
        """Yield what follows the rows that were put in order, but for what is earlier than `last_ms`."""
        for notification in notifications:
            at_ms = notification.at_ms
            if at_ms < last_ms:
                self.measurements -= 1
                self.skip(self.measurements + self.skipped, RowProblem.BACKWARDS)
                continue
            last_ms = at_ms
            yield notification

    def raw_notification(self, at_ms: int, payload: bytes) -> Notification:
        """Return the notification of a payload, unchanged."""
        self.measurements += 1
        return Notification(at_ms, self._address, payload)

    def notification(
        self, row: int, time_ms: int, heart_rate: float | None, rr_ms: Sequence[float] = ()
    ) -> Notification | None:
        """Return the notification of a row; None where the row is skipped.

        `heart_rate` (bpm) is None or 0 where the row has none; NaN stands for what is no number, also in
        `rr_ms`.
        """
        if self._first_ms is None:
            self._first_ms = time_ms
        at_ms = time_ms - self._first_ms
        if not heart_rate:
            self.skipped += 1
            if heart_rate is not None:
                self.report(row, RowProblem.ZERO)
            for _ in rr_ms:
                self.report(row, RowProblem.RR_ALONE)
            return None
        payload = None if rr_ms else self._payloads.get(heart_rate)
        if payload is None:
            payload = self._encode(row, heart_rate, rr_ms)
        return None if payload is None else self.raw_notification(at_ms, payload)

    def _encode(self, row: int, heart_rate: float, rr_ms: Sequence[float]) -> bytes | None:
        if not 0 <= heart_rate <= HIGHEST_BPM:
            self.skip(row, RowProblem.HEART_RATE)
            return None
        rounded = int(heart_rate + 0.5)
        if rounded != heart_rate:
            self.report(row, RowProblem.FRACTION)
        if rounded < LOWEST_BPM or rounded in _NO_HEART_RATE:
            self.skip(row, RowProblem.IMPLAUSIBLE)
            return None
        if not rr_ms:
            payload = self._payloads[rounded] = encode(rounded)
            return payload
        in_range = [rr for rr in rr_ms if 0 <= rr <= MAX_RR_MS]
        if len(in_range) < len(rr_ms) or len(in_range) > MOST_RR:
            for _ in range(len(rr_ms) - len(in_range)):
                self.report(row, RowProblem.RR_RANGE)
            for _ in in_range[MOST_RR:]:
                self.report(row, RowProblem.RR_MANY)
            del in_range[MOST_RR:]
        return encode(rounded, rr_ms=in_range)
