"""Plays patterns: sound and light, each on its own track."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TypeVar

from ..config.patterns import Colour, Pattern
from ..service.clock import Clock
from .outputs import Outputs
from .pacing import Glow, Pacing, lights, sounds
from .track import PAUSE_MS, Cue, Cues, Phrase, Track

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Score:
    """A pattern, ready to be played once, or its light again and again."""

    rank: int
    sound: Cues[int]
    light: Cues[Colour | Glow]

    @classmethod
    def of(cls, pattern: Pattern) -> _Score:
        """Beeps have pitches of their own, flashes one colour."""
        tones = chain(pattern.tone_hz, repeat(pattern.tone_hz[-1]))
        return cls(pattern.rank, _cues(pattern.sound, tones), _cues(pattern.light, repeat(pattern.colour)))


@dataclass(frozen=True, slots=True)
class _Pace:
    pacing: Pacing
    since_ms: int
    aloud: bool


_PACE_RANK = 1
"""as of the state in which all is well"""
_SAME_MS = 200
"""a pace that is asked for again goes on as it does, rather than stumble"""


class Player:
    """Says what has happened, once, and shows what lasts.

    `say` sets the first pin within the call; `run` plays the rest. A pattern of a higher or the same
    rank replaces at once the one that plays, a lower one waits (four at most, the lowest dropped);
    see `Track`. Sound and light go their own ways: a light need not wait for a beep. Before the
    first `run` what is said stands at its first step; once `run` has ended everything is off, and
    stays so until it runs again.
    """

    def __init__(self, outputs: Outputs, patterns: Mapping[str, Pattern], clock: Clock) -> None:
        """`patterns` has one for every name that will be said or shown."""
        self._outputs = outputs
        self._clock = clock
        self._scores = {name: _Score.of(pattern) for name, pattern in patterns.items()}
        self._sound: Track[int] = Track(outputs.sound, clock.monotonic_ms)
        self._light: Track[Colour | Glow] = Track(self._show, clock.monotonic_ms)
        self._states: dict[str, str] = {}
        self._pace: _Pace | None = None
        self._stopped = False
        self._nap: asyncio.Task[None] | None = None

    @property
    def health(self) -> str:
        """Of the outputs."""
        return self._outputs.health

    def say(self, name: str, *, whose: str = "", aloud: bool = True) -> None:
        """Play a pattern once; its light alone where not `aloud`. Raises KeyError for an unknown name."""
        score = self._scores[name]
        if self._stopped:
            return
        if score.sound and aloud:
            self._sound.say(Phrase(_once(score.sound), score.rank, whose))
        if score.light:
            self._light.say(Phrase(_once(score.light), score.rank, whose))
        self._wake()

    def hush(self, whose: str) -> None:
        """Drop what sounds, or waits to, for this one; the light goes on."""
        self._sound.hush(whose)
        self._wake()

    def state_light(self, athlete: str, name: str | None) -> None:
        """What lasts for an athlete; of several the highest rank shows. Dark where nobody has one."""
        if self._stopped or self._states.get(athlete) == name:
            return
        if name is None:
            del self._states[athlete]
        else:
            self._states[athlete] = name
        self._rest_tracks()

    def pace(self, pacing: Pacing | None, *, elapsed_ms: int = 0, aloud: bool = True) -> None:
        """Show a breath that repeats, and began so long ago; None ends it.

        All that is said goes before it, and while an athlete's state is more than all being well, that
        shows in its place, in silence. It keeps time meanwhile.
        """
        if self._stopped:
            return
        if pacing is None:
            self._pace = None
        else:
            since_ms = self._clock.monotonic_ms() - elapsed_ms
            known = self._pace
            if known is not None and known.pacing == pacing and abs(known.since_ms - since_ms) < _SAME_MS:
                since_ms = known.since_ms
            self._pace = _Pace(pacing, since_ms, aloud)
        self._rest_tracks()

    async def run(self) -> None:
        """Play on, until cancelled; then everything is off."""
        self._stopped = False
        try:
            while True:
                self._sound.advance()
                self._light.advance()
                await self._rest()
        finally:
            self._stopped = True
            self._states.clear()
            self._pace = None
            self._sound.stop()
            self._light.stop()

    def _rest_tracks(self) -> None:
        scores = [self._scores[shown] for shown in self._states.values()]
        most_urgent = max(scores, key=lambda score: score.rank, default=None)
        pace = self._pace
        if pace is None or (most_urgent is not None and most_urgent.rank > _PACE_RANK):
            self._sound.rest(())
            self._light.rest(most_urgent.light if most_urgent else ())
        else:
            heard = sounds(pace.pacing, pitched=self._outputs.pitched) if pace.aloud else ()
            self._sound.rest(heard, since_ms=pace.since_ms)
            self._light.rest(lights(pace.pacing, fades=self._outputs.fades), since_ms=pace.since_ms)
        self._wake()

    def _show(self, light: Colour | Glow | None) -> None:
        if isinstance(light, Glow):
            self._outputs.glow(light.level)
        else:
            self._outputs.light(light)

    async def _rest(self) -> None:
        """Wait until the next step is due, or `_wake` says that this has changed."""
        dues = [due for due in (self._sound.due_ms, self._light.due_ms) if due is not None]
        async with asyncio.TaskGroup() as group:
            if dues:
                left_ms = max(0, min(dues) - self._clock.monotonic_ms())
                self._nap = group.create_task(self._clock.sleep(left_ms / 1000))
            else:
                self._nap = group.create_task(_for_ever())
        self._nap = None

    def _wake(self) -> None:
        if self._nap is not None:
            self._nap.cancel()


async def _for_ever() -> None:
    await asyncio.Event().wait()


def _cues(steps: list[int], values: Iterable[T]) -> Cues[T]:
    """Steps are on, off, on, …; each that is on takes the next value."""
    upcoming = iter(values)
    return tuple(Cue(None if index % 2 else next(upcoming), ms) for index, ms in enumerate(steps))


def _once(cues: Cues[T]) -> Cues[T]:
    pause: Cue[T] = Cue(None, PAUSE_MS)
    return (*cues, pause)
