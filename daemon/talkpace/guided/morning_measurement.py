"""The morning measurement: its stages, the signal while it runs, and its result."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError

from ..habits.entries import Morning
from ..habits.message import Message, message
from ..habits.readiness import SignalQuality
from ..hrv.analysis import analyze_beats
from ..hrv.beats import Beat
from ..hrv.interval_clock import SENT_TWICE, runs_ahead
from .context import GuideAlerts
from .rest_recorder import RestRecorder

PATIENCE_MS = 180_000
"""time limit for the first heart rate"""
SIGNAL_EVERY_MS = 5000
"""interval at which the signal's quality so far is computed"""
LOST_AFTER_MS = 20_000
"""without a heart rate for so long, the strap was taken off"""
_DO_NOT_VARY = "the RR intervals do not vary: not a heart at rest"
_OUT_OF_RANGE = "the RR intervals are not those of a heart at rest"


class Stage(StrEnum):
    """Stage of a measurement."""

    WAITING = "waiting"
    SETTLING = "settling"
    MEASURING = "measuring"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class SignalSoFar:
    """Beats of a measurement in progress, and the quality of their signal."""

    beats: int
    quality: SignalQuality


@dataclass(frozen=True, slots=True)
class ReadinessResult:
    """Result of a measurement: the log entry, or the problem that prevented one."""

    morning: Morning | None
    signal: SignalQuality | None
    problem: Message | None


class MorningMeasurement:
    """One athlete's measurement in progress, guided by sound: wait for the strap, settle, measure."""

    def __init__(
        self,
        athlete: str,
        recorder: RestRecorder,
        alerts: GuideAlerts,
        *,
        now_ms: int,
        settle_ms: int,
        measure_ms: int,
    ) -> None:
        self.stage = Stage.WAITING
        self.problem: Message | None = None
        """once DONE: why there is no result"""
        self.beats: Sequence[Beat] = ()
        """once DONE without a problem: the beats from which `readiness_result` is computed"""
        self.measure_ms = measure_ms
        self.recorder = recorder
        self.signal: SignalSoFar | None = None
        """None before the first 5 s of measuring"""
        self._signal_ms = 0
        self._athlete = athlete
        self._alerts = alerts
        self._settle_ms = settle_ms
        self._until_ms = now_ms + PATIENCE_MS
        recorder.begin(now_ms)

    @property
    def stage_ms(self) -> int:
        """Duration of this stage."""
        match self.stage:
            case Stage.WAITING:
                return PATIENCE_MS
            case Stage.SETTLING:
                return self._settle_ms
        return self.measure_ms

    def beats_to_check(self, now_ms: int) -> tuple[Sequence[Beat], int] | None:
        """Return the beats measured so far and the time they took, where 5 s more have passed; else None."""
        if self.stage is not Stage.MEASURING or now_ms - self._signal_ms < SIGNAL_EVERY_MS:
            return None
        self._signal_ms = now_ms
        start_ms = self._until_ms - self.measure_ms
        return [beat for beat in self.recorder.beats if beat.at_ms > start_ms], now_ms - start_ms

    def remaining_ms(self, now_ms: int) -> int:
        """Return the remaining time of this stage."""
        return max(0, self._until_ms - now_ms)

    def advance(self, now_ms: int) -> bool:
        """Let time pass; return whether another stage has begun."""
        before = self.stage
        if self.stage is Stage.WAITING:
            if self.recorder.first_ms is not None:
                self.stage = Stage.SETTLING
                self._until_ms = max(now_ms, self.recorder.first_ms + self._settle_ms)
            elif now_ms >= self._until_ms:
                self._fail(now_ms, message("no_heart_rate", "no heart rate was received from the strap"))
        if self.stage in {Stage.SETTLING, Stage.MEASURING} and self._signal_lost(now_ms):
            self._fail(now_ms, message("heart_rate_lost", "the strap stopped sending a heart rate"))
        if self.stage is Stage.SETTLING and now_ms >= self._until_ms:
            self.stage = Stage.MEASURING
            self._until_ms = now_ms + self.measure_ms
            self._signal_ms = now_ms
            self._alerts.sign(self._athlete, "measure_start", sentence="events.measure_start")
        elif self.stage is Stage.MEASURING and now_ms >= self._until_ms:
            self._finish(now_ms)
        return self.stage is not before

    def cancel(self, now_ms: int) -> None:
        """End without a result."""
        self.recorder.end(now_ms)
        self.stage, self.problem = Stage.DONE, message("cancelled", "cancelled")

    def _signal_lost(self, now_ms: int) -> bool:
        return self.recorder.last_ms is None or now_ms - self.recorder.last_ms >= LOST_AFTER_MS

    def _fail(self, now_ms: int, problem: Message) -> None:
        self.recorder.end(now_ms)
        self._alerts.sign(self._athlete, "measure_failed", sentence="events.measure_failed")
        self.stage, self.problem = Stage.DONE, problem

    def _finish(self, now_ms: int) -> None:
        start_ms = self._until_ms - self.measure_ms
        self.beats = [beat for beat in self.recorder.end(now_ms) if start_ms < beat.at_ms <= self._until_ms]
        self.stage = Stage.DONE


def signal_so_far(beats: Sequence[Beat], duration_ms: int) -> SignalSoFar:
    """Compute the quality of the signal in the time since the measurement began."""
    if not beats:
        return SignalSoFar(0, SignalQuality(0.0, 0.0))
    figures, _ = analyze_beats(beats)
    quality = SignalQuality(
        min(1.0, figures.covered_ms / duration_ms), min(1.0, figures.artifact_ratio or 0.0)
    )
    return SignalSoFar(len(beats), quality)


def readiness_result(beats: Sequence[Beat], duration_ms: int, *, strap: str | None = None) -> ReadinessResult:
    """Compute the result from the beats of a measurement of this duration; `strap` is its address."""
    if not beats:
        text = "the strap sends no RR intervals; most chest straps do, few arm bands"
        return ReadinessResult(None, None, message("no_intervals", text))
    figures, _ = analyze_beats(beats)
    if runs_ahead(figures.covered_ms, duration_ms):
        return ReadinessResult(None, None, message("intervals_twice", SENT_TWICE))
    # At both ends an interval is cut off, or belongs to a beat outside.
    coverage = min(1.0, figures.covered_ms / duration_ms)
    signal = SignalQuality(coverage, min(1.0, figures.artifact_ratio))
    if (poor_signal := signal.problem()) is not None:
        return ReadinessResult(None, signal, poor_signal)
    rmssd, mean_rr = figures.corrected.rmssd_ms, figures.corrected.mean_rr_ms
    if not rmssd or not mean_rr:
        return ReadinessResult(None, signal, message("not_at_rest", _DO_NOT_VARY))
    try:
        morning = Morning(
            ln_rmssd=round(math.log(rmssd), 3),
            heart_rate=round(60_000 / mean_rr, 1),
            coverage=round(coverage, 4),
            artifact_ratio=round(signal.artifact_ratio, 4),
            strap=strap,
        )
    except ValidationError:  # values that no heart has, as a broken strap can send
        return ReadinessResult(None, signal, message("not_at_rest", _OUT_OF_RANGE))
    return ReadinessResult(morning, signal, None)
