"""The calibration's protocol: what it instructs when, and that it always ends."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkpace.training.calibration_load import STAGES, Device, load_plan
from talkpace.training.calibration_phases import (
    QUESTIONS_PATIENCE_MS,
    STRAP_PATIENCE_MS,
    Answer,
    End,
    Phase,
    RampEnd,
)
from talkpace.training.calibration_protocol import CalibrationProtocol
from talkpace.training.calibration_questions import Question
from talkpace.training.calibration_result import Doubt, day_value

LIMIT_BPM = 153
MINUTE = 60


class Exercise:
    """A calibration, second by second; every instruction is collected with its time in s."""

    def __init__(self, device: Device = Device.BIKE) -> None:
        self.protocol = CalibrationProtocol(load_plan(device), limit_bpm=LIMIT_BPM, now_ms=0)
        self.second = 0
        self.instructions: list[tuple[int, str]] = []

    def answer_questions(self) -> None:
        for _ in Question:
            self.second += 1
            self.answer(Answer.NO)

    def answer(self, answer: Answer) -> None:
        self.protocol.answer(answer, self.second * 1000)
        self._collect()

    def go(self, seconds: int, heart_rate: int = 110) -> None:
        """Let time pass with a heart rate each second; 0 is none."""
        for _ in range(seconds):
            self.second += 1
            if heart_rate:
                self.protocol.measure(self.second * 1000, heart_rate)
            else:
                self.protocol.advance(self.second * 1000)
            self._collect()

    def go_until_asked(self, heart_rate: int = 110) -> None:
        while not self.protocol.asks and self.protocol.phase is not Phase.DONE:
            self.go(1, heart_rate)

    def stages(self, *answers: Answer) -> None:
        """Answer the questions, rest, warm up, and go through stages."""
        self.answer_questions()
        for answer in answers:
            self.go_until_asked()
            self.answer(answer)

    def bout(self, *answers: Answer, heart_rate: int = 120) -> None:
        self.go_until_asked(heart_rate)
        for answer in answers:
            self.answer(answer)
            self.go_until_asked(heart_rate)

    def _collect(self) -> None:
        self.instructions += [(self.second, one.key) for one in self.protocol.new_instructions()]


def test_a_whole_calibration_instructs_at_the_times_of_the_protocol() -> None:
    exercise = Exercise()
    exercise.stages(Answer.YES, Answer.YES, Answer.YES, Answer.NOT_SURE)
    exercise.bout(Answer.YES, Answer.YES, Answer.YES)
    after_questions = [(second - len(Question), key) for second, key in exercise.instructions]
    assert after_questions[len(Question) :] == [
        (0, "calibration.waiting"),
        (1, "calibration.rest"),
        (121, "calibration.warm_up"),
        (361, "calibration.step_up"),
        (451, "calibration.read_aloud"),
        (481, "calibration.step_up"),
        (571, "calibration.read_aloud"),
        (601, "calibration.step_up"),
        (691, "calibration.read_aloud"),
        (721, "calibration.step_up"),
        (811, "calibration.read_aloud"),
        (811, "calibration.recovery"),
        (991, "calibration.bout"),
        (991 + 6 * MINUTE, "calibration.read_aloud"),
        (991 + 9 * MINUTE, "calibration.read_aloud"),
        (991 + 12 * MINUTE, "calibration.read_aloud"),
        (991 + 12 * MINUTE, "calibration_ends.complete"),
    ]
    assert exercise.protocol.ramp_end is RampEnd.SPEECH


def test_the_long_part_is_at_the_load_of_the_stage_before_the_last_yes() -> None:
    exercise = Exercise()
    exercise.stages(Answer.YES, Answer.YES, Answer.YES, Answer.NO)
    exercise.go_until_asked()
    assert exercise.protocol.last_yes == 3
    assert exercise.protocol.load == exercise.protocol.plan[2]
    first_stage_only = Exercise()
    first_stage_only.stages(Answer.YES, Answer.NO)
    first_stage_only.go_until_asked()
    assert first_stage_only.protocol.load == first_stage_only.protocol.plan[0]


def test_the_value_is_the_median_heart_rate_of_the_long_part() -> None:
    exercise = Exercise()
    exercise.stages(Answer.YES, Answer.YES, Answer.NO)
    exercise.go(3 * MINUTE - 1, 80)
    exercise.go(2 * MINUTE, 100)
    exercise.bout(Answer.YES, Answer.YES, Answer.YES, heart_rate=121)
    value = day_value(exercise.protocol)
    assert value is not None
    assert (value.heart_rate, value.minutes) == (121, 12.0)
    assert (value.lowest, value.highest) == (100, 121)
    assert value.doubts == ()


@pytest.mark.parametrize("question", Question)
@pytest.mark.parametrize("answer", [Answer.YES, Answer.NOT_SURE])
def test_a_yes_or_doubt_before_the_ramp_refuses_it_and_says_why(question: Question, answer: Answer) -> None:
    exercise = Exercise()
    for each in Question:
        if each is question:
            break
        exercise.second += 1
        exercise.answer(Answer.NO)
    exercise.answer(answer)
    assert exercise.protocol.end is End.REFUSED
    assert exercise.instructions[-1][1] == f"calibration_refusals.{question}"


def test_a_no_within_a_second_of_a_question_answers_nothing() -> None:
    exercise = Exercise()
    exercise.second += 1
    exercise.answer(Answer.NO)
    with pytest.raises(ValueError, match="answer again"):
        exercise.answer(Answer.NO)
    assert exercise.protocol.question is list(Question)[1]
    exercise.answer(Answer.YES)
    assert exercise.protocol.end is End.REFUSED


def test_a_ramp_that_is_ended_on_request_before_the_first_yes_blames_no_speech() -> None:
    exercise = Exercise()
    exercise.answer_questions()
    exercise.go(7 * MINUTE)
    exercise.protocol.end_ramp(exercise.second * 1000)
    assert exercise.protocol.end is End.STOPPED


def test_heart_rates_that_no_heart_has_do_not_count() -> None:
    exercise = Exercise()
    exercise.stages(Answer.YES, Answer.YES, Answer.NO)
    exercise.go(4 * MINUTE, 110)
    exercise.go(1, 255)
    exercise.go(1, 12)
    exercise.bout(Answer.YES, Answer.YES, Answer.YES, heart_rate=110)
    value = day_value(exercise.protocol)
    assert value is not None
    assert (value.lowest, value.heart_rate, value.highest) == (110, 110, 110)


def test_three_heart_rates_at_85_percent_end_the_ramp_and_make_the_value_doubtful() -> None:
    exercise = Exercise()
    exercise.stages(Answer.YES, Answer.YES)
    exercise.go(35, 130)
    exercise.go(2, LIMIT_BPM)
    assert exercise.protocol.phase is Phase.STAGE
    exercise.go(1, LIMIT_BPM)
    assert exercise.protocol.ramp_end is RampEnd.LIMIT
    assert exercise.instructions[-1][1] == "calibration.limit"
    exercise.bout(Answer.YES, Answer.YES, Answer.YES)
    value = day_value(exercise.protocol)
    assert value is not None
    assert value.doubts == (Doubt.LIMIT,)


def test_85_percent_in_warm_up_or_long_part_ends_it_all() -> None:
    warm_up, bout = Exercise(), Exercise()
    warm_up.answer_questions()
    warm_up.go(130)
    warm_up.go(3, LIMIT_BPM)
    assert warm_up.protocol.end is End.LIMIT
    bout.stages(Answer.YES, Answer.YES, Answer.NO)
    bout.bout(Answer.YES)
    bout.go(3, LIMIT_BPM)
    assert bout.protocol.end is End.LIMIT
    assert day_value(bout.protocol) is not None


def test_an_end_on_request_leads_to_the_long_part_and_a_stop_does_not() -> None:
    enough, stopped = Exercise(), Exercise()
    for exercise in (enough, stopped):
        exercise.stages(Answer.YES, Answer.YES)
    enough.protocol.end_ramp(enough.second * 1000)
    stopped.protocol.stop(stopped.second * 1000)
    assert (enough.protocol.phase, enough.protocol.ramp_end) == (Phase.RECOVERY, RampEnd.REQUEST)
    assert (stopped.protocol.phase, day_value(stopped.protocol)) == (Phase.DONE, None)
    with pytest.raises(ValueError, match="no ramp is in progress"):
        enough.protocol.end_ramp(enough.second * 1000)


def test_without_any_yes_there_is_no_long_part() -> None:
    exercise = Exercise()
    exercise.stages(Answer.NO)
    assert exercise.protocol.end is End.NO_COMFORT


def test_a_no_in_the_long_part_keeps_what_was_comfortable_before() -> None:
    kept, nothing = Exercise(), Exercise()
    for exercise in (kept, nothing):
        exercise.stages(Answer.YES, Answer.YES, Answer.NO)
    kept.bout(Answer.YES, Answer.NOT_SURE)
    value = day_value(kept.protocol)
    assert value is not None
    assert (value.minutes, value.doubts) == (6.0, (Doubt.SHORT,))
    nothing.bout(Answer.NO)
    assert day_value(nothing.protocol) is None


def test_a_yes_is_taken_only_while_a_question_waits_and_a_no_at_any_load() -> None:
    exercise = Exercise()
    exercise.stages(Answer.YES)
    exercise.go(60)
    with pytest.raises(ValueError, match="no question is being asked now"):
        exercise.answer(Answer.YES)
    exercise.answer(Answer.NO)
    assert exercise.protocol.ramp_end is RampEnd.SPEECH


def test_a_no_after_a_yes_in_the_same_stage_takes_the_yes_back() -> None:
    exercise = Exercise()
    exercise.stages(Answer.YES, Answer.YES)
    exercise.answer(Answer.NO)
    assert exercise.protocol.last_yes == 1


def test_a_stage_waits_half_a_minute_for_its_answer_and_a_missing_one_ends_it_all() -> None:
    late, never = Exercise(), Exercise()
    for exercise in (late, never):
        exercise.answer_questions()
        exercise.go_until_asked()
        exercise.go(55)
    late.answer(Answer.YES)
    assert (late.protocol.stage, late.protocol.remaining_ms) == (2, 120_000)
    never.go(10)
    assert never.protocol.end is End.NO_ANSWER


def test_no_next_load_is_instructed_without_a_heart_rate() -> None:
    exercise = Exercise()
    exercise.stages(Answer.YES)
    exercise.go(45, 0)
    assert exercise.instructions[-1][1] == "calibration.no_signal"
    assert exercise.protocol.stage == 1
    exercise.go(1)
    assert [key for _, key in exercise.instructions[-2:]] == [
        "calibration.signal_again",
        "calibration.step_up",
    ]


def test_a_signal_lost_for_a_minute_ends_it_and_keeps_what_counts() -> None:
    exercise = Exercise()
    exercise.stages(Answer.YES, Answer.YES, Answer.NO)
    exercise.bout(Answer.YES)
    exercise.go(60, 0)
    assert exercise.protocol.end is End.SIGNAL_LOST
    value = day_value(exercise.protocol)
    assert value is not None
    assert value.minutes == 6.0


def test_gaps_count_towards_no_value() -> None:
    exercise = Exercise()
    exercise.stages(Answer.YES, Answer.YES, Answer.NO)
    exercise.go(3 * MINUTE)
    while not exercise.protocol.asks:
        exercise.go(10)
        exercise.go(19, 0)
    exercise.answer(Answer.YES)
    exercise.protocol.stop(exercise.second * 1000)
    assert day_value(exercise.protocol) is None


def test_a_strap_or_answers_that_never_come_end_it() -> None:
    silent, strapless = Exercise(), Exercise()
    silent.go(QUESTIONS_PATIENCE_MS // 1000)
    assert silent.protocol.end is End.NO_ANSWER
    strapless.answer_questions()
    strapless.go(STRAP_PATIENCE_MS // 1000, 0)
    assert strapless.protocol.end is End.NO_STRAP


@pytest.mark.parametrize("device", Device)
def test_with_a_yes_to_every_load_the_ramp_ends_at_the_last(device: Device) -> None:
    exercise = Exercise(device)
    exercise.stages(*[Answer.YES] * (len(exercise.protocol.plan) - 1))
    exercise.go(40)
    assert exercise.protocol.ramp_end is RampEnd.LAST_LOAD


def test_loads_rise_by_one_met_of_the_body_mass() -> None:
    assert [load.values["watts"] for load in load_plan(Device.BIKE, 80)[:3]] == [25, 50, 75]
    assert [load.values["watts"] for load in load_plan(Device.BIKE)[:3]] == [20, 40, 60]
    assert [load.values["level"] for load in load_plan(Device.BIKE_LEVELS)] == list(range(1, STAGES + 2))
    assert [load.values["incline"] for load in load_plan(Device.TREADMILL)] == [0, 2.5, 5, 7.5, 10, 12.5, 15]


EVENTS = st.one_of(
    st.tuples(st.just("beat"), st.integers(0, 60_000), st.integers(0, 250)),
    st.tuples(st.just("beats"), st.integers(1, 200), st.integers(60, 200)),
    st.tuples(st.just("beats and a yes"), st.just(700), st.integers(60, 160)),
    st.tuples(st.just("answer"), st.integers(0, 40_000), st.sampled_from(Answer)),
    st.tuples(st.just("end of the ramp"), st.integers(0, 1000), st.none()),
)
UNDER_LOAD = {Phase.WARM_UP, Phase.STAGE, Phase.BOUT}
RISING = {"calibration.warm_up", "calibration.step_up", "calibration.bout", "calibration.read_aloud"}


class RandomExercise:
    """A calibration in which anything happens; it checks itself after every heart rate."""

    def __init__(self, limit_bpm: int, *, healthy: bool) -> None:
        self.protocol = CalibrationProtocol(load_plan(Device.TREADMILL), limit_bpm=limit_bpm, now_ms=0)
        self.measured: set[int] = set()
        self.now_ms = 0
        self._run = 0
        if healthy:
            for _ in Question:
                self.now_ms += 1000
                self.protocol.answer(Answer.NO, self.now_ms)

    def happen(self, kind: str, amount: int, value: object) -> None:
        if kind == "beat":
            self._measure(amount, value)
        elif kind.startswith("beats"):
            for _ in range(amount):
                self._measure(1000, value)
                if kind == "beats and a yes" and self.protocol.asks:
                    self._do(Answer.YES)
                    break
        else:
            self.now_ms += amount
            self._do(value)

    def _do(self, answer: object) -> None:
        with suppress(ValueError):
            if isinstance(answer, Answer):
                self.protocol.answer(answer, self.now_ms)
            else:
                self.protocol.end_ramp(self.now_ms)
        self._check()

    def _measure(self, later_ms: int, value: object) -> None:
        assert isinstance(value, int)
        self.now_ms += later_ms
        active = self.protocol.phase not in {Phase.QUESTIONS, Phase.DONE}
        self.protocol.measure(self.now_ms, value)
        self.measured.add(value)
        if value and active:
            self._run = self._run + 1 if value >= self.protocol.limit_bpm else 0
        self._check()

    def _check(self) -> None:
        instructions = {one.key for one in self.protocol.new_instructions()}
        if self._run >= 3:
            assert not RISING & instructions
            assert self.protocol.phase not in UNDER_LOAD


@given(st.lists(EVENTS, max_size=60), st.integers(60, 200), st.booleans())
def test_whatever_happens_it_ends_and_never_goes_on_above_the_limit(
    events: list[tuple[str, int, object]], limit_bpm: int, healthy: bool
) -> None:
    exercise = RandomExercise(limit_bpm, healthy=healthy)
    for kind, amount, value in events:
        exercise.happen(kind, amount, value)
    protocol = exercise.protocol
    for _ in range(1000):
        exercise.now_ms += 10_000
        protocol.advance(exercise.now_ms)
    assert (protocol.phase, protocol.end is None) == (Phase.DONE, False)
    value_of_day = day_value(protocol)
    if value_of_day is not None:
        assert value_of_day.heart_rate < limit_bpm
        assert value_of_day.heart_rate in exercise.measured
        assert protocol.comfortable_ms >= 300_000
