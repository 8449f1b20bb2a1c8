"""Guide paced breathing: the command `breathe`, the pace as sound and light, and coherence while it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from ..alerts.pacing import Pacing
from ..config.habits import BreathingGuideConfig
from ..habits.breathing import (
    MINUTES_A_PACE,
    PACES_TO_TRY,
    BreathingPlan,
    PaceStep,
    Phase,
)
from ..habits.coherence import (
    Coherence,
)
from ..habits.entries import Breathing
from ..habits.settings import Ratio
from ..mqtt.command_definitions import BreatheCommand
from ..mqtt.payloads import BreathingPayload
from ..pipeline.registry import Command, with_actions
from .breathing_result import breathing_result, current_coherence
from .context import GuideAlerts, GuideContext, SerialExecutor
from .rest_recorder import RestRecorder

EVERY_MS = 5000
"""interval at which coherence is computed"""
SHORTEST_LOGGED_MS = 60_000
"""an exercise that is stopped earlier is not logged"""
_COHERENCE_BEATS = 250
"""more than 64 s of beats, enough to detect artifacts"""


class BreathingExercise:
    """One athlete's exercise in progress."""

    def __init__(
        self,
        athlete: str,
        exercise: BreathingPlan,
        recorder: RestRecorder,
        alerts: GuideAlerts,
        executor: SerialExecutor,
        *,
        now_ms: int,
        now: datetime,
        tones_hz: tuple[int, int],
    ) -> None:
        self.athlete = athlete
        self.recorder = recorder
        self.changed = True
        """whether the payload has changed; the publisher resets it"""
        self._start = now
        self._exercise = exercise
        self._alerts = alerts
        self._executor = executor
        self._tones_hz = tones_hz
        self._start_ms = now_ms
        self._now_ms = now_ms
        self._phase: tuple[int, Phase] | None = None
        """its end since the start in ms, and which it is"""
        self._computed_ms = now_ms
        self._computing = False
        self._coherence: Coherence | None = None
        recorder.begin(now_ms)
        self.advance(now_ms)

    @property
    def over(self) -> bool:
        """Whether all breaths are completed."""
        return self._elapsed_ms >= self._exercise.duration_ms

    @property
    def _elapsed_ms(self) -> int:
        return self._now_ms - self._start_ms

    def advance(self, now_ms: int) -> None:
        """Let time pass, up to `now_ms`."""
        self._now_ms = now_ms
        breath = self._exercise.at(self._elapsed_ms)
        if breath is None:
            return
        step = breath.step
        self._alerts.pace(self.athlete, self._pacing(step), elapsed_ms=self._elapsed_ms - step.start_ms)
        phase = (self._elapsed_ms + breath.remaining_ms, breath.phase)
        if phase != self._phase:
            self._phase = phase
            self.changed = True
        if now_ms - self._computed_ms >= EVERY_MS and not self._computing:
            self._computed_ms = now_ms
            self._compute_coherence(step)

    def payload(self, last: str | None) -> BreathingPayload:
        """Return the state as of the last `advance`; `last` describes the previous exercise."""
        breath = self._exercise.at(self._elapsed_ms)
        if breath is None:
            return BreathingPayload(last=last)
        step, inhale_share = breath.step, self._exercise.ratio.share
        phase_share = inhale_share if breath.phase is Phase.INHALE else 1 - inhale_share
        current = self._coherence
        return BreathingPayload(
            state="breathing",
            began=self._start,
            phase=breath.phase,
            phase_s=round(60 / step.pace * phase_share, 2),
            phase_left_s=round(breath.remaining_ms / 1000, 2),
            pace=step.pace,
            ratio=str(self._exercise.ratio),
            step=step.number + 1,
            steps=len(self._exercise.steps),
            elapsed_s=round(self._elapsed_ms / 1000, 1),
            left_s=round((self._exercise.duration_ms - self._elapsed_ms) / 1000, 1),
            coherence=None if current is None else round(current.share, 3),
            peak_pace=None if current is None else round(current.peak_pace, 1),
            heart_rate=self.recorder.fresh_rate(self._now_ms),
            last=last,
        )

    def stop(self, now_ms: int) -> Callable[[], Breathing] | None:
        """End the exercise; return the function that computes its result, None where it was too short."""
        self._now_ms = now_ms
        self._alerts.pace(self.athlete, None)
        beats = self.recorder.end(now_ms)
        duration_ms = min(self._elapsed_ms, self._exercise.duration_ms)
        if duration_ms < SHORTEST_LOGGED_MS:
            return None
        return partial(
            breathing_result, self._exercise, beats, start_ms=self._start_ms, duration_ms=duration_ms
        )

    def _pacing(self, step: PaceStep) -> Pacing:
        breath_ms = round(60_000 / step.pace)
        inhale_ms = round(breath_ms * self._exercise.ratio.share)
        return Pacing(inhale_ms, breath_ms - inhale_ms, *self._tones_hz)

    def _compute_coherence(self, step: PaceStep) -> None:
        if self.recorder.fresh_rate(self._now_ms) is None or not self.recorder.beats:
            self._set_coherence(None)
            return
        self._computing = True
        beats = self.recorder.beats[-_COHERENCE_BEATS:]
        since_ms = self._start_ms + step.start_ms
        self._executor.submit(partial(current_coherence, beats, step.pace, since_ms), self._set_coherence)

    def _set_coherence(self, current: Coherence | None) -> None:
        self._computing = False
        self.changed = self.changed or current != self._coherence
        self._coherence = current


