"""A breathing exercise under way: the pace in the room, and how the heart follows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from ..alert.pacing import Pacing
from ..practice.breathing import LONGEST_MIN, Exercise, Phase, Step
from ..practice.coherence import (
    WINDOW_MS,
    Coherence,
    Suited,
    coherence,
    intervals_of,
    mean_coherence,
    suited_best,
    trial,
)
from ..practice.entries import Breathing
from ..rr.beats import Beat
from ..rr.stream import correct
from .aside import Aside
from .payloads import BreathingPayload
from .rest import AtRest
from .sinks import GuideAlerts

EVERY_MS = 5000
"""coherence is computed anew so often"""
LEAST_KEPT_MS = 60_000
"""an exercise that was stopped sooner is not written down"""
_BEATS_LOOKED_AT = 250
"""more than 64 s have, and enough to judge artifacts by"""


class BreathingExercise:
    """One athlete's. It is shown in the room until it is over or stopped."""

    def __init__(
        self,
        athlete: str,
        exercise: Exercise,
        rest: AtRest,
        alerts: GuideAlerts,
        aside: Aside,
        *,
        now_ms: int,
        now: datetime,
        tones_hz: tuple[int, int],
    ) -> None:
        self.athlete = athlete
        self.began = now
        self.changed = True
        """whether there is something new to publish; whoever publishes it says that it was"""
        self._exercise = exercise
        self._rest = rest
        self._alerts = alerts
        self._aside = aside
        self._tones_hz = tones_hz
        self._start_ms = now_ms
        self._now_ms = now_ms
        self._turn: tuple[int, Phase] | None = None
        self._looked_ms = now_ms
        self._looking = False
        self._coherence: Coherence | None = None
        rest.begin(now_ms)
        self.advance(now_ms)

    @property
    def over(self) -> bool:
        """Whether all breaths are breathed."""
        return self._elapsed_ms >= self._exercise.duration_ms

    @property
    def _elapsed_ms(self) -> int:
        return self._now_ms - self._start_ms

    def advance(self, now_ms: int) -> None:
        """Let time pass."""
        self._now_ms = now_ms
        breath = self._exercise.at(self._elapsed_ms)
        if breath is None:
            return
        step = breath.step
        self._alerts.pace(self.athlete, self._pacing(step), elapsed_ms=self._elapsed_ms - step.start_ms)
        turn = (self._elapsed_ms + breath.left_ms, breath.phase)
        if self._turn is None or turn[1] is not self._turn[1] or turn[0] != self._turn[0]:
            self._turn = turn
            self.changed = True
        if now_ms - self._looked_ms >= EVERY_MS and not self._looking:
            self._looked_ms = now_ms
            self._look(step)

    def payload(self, last: str | None) -> BreathingPayload:
        """As of the last `advance`; `last` is what the one before came to."""
        breath = self._exercise.at(self._elapsed_ms)
        if breath is None:
            return BreathingPayload(last=last)
        step, share = breath.step, self._exercise.ratio.share
        of_breath = share if breath.phase is Phase.INHALE else 1 - share
        found = self._coherence
        return BreathingPayload(
            state="breathing",
            began=self.began,
            phase=breath.phase,
            phase_s=round(60 / step.pace * of_breath, 2),
            pace=step.pace,
            ratio=str(self._exercise.ratio),
            step=step.number + 1,
            steps=len(self._exercise.steps),
            elapsed_s=round(self._elapsed_ms / 1000, 1),
            left_s=round((self._exercise.duration_ms - self._elapsed_ms) / 1000, 1),
            coherence=None if found is None else round(found.share, 3),
            peak_pace=None if found is None else round(found.peak_pace, 1),
            heart_rate=self._rest.fresh_rate(self._now_ms),
            last=last,
        )

    def stop(self, now_ms: int) -> Callable[[], Breathing] | None:
        """End it. The answer says what it came to, and takes its time; None where it was too short."""
        self._now_ms = now_ms
        self._alerts.pace(self.athlete, None)
        beats = self._rest.end(now_ms)
        done_ms = min(self._elapsed_ms, self._exercise.duration_ms)
        if done_ms < LEAST_KEPT_MS:
            return None
        return partial(outcome, self._exercise, beats, start_ms=self._start_ms, done_ms=done_ms)

    def _pacing(self, step: Step) -> Pacing:
        breath_ms = round(60_000 / step.pace)
        inhale_ms = round(breath_ms * self._exercise.ratio.share)
        return Pacing(inhale_ms, breath_ms - inhale_ms, *self._tones_hz)

    def _look(self, step: Step) -> None:
        """See how the heart follows, where beats are still coming."""
        if self._rest.fresh_rate(self._now_ms) is None or not self._rest.beats:
            self._seen(None)
            return
        self._looking = True
        beats = self._rest.beats[-_BEATS_LOOKED_AT:]
        self._aside.put(partial(coherence_now, beats, step.pace, self._start_ms + step.start_ms), self._seen)

    def _seen(self, found: Coherence | None) -> None:
        self._looking = False
        self.changed = self.changed or found != self._coherence
        self._coherence = found


def coherence_now(beats: Sequence[Beat], pace: float, since_ms: int) -> Coherence | None:
    """Of the last 64 s of these beats, one at least; None where some of them lie before `since_ms`."""
    intervals = intervals_of(correct(beats))
    end_ms = intervals[-1].at_ms
    return None if end_ms - since_ms < WINDOW_MS else coherence(intervals, pace, end_ms)


def outcome(exercise: Exercise, beats: Sequence[Beat], *, start_ms: int, done_ms: int) -> Breathing:
    """What an exercise came to that began at `start_ms` on the beats' clock, and went on for `done_ms`."""
    intervals = [each._replace(at_ms=each.at_ms - start_ms) for each in intervals_of(correct(beats))]
    trials = []
    for step in exercise.steps:
        breaths = [breath for breath in exercise.breaths(step) if breath[1] <= done_ms]
        if breaths:
            trials.append(trial(intervals, step.pace, breaths))
    minutes = min(LONGEST_MIN, round(done_ms / 60_000, 1))  # whole breaths may go on a little longer
    if len(exercise.steps) > 1:
        suited: Suited | None = suited_best(trials)
        if suited is None:
            return Breathing(minutes=minutes)
        return Breathing(
            minutes=minutes,
            swing_bpm=round(suited.swing_bpm, 1),
            suited=suited.pace,
            close=suited.close,
        )
    pace = exercise.steps[0].pace
    mean = mean_coherence(intervals, pace, 0, done_ms)
    swing = trials[0].swing_bpm if trials else None
    return Breathing(
        minutes=minutes,
        pace=pace,
        coherence=None if mean is None else round(mean.share, 3),
        swing_bpm=None if swing is None else round(swing, 1),
    )
