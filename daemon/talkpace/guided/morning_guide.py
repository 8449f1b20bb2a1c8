"""Guide the morning measurement: the command `readiness`, its stages, and the day's advice that follows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from pydantic import ValidationError

from ..config.habits import MorningsConfig
from ..habits.entries import Morning
from ..habits.readiness import SignalQuality, readiness_status
from ..habits.settings import LONGEST_MORNING_MIN, SHORTEST_MORNING_MIN
from ..hrv.analysis import analyze_beats
from ..hrv.beats import Beat
from ..hrv.interval_clock import SENT_TWICE, runs_ahead
from ..mqtt.command_definitions import START, STOP
from ..mqtt.payloads import ReadinessPayload
from ..pipeline.registry import Command, with_actions
from .context import GuideAlerts, GuideContext
from .rest_recorder import RestRecorder

PATIENCE_MS = 180_000
"""time limit for the first heart rate"""
LOST_AFTER_MS = 20_000
"""without a heart rate for so long, the strap was taken off"""


class Stage(StrEnum):
    """Stage of a measurement."""

    WAITING = "waiting"
    SETTLING = "settling"
    MEASURING = "measuring"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class ReadinessResult:
    """Result of a measurement: the log entry, or the problem that prevented one."""

    morning: Morning | None
    signal: SignalQuality | None
    problem: str | None


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
        self.problem: str | None = None
        """once DONE: why there is no result"""
        self.beats: Sequence[Beat] = ()
        """once DONE without a problem: the beats from which `readiness_result` is computed"""
        self.measure_ms = measure_ms
        self.recorder = recorder
        self._athlete = athlete
        self._alerts = alerts
        self._settle_ms = settle_ms
        self._until_ms = now_ms + PATIENCE_MS
        recorder.begin(now_ms)

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
                self._fail(now_ms, "no heart rate was received from the strap")
        if self.stage in {Stage.SETTLING, Stage.MEASURING} and self._signal_lost(now_ms):
            self._fail(now_ms, "the strap stopped sending a heart rate")
        if self.stage is Stage.SETTLING and now_ms >= self._until_ms:
            self.stage = Stage.MEASURING
            self._until_ms = now_ms + self.measure_ms
            self._alerts.sign(self._athlete, "measure_start")
        elif self.stage is Stage.MEASURING and now_ms >= self._until_ms:
            self._finish(now_ms)
        return self.stage is not before

    def cancel(self, now_ms: int) -> None:
        """End without a result."""
        self.recorder.end(now_ms)
        self.stage, self.problem = Stage.DONE, "cancelled"

    def _signal_lost(self, now_ms: int) -> bool:
        return self.recorder.last_ms is None or now_ms - self.recorder.last_ms >= LOST_AFTER_MS

    def _fail(self, now_ms: int, problem: str) -> None:
        self.recorder.end(now_ms)
        self._alerts.sign(self._athlete, "measure_failed")
        self.stage, self.problem = Stage.DONE, problem

    def _finish(self, now_ms: int) -> None:
        start_ms = self._until_ms - self.measure_ms
        self.beats = [beat for beat in self.recorder.end(now_ms) if start_ms < beat.at_ms <= self._until_ms]
        self.stage = Stage.DONE


class MorningGuide:
    """Guide of the command `readiness`."""

    topic = "readiness"

    def __init__(self, settings: MorningsConfig, context: GuideContext) -> None:
        self.commands: Mapping[str, Command] = with_actions({"readiness": self._command})
        self._settings = settings
        self._context = context
        self._measurements: dict[str, MorningMeasurement] = {}
        self._last: dict[str, ReadinessPayload] = {}

    @property
    def busy(self) -> bool:
        """Whether a measurement is in progress."""
        return bool(self._measurements)

    def busy_with(self, athlete: str) -> bool:
        """Return whether this athlete's measurement is in progress."""
        return athlete in self._measurements

    def advance(self, now_ms: int) -> None:
        """Let time pass, up to `now_ms`."""
        for athlete, measurement in list(self._measurements.items()):
            if not measurement.advance(now_ms):
                continue
            if measurement.stage is not Stage.DONE:
                self._publish(athlete)
                continue
            del self._measurements[athlete]
            self._context.resting.ended(athlete, measurement.recorder)
            if measurement.problem is not None:
                self._conclude(athlete, ReadinessResult(None, None, measurement.problem))
            else:
                compute = partial(
                    readiness_result,
                    measurement.beats,
                    measurement.measure_ms,
                    strap=measurement.recorder.strap,
                )
                self._context.executor.submit(compute, partial(self._announce, athlete))

    def stop(self, now_ms: int) -> None:
        """Cancel every measurement: part of one has no result."""
        for athlete in list(self._measurements):
            self._cancel(athlete, now_ms)
            self._conclude(athlete, ReadinessResult(None, None, "the daemon was stopped"))

    def payload(self, athlete: str) -> ReadinessPayload:
        """Return the athlete's state, to be published."""
        last = self._last.get(athlete, ReadinessPayload())
        measurement = self._measurements.get(athlete)
        if measurement is None:
            return last
        remaining_ms = measurement.remaining_ms(self._context.clock.monotonic_ms())
        state = {"state": measurement.stage.value, "left_s": round(remaining_ms / 1000, 1)}
        return last.model_copy(update=state)

    def _publish(self, athlete: str) -> None:
        self._context.publish(athlete, self.topic, self.payload(athlete))

    def _command(self, athlete: str, value: Any, now_ms: int) -> None:
        if value == STOP:
            if athlete not in self._measurements:
                raise ValueError("no measurement is in progress")
            self._cancel(athlete, now_ms)
            self._publish(athlete)
            return
        reason = self._context.habits.history(athlete).hrv_reason
        if reason is not None:
            raise ValueError(reason)
        minutes = self._settings.minutes if value == START else value
        if not SHORTEST_MORNING_MIN <= minutes <= LONGEST_MORNING_MIN:
            raise ValueError(
                f"a measurement takes {SHORTEST_MORNING_MIN:g} to {LONGEST_MORNING_MIN:g} minutes"
            )
        self._context.resting.check(athlete)
        recorder = self._context.resting.recorder(athlete)
        if recorder.session_counts(now_ms):
            raise ValueError("a session is in progress: take the morning measurement before a session")
        self._measurements[athlete] = MorningMeasurement(
            athlete,
            recorder,
            self._context.alerts,
            now_ms=now_ms,
            settle_ms=round(self._settings.settle_s * 1000),
            measure_ms=round(minutes * 60_000),
        )
        self._context.resting.started(athlete, "a measurement")
        self._publish(athlete)

    def _cancel(self, athlete: str, now_ms: int) -> None:
        measurement = self._measurements.pop(athlete)
        measurement.cancel(now_ms)
        self._context.resting.ended(athlete, measurement.recorder)

    def _announce(self, athlete: str, result: ReadinessResult) -> None:
        pattern = "measure_end" if result.problem is None else "measure_failed"
        self._context.alerts.sign(athlete, pattern)
        self._conclude(athlete, result)

    def _conclude(self, athlete: str, result: ReadinessResult) -> None:
        """Log and publish a result."""
        now, signal, morning = self._context.now(), result.signal, result.morning
        payload = ReadinessPayload(
            measured=now,
            problem=result.problem,
            coverage=None if signal is None else round(signal.coverage, 4),
            artifact_ratio=None if signal is None else round(signal.artifact_ratio, 4),
        )
        if morning is not None:
            self._context.habits.add_now(athlete, morning)
            status = readiness_status(self._context.habits.history(athlete), now)
            payload = payload.model_copy(
                update={
                    "advice": status.advice and status.advice.value,
                    "why": status.why,
                    "ln_rmssd": morning.ln_rmssd,
                    "heart_rate": morning.heart_rate,
                    "strap": morning.strap,
                }
            )
        self._last[athlete] = payload
        self._publish(athlete)


