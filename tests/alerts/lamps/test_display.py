"""When a lamp changes: never so often that it disturbs or is dangerous."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from talkpace.alerts.lamps.display import (
    FLASH_STEP_MS,
    FLASHING_MS,
    SLOW_FLASH_STEP_MS,
    STEADY_MS,
    TEST_MS,
    WARNING_PERIOD_MS,
    Display,
    Light,
)
from talkpace.alerts.lamps.look import AthleteState, Look, look_of, sample_look
from talkpace.training.effort_zones import Zone
from talkpace.training.warning import WarningState

RED, GREEN, BLUE = Look((255, 0, 0), flashes=True), Look((0, 255, 0)), Look((0, 0, 255))

Changes = list[tuple[int, Light | None, Look | None]]
"""(at ms, light, look that was asked for)"""

states = st.builds(AthleteState, st.none() | st.sampled_from(list(Zone)), st.sampled_from(list(WarningState)))
sequences = st.lists(st.tuples(st.integers(1, 20_000), st.lists(states, max_size=3)), min_size=1, max_size=40)
"""(ms until then, states of the athletes from then on)"""
steps = st.sampled_from([FLASH_STEP_MS, SLOW_FLASH_STEP_MS])


def play(
    sequence: list[tuple[int, list[AthleteState]]], step_ms: int, *, zone_colours: bool, poll_ms: int = 50
) -> Changes:
    """Let a lamp follow the states, asked every `poll_ms` and whenever it wants to be."""
    display = Display(brightness=0.8, flash_step_ms=step_ms)
    changes: Changes = []
    now_ms, shown = 0, None
    for duration_ms, athletes in sequence:
        look, end_ms = look_of(athletes, zone_colours=zone_colours), now_ms + duration_ms
        while now_ms < end_ms:
            light = display.show(look, now_ms)
            if light != shown:
                changes.append((now_ms, light, look))
                shown = light
            due_ms = display.due_ms
            assert due_ms is None or due_ms > now_ms, "a lamp that is due at once would never let go"
            now_ms = min(end_ms, now_ms + poll_ms, *([] if due_ms is None else [due_ms]))
    return changes


@given(sequences, steps, st.booleans())
def test_a_lamp_flashes_at_most_half_a_time_a_second_whatever_happens(
    sequence: list[tuple[int, list[AthleteState]]], step_ms: int, zone_colours: bool
) -> None:
    times = [at_ms for at_ms, _, _ in play(sequence, step_ms, zone_colours=zone_colours)]
    # A flash is two changes, there and back; WCAG 2.3.1 allows three flashes within any second.
    assert all(later - earlier >= step_ms for earlier, later in pairwise(times))


@given(sequences, steps, st.booleans())
def test_outside_a_warning_there_is_no_more_than_one_change_in_two_seconds(
    sequence: list[tuple[int, list[AthleteState]]], step_ms: int, zone_colours: bool
) -> None:
    changes = play(sequence, step_ms, zone_colours=zone_colours)
    for (earlier, _, _), (later, _, look) in pairwise(changes):
        assert (look is not None and look.flashes) or later - earlier >= STEADY_MS


@given(sequences, steps)
def test_three_seconds_after_the_last_change_a_lamp_shows_the_present_state(
    sequence: list[tuple[int, list[AthleteState]]], step_ms: int
) -> None:
    last = [AthleteState(Zone.EASY, WarningState.NONE)]
    [*_, (_, light, _)] = play([*sequence, (3000, last)], step_ms, zone_colours=True)
    look = look_of(last, zone_colours=True)
    assert look is not None
    assert light == Light(look.colour, 0.8)


def test_a_warning_is_bright_and_dim_in_turn_then_steady_and_then_flashes_again() -> None:
    over = [AthleteState(Zone.HARD, WarningState.OVER)]
    changes = play([(WARNING_PERIOD_MS + 3000, over)], FLASH_STEP_MS, zone_colours=True)
    bright, dim = Light((255, 0, 0), 0.8), Light((255, 0, 0), 0.2)
    assert [(at_ms, light) for at_ms, light, _ in changes] == [
        *((second * 1000, dim if second % 2 else bright) for second in range(FLASHING_MS // 1000)),
        (FLASHING_MS, bright),
        (WARNING_PERIOD_MS + 1000, dim),
        (WARNING_PERIOD_MS + 2000, bright),
    ]


def test_a_warning_is_shown_within_a_second_of_a_change_of_zone() -> None:
    display = Display(brightness=1)
    assert display.show(GREEN, 0) == Light((0, 255, 0), 1)
    assert display.show(RED, 300) == Light((0, 255, 0), 1)
    assert display.due_ms == FLASH_STEP_MS
    assert display.show(RED, FLASH_STEP_MS) == Light((255, 0, 0), 1)


def test_a_zone_that_is_left_within_two_seconds_is_not_shown() -> None:
    display = Display(brightness=1)
    display.show(GREEN, 0)
    assert display.show(BLUE, 500) == Light((0, 255, 0), 1)
    assert display.show(GREEN, 1500) == Light((0, 255, 0), 1)
    assert display.due_ms is None


def test_a_look_has_its_part_of_the_brightness() -> None:
    assert Display(brightness=0.5).show(Look((255, 255, 255), level=0.3), 0) == Light((255, 255, 255), 0.15)


def test_a_test_is_shown_for_some_seconds_and_then_what_was_there_before() -> None:
    display = Display(brightness=1)
    display.test(sample_look("magenta"), 1000)
    assert display.show(None, 1000) == Light((255, 0, 255), 1)
    assert display.show(None, 1000 + TEST_MS) is None


def test_a_test_is_over_for_a_lamp_that_was_not_asked_meanwhile() -> None:
    display = Display(brightness=1)
    display.test(sample_look("magenta"), 1000)
    assert display.show(GREEN, 60_000) == Light((0, 255, 0), 1)
