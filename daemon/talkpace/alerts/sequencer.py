"""Play timed steps on one output: clips by rank, and between them a loop."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")

MAX_WAITING = 4
PAUSE_MS = 400
"""silence at the end of every clip, so that two of them are heard as two"""


@dataclass(frozen=True, slots=True)
class Step(Generic[T]):
    """A value that is shown for a time; None is off."""

    value: T | None
    ms: int


Steps = tuple[Step[T], ...]


@dataclass(frozen=True, slots=True)
class Clip(Generic[T]):
    """Steps that are played once, for one athlete."""

    steps: Steps[T]
    rank: int
    athlete: str


class Sequencer(Generic[T]):
    """Plays clips to one output, and a loop of steps while there is no clip.

    A clip of a higher or the same rank replaces the current one at once; one of a lower rank waits. A
    clip that is interrupted by a higher rank waits too, and is then played from its start. Of the waiting
    clips the one of the highest rank is next; where more than four wait, the one of the lowest rank (of
    these the latest) is dropped. A step lasts for its time from when it was shown, so that a late step
    shortens no beep.
    """

    def __init__(self, show: Callable[[T | None], None], now_ms: Callable[[], int]) -> None:
        self.due_ms: int | None = None
        """when `advance` has to be called; None while nothing will change"""
        self._show = show
        self._now_ms = now_ms
        self._value: T | None = None
        self._clip: Clip[T] | None = None
        self._loop: Steps[T] = ()
        self._loop_since_ms: int | None = None
        self._loop_ends_ms: list[int] = []
        """ends of the loop's steps since its start, where it is synchronised to a start"""
        self._steps: Steps[T] = ()
        self._next = 0
        self._waiting: list[Clip[T]] = []

    def play(self, clip: Clip[T]) -> None:
        """Play a clip; its first step is shown before this returns, unless it has to wait."""
        current = self._clip
        if current is not None and clip.rank < current.rank:
            self._wait(clip)
            return
        interrupted = self._next < len(self._steps)
        if current is not None and interrupted and current.rank < clip.rank:
            self._wait(current)
        self._begin(clip)

    def loop(self, steps: Steps[T], *, since_ms: int | None = None) -> None:
        """Repeat these steps from now on while no clip plays; the same loop as before is not restarted.

        With `since_ms` the loop is synchronised: it began then, and its position follows from the time,
        whatever was played in between and however late a step was.
        """
        if steps == self._loop and since_ms == self._loop_since_ms:
            return
        self._loop, self._loop_since_ms = steps, since_ms
        self._loop_ends_ms = [] if since_ms is None else list(accumulate(step.ms for step in steps))
        if self._clip is None:
            self._begin(None)

    def stop(self, athlete: str) -> None:
        """Drop an athlete's current and waiting clips."""
        self._waiting = [clip for clip in self._waiting if clip.athlete != athlete]
        if self._clip is not None and self._clip.athlete == athlete:
            self._begin_next()

    def advance(self) -> None:
        """Show what is due by now."""
        if self.due_ms is None or self._now_ms() < self.due_ms:
            return
        if (since_ms := self._synchronised_since_ms) is not None:
            self._show_position(since_ms)
        elif self._next < len(self._steps):
            self._step()
        else:
            self._begin_next()

    def clear(self) -> None:
        """Drop clips and loop, and switch off."""
        self._waiting.clear()
        self._loop, self._loop_since_ms = (), None
        self._begin(None)

    def _wait(self, clip: Clip[T]) -> None:
        self._waiting.append(clip)
        self._waiting.sort(key=lambda waiting: -waiting.rank)
        del self._waiting[MAX_WAITING:]

    def _begin_next(self) -> None:
        self._begin(self._waiting.pop(0) if self._waiting else None)

    def _begin(self, clip: Clip[T] | None) -> None:
        self._clip = clip
        self._steps = self._loop if clip is None else clip.steps
        self._next = 0
        if (since_ms := self._synchronised_since_ms) is not None:
            self._show_position(since_ms)
        elif self._steps:
            self._step()
        else:
            self.due_ms = None
            self._set(None)

    @property
    def _synchronised_since_ms(self) -> int | None:
        """Start of the synchronised loop, while it plays."""
        return self._loop_since_ms if self._clip is None and self._loop else None

    def _show_position(self, since_ms: int) -> None:
        elapsed_ms = (self._now_ms() - since_ms) % self._loop_ends_ms[-1]
        index = bisect_right(self._loop_ends_ms, elapsed_ms)
        self._set(self._loop[index].value)
        self.due_ms = self._now_ms() + self._loop_ends_ms[index] - elapsed_ms

    def _step(self) -> None:
        step = self._steps[self._next]
        self._next += 1
        self._set(step.value)
        self.due_ms = self._now_ms() + step.ms

    def _set(self, value: T | None) -> None:
        if value != self._value:
            self._value = value
            self._show(value)
