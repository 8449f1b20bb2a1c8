"""One pass over a recording: rows go in, notifications come out, and what was left out is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from ...measurement.payload import LONGEST_PAYLOAD, encode
from ..door import Notification, StrapInfo
from .problems import Problem, Problems
from .values import TimeColumn

HIGHEST_BPM = 0xFFFF
LONGEST_RR_MS = 63_999
"""what 16 bits of 1/1024 s hold"""
MOST_RR = (LONGEST_PAYLOAD - 3) // 2

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Reading:
    """What the readers of all formats have in common.

    Times are in ms on whatever scale the file has; `dated` says that they are of the Unix epoch.
    """

    def __init__(self, strap: StrapInfo) -> None:
        self.strap = strap
        self.row_name = "row"
        self.dated = False
        self.measurements = 0
        self.skipped = 0
        self.problems = Problems()
        self.sports: tuple[str, ...] = ()
        """what the file calls that which was trained, most telling first; as it is written, in lower case"""
        self._address = strap.address
        self._first_ms: int | None = None
        self._last_ms = 0
        self._without_rr: dict[float, bytes] = {}

    def describe(self, name: str | None, manufacturer: str | None = None, model: str | None = None) -> None:
        """Note what the file says of the device that wrote it."""
        name = name or self.strap.name
        self.strap = replace(self.strap, name=name, manufacturer=manufacturer, model=model)

    def dates_by(self, times: TimeColumn) -> None:
        """Note that times are dates, and what offset was assumed for them."""
        self.dated = True
        if times.assumed_offset is not None:
            local = timezone(times.assumed_offset).tzname(None)
            self.problems.of_file(f"times without an offset, taken as local time ({local})")

    @property
    def start(self) -> datetime | None:
        """The date of the first row; None before it, and where the file has only relative times."""
        if self._first_ms is None or not self.dated:
            return None
        return _EPOCH + timedelta(milliseconds=self._first_ms)

    def note(self, row: int, problem: Problem) -> None:
        """Note what is wrong with a row of which something is used all the same."""
        self.problems.of_row(problem, f"{self.row_name} {row}")

    def skip(self, row: int, problem: Problem) -> None:
        """Leave out a row, and say why."""
        self.skipped += 1
        self.note(row, problem)

    def at_ms(self, row: int, time_ms: int) -> int | None:
        """Time since the first row; None, and the row is skipped, where time runs backwards."""
        if self._first_ms is None:
            self._first_ms = time_ms
        at_ms = time_ms - self._first_ms
        if at_ms < self._last_ms:
            self.skip(row, Problem.BACKWARDS)
            return None
        self._last_ms = at_ms
        return at_ms

    def payload(self, at_ms: int, payload: bytes) -> Notification:
        """Let bytes through as they are."""
        self.measurements += 1
        return Notification(at_ms, self._address, payload)

    def beat(
        self, row: int, time_ms: int, heart_rate: float | None, rr_ms: Sequence[float] = ()
    ) -> Notification | None:
        """Take a row, and answer with its notification; None where it is skipped.

        `heart_rate` is None or 0 where the row has none, and NaN where it is not understood; the same
        goes for the numbers of `rr_ms`.
        """
        at_ms = self.at_ms(row, time_ms)
        if at_ms is None:
            return None
        if not heart_rate:
            self.skipped += 1
            for _ in rr_ms:
                self.note(row, Problem.RR_ALONE)
            return None
        payload = None if rr_ms else self._without_rr.get(heart_rate)
        if payload is None:
            payload = self._encode(row, heart_rate, rr_ms)
        return None if payload is None else self.payload(at_ms, payload)

    def _encode(self, row: int, heart_rate: float, rr_ms: Sequence[float]) -> bytes | None:
        if not 0 <= heart_rate <= HIGHEST_BPM:
            self.skip(row, Problem.HEART_RATE)
            return None
        whole = int(heart_rate + 0.5)
        if whole != heart_rate:
            self.note(row, Problem.FRACTION)
        if whole == 0:
            self.skipped += 1
            return None
        if not rr_ms:
            payload = self._without_rr[whole] = encode(whole)
            return payload
        fitting = [rr for rr in rr_ms if 0 <= rr <= LONGEST_RR_MS]
        if len(fitting) < len(rr_ms) or len(fitting) > MOST_RR:
            for _ in range(len(rr_ms) - len(fitting)):
                self.note(row, Problem.RR_RANGE)
            for _ in fitting[MOST_RR:]:
                self.note(row, Problem.RR_MANY)
            del fitting[MOST_RR:]
        return encode(whole, rr_ms=fitting)
