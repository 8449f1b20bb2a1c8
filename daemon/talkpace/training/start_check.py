"""Heart rates at a session's start that come from a dry or loose strap and not from a heart.

Until sweat wets it, a chest strap may report 200 bpm and more for seconds to minutes, and then falls to the
right value at once. No heart does that: even after maximal exercise it slows by some 10 to 20 bpm in the
first 10 s. So only the speed of the fall counts, never the height: a session that begins in hard exercise, a
strap put on after the warm-up and intervals keep what they show. A pause hides how fast a heart slowed:
across one nothing is concluded, so recordings with a value every minute keep all of them.

The bounds below are this project's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .rules import HOLD_MS

START_MS = 120_000
"""a fall is looked for from a session's start until then"""
FALL_BPM = 40
"""a fall by more than this within `FALL_WITHIN_MS` comes from no heart"""
FALL_WITHIN_MS = 10_000
"""a pause that is longer hides the fall"""
RETURN_BPM = 30
"""a value less than this below the one before the fall shows a short dropout, with nothing wrong before it"""
PLATEAU_MS = 15_000
"""the values after the fall must stay low for this long"""
SETTLED_MS = 5_000
"""after the fall; from then on the values are the plateau's"""
ABOVE_PLATEAU_BPM = 20
"""runs of earlier values that lie further above the plateau are implausible, unless a climb led there"""
_MAX_MEASUREMENTS = 2_000
"""measurements; a strap that sends more in so short a time is not checked any further"""


class StartMeasurement(NamedTuple):
    """A measurement of a session's start, with what is needed to count it again."""

    at_ms: int
    heart_rate: int
    contact: bool
    ceiling_bpm: int
    hold_ms: int = HOLD_MS
    """the most that it holds"""
    repeated: bool = False
    """whether it stands for a second of the hold of the one before: no value was measured then"""


@dataclass(frozen=True, slots=True)
class ImplausibleStart:
    """What was set apart."""

    measurements: int
    hold_ms: int
    """time that the measurements would have held"""
    highest: int
    """bpm"""

    def __str__(self) -> str:
        """Say what was found, for a log or a list of problems: without heart rates, which reach no log."""
        return (
            f"{self.measurements} implausible heart rate(s) at the start of a session, as from a dry strap:"
            " they fell at once, and count neither as maximum nor as mean"
        )


class _Fall(NamedTuple):
    at_ms: int
    position: int
    from_bpm: int


class StartCheck:
    """Takes the measurements of a session's start; finds those that are implausible."""

    def __init__(self, start_ms: int) -> None:
        self.first: list[StartMeasurement] = []
        """all measurements so far"""
        self.implausible: set[int] = set()
        """positions in `first`"""
        self._until_ms = start_ms + START_MS
        self._measured_ms = start_ms
        """time of the last measurement that was not repeated"""
        self._fall: _Fall | None = None

    def measure(self, one: StartMeasurement) -> bool:
        """Take the next measurement; return whether earlier ones have just been found to be implausible."""
        first = self.first
        if one.repeated:
            first.append(one)
            return False
        if self._fall is not None and self._ends_plateau(self._fall, one):
            self._fall = None
        first.append(one)
        self._measured_ms = one.at_ms
        if self._fall is None:
            self._fall = self._find_fall(one)
        elif one.at_ms - self._fall.at_ms >= PLATEAU_MS:
            fall, self._fall = self._fall, None
            return self._set_apart(fall)
        return False

    def is_over(self, now_ms: int) -> bool:
        """Whether no later measurement can show anything."""
        return (now_ms > self._until_ms and self._fall is None) or len(self.first) >= _MAX_MEASUREMENTS

    def result(self, holds_ms: Sequence[int]) -> ImplausibleStart | None:
        """Return what was set apart, given the time that each measurement held; None for nothing."""
        if not self.implausible:
            return None
        return ImplausibleStart(
            measurements=sum(not self.first[index].repeated for index in self.implausible),
            hold_ms=sum(holds_ms[index] for index in self.implausible),
            highest=max(self.first[index].heart_rate for index in self.implausible),
        )

    def _ends_plateau(self, fall: _Fall, one: StartMeasurement) -> bool:
        pause_ms = one.at_ms - self._measured_ms
        return pause_ms > FALL_WITHIN_MS or one.heart_rate > fall.from_bpm - RETURN_BPM

    def _find_fall(self, one: StartMeasurement) -> _Fall | None:
        """Return the fall that ends at the last measurement taken; None where there is none."""
        if one.at_ms > self._until_ms:
            return None
        highest = 0
        for index in range(len(self.first) - 2, -1, -1):
            earlier = self.first[index]
            if one.at_ms - earlier.at_ms > FALL_WITHIN_MS:
                break
            if index not in self.implausible and not earlier.repeated:
                highest = max(highest, earlier.heart_rate)
        if highest - one.heart_rate <= FALL_BPM:
            return None
        return _Fall(one.at_ms, len(self.first) - 1, highest)

    def _set_apart(self, fall: _Fall) -> bool:
        """Set apart what lies far above the plateau, run by run; return whether there is any."""
        settled = [
            one.heart_rate for one in self.first[fall.position :] if one.at_ms - fall.at_ms >= SETTLED_MS
        ]
        plateau = max(settled)
        found: set[int] = set()
        run: list[int] = []
        for index, one in enumerate(self.first):
            if one.heart_rate > plateau + ABOVE_PLATEAU_BPM:
                run.append(index)
            elif run:
                if self._begins_at_once(run[0]):
                    found.update(run)
                run = []
        found -= self.implausible
        if found:
            self.implausible |= found
        return bool(found)

    def _begins_at_once(self, first: int) -> bool:
        """Whether a run begins with the session, after a pause or by a jump, and not by a heart's climb."""
        one = self.first[first]
        before = [
            each.heart_rate
            for index, each in enumerate(self.first[:first])
            if one.at_ms - each.at_ms <= FALL_WITHIN_MS and index not in self.implausible
        ]
        after = [each.heart_rate for each in self.first[first:] if each.at_ms - one.at_ms <= FALL_WITHIN_MS]
        return not before or max(after) - min(before) > FALL_BPM
