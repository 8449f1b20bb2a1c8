"""`breathe`: starts and stops exercises. One at a time, as the room has one light and one buzzer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from ..config.guides import BreathingGuide as Settings
from ..pipeline.commands import Command
from ..practice.breathing import MINUTES_A_PACE, PACES_TO_TRY, Exercise, Ratio
from ..practice.entries import Breathing
from .breathe import BreathingExercise
from .orders import BREATHE, BreatheOrder
from .payloads import BreathingPayload
from .rest import AtRest
from .surroundings import Surroundings


class BreathingGuide:
    """See `Guide`."""

    topic = "breathing"

    def __init__(self, settings: Settings, around: Surroundings) -> None:
        self.commands: Mapping[str, Command] = {"breathe": Command(BREATHE, self._command, takes_object=True)}
        self._settings = settings
        self._around = around
        self._led: tuple[BreathingExercise, AtRest] | None = None
        self._last: dict[str, str] = {}

    @property
    def busy(self) -> bool:
        """Whether somebody breathes to it."""
        return self._led is not None

    def busy_with(self, athlete: str) -> bool:
        """Whether this one does."""
        return self._led is not None and self._led[0].athlete == athlete

    def advance(self, now_ms: int) -> None:
        """Let time pass."""
        if self._led is None:
            return
        exercise, _ = self._led
        exercise.advance(now_ms)
        if exercise.over:
            self._end(now_ms)
            self._around.alerts.sign(exercise.athlete, "measure_end")
        elif exercise.changed:
            exercise.changed = False
            self._around.show(exercise.athlete, self.topic, self.payload(exercise.athlete))

    def leave(self, now_ms: int) -> None:
        """End it as if it had been stopped."""
        if self._led is not None:
            self._end(now_ms)

    def payload(self, athlete: str) -> BreathingPayload:
        """How it stands."""
        last = self._last.get(athlete)
        if self._led is not None and self._led[0].athlete == athlete:
            return self._led[0].payload(last)
        return BreathingPayload(last=last)

    def _command(self, athlete: str, order: BreatheOrder, now_ms: int) -> None:
        if order.action == "stop":
            if not self.busy_with(athlete):
                raise ValueError("no breathing exercise is under way")
            self._end(now_ms)
            return
        if self._led is not None and not self.busy_with(athlete):
            raise ValueError(f"{self._led[0].athlete} breathes to it: stop that first")
        exercise = self._exercise(order)
        if self._led is not None:
            self._end(now_ms)
        self._around.resting.check(athlete)
        rest = self._around.resting.rest(athlete)
        settings = self._settings
        led = BreathingExercise(
            athlete,
            exercise,
            rest,
            self._around.alerts,
            self._around.aside,
            now_ms=now_ms,
            now=self._around.clock.wall(),
            tones_hz=(settings.low_hz, settings.high_hz),
        )
        self._led = led, rest
        led.changed = False
        self._around.resting.began(athlete, "a breathing exercise")
        self._around.show(athlete, self.topic, self.payload(athlete))

    def _exercise(self, order: BreatheOrder) -> Exercise:
        ratio = Ratio.of(order.ratio or self._settings.ratio)
        if order.find:
            if order.pace is not None:
                raise ValueError("either a pace, or find: it tries several")
            return Exercise.through(PACES_TO_TRY, order.minutes or MINUTES_A_PACE, ratio)
        return Exercise.of(order.pace or self._settings.pace, order.minutes or self._settings.minutes, ratio)

    def _end(self, now_ms: int) -> None:
        assert self._led is not None
        (exercise, rest), self._led = self._led, None
        athlete = exercise.athlete
        outcome = exercise.stop(now_ms)
        self._around.resting.ended(athlete, rest)
        if outcome is None:
            self._around.show(athlete, self.topic, self.payload(athlete))
        else:
            self._around.aside.put(outcome, partial(self._came_to, athlete))

    def _came_to(self, athlete: str, entry: Breathing) -> None:
        self._last[athlete] = entry.words
        self._around.write_down(athlete, entry)
        self._around.show(athlete, self.topic, self.payload(athlete))
