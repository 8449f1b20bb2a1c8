"""Guide a calibration: the commands `calibrate` and `calibration_answer`, its state, and its log entry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import partial

from ..config.habits import CalibrationConfig
from ..habits.calibration_status import calibration_days
from ..habits.entries import Calibration
from ..language.sentences import sentences
from ..mqtt.command_definitions import CalibrateCommand
from ..mqtt.payloads import CalibrationPayload
from ..pipeline.registry import Command, with_actions
from ..training.calibration_load import load_plan
from ..training.calibration_phases import Answer, End
from ..training.calibration_result import PLAUSIBLE_BPM, DayValue, days_that_count, limit_bpm, propose
from .calibration_exercise import CalibrationExercise, RampCrossings, ramp_crossings
from .calibration_summary import doubts_line, load_line, proposal_lines, value_line
from .context import GuideContext

EVERY_MS = 5000
"""interval at which the heart rate is published"""


class CalibrationGuide:
    """Guide of the commands `calibrate` and `calibration_answer`; several athletes may calibrate at once."""

    topic = "calibration"

    def __init__(self, settings: CalibrationConfig, context: GuideContext) -> None:
        self.commands: Mapping[str, Command] = with_actions(
            {"calibrate": self._command, "calibration_answer": self._answer}
        )
        self._settings = settings
        self._context = context
        self._lines = sentences(settings.language)
        self._exercises: dict[str, CalibrationExercise] = {}
        self._last: dict[str, CalibrationPayload] = {}
        self._published_ms: dict[str, int] = {}

    @property
    def busy(self) -> bool:
        """Whether a calibration is in progress."""
        return bool(self._exercises)

    def busy_with(self, athlete: str) -> bool:
        """Return whether this athlete's calibration is in progress."""
        return athlete in self._exercises

    def advance(self, now_ms: int) -> None:
        """Let time pass, up to `now_ms`."""
        for athlete, exercise in list(self._exercises.items()):
            changed = exercise.advance(now_ms)
            if exercise.over:
                self._end(exercise)
            elif changed or now_ms - self._published_ms.get(athlete, now_ms - EVERY_MS) >= EVERY_MS:
                self._published_ms[athlete] = now_ms
                self._publish(athlete)

    def stop(self, now_ms: int) -> None:
        """End every calibration: one does not go on after a restart, but what counts is logged."""
        for exercise in list(self._exercises.values()):
            exercise.stop(now_ms, End.DAEMON_STOPPED)
            self._end(exercise)

    def payload(self, athlete: str) -> CalibrationPayload:
        """Return the athlete's state, to be published."""
        last = self._last.get(athlete, CalibrationPayload())
        exercise = self._exercises.get(athlete)
        if exercise is None:
            return last
        protocol = exercise.protocol
        instruction, remaining_ms = protocol.instruction, protocol.remaining_ms
        load = instruction.load
        return last.model_copy(
            update={
                "state": protocol.phase.value,
                "began": exercise.start,
                "instruction": self._lines[instruction.key],
                "key": instruction.key,
                "text": None if instruction.text_key is None else self._lines[instruction.text_key],
                "asks": protocol.asks,
                "load": None if load is None else load_line(self._lines, load),
                "stage": None if load is None else load.stage,
                "left_s": None if remaining_ms is None else round(remaining_ms / 1000, 1),
                "ends": None
                if remaining_ms is None
                else self._context.now() + timedelta(milliseconds=remaining_ms),
                "stage_s": protocol.stage_s,
                "heart_rate": exercise.heart_rate,
                "limit": protocol.limit_bpm,
            }
        )

    def _publish(self, athlete: str) -> None:
        self._context.publish(athlete, self.topic, self.payload(athlete))

    # -- commands; each raises ValueError without changing anything --------------------------------

    def _command(self, athlete: str, command: CalibrateCommand, now_ms: int) -> None:
        if command.action == "start":
            self._start(athlete, command, now_ms)
            return
        exercise = self._exercise(athlete)
        if command.action == "enough":
            exercise.protocol.end_ramp(now_ms)
        else:
            exercise.stop(now_ms, End.STOPPED)
        self._after_command(exercise)

    def _answer(self, athlete: str, answer: Answer, now_ms: int) -> None:
        exercise = self._exercise(athlete)
        exercise.answer(answer, now_ms)
        self._after_command(exercise)

    def _exercise(self, athlete: str) -> CalibrationExercise:
        if athlete not in self._exercises:
            raise ValueError("no calibration is in progress")
        return self._exercises[athlete]

    def _start(self, athlete: str, command: CalibrateCommand, now_ms: int) -> None:
        history = self._context.habits.history(athlete)
        if history.hrv_reason is not None:
            raise ValueError(
                "no ramp with a drug that limits the heart rate or an irregular rhythm, as the athlete's "
                "settings say: ask your physician for a ceiling"
            )
        self._context.resting.check(athlete)
        pipeline = self._context.registry.pipelines[athlete]
        self._context.resting.reserve(athlete, "a calibration")
        self._exercises[athlete] = CalibrationExercise(
            athlete,
            pipeline,
            self._context.alerts,
            load_plan(command.device or self._settings.device, history.weight_kg),
            limit_bpm=limit_bpm(pipeline.profile()),
            now_ms=now_ms,
            start=self._context.now(),
        )
        self._exercises[athlete].instruct()
        self._publish(athlete)

    def _after_command(self, exercise: CalibrationExercise) -> None:
        exercise.instruct()
        if exercise.over:
            self._end(exercise)
        else:
            self._publish(exercise.athlete)

    # -- the end -----------------------------------------------------------------------------------

    def _end(self, exercise: CalibrationExercise) -> None:
        exercise.instruct()
        exercise.close()
        del self._exercises[exercise.athlete]
        self._context.resting.free(exercise.athlete)
        value = exercise.value()
        if value is None:
            self._conclude(exercise, None, RampCrossings())
        else:
            work = partial(ramp_crossings, exercise.ramp_beats)
            self._context.executor.submit(work, partial(self._conclude, exercise, value))

    def _conclude(
        self, exercise: CalibrationExercise, value: DayValue | None, crossings: RampCrossings
    ) -> None:
        """Log and publish what a calibration has found or lacks."""
        athlete, lines = exercise.athlete, self._lines
        if value is not None:
            self._context.habits.add_now(athlete, _entry(value, crossings))
        history, now = self._context.habits.history(athlete), self._context.now()
        days, today = calibration_days(history, now), history.day(now)
        count = len(days_that_count(days, today))
        profile = self._context.registry.pipelines[athlete].profile()
        proposal = propose(days, profile, today) if value is not None else None
        end = exercise.protocol.instruction
        summary = [lines[end.key]]
        if exercise.protocol.end is not End.REFUSED:
            summary.append(value_line(lines, value))
        if value is not None:
            if proposal is None and value.doubts:
                summary.append(doubts_line(lines, value.doubts) or "")
            summary += proposal_lines(lines, proposal, count)
        self._last[athlete] = CalibrationPayload(
            instruction=lines[end.key],
            key=end.key,
            measured=now,
            summary=summary,
            value=None if value is None else value.heart_rate,
            minutes=None if value is None else value.minutes,
            days=count,
            proposed_ceiling=proposal and proposal.ceiling,
            proposed_heart_rate=proposal and proposal.heart_rate,
            proposed_lowest=proposal and proposal.lowest,
            proposed_highest=proposal and proposal.highest,
            fixed_heart_rate=proposal and proposal.fixed,
            alpha1_heart_rate=proposal and proposal.alpha1,
            alpha1_personal_heart_rate=proposal and proposal.alpha1_personal,
            doubts=list((proposal or value).doubts) if value is not None else [],
        )
        self._publish(athlete)


def _entry(value: DayValue, crossings: RampCrossings) -> Calibration:
    return Calibration(
        heart_rate=value.heart_rate,
        lowest=value.lowest,
        highest=value.highest,
        minutes=value.minutes,
        device=value.load.device,
        mets=value.load.mets,
        doubts=value.doubts,
        alpha1=_plausible(crossings.alpha1),
        alpha1_personal=_plausible(crossings.alpha1_personal),
    )


def _plausible(heart_rate: float | None) -> float | None:
    return heart_rate if heart_rate is not None and round(heart_rate) in PLAUSIBLE_BPM else None
