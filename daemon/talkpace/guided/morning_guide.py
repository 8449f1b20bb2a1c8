"""Guide the morning measurement: the command `readiness`, its stages, and the day's advice that follows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from ..config.habits import MorningsConfig
from ..habits.message import message
from ..habits.readiness_status import readiness_status
from ..habits.settings import LONGEST_MORNING_MIN, SHORTEST_MORNING_MIN
from ..mqtt.command_definitions import START, STOP
from ..mqtt.payloads import ReadinessPayload
from ..pipeline.registry import Command, with_actions
from .context import GuideContext
from .morning_measurement import (
    MorningMeasurement,
    ReadinessResult,
    SignalSoFar,
    Stage,
    readiness_result,
    signal_so_far,
)


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
                self._check_signal(athlete, measurement, now_ms)
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

    def _check_signal(self, athlete: str, measurement: MorningMeasurement, now_ms: int) -> None:
        check = measurement.beats_to_check(now_ms)
        if check is None:
            return

        def take(signal: SignalSoFar) -> None:
            if self._measurements.get(athlete) is measurement:
                measurement.signal = signal
                self._publish(athlete)

        self._context.executor.submit(partial(signal_so_far, *check), take)

    def stop(self, now_ms: int) -> None:
        """Cancel every measurement: part of one has no result."""
        for athlete in list(self._measurements):
            self._cancel(athlete, now_ms)
            self._conclude(
                athlete, ReadinessResult(None, None, message("daemon_stopped", "the daemon was stopped"))
            )

    def payload(self, athlete: str) -> ReadinessPayload:
        """Return the athlete's state, to be published."""
        last = self._last.get(athlete, ReadinessPayload())
        measurement = self._measurements.get(athlete)
        if measurement is None:
            return last
        remaining_ms = measurement.remaining_ms(self._context.clock.monotonic_ms())
        state: dict[str, object] = {
            "state": measurement.stage.value,
            "left_s": round(remaining_ms / 1000, 1),
            "ends": self._context.now() + timedelta(milliseconds=remaining_ms),
            "stage_s": measurement.stage_ms / 1000,
        }
        if (signal := measurement.signal) is not None:
            state |= {
                "beats": signal.beats,
                "coverage_now": round(signal.quality.coverage, 4),
                "artifact_ratio_now": round(signal.quality.artifact_ratio, 4),
            }
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
        self._context.alerts.sign(athlete, pattern, sentence=f"events.{pattern}")
        self._conclude(athlete, result)

    def _conclude(self, athlete: str, result: ReadinessResult) -> None:
        """Log and publish a result."""
        now, signal, morning = self._context.now(), result.signal, result.morning
        payload = ReadinessPayload(
            measured=now,
            problem=None if result.problem is None else result.problem.text,
            failure=result.problem,
            coverage=None if signal is None else round(signal.coverage, 4),
            artifact_ratio=None if signal is None else round(signal.artifact_ratio, 4),
        )
        if morning is not None:
            self._context.habits.add_now(athlete, morning)
            # By the time of its entry, which is a moment later than the end of the measurement.
            status = readiness_status(self._context.habits.history(athlete), self._context.now())
            payload = payload.model_copy(
                update={
                    "advice": status.advice and status.advice.value,
                    "why": status.why,
                    "reason": status.reason,
                    "ln_rmssd": morning.ln_rmssd,
                    "heart_rate": morning.heart_rate,
                    "strap": morning.strap,
                }
            )
        self._last[athlete] = payload
        self._publish(athlete)
