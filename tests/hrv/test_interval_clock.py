"""Intervals that are sent more than once are seen by the clock; late ones are not taken for that."""

from __future__ import annotations

import random
from itertools import accumulate

import pytest

from talkpace.hrv.analysis import SessionHrv
from talkpace.hrv.beats import beats_from_measurements
from talkpace.hrv.interval_clock import SENT_TWICE, IntervalClock, runs_ahead

from .series import heart

Sent = list[tuple[int, list[float]]]


def notifications(rr_ms: list[float], *, jitter_ms: float = 200) -> Sent:
    """Each interval at its end, as late as a radio is."""
    chance = random.Random(3)
    return [
        (round(at + chance.uniform(0, jitter_ms)), [rr])
        for at, rr in zip(accumulate(rr_ms), rr_ms, strict=True)
    ]


def ahead(sent: Sent) -> bool:
    clock = IntervalClock()
    for at_ms, rr in sent:
        clock.add(at_ms, rr)
    return clock.ahead


SOUND = notifications(heart(600))
STALL = [(max(at_ms, 200_000) if at_ms > 120_000 else at_ms, rr) for at_ms, rr in SOUND]


@pytest.mark.parametrize(
    "sent",
    [
        SOUND,
        [(at_ms, rr) for at_ms, rr in SOUND if not 100_000 < at_ms < 160_000],
        STALL,
        [
            (max(at_ms, 120_000 + (at_ms + 40_000) // 2 - 60_000) if at_ms > 120_000 else at_ms, rr)
            for at_ms, rr in SOUND
        ],
        [(round(at_ms * 0.99), rr) for at_ms, rr in SOUND],
    ],
    ids=["as measured", "some lost", "late at once", "late and caught up slowly", "a strap's clock 1 % fast"],
)
def test_intervals_sent_once_are_not_ahead(sent: Sent) -> None:
    assert not ahead(sent)


@pytest.mark.parametrize(
    "sent",
    [
        [(at_ms + late, rr) for at_ms, rr in SOUND for late in (0, 300)],
        [(at_ms, [*rr, *rr]) for at_ms, rr in SOUND],
        [(at_ms, [*rr, *before]) for (at_ms, rr), (_, before) in zip(SOUND[1:], SOUND, strict=False)],
        [(at_ms, rr * 3) for at_ms, rr in SOUND],
        [*SOUND[:300], *[(at_ms, rr * 2) for at_ms, rr in SOUND[300:]]],
        [(at_ms, rr * 2) for at_ms, rr in SOUND[:80]],
    ],
    ids=[
        "again later",
        "in one notification",
        "the last two",
        "three times",
        "from the middle on",
        "briefly",
    ],
)
def test_intervals_sent_more_than_once_give_no_figures_and_the_reason(sent: Sent) -> None:
    assert ahead(sent)
    assert beats_from_measurements(sent) == []
    session = SessionHrv(0)
    for at_ms, rr in sent:
        session.add(at_ms, rr)
        session.work()
    assert session.live(sent[-1][0]).rmssd_ms is None
    assert session.finish(sent[-1][0]) is None
    assert session.problem == SENT_TWICE


def test_a_session_too_short_for_the_clock_is_judged_by_its_whole() -> None:
    session = SessionHrv(0)
    for at_ms, rr in SOUND[:25]:
        session.add(at_ms, rr * 2)
    assert session.finish(SOUND[24][0]) is None
    assert session.problem == SENT_TWICE
    assert not runs_ahead(20_900, 20_000)
