"""Play alert patterns: sound and light, each by its own sequencer, and the sound over a speaker too."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TypeVar

from ..clock import Clock
from ..config.alert_patterns import AlertPattern, Colour
from ..diagnostics import Health, combine_health
from .outputs import Outputs
from .pacing import Glow, Pacing, lights, sounds
from .sequencer import PAUSE_MS, Clip, Sequencer, Step, Steps
from .speaker.speaker import Speaker

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _PatternSteps:
    """A pattern as steps, to be played once, or its light as a loop."""

    rank: int
    sound: Steps[int]
    light: Steps[Colour | Glow]

    @classmethod
    def of(cls, pattern: AlertPattern) -> _PatternSteps:
        """Each beep has a pitch of its own; all flashes have one colour."""
        tones = chain(pattern.tone_hz, repeat(pattern.tone_hz[-1]))
        return cls(pattern.rank, _steps(pattern.sound, tones), _steps(pattern.light, repeat(pattern.colour)))


@dataclass(frozen=True, slots=True)
class _Pace:
    pacing: Pacing
    since_ms: int
    audible: bool


_PACE_RANK = 1
"""rank of the pattern `state_none`"""
_SAME_START_MS = 200
"""a pace that is requested again with a start this close is not restarted"""


class Player:
    """Plays a pattern once for an event, and loops the light of a state.

    `play` sets the first pin within the call; `run` plays the rest. A pattern of a higher or the same
    rank replaces the current one at once, a lower one waits (four at most), see `Sequencer`. Sound and
    light are independent: a light need not wait for a beep. Before the first `run` a pattern stays at its
    first step; once `run` has ended everything is off, and stays so until it runs again.
    """

    def __init__(
        self,
        outputs: Outputs,
        patterns: Mapping[str, AlertPattern],
        clock: Clock,
        *,
        speaker: Speaker | None = None,
    ) -> None:
        """`patterns` has every name that is played or shown."""
        self._outputs = outputs
        self._speaker = speaker
        self._clock = clock
        self._patterns = {name: _PatternSteps.of(pattern) for name, pattern in patterns.items()}
        self._sound: Sequencer[int] = Sequencer(outputs.sound, clock.monotonic_ms)
        self._light: Sequencer[Colour | Glow] = Sequencer(self._show, clock.monotonic_ms)
        self._states: dict[str, str] = {}
        self._pace: _Pace | None = None
        self._stopped = False
        self._waiting: asyncio.Task[None] | None = None

    @property
    def health(self) -> Health:
        """Health of the outputs and the speaker."""
        if self._speaker is None:
            return self._outputs.health
        return combine_health(self._outputs.health, self._speaker.health)

    def set_patterns(self, patterns: Mapping[str, AlertPattern]) -> None:
        """Replace the patterns, by the same names; what is being played is played to its end."""
        self._patterns = {name: _PatternSteps.of(pattern) for name, pattern in patterns.items()}
        if not self._stopped:
            self._set_loops()

    @property
    def patterns(self) -> frozenset[str]:
        """Names of the patterns."""
        return frozenset(self._patterns)

    def play(
        self, name: str, *, athlete: str = "", audible: bool = True, sentence: str | None = None
    ) -> None:
        """Play a pattern once, then speak a sentence; only its light unless `audible`.

        Raises KeyError for an unknown name.
        """
        pattern = self._patterns[name]
        if self._stopped:
            return
        if pattern.sound and audible:
            self._sound.play(Clip(_with_pause(pattern.sound), pattern.rank, athlete))
        if pattern.light:
            self._light.play(Clip(_with_pause(pattern.light), pattern.rank, athlete))
        if self._speaker is not None and audible:
            named = self._train_others(athlete)
            self._speaker.play(pattern.sound, pattern.rank, athlete=athlete, sentence=sentence, named=named)
        self._wake()

    def say(self, athlete: str, sentence: str) -> None:
        """Speak a sentence once the speaker is silent."""
        if self._speaker is not None:
            self._speaker.say(sentence, athlete=athlete, named=self._train_others(athlete))

    def stop(self, athlete: str) -> None:
        """Drop an athlete's current and waiting sounds; the light goes on."""
        self._sound.stop(athlete)
        if self._speaker is not None:
            self._speaker.stop(athlete)
        self._wake()

    def state_light(self, athlete: str, name: str | None) -> None:
        """Set the pattern of an athlete's state; of several the one of the highest rank is shown."""
        if self._stopped or self._states.get(athlete) == name:
            return
        if name is None:
            del self._states[athlete]
        else:
            self._states[athlete] = name
        self._set_loops()

    def pace(self, pacing: Pacing | None, *, elapsed_ms: int = 0, audible: bool = True) -> None:
        """Repeat a breath that began `elapsed_ms` ago; None ends it.

        Clips interrupt it, and a state of a higher rank than `state_none` is shown instead, silently.
        It stays in time meanwhile.
        """
        if self._stopped:
            return
        if pacing is None:
            self._pace = None
        else:
            since_ms = self._clock.monotonic_ms() - elapsed_ms
            current = self._pace
            if (
                current is not None
                and current.pacing == pacing
                and abs(current.since_ms - since_ms) < _SAME_START_MS
            ):
                since_ms = current.since_ms
            self._pace = _Pace(pacing, since_ms, audible)
        self._set_loops()

    async def run(self) -> None:
        """Play until cancelled, then switch everything off."""
        self._stopped = False
        try:
            async with asyncio.TaskGroup() as group:
                if self._speaker is not None:
                    group.create_task(self._speaker.run())
                while True:
                    self._sound.advance()
                    self._light.advance()
                    await self._wait()
        finally:
            self._stopped = True
            self._states.clear()
            self._pace = None
            self._sound.clear()
            self._light.clear()

    def _set_loops(self) -> None:
        states = [self._patterns[name] for name in self._states.values()]
        most_urgent = max(states, key=lambda pattern: pattern.rank, default=None)
        pace = self._pace
        if pace is None or (most_urgent is not None and most_urgent.rank > _PACE_RANK):
            self._sound.loop(())
            self._loop_on_speaker(None)
            self._light.loop(most_urgent.light if most_urgent else ())
        else:
            sound = sounds(pace.pacing, pitched=self._outputs.pitched) if pace.audible else ()
            self._sound.loop(sound, since_ms=pace.since_ms)
            self._loop_on_speaker(pace if pace.audible else None)
            self._light.loop(lights(pace.pacing, fades=self._outputs.fades), since_ms=pace.since_ms)
        self._wake()

    def _loop_on_speaker(self, pace: _Pace | None) -> None:
        if self._speaker is not None:
            steps = () if pace is None else sounds(pace.pacing, pitched=True)
            self._speaker.loop(steps, since_ms=0 if pace is None else pace.since_ms)

    def _train_others(self, athlete: str) -> bool:
        """Whether somebody else trains too, so that a sentence has to say who is meant."""
        return any(other != athlete for other in self._states)

    def _show(self, light: Colour | Glow | None) -> None:
        if isinstance(light, Glow):
            self._outputs.glow(light.level)
        else:
            self._outputs.light(light)

    async def _wait(self) -> None:
        """Wait until the next step is due, or until `_wake`."""
        dues = [due for due in (self._sound.due_ms, self._light.due_ms) if due is not None]
        async with asyncio.TaskGroup() as group:
            if dues:
                remaining_ms = max(0, min(dues) - self._clock.monotonic_ms())
                self._waiting = group.create_task(self._clock.sleep(remaining_ms / 1000))
            else:
                self._waiting = group.create_task(_wait_for_ever())
        self._waiting = None

    def _wake(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()


async def _wait_for_ever() -> None:
    await asyncio.Event().wait()


def _steps(durations_ms: list[int], values: Iterable[T]) -> Steps[T]:
    """Durations are on, off, on, …; each step that is on takes the next value."""
    upcoming = iter(values)
    return tuple(Step(None if index % 2 else next(upcoming), ms) for index, ms in enumerate(durations_ms))


def _with_pause(steps: Steps[T]) -> Steps[T]:
    pause: Step[T] = Step(None, PAUSE_MS)
    return (*steps, pause)
