"""The calibration's protocol: times, heart rates and answers in; the next instruction out.

Questions, 2 minutes of rest, 4 of warm-up, stages of 2 minutes; in the last 30 s of each the athlete reads a
text aloud and answers. The ramp ends with the first answer that is not yes, at 85 % of the maximum heart
rate in use, or on request. After 3 minutes of rest follow 12 at the load of the stage before the last yes,
with the question at 6, 9 and 12 (after Foster et al. 2009: speech stays comfortable at that stage in long
bouts). What ends it early is this project's own: no answer, no signal, or three heart rates in a row at 85 %
or above.
"""

from __future__ import annotations

from collections.abc import Sequence

from .calibration_load import Load
from .calibration_phases import (
    ASKED_MS,
    BOUT_MS,
    BOUT_PATIENCE_MS,
    DURATIONS_MS,
    QUESTIONS_PATIENCE_MS,
    READING_MS,
    STAGE_MS,
    STAGE_PATIENCE_MS,
    STRAP_PATIENCE_MS,
    TEXTS,
    Answer,
    End,
    Instruction,
    Phase,
    RampEnd,
)
from .calibration_questions import Question
from .calibration_signal import SignalState, SignalWatch

_QUESTION_MS = 1000
"""a no that comes sooner answers a question that nobody has read"""
_LATE_MS = 3000
"""a phase that is due starts on time, unless it could not for longer than this"""


def _cue(key: str, load: Load | None, text_key: str | None = None) -> Instruction:
    """Return an instruction with a sound that asks for attention."""
    return Instruction(key, load, text_key, pattern="measure_start")


