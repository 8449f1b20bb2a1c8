"""However a watch wrote its records and stopped its timer, what they hold is time that the timer ran."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from talkpace.formats import open_recording
from talkpace.formats.holds import LONGEST_HOLD_MS
from talkpace.sources.events import Notification
from talkpace.training.rules import HOLD_MS

from .read_recording import written
from .small_fit_files import FIT_EPOCH_S, fit_file, message, record, uint8, uint32

START_S = 1_700_000_000
START, STOP = 0, 4


@dataclass(frozen=True)
class Workout:
    """Seconds at which a watch wrote a record, and from when to when its timer stood."""

    seconds: tuple[int, ...]
    pauses: tuple[tuple[int, int], ...]
    blanks: frozenset[int] = frozenset()
    """seconds of records without a heart rate"""

    @property
    def timer_ms(self) -> int:
        """How long the timer ran from the first record to the last."""
        return (self.seconds[-1] - self.seconds[0] - sum(end - stop for stop, end in self.pauses)) * 1000

    def file(self, seconds: tuple[int, ...]) -> bytes:
        """A FIT file of some of its records, with all events of the timer."""
        timed = [
            (second, record(START_S + second, None if second in self.blanks else 100)) for second in seconds
        ]
        for stop, end in self.pauses:
            timed += [(stop, timer(stop, STOP)), (end, timer(end, START))]
        return fit_file(content for _, content in sorted(timed, key=lambda one: one[0]))


def timer(second: int, event_type: int) -> bytes:
    timestamp = uint32(253, START_S + second - FIT_EPOCH_S)
    return message(21, timestamp, uint8(0, 0), uint8(1, event_type))


@st.composite
def workouts(draw: st.DrawFn, *, with_blanks: bool = False) -> Workout:
    """A watch that writes every second, when something changes, or now this, now that; not in a pause."""
    wait = st.one_of(st.just(1), st.integers(1, 9), st.integers(1, 150))
    seconds, pauses, blanks = [0], [], set()
    for after_s in draw(st.lists(wait, min_size=1, max_size=30)):
        since, until = seconds[-1], seconds[-1] + after_s
        if draw(st.integers(0, 3)) == 0:
            stop = draw(st.integers(since, until))
            pauses.append((stop, draw(st.integers(stop, until))))
        if with_blanks and draw(st.integers(0, 4)) == 0:
            blanks.add(until)
        seconds.append(until)
    return Workout(tuple(seconds), tuple(pauses), frozenset(blanks))


def read_back(content: bytes) -> list[Notification]:
    with TemporaryDirectory() as folder:
        return list(open_recording(written(Path(folder), "a.fit", content)))


def held_ms(notifications: list[Notification]) -> list[int]:
    """How long each value but the last counts: its hold, or 5 s, until the next at most."""
    return [
        min(after.at_ms - one.at_ms, HOLD_MS if one.hold_ms is None else one.hold_ms)
        for one, after in pairwise(notifications)
    ]


@settings(max_examples=200, deadline=None)
@given(workouts(with_blanks=True))
def test_no_hold_is_negative_or_longer_than_a_minute(workout: Workout) -> None:
    holds = [each.hold_ms for each in read_back(workout.file(workout.seconds))]
    assert all(hold_ms is None or 0 <= hold_ms <= LONGEST_HOLD_MS for hold_ms in holds)


@settings(max_examples=200, deadline=None)
@given(workouts(with_blanks=True))
def test_values_never_hold_for_longer_than_the_timer_ran(workout: Workout) -> None:
    assert sum(held_ms(read_back(workout.file(workout.seconds)))) <= workout.timer_ms


@settings(max_examples=200, deadline=None)
@given(workouts(), st.data())
def test_a_recording_split_at_any_record_holds_as_long_in_both_parts_as_whole(
    workout: Workout, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(workout.seconds) - 1))
    parts = workout.seconds[: place + 1], workout.seconds[place:]
    whole_ms = held_ms(read_back(workout.file(workout.seconds)))
    assert [each for part in parts for each in held_ms(read_back(workout.file(part)))] == whole_ms


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=40))
def test_where_the_timer_runs_on_and_no_wait_is_above_a_minute_all_of_it_counts(waits_s: list[int]) -> None:
    seconds = tuple(sum(waits_s[:place]) for place in range(len(waits_s) + 1))
    workout = Workout(seconds, ())
    assert sum(held_ms(read_back(workout.file(seconds)))) == workout.timer_ms
