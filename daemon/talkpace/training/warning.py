"""The warning state machine: decides when a warning is raised, repeated and cleared.

Input: measurements with a heart rate above 0, and the passing of time, in order. Output: events.

    state                event         next state    condition
    -------------------  ------------  ------------  ----------------------------------------------------
    all but SIGNAL_LOST  signal_lost   SIGNAL_LOST   no measurement, or no skin contact, for
                                                     `signal_lost_after`; in the grace, at its end
    SIGNAL_LOST          signal_back   NONE          a measurement with contact
    OVER                 over_repeat   OVER          every `repeat_every`; level 1, 2, 3, 3 and so on
    OVER                 easy_again    NONE          at or below `ceiling - margin` for `clear_after`
    NONE, APPROACHING    over          OVER          above the ceiling for `warn_after`; not in the grace
    NONE                 approaching   APPROACHING   above `ceiling - approaching_margin`; not in the grace
    APPROACHING          -             NONE          at or below `ceiling - approaching_margin`

- The grace is the first `start_grace` of a session.
- "For" a time means an unbroken run of measurements, timed from its first to the current one. A pause of more
  than 5 s between two measurements breaks a run; so do a lost signal and another ceiling.
- One measurement may take several steps, such as SIGNAL_LOST to NONE to APPROACHING.
- Loss and repetition fall due by time alone and carry the instant at which they were due, however late
  `advance` is called: a replay gives the same events as a live strap.
- At the same instant a loss comes before the measurement, a repetition after it, as it may clear the warning.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from ..measurement.heart_rate_payload import Contact
from .effort_zones import EffortScale
from .events import EventName
from .rules import HOLD_MS, WarningRules

MAX_REPEAT_LEVEL = 3


class WarningState(StrEnum):
    """The state of an athlete's warning."""

    NONE = "none"
    APPROACHING = "approaching"
    OVER = "over"
    SIGNAL_LOST = "signal_lost"


@dataclass(frozen=True, slots=True)
class HeartRateLimits:
    """The thresholds of a ceiling as whole heart rates in bpm, so that comparison is exact."""

    ceiling_bpm: int
    """the highest heart rate that is not over the ceiling"""
    clear_bpm: int
    """at or below it a warning is cleared"""
    approaching_bpm: int
    """above it the ceiling is near"""

    @classmethod
    def of(cls, scale: EffortScale, ceiling: Fraction, rules: WarningRules) -> HeartRateLimits:
        """Return the limits of a ceiling (effort) on an athlete's scale."""
        return cls(
            ceiling_bpm=scale.highest_at_or_below(ceiling),
            clear_bpm=scale.highest_at_or_below(ceiling - rules.margin),
            approaching_bpm=scale.highest_at_or_below(ceiling - rules.approaching_margin),
        )


@dataclass(frozen=True, slots=True)
class WarningEvent:
    """An event of the state machine, at an instant in ms."""

    name: EventName
    at_ms: int
    level: int = 0
    """insistence of a repetition, 1 to 3"""


class _Run:
    """An unbroken run of measurements that meet a condition."""

    def __init__(self) -> None:
        self.start_ms: int | None = None

    def update(self, at_ms: int, *, meets: bool) -> None:
        if not meets:
            self.start_ms = None
        elif self.start_ms is None:
            self.start_ms = at_ms

    def lasts(self, at_ms: int, duration_ms: int) -> bool:
        return self.start_ms is not None and at_ms - self.start_ms >= duration_ms

    def restart(self) -> None:
        self.start_ms = None


class WarningStateMachine:
    """The warning of one session."""

    def __init__(self, rules: WarningRules, limits: HeartRateLimits, start_ms: int) -> None:
        self.state = WarningState.NONE
        self._rules = rules
        self._limits = limits
        self._grace_end_ms = start_ms + rules.start_grace_ms
        self._last_ms = start_ms
        self._above = _Run()
        self._clear = _Run()
        self._no_contact = _Run()
        self._repeats = 0
        self._repeat_due_ms = 0

    def set_limits(self, limits: HeartRateLimits) -> None:
        """Apply another ceiling from now on; runs start again."""
        self._limits = limits
        self._restart_runs()

    def measure(self, at_ms: int, heart_rate: int, contact: Contact) -> list[WarningEvent]:
        """Take a measurement with a heart rate above 0, after `advance` to the same instant."""
        rules, limits = self._rules, self._limits
        if at_ms - self._last_ms > HOLD_MS:
            self._restart_runs()
        self._last_ms = at_ms
        self._no_contact.update(at_ms, meets=contact is Contact.NO)
        if self.state is WarningState.SIGNAL_LOST and contact is Contact.NO:
            return []
        self._above.update(at_ms, meets=heart_rate > limits.ceiling_bpm)
        self._clear.update(at_ms, meets=heart_rate <= limits.clear_bpm)

        events: list[WarningEvent] = []
        if self.state is WarningState.SIGNAL_LOST:
            self.state = WarningState.NONE
            events.append(WarningEvent(EventName.SIGNAL_BACK, at_ms))
        if self.state is WarningState.OVER and self._clear.lasts(at_ms, rules.clear_after_ms):
            self.state = WarningState.NONE
            events.append(WarningEvent(EventName.EASY_AGAIN, at_ms))
        if self.state is WarningState.OVER:
            return events + self._repetitions(at_ms)
        if at_ms < self._grace_end_ms:
            return events
        if self._above.lasts(at_ms, rules.warn_after_ms):
            self.state = WarningState.OVER
            self._repeats, self._repeat_due_ms = 0, at_ms + rules.repeat_every_ms
            events.append(WarningEvent(EventName.OVER, at_ms))
        elif heart_rate <= limits.approaching_bpm:
            self.state = WarningState.NONE
        elif self.state is WarningState.NONE:
            self.state = WarningState.APPROACHING
            events.append(WarningEvent(EventName.APPROACHING, at_ms))
        return events

    def advance(self, now_ms: int) -> list[WarningEvent]:
        """Let time pass until `now_ms`."""
        if self.state is WarningState.SIGNAL_LOST:
            return []
        lost_since_ms = self._last_ms if self._no_contact.start_ms is None else self._no_contact.start_ms
        lost_ms = max(lost_since_ms + self._rules.signal_lost_after_ms, self._grace_end_ms)
        events: list[WarningEvent] = []
        if self.state is WarningState.OVER:
            events += self._repetitions(min(now_ms, lost_ms) - 1)
        if now_ms >= lost_ms:
            self.state = WarningState.SIGNAL_LOST
            self._restart_runs()
            events.append(WarningEvent(EventName.SIGNAL_LOST, lost_ms))
        return events

    def _repetitions(self, until_ms: int) -> list[WarningEvent]:
        events: list[WarningEvent] = []
        while self._repeat_due_ms <= until_ms:
            self._repeats += 1
            level = min(self._repeats, MAX_REPEAT_LEVEL)
            events.append(WarningEvent(EventName.OVER_REPEAT, self._repeat_due_ms, level))
            self._repeat_due_ms += self._rules.repeat_every_ms
        return events

    def _restart_runs(self) -> None:
        self._above.restart()
        self._clear.restart()
