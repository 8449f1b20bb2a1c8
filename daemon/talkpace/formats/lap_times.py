"""When the timer of a TCX file stood between two laps, by the start and the seconds that each lap names."""

from __future__ import annotations

from .text_values import number, read_date, unix_ms

_MOST_SECONDS = 1e6
_ROUNDING_MS = 1_000
"""between two laps without a pause: devices round their starts to seconds"""


class LapTimes:
    """Follows the laps of a file in its order. Times are Unix time in ms."""

    def __init__(self) -> None:
        self._start_ms: int | None = None
        self._end_ms: int | None = None

    def begin(self, start: str | None) -> int | None:
        """Begin a lap; return when the timer of the one before it stopped, where this one begins later."""
        stop_ms, self._end_ms = self._end_ms, None
        try:
            self._start_ms = unix_ms(read_date(start or ""))
        except ValueError:
            self._start_ms = None
        if stop_ms is None or self._start_ms is None or stop_ms >= self._start_ms - _ROUNDING_MS:
            return None
        return stop_ms

    def set_seconds(self, text: str | None) -> None:
        """Set for how long the timer ran in the lap."""
        seconds = number(text or "")
        if self._start_ms is not None and seconds is not None and 0 < seconds < _MOST_SECONDS:
            self._end_ms = self._start_ms + round(seconds * 1000)
