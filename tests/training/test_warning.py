"""The warning state machine: section 5 of docs/specification.md."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from talkpace.measurement.heart_rate_payload import Contact
from talkpace.training.effort_zones import EffortMethod, EffortScale, to_fraction
from talkpace.training.events import EventName
from talkpace.training.rules import WarningRules
from talkpace.training.warning import HeartRateLimits, WarningEvent, WarningState, WarningStateMachine

RULES = WarningRules()
LIMITS = HeartRateLimits.of(EffortScale.of(EffortMethod.HRMAX, Fraction(190)), to_fraction(0.70), RULES)
"""of a maximum of 190: over above 133, easy again at or below 129, near above 127"""

EASY, NEAR, OVER = 120, 130, 140


class Workout:
    """Feeds a machine as a pipeline does: time first, then the measurement."""

    def __init__(self) -> None:
        self.machine = WarningStateMachine(RULES, LIMITS, start_ms=0)
        self.events: list[tuple[str, float]] = []

    def beat(self, at_s: float, heart_rate: int, contact: Contact = Contact.UNKNOWN) -> Workout:
        at_ms = round(at_s * 1000)
        self._collect(self.machine.advance(at_ms))
        self._collect(self.machine.measure(at_ms, heart_rate, contact))
        return self

    def beats(self, from_s: int, to_s: int, heart_rate: int, contact: Contact = Contact.UNKNOWN) -> Workout:
        for at_s in range(from_s, to_s + 1):
            self.beat(at_s, heart_rate, contact)
        return self

    def wait(self, until_s: float) -> Workout:
        self._collect(self.machine.advance(round(until_s * 1000)))
        return self

    def _collect(self, events: list[WarningEvent]) -> None:
        self.events += [(one.name.value, one.at_ms / 1000) for one in events]


def test_limits_of_a_ceiling_are_whole_heart_rates() -> None:
    assert HeartRateLimits(ceiling_bpm=133, clear_bpm=129, approaching_bpm=127) == LIMITS


def test_a_warning_is_raised_by_the_first_measurement_five_seconds_into_a_run() -> None:
    assert Workout().beats(0, 30, EASY).beats(31, 36, OVER).events == [("approaching", 31), ("over", 36)]


def test_a_heart_rate_at_the_ceiling_is_not_over() -> None:
    assert Workout().beats(0, 120, 133).events == [("approaching", 20)]


def test_four_seconds_above_the_ceiling_raise_no_warning() -> None:
    workout = Workout().beats(0, 30, EASY).beats(31, 35, OVER).beats(36, 40, EASY).beats(41, 45, OVER)
    assert "over" not in dict(workout.events)


def test_no_warning_is_raised_in_the_grace_time_though_a_run_may_begin_in_it() -> None:
    assert Workout().beats(0, 19, OVER).events == []
    assert Workout().beats(0, 20, OVER).events == [("over", 20)]


def test_a_pause_of_more_than_five_seconds_breaks_a_run() -> None:
    run = Workout().beats(0, 30, EASY).beat(31, OVER).beat(35, OVER)
    assert run.beat(40.001, OVER).events == [("approaching", 31)]
    assert run.beat(45.001, OVER).events[-1] == ("over", 45.001)


def test_a_pause_of_five_seconds_does_not_break_a_run() -> None:
    assert Workout().beats(0, 30, EASY).beat(31, OVER).beat(36, OVER).events[-1] == ("over", 36)


def test_a_warning_is_cleared_after_ten_seconds_at_or_below_ceiling_less_margin() -> None:
    workout = Workout().beats(0, 30, OVER).beats(31, 41, 129)
    assert workout.events == [("over", 20), ("easy_again", 41), ("approaching", 41)]


def test_between_margin_and_ceiling_a_warning_is_not_cleared() -> None:
    assert Workout().beats(0, 30, OVER).beats(31, 49, NEAR).events == [("over", 20)]


def test_a_warning_is_repeated_every_thirty_seconds_more_insistent_up_to_the_third_time() -> None:
    machine = WarningStateMachine(RULES, LIMITS, start_ms=0)
    events = []
    for at_s in range(150):
        events += machine.advance(at_s * 1000)
        events += machine.measure(at_s * 1000, OVER, Contact.UNKNOWN)
    repeats = [(one.at_ms, one.level) for one in events if one.name is EventName.OVER_REPEAT]
    assert repeats == [(50_000, 1), (80_000, 2), (110_000, 3), (140_000, 3)]


def test_a_measurement_that_clears_a_warning_prevents_a_repetition_of_the_same_instant() -> None:
    workout = Workout().beats(0, 39, OVER).beats(40, 50, EASY)
    assert workout.events == [("over", 20), ("easy_again", 50)]


def test_a_heart_rate_far_above_the_maximum_warns_like_any_other() -> None:
    assert Workout().beats(0, 20, 251).events == [("over", 20)]


def test_the_signal_is_lost_after_ten_seconds_of_silence_at_the_instant_it_was_due() -> None:
    workout = Workout().beats(0, 30, EASY).wait(60)
    assert workout.events == [("signal_lost", 40)]
    assert workout.machine.state is WarningState.SIGNAL_LOST


def test_a_raised_warning_ends_with_the_signal_and_runs_start_again_when_it_is_back() -> None:
    workout = Workout().beats(0, 30, OVER).wait(45).beats(46, 51, OVER)
    assert workout.events == [
        ("over", 20),
        ("signal_lost", 40),
        ("signal_back", 46),
        ("approaching", 46),
        ("over", 51),
    ]


def test_a_repetition_due_before_the_signal_is_lost_is_still_reported() -> None:
    workout = Workout().beats(0, 45, OVER).wait(70)
    assert workout.events == [("over", 20), ("over_repeat", 50), ("signal_lost", 55)]


def test_the_signal_counts_as_lost_while_the_strap_reports_no_contact_for_ten_seconds() -> None:
    workout = Workout().beats(0, 30, EASY, Contact.YES).beats(31, 50, EASY, Contact.NO)
    assert workout.events == [("signal_lost", 41)]
    assert workout.beat(51, EASY, Contact.YES).events[-1] == ("signal_back", 51)


def test_less_than_ten_seconds_without_contact_are_no_lost_signal() -> None:
    workout = Workout().beats(0, 30, EASY, Contact.YES).beats(31, 39, EASY, Contact.NO)
    assert workout.beats(40, 60, EASY, Contact.YES).events == []


def test_a_signal_lost_in_the_grace_time_is_reported_at_its_end() -> None:
    assert Workout().beat(0, EASY).wait(60).events == [("signal_lost", 20)]


workouts = st.lists(
    st.tuples(
        st.integers(100, 15_000),
        st.sampled_from([100, 127, 128, 129, 130, 133, 134, 150, 220]),
        st.sampled_from(Contact),
    ),
    max_size=120,
)


@given(workouts)
def test_warnings_are_raised_exactly_when_the_rule_says(
    steps: list[tuple[int, int, Contact]],
) -> None:
    """Against the rule written out plainly over the whole list, for straps that report no contact."""
    at_ms = 0
    beats = [(0, 100)]
    for step_ms, heart_rate, _ in steps:
        at_ms += step_ms
        beats.append((at_ms, heart_rate))
    machine = WarningStateMachine(RULES, LIMITS, start_ms=0)
    events = []
    for at_ms, heart_rate in beats:
        events += machine.advance(at_ms)
        events += machine.measure(at_ms, heart_rate, Contact.UNKNOWN)
    raised = [one.at_ms for one in events if one.name is EventName.OVER]
    assert raised == _raised_by_the_rule(beats)


def _raised_by_the_rule(beats: list[tuple[int, int]]) -> list[int]:
    raised, warnings_found = [], False
    for index, (at_ms, heart_rate) in enumerate(beats):
        if index and at_ms - beats[index - 1][0] >= 10_000 and at_ms >= 20_000:
            warnings_found = False  # the signal was lost in between
        if warnings_found:
            if heart_rate <= 129 and at_ms - _run_start(beats, index, lambda rate: rate <= 129) >= 10_000:
                warnings_found = False
        elif at_ms - _run_start(beats, index, lambda rate: rate > 133) >= 5_000 and at_ms >= 20_000:
            warnings_found = heart_rate > 133
            raised += [at_ms] if warnings_found else []
    return raised


def _run_start(beats: list[tuple[int, int]], index: int, holds: object) -> int:
    assert callable(holds)
    while index and holds(beats[index - 1][1]) and beats[index][0] - beats[index - 1][0] <= 5_000:
        index -= 1
    return beats[index][0]


@given(workouts, st.lists(st.integers(0, 400_000), max_size=60))
def test_events_do_not_depend_on_how_often_time_is_passed(
    steps: list[tuple[int, int, Contact]], ticks: list[int]
) -> None:
    def walk(ticks_ms: list[int]) -> list[WarningEvent]:
        machine = WarningStateMachine(RULES, LIMITS, start_ms=0)
        events, at_ms, waiting = [], 0, sorted(ticks_ms)
        for step_ms, heart_rate, contact in steps:
            at_ms += step_ms
            while waiting and waiting[0] <= at_ms:
                events += machine.advance(waiting.pop(0))
            events += machine.advance(at_ms)
            events += machine.measure(at_ms, heart_rate, contact)
        return events

    assert walk(ticks) == walk([])


@given(workouts)
def test_a_warning_never_ends_in_silence(steps: list[tuple[int, int, Contact]]) -> None:
    workout = Workout()
    at_s = 0.0
    for step_ms, heart_rate, contact in steps:
        at_s += step_ms / 1000
        workout.beat(at_s, heart_rate, contact)
    raised = False
    for name, _ in workout.events:
        if name == "over":
            assert not raised
            raised = True
        elif name == "over_repeat":
            assert raised
        elif name in {"easy_again", "signal_lost"}:
            assert raised or name == "signal_lost"
            raised = False
    assert raised == (workout.machine.state is WarningState.OVER)