def readiness_result(beats: Sequence[Beat], duration_ms: int, *, strap: str | None = None) -> ReadinessResult:
    """Compute the result from the beats of a measurement of this duration; `strap` is its address."""
    if not beats:
        problem = "the strap sends no RR intervals; most chest straps do, few arm bands"
        return ReadinessResult(None, None, problem)
    figures, _ = analyze_beats(beats)
    if runs_ahead(figures.covered_ms, duration_ms):
        return ReadinessResult(None, None, SENT_TWICE)
    # At both ends an interval is cut off, or belongs to a beat outside.
    coverage = min(1.0, figures.covered_ms / duration_ms)
    signal = SignalQuality(coverage, min(1.0, figures.artifact_ratio))
    if (poor_signal := signal.problem()) is not None:
        return ReadinessResult(None, signal, poor_signal)
    rmssd, mean_rr = figures.corrected.rmssd_ms, figures.corrected.mean_rr_ms
    if not rmssd or not mean_rr:
        return ReadinessResult(None, signal, "the RR intervals do not vary: not a heart at rest")
    try:
        morning = Morning(
            ln_rmssd=round(math.log(rmssd), 3),
            heart_rate=round(60_000 / mean_rr, 1),
            coverage=round(coverage, 4),
            artifact_ratio=round(signal.artifact_ratio, 4),
            strap=strap,
        )
    except ValidationError:  # values that no heart has, as a broken strap can send
        return ReadinessResult(None, signal, "the RR intervals are not those of a heart at rest")
    return ReadinessResult(morning, signal, None)
