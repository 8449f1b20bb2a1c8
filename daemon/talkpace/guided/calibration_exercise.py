"""One athlete's calibration in progress: heart rates and answers in, spoken instructions out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..hrv.analysis import analyze_beats
from ..hrv.beats import Beat, BeatPlacer
from ..measurement.link_decoder import Measurement
from ..pipeline.athlete import AthletePipeline
from ..training.calibration_load import Load
from ..training.calibration_phases import Answer, End, Phase
from ..training.calibration_protocol import CalibrationProtocol
from ..training.calibration_result import DayValue, day_value
from ..training.threshold import combine_crossings, find_crossings, find_personal_crossings
from .context import GuideAlerts


@dataclass(frozen=True, slots=True)
class RampCrossings:
    """Heart rates (bpm) at which DFA alpha 1 passed 0.75 and the personal value in a ramp."""

    alpha1: float | None = None
    alpha1_personal: float | None = None


_WITHOUT_WARNINGS = {Phase.WARM_UP, Phase.STAGE, Phase.RECOVERY, Phase.BOUT}


class CalibrationExercise:
    """Listens to the athlete's measurements until it is over. The session goes on as any other."""

    def __init__(
        self,
        athlete: str,
        pipeline: AthletePipeline,
        alerts: GuideAlerts,
        plan: Sequence[Load],
        *,
        limit_bpm: int,
        now_ms: int,
        start: datetime,
    ) -> None:
        self.athlete = athlete
        self.start = start
        self.heart_rate: int | None = None
        self.protocol = CalibrationProtocol(plan, limit_bpm=limit_bpm, now_ms=now_ms)
        self._pipeline = pipeline
        self._alerts = alerts
        self._beats: list[Beat] = []
        self._placer = BeatPlacer()
        self._shown: object = None
        self._silent = False
        pipeline.add_listener(self)

    @property
    def over(self) -> bool:
        """Whether there is nothing more to do."""
        return self.protocol.phase is Phase.DONE

    def advance(self, now_ms: int) -> bool:
        """Let time pass; give new instructions; return whether what is shown has changed."""
        self.protocol.advance(now_ms)
        return self.instruct()

    def answer(self, answer: Answer, now_ms: int) -> None:
        """Take an answer. Raises ValueError where no question waits for one."""
        self.protocol.answer(answer, now_ms)

    def instruct(self) -> bool:
        """Speak new instructions and play their patterns; return whether what is shown has changed.

        From the warm-up to the end the ordinary warnings are silent: the ramp passes the ceiling on purpose.
        """
        silent = self.protocol.phase in _WITHOUT_WARNINGS
        if silent != self._silent:
            self._silent = silent
            self._alerts.silence_warnings(self.athlete, silent=silent)
        for instruction in self.protocol.new_instructions():
            if instruction.pattern is None:
                self._alerts.say(self.athlete, instruction.key)
            else:
                self._alerts.sign(self.athlete, instruction.pattern, sentence=instruction.key)
        shown = (self.protocol.instruction, self.protocol.phase, self.protocol.stage, self.protocol.asks)
        changed, self._shown = shown != self._shown, shown
        return changed

    def stop(self, now_ms: int, end: End) -> None:
        """End it all; what has been measured counts as far as it is enough."""
        self.protocol.stop(now_ms, end)

    def close(self) -> None:
        """Listen no more, and let warnings sound again."""
        self._pipeline.remove_listener(self)
        self._alerts.silence_warnings(self.athlete, silent=False)
        self._beats += self._placer.finish()

    def value(self) -> DayValue | None:
        """Return the day's value once it is over; None where too little counts."""
        return day_value(self.protocol)

    @property
    def ramp_beats(self) -> Sequence[Beat]:
        """The beats of warm-up and ramp, once it is closed."""
        if self.protocol.ramp_ms is None:
            return ()
        start_ms, end_ms = self.protocol.ramp_ms
        return [beat for beat in self._beats if start_ms < beat.at_ms <= end_ms]

    def on_strap_change(self) -> None:
        """Mark a change of strap: the next RR interval must not be joined to the previous strap's."""
        self._beats += self._placer.mark_strap_change()

    def on_measurement(self, measurement: Measurement) -> None:
        """Take a measurement, as `MeasurementListener`."""
        self._beats += self._placer.add(measurement.at_ms, measurement.rr_ms)
        self.heart_rate = measurement.heart_rate or None
        self.protocol.measure(measurement.at_ms, measurement.heart_rate)


def ramp_crossings(beats: Sequence[Beat]) -> RampCrossings:
    """Find where alpha 1 fell in a ramp; None where the strap sends no intervals or the fall is not clear."""
    if not beats:
        return RampCrossings()
    _, windows = analyze_beats(beats)
    fixed = combine_crossings(find_crossings(windows))
    personal = combine_crossings(find_personal_crossings(windows))
    return RampCrossings(
        None if fixed is None else round(fixed.value, 1),
        None if personal is None else round(personal.value, 1),
    )
