"""A morning's measurement under way: wait for the strap, settle, measure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import ValidationError

from ..practice.entries import Morning
from ..practice.readiness import Signal
from ..rr.beats import Beat
from ..rr.stream import figures_of
from .rest import AtRest
from .sinks import GuideAlerts

PATIENCE_MS = 180_000
"""so long it waits for the strap"""
LOST_AFTER_MS = 20_000
"""without a heart rate: the strap was taken off"""


class Stage(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    SETTLING = "settling"
    MEASURING = "measuring"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a measurement came to: a morning's figures, or why there are none."""

    morning: Morning | None
    signal: Signal | None
    problem: str | None


class MorningMeasurement:
    """One athlete's. It is guided by sound: one where it begins, one where it has failed.

    Whether the beats are good takes its time to say, and is left to whoever tells the athlete.
    """

    def __init__(
        self,
        athlete: str,
        rest: AtRest,
        alerts: GuideAlerts,
        *,
        now_ms: int,
        settle_ms: int,
        measure_ms: int,
    ) -> None:
        self.athlete = athlete
        self.stage = Stage.WAITING
        self.problem: str | None = None
        """once it is done: why there is nothing to be judged"""
        self.beats: Sequence[Beat] = ()
        """once it is done: what is to be judged"""
        self.measure_ms = measure_ms
        self._rest = rest
        self._alerts = alerts
        self._settle_ms = settle_ms
        self._asked_ms = now_ms
        self._until_ms = now_ms + PATIENCE_MS
        rest.begin(now_ms)

    def left_ms(self, now_ms: int) -> int:
        """Of this stage."""
        return max(0, self._until_ms - now_ms)

    def advance(self, now_ms: int) -> bool:
        """Let time pass; answers whether another stage has begun."""
        before = self.stage
        if self.stage is Stage.WAITING:
            if self._rest.first_ms is not None:
                self.stage = Stage.SETTLING
                self._until_ms = max(now_ms, self._rest.first_ms + self._settle_ms)
            elif now_ms >= self._until_ms:
                self._fail(now_ms, "no heart rate came from the strap")
        if self.stage in {Stage.SETTLING, Stage.MEASURING} and self._lost(now_ms):
            self._fail(now_ms, "the strap sends no heart rate any more")
        if self.stage is Stage.SETTLING and now_ms >= self._until_ms:
            self.stage = Stage.MEASURING
            self._until_ms = now_ms + self.measure_ms
            self._alerts.sign(self.athlete, "measure_start")
        elif self.stage is Stage.MEASURING and now_ms >= self._until_ms:
            self._finish(now_ms)
        return self.stage is not before

    def cancel(self, now_ms: int) -> None:
        """Stop it; nothing comes of it."""
        self._rest.end(now_ms)
        self.stage, self.problem = Stage.DONE, "cancelled"

    def _lost(self, now_ms: int) -> bool:
        return self._rest.last_ms is None or now_ms - self._rest.last_ms >= LOST_AFTER_MS

    def _fail(self, now_ms: int, problem: str) -> None:
        self._rest.end(now_ms)
        self._alerts.sign(self.athlete, "measure_failed")
        self.stage, self.problem = Stage.DONE, problem

    def _finish(self, now_ms: int) -> None:
        start_ms = self._until_ms - self.measure_ms
        self.beats = [beat for beat in self._rest.end(now_ms) if start_ms < beat.at_ms <= self._until_ms]
        self.stage = Stage.DONE


def taken(beats: Sequence[Beat], duration_ms: int) -> Taken:
    """What the beats of a measurement of this duration come to."""
    if not beats:
        return Taken(None, None, "the strap sends no RR intervals; most chest straps do, few arm bands")
    figures, _ = figures_of(beats)
    # At the edges an interval is cut, or belongs to the beat outside.
    coverage = min(1.0, figures.covered_ms / duration_ms)
    signal = Signal(coverage, min(1.0, figures.artifact_ratio))
    problem = signal.complaint()
    rmssd, mean_rr = figures.corrected.rmssd_ms, figures.corrected.mean_rr_ms
    if problem is None and (not rmssd or not mean_rr):
        problem = "the beats do not vary at all: this is no heart at rest"
    if problem is not None or not rmssd or not mean_rr:
        return Taken(None, signal, problem)
    try:
        morning = Morning(
            ln_rmssd=round(math.log(rmssd), 3),
            heart_rate=round(60_000 / mean_rr, 1),
            coverage=round(coverage, 4),
            artifact_ratio=round(signal.artifact_ratio, 4),
        )
    except ValidationError:  # a strap can send what no heart does
        return Taken(None, signal, "the beats are not those of a heart at rest")
    return Taken(morning, signal, None)
