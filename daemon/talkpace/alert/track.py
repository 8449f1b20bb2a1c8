"""One line of cues over time: what is said goes first, what waits comes after, what rests goes on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")

WAITING_AT_MOST = 4
PAUSE_MS = 400
"""the end of every phrase, so that two of them are heard as two"""


@dataclass(frozen=True, slots=True)
class Cue(Generic[T]):
    """A value that holds for a time; None is off."""

    value: T | None
    ms: int


Cues = tuple[Cue[T], ...]


@dataclass(frozen=True, slots=True)
class Phrase(Generic[T]):
    """Cues that are played once, and whose they are."""

    cues: Cues[T]
    rank: int
    whose: str


class Track(Generic[T]):
    """Plays phrases to one output, and between them what rests: cues that repeat.

    A phrase of a higher or the same rank replaces the one that plays at once; a lower one waits. One
    that is cut short by a higher rank waits too, and is then played from its start. Of those that
    wait the highest rank goes first, and where more than four do, the lowest (of these the latest)
    is dropped. A cue holds for its time from when it was shown, so that a late step swallows no beep.
    """

    def __init__(self, show: Callable[[T | None], None], now_ms: Callable[[], int]) -> None:
        self.due_ms: int | None = None
        """when `advance` has something to do; None while nothing will change"""
        self._show = show
        self._now_ms = now_ms
        self._shown: T | None = None
        self._phrase: Phrase[T] | None = None
        self._resting: Cues[T] = ()
        self._resting_since_ms: int | None = None
        self._ends_ms: list[int] = []
        """of the resting cues, since they began, where they keep time"""
        self._cues: Cues[T] = ()
        self._next = 0
        self._waiting: list[Phrase[T]] = []

    def say(self, phrase: Phrase[T]) -> None:
        """Play a phrase; its first cue is shown before this returns, unless it has to wait."""
        playing = self._phrase
        if playing is not None and phrase.rank < playing.rank:
            self._wait(phrase)
            return
        cut = self._next < len(self._cues)
        if playing is not None and cut and playing.rank < phrase.rank:
            self._wait(playing)
        self._begin(phrase)

    def rest(self, cues: Cues[T], *, since_ms: int | None = None) -> None:
        """What repeats from now on while nothing is said; the same as before goes on undisturbed.

        With `since_ms` it keeps time: it began then, and is always where it would be had nothing been
        said in between, and were no step ever late.
        """
        if cues == self._resting and since_ms == self._resting_since_ms:
            return
        self._resting, self._resting_since_ms = cues, since_ms
        self._ends_ms = [] if since_ms is None else list(accumulate(cue.ms for cue in cues))
        if self._phrase is None:
            self._begin(None)

    def hush(self, whose: str) -> None:
        """Drop what is being said, or waits to be, for this one."""
        self._waiting = [phrase for phrase in self._waiting if phrase.whose != whose]
        if self._phrase is not None and self._phrase.whose == whose:
            self._begin_next()

    def advance(self) -> None:
        """Show what is due by now."""
        if self.due_ms is None or self._now_ms() < self.due_ms:
            return
        if self._keeps_time:
            self._keep_time()
        elif self._next < len(self._cues):
            self._step()
        else:
            self._begin_next()

    def stop(self) -> None:
        """Forget everything, and off."""
        self._waiting.clear()
        self._resting, self._resting_since_ms = (), None
        self._begin(None)

    def _wait(self, phrase: Phrase[T]) -> None:
        self._waiting.append(phrase)
        self._waiting.sort(key=lambda waiting: -waiting.rank)
        del self._waiting[WAITING_AT_MOST:]

    def _begin_next(self) -> None:
        self._begin(self._waiting.pop(0) if self._waiting else None)

    def _begin(self, phrase: Phrase[T] | None) -> None:
        self._phrase = phrase
        self._cues = self._resting if phrase is None else phrase.cues
        self._next = 0
        if self._keeps_time:
            self._keep_time()
        elif self._cues:
            self._step()
        else:
            self.due_ms = None
            self._set(None)

    @property
    def _keeps_time(self) -> bool:
        return self._phrase is None and bool(self._resting) and self._resting_since_ms is not None

    def _keep_time(self) -> None:
        assert self._resting_since_ms is not None
        since_ms = (self._now_ms() - self._resting_since_ms) % self._ends_ms[-1]
        place = bisect_right(self._ends_ms, since_ms)
        self._set(self._resting[place].value)
        self.due_ms = self._now_ms() + self._ends_ms[place] - since_ms

    def _step(self) -> None:
        cue = self._cues[self._next]
        self._next += 1
        self._set(cue.value)
        self.due_ms = self._now_ms() + cue.ms

    def _set(self, value: T | None) -> None:
        if value != self._shown:
            self._shown = value
            self._show(value)
