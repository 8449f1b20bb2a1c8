"""The last ten minutes of live values: what is told of them, and how many there can be."""

from __future__ import annotations

from talkpace.web.recent_values import MOST_ATHLETES, MOST_VALUES, RECENT_S, RecentValues


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def everything(_topic: str) -> bool:
    return True


def test_values_are_told_with_their_age_and_forgotten_after_ten_minutes() -> None:
    clock = Clock()
    recent = RecentValues(now=clock)
    recent.take("anna/live", {"heart_rate": 120, "effort": 0.6})
    recent.take("anna/session", {"state": "active"})
    clock.now += 10
    recent.take("anna/live", {"heart_rate": None, "effort": None})
    assert recent.document(everything) == {"anna": [[10.0, 120, 0.6], [0.0, None, None]]}
    clock.now += RECENT_S - 5
    assert recent.document(everything) == {"anna": [[RECENT_S - 5, None, None]]}


def test_the_memory_is_bounded_and_those_who_are_gone_make_place() -> None:
    clock = Clock()
    recent = RecentValues(now=clock)
    for number in range(MOST_ATHLETES + 1):
        for rate in range(MOST_VALUES + 10):
            recent.take(f"a{number}/live", {"heart_rate": rate, "effort": 0.5})
    document = recent.document(everything)
    assert len(document) == MOST_ATHLETES
    assert {len(values) for values in document.values()} == {MOST_VALUES}
    clock.now += RECENT_S + 1
    recent.take("late/live", {"heart_rate": 100, "effort": 0.5})
    assert recent.document(everything) == {"late": [[0.0, 100, 0.5]]}
