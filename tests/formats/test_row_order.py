"""Rows in order of time: outliers, parts in any order, and clocks that are set back."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from talkpace.formats.row_order import put_in_order
from talkpace.sources.events import Notification

HOUR_MS = 3_600_000


def rows(*starts_and_counts: tuple[int, int]) -> list[Notification]:
    """A row a second, so many from each start (ms)."""
    return [
        Notification(start_ms + second * 1000, "strap", bytes((0, 60 + second % 100)))
        for start_ms, count in starts_and_counts
        for second in range(count)
    ]


def times(of: list[Notification]) -> list[int]:
    return [row.at_ms for row in of]


@given(st.lists(st.integers(0, 20_000), max_size=50))
def test_rows_in_order_stay_as_they_are(steps_ms: list[int]) -> None:
    at_ms, given_rows = 0, []
    for step_ms in steps_ms:
        at_ms += step_ms
        given_rows.append(Notification(at_ms, "strap", b"\0\x46"))
    assert put_in_order(given_rows, [], sequential=True) == (given_rows, [])


def test_a_row_a_year_ahead_or_behind_is_dropped_and_the_rest_used() -> None:
    whole = rows((0, 600))
    for place, away_ms in itertools.product((0, 1, 300, 599, 600), (400 * 24 * HOUR_MS, -400 * 24 * HOUR_MS)):
        wrong = rows((away_ms, 1))
        ordered, problems = put_in_order([*whole[:place], *wrong, *whole[place:]], [], sequential=True)
        assert times(ordered) == times(whole)
        assert problems == ["1 row(s) dropped, their time is far from that of all others"]


def test_a_clock_set_back_while_recording_loses_nothing() -> None:
    for back_ms in (HOUR_MS, 2 * HOUR_MS, 14 * HOUR_MS):
        ordered, problems = put_in_order(rows((0, 60), (60_000 - back_ms, 600)), [], sequential=False)
        assert times(ordered) == [second * 1000 for second in range(660)]
        assert len(problems) == 1
        assert "the clock was set back" in problems[0]


def test_what_follows_a_clock_set_back_twice_stays_in_the_order_written() -> None:
    written = rows((0, 60), (-HOUR_MS, 60), (-2 * HOUR_MS, 60))
    ordered, _ = put_in_order(written, [], sequential=True)
    assert [row.payload for row in ordered] == [row.payload for row in written]
    assert times(ordered) == [second * 1000 for second in range(180)]


def test_a_file_that_is_written_while_measuring_follows_any_step_back() -> None:
    ordered, _ = put_in_order(rows((0, 60), (-1234_567, 60)), [], sequential=True)
    assert times(ordered) == [second * 1000 for second in range(120)]


def test_parts_in_any_order_are_sorted() -> None:
    parts = [rows((start_ms, 60)) for start_ms in (0, 60_000, 120_000, 10 * HOUR_MS)]
    for order in ([0, 2, 1, 3], [3, 2, 1, 0], [3, 0, 1, 2]):
        mixed = [row for place in order for row in parts[place]]
        ordered, problems = put_in_order(mixed, [0, 60, 120, 180], sequential=False)
        assert times(ordered) == times([row for part in parts for row in part])
        assert "not in order of time" in problems[0]


@given(st.lists(st.integers(-10_000, 10_000), min_size=2, max_size=60))
def test_rows_out_of_order_by_seconds_are_sorted_and_none_is_lost(offsets_ms: list[int]) -> None:
    mixed = [
        Notification(place * 1000 + offset_ms, "strap", b"\0\x46")
        for place, offset_ms in enumerate(offsets_ms)
    ]
    ordered, _ = put_in_order(mixed, [], sequential=True)
    assert times(ordered) == sorted(times(mixed))


@given(
    st.lists(st.tuples(st.integers(-(10**10), 10**10), st.integers(1, 40)), min_size=1, max_size=6),
    st.booleans(),
)
def test_whatever_the_clock_did_rows_come_in_order_and_few_are_dropped(
    runs: list[tuple[int, int]], sequential: bool
) -> None:
    written = rows(*runs)
    ordered, problems = put_in_order(written, [], sequential=sequential)
    assert times(ordered) == sorted(times(ordered))
    assert len(written) - len(ordered) <= len(written) / 10
    assert bool(problems) == (ordered != written)


def test_a_row_hours_ahead_is_dropped_and_what_follows_stays_in_its_session() -> None:
    whole = rows((0, 600))
    ordered, _ = put_in_order([*whole[:300], *rows((5 * HOUR_MS, 1)), *whole[300:]], [], sequential=True)
    assert times(ordered) == times(whole)


def test_rows_that_jump_to_and_fro_all_the_time_take_no_more_than_a_sort() -> None:
    jumping = rows(*((place % 2 * 10 * HOUR_MS + place * 50, 1 + place % 9) for place in range(20_000)))
    ordered, problems = put_in_order(jumping, [], sequential=False)
    assert len(ordered) == len(jumping)
    assert times(ordered) == sorted(times(ordered))
    assert problems
