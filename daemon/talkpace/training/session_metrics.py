"""Heart-rate recovery, longest stretch in a zone and observed maximum of a session."""

from __future__ import annotations

from collections import deque

from .rules import HOLD_MS

RECOVERIES_MS = (60_000, 120_000, 300_000)
_TRIM_AT = 256

BRIDGE_BELOW_MS = 10_000
"""Interruptions shorter than this do not end a stretch."""

MAXIMUM_HOLD_MS = 5_000
MAX_STEP_BPM_PER_S = 8
"""A heart changes slower than this at the top of its range; a loose strap jumps."""
MAX_STEP_BPM = 3
"""A change of so many bpm is no jump, however close together two notifications are."""


class HeartRateRecovery:
    """The largest falls of the heart rate over 60, 120 and 300 s after the last peak (Cole et al., 1999).

    The peak is the last time at the session's highest heart rate. Cole et al. took the fall from peak
    exercise to one minute after a symptom-limited test; 120 and 300 s are our own.
    After moderate work the fall is smaller, so compare it with the athlete's own only.
    Every instant at which a heart rate holds is compared with the one that holds that much later; where
    none does, as in a gap, nothing is compared.
    """

    def __init__(self) -> None:
        self._peak = 0
        self._peak_ms = 0
        self._at_ms = 0
        self._last: tuple[int, int, int] | None = None
        """since when the last heart rate holds, which (bpm), and for how long in all"""
        self._values: list[tuple[int, int, int]] = []
        """from when, until when (exclusive) and which heart rate (bpm) held, since the last peak"""
        self._first = [0] * len(RECOVERIES_MS)
        """for each of the times, the first of these that a later heart rate may be compared with"""
        self._falls: list[int | None] = [None] * len(RECOVERIES_MS)

    def measure(self, at_ms: int, heart_rate: int, hold_ms: int = HOLD_MS) -> None:
        """Take the next measurement."""
        self._at_ms = at_ms
        if self._last is not None and heart_rate < self._peak:
            since_ms, before, lasts_ms = self._last
            if heart_rate == before and at_ms - since_ms <= lasts_ms:  # it holds on
                self._last = (since_ms, heart_rate, at_ms - since_ms + hold_ms)
                return
        self.pause(at_ms)
        if heart_rate >= self._peak:
            self._peak, self._peak_ms = heart_rate, at_ms
            self._values.clear()
            self._first = [0] * len(RECOVERIES_MS)
            self._falls = [None] * len(RECOVERIES_MS)
        self._last = (at_ms, heart_rate, hold_ms)

    def pause(self, at_ms: int) -> None:
        """Take a time from which on no heart rate is known."""
        if self._last is None:
            return
        since_ms, heart_rate, hold_ms = self._last
        until_ms = since_ms + hold_ms
        until_ms = min(until_ms, at_ms)
        self._last = None
        values = self._values
        if values and values[-1][2] == heart_rate and values[-1][1] == since_ms:
            values[-1] = values[-1][0], until_ms, heart_rate
        else:
            values.append((since_ms, until_ms, heart_rate))
        for number, over_ms in enumerate(RECOVERIES_MS):
            if until_ms - over_ms <= self._peak_ms:
                return
            self._compare(number, since_ms - over_ms, until_ms - over_ms, heart_rate)
        if self._first[-1] > _TRIM_AT:
            self._trim()

    def end(self) -> tuple[int | None, ...]:
        """End the session with its last measurement; return the falls (bpm), None where it ended sooner."""
        if self._last is not None:
            self.pause(self._at_ms + 1)
        return tuple(self._falls)

    def _compare(self, number: int, since_ms: int, until_ms: int, heart_rate: int) -> None:
        """Compare the heart rates of an earlier time span with the one that holds so much later."""
        values, place = self._values, self._first[number]
        while values[place][1] <= since_ms:
            place += 1
        self._first[number] = place
        largest = self._falls[number]
        while place < len(values) and values[place][0] < until_ms:
            fall = values[place][2] - heart_rate
            if largest is None or fall > largest:
                largest = fall
            place += 1
        self._falls[number] = largest

    def _trim(self) -> None:
        """Drop what no later heart rate is compared with."""
        unneeded = self._first[-1]
        del self._values[:unneeded]
        self._first = [place - unneeded for place in self._first]


class LongestStretch:
    """The longest stretch in a zone, interruptions below 10 s included."""

    def __init__(self) -> None:
        self.longest_ms = 0
        self._start_ms = 0
        self._end_ms: int | None = None

    def add(self, from_ms: int, to_ms: int) -> None:
        """Add the next time in the zone."""
        if self._end_ms is None or from_ms - self._end_ms >= BRIDGE_BELOW_MS:
            self._start_ms = from_ms
        self._end_ms = to_ms
        self.longest_ms = max(self.longest_ms, to_ms - self._start_ms)


class ObservedMaximum:
    """Suggests a higher maximum: a heart rate above it for 5 s without a sign of artifact.

    Signs of artifact: a jump, a pause of more than 5 s, or a strap that reports no skin contact.
    """

    def __init__(self, maximum_bpm: float) -> None:
        self.suggestion: int | None = None
        """the highest heart rate (bpm) above the maximum that lasted for 5 s so far"""
        self._maximum = maximum_bpm
        self._previous: tuple[int, int] | None = None
        self._run: deque[tuple[int, int]] = deque()

    def measure(self, at_ms: int, heart_rate: int, *, contact: bool) -> int | None:
        """Take a measurement; return a new suggestion (bpm), if there is one."""
        previous, self._previous = self._previous, (at_ms, heart_rate)
        if heart_rate <= self._maximum or not contact:
            self._run.clear()
            return None
        if previous is None or _is_jump(previous, (at_ms, heart_rate)):
            self._run.clear()
        self._run.append((at_ms, heart_rate))
        while len(self._run) > 1 and self._run[1][0] <= at_ms - MAXIMUM_HOLD_MS:
            self._run.popleft()
        if at_ms - self._run[0][0] < MAXIMUM_HOLD_MS:
            return None
        lowest = min(rate for _, rate in self._run)
        if self.suggestion is not None and lowest <= self.suggestion:
            return None
        self.suggestion = lowest
        return lowest


def _is_jump(previous: tuple[int, int], current: tuple[int, int]) -> bool:
    seconds = (current[0] - previous[0]) / 1000
    allowed = max(MAX_STEP_BPM, MAX_STEP_BPM_PER_S * seconds)
    return seconds > MAXIMUM_HOLD_MS / 1000 or abs(current[1] - previous[1]) > allowed