class BreathingGuide:
    """Guide of the command `breathe`; one exercise at a time, as there is one light and one buzzer."""

    topic = "breathing"

    def __init__(self, settings: BreathingGuideConfig, context: GuideContext) -> None:
        self.commands: Mapping[str, Command] = with_actions({"breathe": self._command})
        self._settings = settings
        self._context = context
        self._exercise: BreathingExercise | None = None
        self._last: dict[str, str] = {}

    @property
    def busy(self) -> bool:
        """Whether an exercise is in progress."""
        return self._exercise is not None

    def busy_with(self, athlete: str) -> bool:
        """Return whether this athlete's exercise is in progress."""
        return self._exercise is not None and self._exercise.athlete == athlete

    def advance(self, now_ms: int) -> None:
        """Let time pass, up to `now_ms`."""
        exercise = self._exercise
        if exercise is None:
            return
        exercise.advance(now_ms)
        if exercise.over:
            self._end(exercise, now_ms)
            self._context.alerts.sign(exercise.athlete, "measure_end")
        elif exercise.changed:
            exercise.changed = False
            self._publish(exercise.athlete)

    def stop(self, now_ms: int) -> None:
        """End the exercise; it is logged as if stopped by command."""
        if self._exercise is not None:
            self._end(self._exercise, now_ms)

    def payload(self, athlete: str) -> BreathingPayload:
        """Return the athlete's state, to be published."""
        last = self._last.get(athlete)
        if self._exercise is not None and self._exercise.athlete == athlete:
            return self._exercise.payload(last)
        return BreathingPayload(last=last)

    def _publish(self, athlete: str) -> None:
        self._context.publish(athlete, self.topic, self.payload(athlete))

    def _command(self, athlete: str, command: BreatheCommand, now_ms: int) -> None:
        current = self._exercise
        if command.action == "stop":
            if current is None or current.athlete != athlete:
                raise ValueError("no breathing exercise is in progress")
            self._end(current, now_ms)
            return
        if current is not None and current.athlete != athlete:
            raise ValueError(f"a breathing exercise of {current.athlete} is in progress: stop it first")
        exercise = self._requested(command)
        if current is not None:
            self._end(current, now_ms)
        self._context.resting.check(athlete)
        self._exercise = BreathingExercise(
            athlete,
            exercise,
            self._context.resting.recorder(athlete),
            self._context.alerts,
            self._context.executor,
            now_ms=now_ms,
            now=self._context.now(),
            tones_hz=(self._settings.low_hz, self._settings.high_hz),
        )
        self._exercise.changed = False
        self._context.resting.started(athlete, "a breathing exercise")
        self._publish(athlete)

    def _requested(self, command: BreatheCommand) -> BreathingPlan:
        ratio = Ratio.of(command.ratio or self._settings.ratio)
        if command.find:
            if command.pace is not None:
                raise ValueError("pace and find exclude each other: find tries several paces")
            return BreathingPlan.through(PACES_TO_TRY, command.minutes or MINUTES_A_PACE, ratio)
        pace, minutes = command.pace or self._settings.pace, command.minutes or self._settings.minutes
        return BreathingPlan.of(pace, minutes, ratio)

    def _end(self, exercise: BreathingExercise, now_ms: int) -> None:
        self._exercise = None
        compute = exercise.stop(now_ms)
        self._context.resting.ended(exercise.athlete, exercise.recorder)
        if compute is None:
            self._publish(exercise.athlete)
        else:
            self._context.executor.submit(compute, partial(self._log, exercise.athlete))

    def _log(self, athlete: str, result: Breathing) -> None:
        self._last[athlete] = result.words
        self._context.habits.add_now(athlete, result)
        self._publish(athlete)
