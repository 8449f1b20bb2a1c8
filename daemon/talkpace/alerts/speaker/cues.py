"""Which cue sounds next: one at a time, by rank."""

from __future__ import annotations

from dataclasses import dataclass

from ..sequencer import Steps

MAX_WAITING = 8
EVENT_WAITS_MS = 10_000
"""a warning that is older than this may no longer be true"""
SENTENCE_WAITS_MS = 60_000
SENTENCE_RANK = 3


@dataclass(frozen=True, slots=True)
class Cue:
    """What is played once: a chime, a sentence (PCM), or one after the other."""

    chime: Steps[int]
    speech: bytes
    rank: int
    athlete: str
    at_ms: int
    """when it was requested"""
    waits_ms: int = EVENT_WAITS_MS
    """how long it is of use"""
    is_instruction: bool = False
    """of a guide: the athlete's next one replaces it"""

    def replaces(self, other: Cue) -> bool:
        """Whether another one is of no use any more."""
        return self.is_instruction and other.is_instruction and other.athlete == self.athlete


class CueQueue:
    """Cues of all athletes, of which one is current.

    One of a higher rank cuts the current one, which is then played again from its start; all others wait.
    An instruction replaces the athlete's earlier ones, also the current one: it says what to do now.
    Of those that wait the highest rank is next, of one rank the oldest. One that has waited too long is
    dropped; where more than eight wait, the one of the lowest rank (of these the latest).
    """

    def __init__(self) -> None:
        self.current: Cue | None = None
        self._waiting: list[Cue] = []

    def add(self, cue: Cue) -> bool:
        """Add a cue; return whether it cuts the current one."""
        current = self.current
        self._waiting = [one for one in self._waiting if not cue.replaces(one)]
        if current is None or not (cue.replaces(current) or cue.rank > current.rank):
            self._wait(cue)
            return False
        if not cue.replaces(current):
            self._wait(current)
        self.current = None
        self._wait(cue)
        return True

    def next(self, now_ms: int) -> Cue | None:
        """Make the next cue the current one, and return it; None where none waits."""
        self.current = None
        while self._waiting and self.current is None:
            cue = self._waiting.pop(0)
            if now_ms - cue.at_ms <= cue.waits_ms:
                self.current = cue
        return self.current

    def finish(self) -> None:
        """Note that the current cue was played to its end."""
        self.current = None

    def stop(self, athlete: str) -> bool:
        """Drop an athlete's cues; return whether the current one is among them."""
        self._waiting = [cue for cue in self._waiting if cue.athlete != athlete]
        stops = self.current is not None and self.current.athlete == athlete
        if stops:
            self.current = None
        return stops

    def clear(self) -> None:
        """Drop all cues."""
        self._waiting.clear()
        self.current = None

    def _wait(self, cue: Cue) -> None:
        self._waiting.append(cue)
        self._waiting.sort(key=lambda waiting: (-waiting.rank, waiting.at_ms))
        del self._waiting[MAX_WAITING:]