class CalibrationProtocol:
    """One calibration in progress. Each method takes a monotonic time in ms; an earlier one counts as now."""

    def __init__(self, plan: Sequence[Load], *, limit_bpm: int, now_ms: int) -> None:
        """`plan` has the warm-up's load and those of the stages."""
        self.plan = plan
        self.limit_bpm = limit_bpm
        self.phase = Phase.QUESTIONS
        self.end: End | None = None
        self.ramp_end: RampEnd | None = None
        self.refusal: Question | None = None
        self.stage = 0
        """number of the present or the last stage; 0 is the warm-up"""
        self.last_yes = 0
        """the last stage with a yes; 0 without any"""
        self.ramp_ms: tuple[int, int] | None = None
        """start of the warm-up and end of the ramp"""
        self.comfortable_ms = 0
        """of the bout, up to the last question that was answered with yes"""
        self.bout_rates: dict[int, int] = {}
        """heart rate by second of the bout"""
        self.instruction = Instruction(Question.HEART_RATE_DRUG.key)
        self._questions = list(Question)
        self._question_ms = now_ms
        """when the question was asked"""
        self._new: list[Instruction] = []
        self._now_ms = self._phase_ms = now_ms
        self._signal = SignalWatch(limit_bpm)
        self._silent = False
        """whether the athlete was told that the signal is missing"""
        self._asked: int | None = None
        """time of the question that waits for an answer, from the start of the phase"""
        self._answered: set[int] = set()
        self._texts = 0
        self._instruct(self.instruction)

    @property
    def question(self) -> Question | None:
        """The question before the ramp that waits for an answer."""
        return self._questions[0] if self.phase is Phase.QUESTIONS else None

    @property
    def asks(self) -> bool:
        """Whether a question waits for an answer."""
        return self.phase is Phase.QUESTIONS or self._asked is not None

    @property
    def load(self) -> Load | None:
        """The load to be set now; None at rest."""
        match self.phase:
            case Phase.WARM_UP | Phase.STAGE:
                return self.plan[self.stage]
            case Phase.BOUT:
                return self.bout_load
        return None

    @property
    def bout_load(self) -> Load | None:
        """The load of the stage before the last yes; None without a yes."""
        return self.plan[self.last_yes - 1] if self.last_yes else None

    @property
    def remaining_ms(self) -> int | None:
        """Remaining time of the phase, as of the last call; None where an answer ends it."""
        if self.phase in {Phase.QUESTIONS, Phase.DONE}:
            return None
        return max(0, self._phase_ms + DURATIONS_MS[self.phase] - self._now_ms)

    @property
    def stage_s(self) -> float | None:
        """Duration of the phase in s; None where an answer ends it."""
        return DURATIONS_MS[self.phase] / 1000 if self.phase in DURATIONS_MS else None

    def new_instructions(self) -> list[Instruction]:
        """Return the instructions since the last call, to be spoken in this order."""
        new, self._new = self._new, []
        return new

    # -- what happens ------------------------------------------------------------------------------

    def measure(self, at_ms: int, heart_rate: int) -> None:
        """Take a heart rate in bpm; 0 is none."""
        self._now_ms = max(self._now_ms, at_ms)
        lost = self._signal.state(self._now_ms) is SignalState.LOST
        if heart_rate > 0 and not lost and self.phase not in {Phase.QUESTIONS, Phase.DONE}:
            self._take(heart_rate)
        self.advance(at_ms)

    def answer(self, answer: Answer, at_ms: int) -> None:
        """Take an answer.

        Raises ValueError where no question waits for one, except for a no to a load, and for a no within a
        second of a question before the ramp: a key that is held down, or a button that is pressed twice.
        """
        self.advance(at_ms)
        if self.phase is Phase.QUESTIONS:
            self._answer_question(answer)
        elif self.phase is Phase.STAGE and (self._asked is not None or answer is not Answer.YES):
            self._asked = None
            if answer is Answer.YES:
                self._answered.add(self.stage)
                self.last_yes = self.stage
                self.instruction = Instruction("calibration.hold", self.load)
            else:
                self.last_yes = min(self.last_yes, self.stage - 1)
                self._end_ramp(RampEnd.SPEECH)
        elif self.phase is Phase.BOUT and (self._asked is not None or answer is not Answer.YES):
            self._answer_in_bout(answer)
        else:
            raise ValueError("no question is being asked now")
        self.advance(at_ms)

    def end_ramp(self, at_ms: int) -> None:
        """End the ramp on request. Raises ValueError where there is none in progress."""
        self.advance(at_ms)
        if self.phase is not Phase.STAGE:
            raise ValueError("no ramp is in progress")
        self._end_ramp(RampEnd.REQUEST)

    def stop(self, at_ms: int, end: End = End.STOPPED) -> None:
        """End it all; what has been measured counts as far as it is enough."""
        self.advance(at_ms)
        self._finish(end)

    def advance(self, now_ms: int) -> None:
        """Let time pass, up to `now_ms`."""
        self._now_ms = max(self._now_ms, now_ms)
        while self._step():
            pass

    # -- phases ------------------------------------------------------------------------------------

    def _take(self, heart_rate: int) -> None:
        self._signal.measure(self._now_ms, heart_rate)
        if self._silent:
            self._silent = False
            self._instruct(Instruction("calibration.signal_again", self.load))
        if self.phase is Phase.WAITING:
            self._begin(Phase.REST, self._now_ms, Instruction("calibration.rest"))
        elif self.phase is Phase.BOUT and self._elapsed_ms < BOUT_MS:
            self.bout_rates[self._elapsed_ms // 1000] = heart_rate
        if self._signal.at_limit:
            self._reach_limit()

    @property
    def _elapsed_ms(self) -> int:
        return self._now_ms - self._phase_ms

    def _step(self) -> bool:
        """Do the next thing that is due; return whether there was one."""
        match self.phase:
            case Phase.DONE:
                return False
            case Phase.QUESTIONS:
                return self._elapsed_ms >= QUESTIONS_PATIENCE_MS and self._finish(End.NO_ANSWER)
            case Phase.WAITING:
                return self._elapsed_ms >= STRAP_PATIENCE_MS and self._finish(End.NO_STRAP)
        return self._check_signal() or self._step_with_signal()

    def _check_signal(self) -> bool:
        state = self._signal.state(self._now_ms)
        if state is SignalState.LOST:
            return self._finish(End.SIGNAL_LOST)
        if state is SignalState.MISSING and not self._silent:
            self._silent = True
            return self._instruct(Instruction("calibration.no_signal", pattern="signal_lost"))
        return False

    def _step_with_signal(self) -> bool:
        match self.phase:
            case Phase.STAGE:
                return self._step_in_stage(self._elapsed_ms)
            case Phase.BOUT:
                return self._step_in_bout(self._elapsed_ms)
        duration_ms = DURATIONS_MS[self.phase]
        if self._elapsed_ms < duration_ms or self._silent:  # no next load without a heart rate
            return False
        return self._end_phase(self._start_after(duration_ms))

    def _end_phase(self, end_ms: int) -> bool:
        """End rest, warm-up or recovery."""
        if self.phase is Phase.REST:
            self.ramp_ms = (end_ms, end_ms)
            return self._begin(Phase.WARM_UP, end_ms, _cue("calibration.warm_up", self.plan[0]))
        if self.phase is Phase.WARM_UP:
            return self._next_stage(end_ms)
        if self._signal.at_limit:
            return self._finish(End.LIMIT)
        return self._begin(Phase.BOUT, end_ms, _cue("calibration.bout", self.bout_load))

    def _step_in_stage(self, elapsed_ms: int) -> bool:
        if self.stage in self._answered:
            due = elapsed_ms >= STAGE_MS and not self._silent
            return due and self._next_stage(self._start_after(STAGE_MS))
        if self._asked is None:
            return elapsed_ms >= STAGE_MS - READING_MS and self._ask(STAGE_MS - READING_MS)
        return elapsed_ms >= STAGE_MS + STAGE_PATIENCE_MS and self._finish(End.NO_ANSWER)

    def _step_in_bout(self, elapsed_ms: int) -> bool:
        if self._asked is not None:
            return elapsed_ms >= self._asked + BOUT_PATIENCE_MS and self._finish(End.NO_ANSWER)
        due = next((at for at in ASKED_MS if at not in self._answered), BOUT_MS)
        return elapsed_ms >= due and self._ask(due)

    def _start_after(self, duration_ms: int) -> int:
        """Return when the next phase starts: after this duration, or now where that was a while ago."""
        due_ms = self._phase_ms + duration_ms
        return due_ms if self._now_ms - due_ms < _LATE_MS else self._now_ms

    def _next_stage(self, start_ms: int) -> bool:
        if self.stage + 1 >= len(self.plan):
            return self._end_ramp(RampEnd.LAST_LOAD)
        self.stage += 1
        return self._begin(Phase.STAGE, start_ms, _cue("calibration.step_up", self.plan[self.stage]))

    def _ask(self, at_ms: int) -> bool:
        """Ask, at this time of the phase."""
        self._asked = at_ms
        text_key = f"calibration_texts.{TEXTS[self._texts % len(TEXTS)]}"
        self._texts += 1
        return self._instruct(_cue("calibration.read_aloud", self.load, text_key))

    def _answer_question(self, answer: Answer) -> None:
        question = self._questions[0]
        if answer is not Answer.NO:
            self._refuse(question)
            return
        if self._now_ms - self._question_ms < _QUESTION_MS:
            raise ValueError("that was quicker than the question can be read: answer again")
        del self._questions[0]
        if self._questions:
            self._question_ms = self._now_ms
            self._instruct(Instruction(self._questions[0].key))
        else:
            self._begin(Phase.WAITING, self._now_ms, Instruction("calibration.waiting"))

    def _answer_in_bout(self, answer: Answer) -> None:
        asked, self._asked = self._asked, None
        if answer is not Answer.YES or asked is None:
            self._finish(End.NO_COMFORT)
            return
        self._answered.add(asked)
        self.comfortable_ms = asked
        if asked == BOUT_MS:
            self._finish(End.COMPLETE)
        else:
            self.instruction = Instruction("calibration.hold", self.load)

    def _refuse(self, question: Question) -> None:
        self.refusal = question
        self._finish(End.REFUSED, Instruction(question.refusal_key, pattern="measure_failed"))

    def _reach_limit(self) -> None:
        if self.phase is Phase.STAGE:
            self._end_ramp(RampEnd.LIMIT)
        elif self.phase is not Phase.RECOVERY:
            self._finish(End.LIMIT)

    def _end_ramp(self, end: RampEnd) -> bool:
        self.ramp_end = end
        self._close_ramp()
        if not self.last_yes:
            ends = {RampEnd.LIMIT: End.LIMIT, RampEnd.REQUEST: End.STOPPED}
            return self._finish(ends.get(end, End.NO_COMFORT))
        key = "calibration.limit" if end is RampEnd.LIMIT else "calibration.recovery"
        return self._begin(Phase.RECOVERY, self._now_ms, Instruction(key, pattern="measure_end"))

    def _close_ramp(self) -> None:
        if self.ramp_ms is not None and self.phase in {Phase.WARM_UP, Phase.STAGE}:
            self.ramp_ms = (self.ramp_ms[0], self._now_ms)

    def _begin(self, phase: Phase, start_ms: int, instruction: Instruction) -> bool:
        self.phase, self._phase_ms, self._asked = phase, start_ms, None
        if phase is Phase.BOUT:
            self._answered = set()
        return self._instruct(instruction)

    def _finish(self, end: End, instruction: Instruction | None = None) -> bool:
        if self.phase is not Phase.DONE:
            self._close_ramp()
            self.end, self.phase, self._asked = end, Phase.DONE, None
            pattern = "measure_end" if end is End.COMPLETE else "measure_failed"
            self._instruct(instruction or Instruction(end.key, pattern=pattern))
        return True

    def _instruct(self, instruction: Instruction) -> bool:
        self.instruction = instruction
        self._new.append(instruction)
        return True
