"""Which cue is next."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from talkpace.alerts.speaker.cues import EVENT_WAITS_MS, MAX_WAITING, Cue, CueQueue

WARNING, NOTE = 50, 15


def cue(name: str, rank: int = NOTE, *, athlete: str = "anna", at_ms: int = 0) -> Cue:
    return Cue((), name.encode(), rank, athlete, at_ms)


def rest(queue: CueQueue, now_ms: int = 0) -> list[str]:
    names = []
    while (one := queue.next(now_ms)) is not None:
        names.append(one.speech.decode())
    return names


def test_a_warning_cuts_what_sounds_which_is_then_played_again() -> None:
    queue = CueQueue()
    queue.add(cue("note"))
    queue.next(0)
    assert queue.add(cue("warning", WARNING, athlete="ben"))
    assert rest(queue) == ["warning", "note"]


def test_the_warning_of_another_athlete_waits_for_the_first() -> None:
    queue = CueQueue()
    queue.add(cue("anna", WARNING))
    queue.next(0)
    assert not queue.add(cue("ben", WARNING, athlete="ben"))
    assert queue.current is not None
    assert rest(queue) == ["ben"]


def test_what_was_played_to_its_end_is_not_played_again() -> None:
    queue = CueQueue()
    queue.add(cue("note"))
    queue.next(0)
    queue.finish()
    assert not queue.add(cue("warning", WARNING))
    assert rest(queue) == ["warning"]


def test_what_has_waited_too_long_is_dropped() -> None:
    queue = CueQueue()
    queue.add(cue("old", WARNING, at_ms=0))
    queue.add(cue("new", WARNING, at_ms=1))
    assert rest(queue, EVENT_WAITS_MS + 1) == ["new"]


def test_a_mute_drops_the_athlete_s_cues_and_nobody_else_s() -> None:
    queue = CueQueue()
    for number, athlete in enumerate(("anna", "ben", "anna")):
        queue.add(cue(f"{athlete}{number}", athlete=athlete, at_ms=number))
    queue.next(0)
    assert queue.stop("anna")
    assert rest(queue) == ["ben1"]
    assert not queue.stop("ben")


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 100)), max_size=40))
def test_the_highest_ranks_are_kept_and_played_first_the_oldest_of_one_rank_first(
    requests: list[tuple[int, int]],
) -> None:
    queue = CueQueue()
    for number, (rank, _) in enumerate(requests):
        queue.add(cue(str(number), rank, at_ms=number))
    first = sorted(range(len(requests)), key=lambda number: (-requests[number][0], number))
    assert rest(queue) == [str(number) for number in first[:MAX_WAITING]]
