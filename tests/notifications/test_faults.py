"""A fault is told once it has lasted, once, and so is its end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from talkpace.notifications.faults import FAULT_AFTER_MS, FaultChange, FaultWatch

BEGUN, OVER = FaultChange("broker", has_failed=True), FaultChange("broker", has_failed=False)


def test_a_fault_is_told_after_five_minutes_and_not_again() -> None:
    watch = FaultWatch()
    assert watch.update({"broker"}, 0) == []
    assert watch.update({"broker"}, FAULT_AFTER_MS - 1) == []
    assert watch.update({"broker"}, FAULT_AFTER_MS) == [BEGUN]
    assert watch.update({"broker"}, 10 * FAULT_AFTER_MS) == []


def test_the_end_of_a_fault_is_told_once_it_has_lasted_too() -> None:
    watch = FaultWatch(lasts_ms=10)
    watch.update({"broker"}, 0)
    watch.update({"broker"}, 10)
    assert watch.update(set(), 20) == []
    assert watch.update({"broker"}, 25) == []
    assert watch.update(set(), 30) == []
    assert watch.update(set(), 40) == [OVER]
    assert watch.update(set(), 50) == []


def test_a_fault_that_is_short_or_comes_and_goes_is_never_told() -> None:
    watch = FaultWatch(lasts_ms=10)
    assert [watch.update({"broker"} if at % 2 else set(), at * 6) for at in range(50)] == [[]] * 50


def test_two_parts_are_told_each_in_their_own_time() -> None:
    watch = FaultWatch(lasts_ms=10)
    watch.update({"broker"}, 0)
    watch.update({"broker", "store"}, 5)
    assert watch.update({"broker", "store"}, 10) == [BEGUN]
    assert watch.update({"broker", "store"}, 15) == [FaultChange("store", has_failed=True)]


@given(
    st.lists(
        st.tuples(st.integers(0, 15), st.sets(st.sampled_from(["adapter", "broker", "store"]))), max_size=60
    )
)
def test_begin_and_end_of_each_part_alternate_and_are_each_true_for_long_enough(
    steps: list[tuple[int, set[str]]],
) -> None:
    watch, now_ms, history, told = FaultWatch(lasts_ms=10), 0, [], dict[str, bool]()
    for step_ms, failed in steps:
        now_ms += step_ms
        history.append((now_ms, failed))
        for change in watch.update(failed, now_ms):
            assert told.get(change.part, False) is not change.has_failed
            told[change.part] = change.has_failed
            # As it is told at every look of the last 10 ms, and there was one before these.
            recent = [seen for at_ms, seen in history if at_ms > now_ms - 10]
            assert all((change.part in seen) is change.has_failed for seen in recent)
            assert history[0][0] <= now_ms - 10
