"""The warning machine, section 5: when the room is told, and when not."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from talkpace.effort.events import EventName
from talkpace.effort.rules import WarningRules
from talkpace.effort.scale import EffortMethod, EffortScale, exact
from talkpace.effort.warning import Limits, Said, WarningMachine, WarningState
from talkpace.measurement.payload import Contact

RULES = WarningRules()
LIMITS = Limits.of(EffortScale.of(EffortMethod.HRMAX, Fraction(190)), exact(0.70), RULES)
"""of a maximum of 190: over above 133, easy again at or below 129, near above 127"""

EASY, NEAR, OVER = 120, 130, 140


class Workout:
    """Feeds a machine as a pipeline does: time first, then the measurement."""

    def __init__(self) -> None:
        self.machine = WarningMachine(RULES, LIMITS, started_ms=0)
        self.said: list[tuple[str, float]] = []

    def beat(self, at_s: float, heart_rate: int, contact: Contact = Contact.UNKNOWN) -> Workout:
        at_ms = round(at_s * 1000)
        self._hear(self.machine.advance(at_ms))
        self._hear(self.machine.measure(at_ms, heart_rate, contact))
        return self

    def beats(self, from_s: int, to_s: int, heart_rate: int, contact: Contact = Contact.UNKNOWN) -> Workout:
        for at_s in range(from_s, to_s + 1):
            self.beat(at_s, heart_rate, contact)
        return self

    def wait(self, until_s: float) -> Workout:
        self._hear(self.machine.advance(round(until_s * 1000)))
        return self

    def _hear(self, said: list[Said]) -> None:
        self.said += [(one.name.value, one.at_ms / 1000) for one in said]


def test_limits_are_whole_heart_rates() -> None:
    assert Limits(ceiling=133, clear=129, near=127) == LIMITS


def test_over_is_raised_by_the_first_measurement_five_seconds_into_a_run() -> None:
    assert Workout().beats(0, 30, EASY).beats(31, 36, OVER).said == [("approaching", 31), ("over", 36)]


def test_a_heart_rate_at_the_ceiling_is_not_over() -> None:
    assert Workout().beats(0, 120, 133).said == [("approaching", 20)]


def test_four_seconds_above_are_not_enough() -> None:
    workout = Workout().beats(0, 30, EASY).beats(31, 35, OVER).beats(36, 40, EASY).beats(41, 45, OVER)
    assert "over" not in dict(workout.said)


def test_nothing_is_raised_in_the_grace_time_though_a_run_may_begin_in_it() -> None:
    assert Workout().beats(0, 19, OVER).said == []
    assert Workout().beats(0, 20, OVER).said == [("over", 20)]


def test_a_pause_of_more_than_five_seconds_breaks_a_run() -> None:
    run = Workout().beats(0, 30, EASY).beat(31, OVER).beat(35, OVER)
    assert run.beat(40.001, OVER).said == [("approaching", 31)]
    assert run.beat(45.001, OVER).said[-1] == ("over", 45.001)


def test_a_pause_of_five_seconds_does_not() -> None:
    assert Workout().beats(0, 30, EASY).beat(31, OVER).beat(36, OVER).said[-1] == ("over", 36)


def test_it_is_easy_again_after_ten_seconds_at_or_below_ceiling_less_margin() -> None:
    workout = Workout().beats(0, 30, OVER).beats(31, 41, 129)
    assert workout.said == [("over", 20), ("easy_again", 41), ("approaching", 41)]


def test_between_margin_and_ceiling_a_warning_stays() -> None:
    assert Workout().beats(0, 30, OVER).beats(31, 49, NEAR).said == [("over", 20)]


def test_a_warning_is_repeated_every_thirty_seconds_more_insistent_up_to_the_third_time() -> None:
    machine = WarningMachine(RULES, LIMITS, started_ms=0)
    said = []
    for at_s in range(150):
        said += machine.advance(at_s * 1000)
        said += machine.measure(at_s * 1000, OVER, Contact.UNKNOWN)
    repeats = [(one.at_ms, one.level) for one in said if one.name is EventName.OVER_REPEAT]
    assert repeats == [(50_000, 1), (80_000, 2), (110_000, 3), (140_000, 3)]


def test_a_measurement_that_clears_is_heard_before_a_repetition_of_the_same_instant() -> None:
    workout = Workout().beats(0, 39, OVER).beats(40, 50, EASY)
    assert workout.said == [("over", 20), ("easy_again", 50)]


def test_a_heart_rate_far_above_the_maximum_warns_like_any_other() -> None:
    assert Workout().beats(0, 20, 251).said == [("over", 20)]


def test_signal_is_lost_after_ten_seconds_of_silence_at_the_instant_it_was_due() -> None:
    workout = Workout().beats(0, 30, EASY).wait(60)
    assert workout.said == [("signal_lost", 40)]
    assert workout.machine.state is WarningState.SIGNAL_LOST


def test_a_raised_warning_ends_with_the_signal_and_runs_start_again_when_it_is_back() -> None:
    workout = Workout().beats(0, 30, OVER).wait(45).beats(46, 51, OVER)
    assert workout.said == [
        ("over", 20),
        ("signal_lost", 40),
        ("signal_back", 46),
        ("approaching", 46),
        ("over", 51),
    ]


def test_a_repetition_due_before_the_signal_is_lost_is_still_said() -> None:
    workout = Workout().beats(0, 45, OVER).wait(70)
    assert workout.said == [("over", 20), ("over_repeat", 50), ("signal_lost", 55)]


def test_the_signal_counts_as_lost_while_the_strap_reports_no_contact_for_ten_seconds() -> None:
    workout = Workout().beats(0, 30, EASY, Contact.YES).beats(31, 50, EASY, Contact.NO)
    assert workout.said == [("signal_lost", 41)]
    assert workout.beat(51, EASY, Contact.YES).said[-1] == ("signal_back", 51)


def test_a_flicker_of_contact_is_no_loss() -> None:
    workout = Workout().beats(0, 30, EASY, Contact.YES).beats(31, 39, EASY, Contact.NO)
    assert workout.beats(40, 60, EASY, Contact.YES).said == []


def test_a_silence_in_the_grace_time_is_told_after_it() -> None:
    assert Workout().beat(0, EASY).wait(60).said == [("signal_lost", 20)]


workouts = st.lists(
    st.tuples(
        st.integers(100, 15_000),
        st.sampled_from([100, 127, 128, 129, 130, 133, 134, 150, 220]),
        st.sampled_from(Contact),
    ),
    max_size=120,
)


@given(workouts)
def test_over_is_raised_exactly_when_the_rule_says(steps: list[tuple[int, int, Contact]]) -> None:
    """Against the rule written out plainly over the whole list, for straps that report no contact."""
    at_ms = 0
    beats = [(0, 100)]
    for step_ms, heart_rate, _ in steps:
        at_ms += step_ms
        beats.append((at_ms, heart_rate))
    machine = WarningMachine(RULES, LIMITS, started_ms=0)
    said = []
    for at_ms, heart_rate in beats:
        said += machine.advance(at_ms)
        said += machine.measure(at_ms, heart_rate, Contact.UNKNOWN)
    raised = [one.at_ms for one in said if one.name is EventName.OVER]
    assert raised == _raised_by_the_letter(beats)


def _raised_by_the_letter(beats: list[tuple[int, int]]) -> list[int]:
    raised, warned = [], False
    for index, (at_ms, heart_rate) in enumerate(beats):
        if index and at_ms - beats[index - 1][0] >= 10_000 and at_ms >= 20_000:
            warned = False  # the signal was lost in between
        if warned:
            if heart_rate <= 129 and at_ms - _run_start(beats, index, lambda rate: rate <= 129) >= 10_000:
                warned = False
        elif at_ms - _run_start(beats, index, lambda rate: rate > 133) >= 5_000 and at_ms >= 20_000:
            warned = heart_rate > 133
            raised += [at_ms] if warned else []
    return raised


def _run_start(beats: list[tuple[int, int]], index: int, holds: object) -> int:
    assert callable(holds)
    while index and holds(beats[index - 1][1]) and beats[index][0] - beats[index - 1][0] <= 5_000:
        index -= 1
    return beats[index][0]


@given(workouts, st.lists(st.integers(0, 400_000), max_size=60))
def test_passing_time_often_or_seldom_changes_nothing(
    steps: list[tuple[int, int, Contact]], ticks: list[int]
) -> None:
    def walk(ticks_ms: list[int]) -> list[Said]:
        machine = WarningMachine(RULES, LIMITS, started_ms=0)
        said, at_ms, waiting = [], 0, sorted(ticks_ms)
        for step_ms, heart_rate, contact in steps:
            at_ms += step_ms
            while waiting and waiting[0] <= at_ms:
                said += machine.advance(waiting.pop(0))
            said += machine.advance(at_ms)
            said += machine.measure(at_ms, heart_rate, contact)
        return said

    assert walk(ticks) == walk([])


@given(workouts)
def test_a_warning_never_ends_in_silence(steps: list[tuple[int, int, Contact]]) -> None:
    workout = Workout()
    at_s = 0.0
    for step_ms, heart_rate, contact in steps:
        at_s += step_ms / 1000
        workout.beat(at_s, heart_rate, contact)
    raised = False
    for name, _ in workout.said:
        if name == "over":
            assert not raised
            raised = True
        elif name == "over_repeat":
            assert raised
        elif name in {"easy_again", "signal_lost"}:
            assert raised or name == "signal_lost"
            raised = False
    assert raised == (workout.machine.state is WarningState.OVER)
