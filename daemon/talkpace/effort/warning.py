"""The warning machine: the one place that decides when a room is told.

Rules: it sees measurements with a heart rate above 0 and the passing of time, in order; it knows no
clock; it answers with what happened, and when. Time-driven changes happen at the instant they were
due, however late time is passed, so that a replay and a live strap give the same.

    none <-> approaching    effort above `ceiling - 0.03`, warning not raised; by every measurement
    none, approaching -> over            above the ceiling, run of `warn_after`, grace time passed
    over -> none or approaching          at or below `ceiling - margin`, run of `clear_after`
    over, after each `repeat_every`      said again, up to the third time more insistent
    any -> signal_lost      silence, or no skin contact, for `signal_lost_after`; runs start again
    signal_lost -> none or approaching   the next measurement with contact

A run breaks where two measurements lie more than 5 s apart. A deadline falls due before a
measurement of the same instant; only a repetition waits for it, as it may clear the warning.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from ..measurement.payload import Contact
from .events import EventName
from .rules import HOLD_MS, WarningRules
from .scale import EffortScale

MOST_INSISTENT = 3


class WarningState(StrEnum):
    """What the room is being told."""

    NONE = "none"
    APPROACHING = "approaching"
    OVER = "over"
    SIGNAL_LOST = "signal_lost"


@dataclass(frozen=True, slots=True)
class Limits:
    """A ceiling as whole heart rates (bpm): the highest that is still at or below each effort."""

    ceiling: int
    clear: int
    near: int

    @classmethod
    def of(cls, scale: EffortScale, ceiling: Fraction, rules: WarningRules) -> Limits:
        """The limits of a ceiling on an athlete's scale."""
        return cls(
            ceiling=scale.highest_at_or_below(ceiling),
            clear=scale.highest_at_or_below(ceiling - rules.margin),
            near=scale.highest_at_or_below(ceiling - rules.approaching_margin),
        )


@dataclass(frozen=True, slots=True)
class Said:
    """One thing the machine says: an event's name, the instant, and how insistent."""

    name: EventName
    at_ms: int
    level: int = 0


class WarningMachine:
    """The state of one session's warning."""

    def __init__(self, rules: WarningRules, limits: Limits, started_ms: int) -> None:
        self.state = WarningState.NONE
        self._rules = rules
        self._limits = limits
        self._grace_until_ms = started_ms + rules.start_grace_ms
        self._last_ms = started_ms
        self._above_since_ms: int | None = None
        self._easy_since_ms: int | None = None
        self._no_contact_since_ms: int | None = None
        self._repeats = 0
        self._repeat_due_ms = 0

    def limit(self, limits: Limits) -> None:
        """Another ceiling holds from now on; runs start again."""
        self._limits = limits
        self._above_since_ms = self._easy_since_ms = None

    def measure(self, at_ms: int, heart_rate: int, contact: Contact) -> list[Said]:
        """Take a measurement with a heart rate above 0, after `advance` to the same instant."""
        if at_ms - self._last_ms > HOLD_MS:
            self._above_since_ms = self._easy_since_ms = None
        self._last_ms = at_ms
        if contact is not Contact.NO:
            self._no_contact_since_ms = None
        elif self._no_contact_since_ms is None:
            self._no_contact_since_ms = at_ms
        said: list[Said] = []
        if self.state is WarningState.SIGNAL_LOST:
            if contact is Contact.NO:
                return said
            self.state = WarningState.NONE
            said.append(Said(EventName.SIGNAL_BACK, at_ms))
        self._judge(at_ms, heart_rate, said)
        if self.state is WarningState.OVER:
            self._repeat(at_ms, said)
        return said

    def advance(self, now_ms: int) -> list[Said]:
        """Let time pass up to `now_ms`."""
        said: list[Said] = []
        if self.state is WarningState.SIGNAL_LOST:
            return said
        since_ms = self._last_ms if self._no_contact_since_ms is None else self._no_contact_since_ms
        lost_ms = max(since_ms + self._rules.signal_lost_after_ms, self._grace_until_ms)
        if self.state is WarningState.OVER:
            self._repeat(min(now_ms, lost_ms) - 1, said)
        if now_ms >= lost_ms:
            self.state = WarningState.SIGNAL_LOST
            self._above_since_ms = self._easy_since_ms = None
            said.append(Said(EventName.SIGNAL_LOST, lost_ms))
        return said

    def _repeat(self, until_ms: int, said: list[Said]) -> None:
        while self._repeat_due_ms <= until_ms:
            self._repeats += 1
            level = min(self._repeats, MOST_INSISTENT)
            said.append(Said(EventName.OVER_REPEAT, self._repeat_due_ms, level))
            self._repeat_due_ms += self._rules.repeat_every_ms

    def _judge(self, at_ms: int, heart_rate: int, said: list[Said]) -> None:
        rules, limits = self._rules, self._limits
        if heart_rate <= limits.ceiling:
            self._above_since_ms = None
        elif self._above_since_ms is None:
            self._above_since_ms = at_ms
        if heart_rate > limits.clear:
            self._easy_since_ms = None
        elif self._easy_since_ms is None:
            self._easy_since_ms = at_ms

        if self.state is WarningState.OVER:
            if self._easy_since_ms is None or at_ms - self._easy_since_ms < rules.clear_after_ms:
                return
            self.state = WarningState.NONE
            said.append(Said(EventName.EASY_AGAIN, at_ms))
        if at_ms < self._grace_until_ms:
            return
        if self._above_since_ms is not None and at_ms - self._above_since_ms >= rules.warn_after_ms:
            self.state = WarningState.OVER
            self._repeats = 0
            self._repeat_due_ms = at_ms + rules.repeat_every_ms
            said.append(Said(EventName.OVER, at_ms))
        elif heart_rate <= limits.near:
            self.state = WarningState.NONE
        elif self.state is WarningState.NONE:
            self.state = WarningState.APPROACHING
            said.append(Said(EventName.APPROACHING, at_ms))
