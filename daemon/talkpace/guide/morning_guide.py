"""`readiness`: measures, compares with the athlete's own weeks, and says what today is fit for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from ..config.guides import Mornings
from ..pipeline.commands import Command
from ..practice.mornings import ReadinessStanding
from ..practice.readiness import LONGEST_MIN, SHORTEST_MIN
from .measure import MorningMeasurement, Stage, Taken, taken
from .orders import MINUTES, START, STOP
from .payloads import ReadinessPayload
from .rest import AtRest
from .surroundings import Surroundings

SaidOf = Callable[[str, datetime], ReadinessStanding]
"""what an athlete's log says of an instant"""


class MorningGuide:
    """See `Guide`."""

    topic = "readiness"

    def __init__(self, settings: Mornings, around: Surroundings, said_of: SaidOf) -> None:
        self.commands: Mapping[str, Command] = {"readiness": Command(MINUTES, self._command)}
        self._settings = settings
        self._around = around
        self._said_of = said_of
        self._led: dict[str, tuple[MorningMeasurement, AtRest]] = {}
        self._last: dict[str, ReadinessPayload] = {}

    @property
    def busy(self) -> bool:
        """Whether somebody is measured."""
        return bool(self._led)

    def busy_with(self, athlete: str) -> bool:
        """Whether this one is."""
        return athlete in self._led

    def advance(self, now_ms: int) -> None:
        """Let time pass."""
        for athlete, (measurement, rest) in list(self._led.items()):
            if not measurement.advance(now_ms):
                continue
            if measurement.stage is not Stage.DONE:
                self._around.show(athlete, self.topic, self.payload(athlete))
                continue
            del self._led[athlete]
            self._around.resting.ended(athlete, rest)
            if measurement.problem is not None:
                self._conclude(athlete, Taken(None, None, measurement.problem))
            else:
                judge = partial(taken, measurement.beats, measurement.measure_ms)
                self._around.aside.put(judge, partial(self._judged, athlete))

    def leave(self, now_ms: int) -> None:
        """A part of a measurement is none."""
        for athlete in list(self._led):
            self._cancel(athlete, now_ms)
            self._conclude(athlete, Taken(None, None, "the daemon has stopped"))

    def payload(self, athlete: str) -> ReadinessPayload:
        """How it stands."""
        last = self._last.get(athlete, ReadinessPayload())
        if athlete not in self._led:
            return last
        measurement, _ = self._led[athlete]
        left_s = round(measurement.left_ms(self._around.clock.monotonic_ms()) / 1000, 1)
        stage = measurement.stage
        assert stage is not Stage.DONE
        return last.model_copy(update={"state": stage.value, "left_s": left_s})

    def _command(self, athlete: str, value: Any, now_ms: int) -> None:
        if value == STOP:
            if athlete not in self._led:
                raise ValueError("no measurement is under way")
            self._cancel(athlete, now_ms)
            self._around.show(athlete, self.topic, self.payload(athlete))
            return
        minutes = self._settings.minutes if value == START else value
        if not SHORTEST_MIN <= minutes <= LONGEST_MIN:
            raise ValueError(f"a measurement takes {SHORTEST_MIN:g} to {LONGEST_MIN:g} minutes")
        self._around.resting.check(athlete)
        rest = self._around.resting.rest(athlete)
        if rest.session_counts(now_ms):
            raise ValueError("a session is under way: a morning's measurement is for the time before it")
        measurement = MorningMeasurement(
            athlete,
            rest,
            self._around.alerts,
            now_ms=now_ms,
            settle_ms=round(self._settings.settle_s * 1000),
            measure_ms=round(minutes * 60_000),
        )
        self._led[athlete] = measurement, rest
        self._around.resting.began(athlete, "a measurement")
        self._around.show(athlete, self.topic, self.payload(athlete))

    def _cancel(self, athlete: str, now_ms: int) -> None:
        measurement, rest = self._led.pop(athlete)
        measurement.cancel(now_ms)
        self._around.resting.ended(athlete, rest)

    def _judged(self, athlete: str, came_to: Taken) -> None:
        good = came_to.problem is None
        self._around.alerts.sign(athlete, "measure_end" if good else "measure_failed")
        self._conclude(athlete, came_to)

    def _conclude(self, athlete: str, came_to: Taken) -> None:
        self._last[athlete] = self._concluded(athlete, came_to)
        self._around.show(athlete, self.topic, self.payload(athlete))

    def _concluded(self, athlete: str, came_to: Taken) -> ReadinessPayload:
        now, signal, morning = self._around.clock.wall(), came_to.signal, came_to.morning
        payload = ReadinessPayload(
            measured=now,
            problem=came_to.problem,
            coverage=None if signal is None else round(signal.coverage, 4),
            artifact_ratio=None if signal is None else round(signal.artifact_ratio, 4),
        )
        if morning is None:
            return payload
        self._around.write_down(athlete, morning)
        said = self._said_of(athlete, now)
        return payload.model_copy(
            update={
                "advice": said.advice.value,
                "why": said.why,
                "ln_rmssd": morning.ln_rmssd,
                "heart_rate": morning.heart_rate,
            }
        )
