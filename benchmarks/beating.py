"""All work on the beats of one strap: placed, classified, corrected, summed up, alpha 1, live values."""

from __future__ import annotations

import gc
import statistics
import time
from array import array
from collections.abc import Sequence

from measuring import rss_mb, say

from talkpace.measurement.payload import HeartRatePayload, decode
from talkpace.rr.session import SessionBeats
from talkpace.strap.virtual import beats, workout

_HOURS = (1, 6)
_ARTIFACT_EVERY = 25
"""beats; a poor strap in a hard hour"""

_Measured = tuple[int, tuple[float, ...]]


def measure() -> dict[str, float]:
    """Hours of a virtual strap, an artifact in every 25 beats, somebody who watches the live values."""
    intervals = _hour()
    _run(intervals, 1)
    gc.collect()
    before_mb = rss_mb()
    taken_ms, end_ms = _run(intervals, _HOURS[0])
    after_one_mb = rss_mb()
    long_ms, long_end_ms = _run(intervals, _HOURS[1])
    median_ms = statistics.median(taken_ms)
    say(f"of {len(taken_ms)} measurements: median {median_ms:.3f} ms, p99 {_p99(taken_ms):.3f} ms")
    say(f"after {_HOURS[1]} h: {sum(long_ms) / len(long_ms):.3f} ms each, {long_end_ms:.1f} ms at the end")
    say(f"memory: {before_mb:.1f} MB before, {after_one_mb:.1f} MB after an hour")
    return {
        # At one measurement a second, ms of CPU per measurement are tenths of a percent.
        "rr_percent_of_a_core": sum(long_ms) / len(long_ms) / 10,
        "rr_worst_ms": _p99(taken_ms),
        "rr_end_ms": end_ms,
        "rr_growth_mb": rss_mb() - after_one_mb,
    }


def _p99(taken_ms: Sequence[float]) -> float:
    return statistics.quantiles(taken_ms, n=100)[98]


def _hour() -> list[_Measured]:
    made = beats(workout("intervals"), seed=1, max_heart_rate=190, resting_heart_rate=60)
    measured: list[_Measured] = []
    number = 0
    for notification in made:
        said = decode(notification.payload)
        assert isinstance(said, HeartRatePayload)
        rr_ms = []
        for rr in said.rr_ms:
            number += 1
            rr_ms.append(rr * 0.6 if number % _ARTIFACT_EVERY == 0 else rr)
        measured.append((notification.at_ms, tuple(rr_ms)))
    return measured


def _run(measured: Sequence[_Measured], hours: int) -> tuple[array[float], float]:
    """CPU time (ms) of each measurement, and of the session's end."""
    session = SessionBeats(0)
    taken_ms = array("d")
    second = 0
    while second < hours * 3600:
        _, rr_ms = measured[second % len(measured)]
        at_ms = second * 1000
        start = time.process_time_ns()
        session.measure(at_ms, rr_ms)
        session.work()
        session.live(at_ms)
        taken_ms.append((time.process_time_ns() - start) / 1e6)
        second += 1
    start = time.process_time_ns()
    session.figures(second * 1000)
    return taken_ms, (time.process_time_ns() - start) / 1e6
