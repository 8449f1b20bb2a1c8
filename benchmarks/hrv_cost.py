"""CPU time and memory of the heart-rate variability of one strap, from beats to DFA alpha1."""

from __future__ import annotations

import gc
import statistics
import time
from array import array
from collections.abc import Sequence

from processes import progress, rss_mb

from talkpace.hrv.analysis import SessionHrv
from talkpace.measurement.heart_rate_payload import HeartRatePayload, decode
from talkpace.sources.simulator import find_workout, simulate

_HOURS = (1, 6)
_ARTIFACT_EVERY = 25
"""beats: as many as a poor strap has in a hard hour"""

_Intervals = tuple[int, tuple[float, ...]]


def measure() -> dict[str, float]:
    """Hours of a virtual strap with an artifact every 25 beats, and live values read at every measurement."""
    intervals = _hour()
    _run(intervals, 1)
    gc.collect()
    before_mb = rss_mb()
    cpu_ms, end_ms = _run(intervals, _HOURS[0])
    after_one_mb = rss_mb()
    long_ms, long_end_ms = _run(intervals, _HOURS[1])
    median_ms = statistics.median(cpu_ms)
    progress(f"{len(cpu_ms)} measurements: median {median_ms:.3f} ms, p99 {_p99(cpu_ms):.3f} ms")
    progress(f"after {_HOURS[1]} h: {sum(long_ms) / len(long_ms):.3f} ms each, end {long_end_ms:.1f} ms")
    progress(f"memory: {before_mb:.1f} MB before, {after_one_mb:.1f} MB after an hour")
    return {
        # At one measurement a second, 1 ms of CPU per measurement is 0.1 % of a core.
        "rr_percent_of_a_core": sum(long_ms) / len(long_ms) / 10,
        "rr_worst_ms": _p99(cpu_ms),
        "rr_end_ms": end_ms,
        "rr_growth_mb": rss_mb() - after_one_mb,
    }


def _p99(cpu_ms: Sequence[float]) -> float:
    return statistics.quantiles(cpu_ms, n=100)[98]


def _hour() -> list[_Intervals]:
    notifications = simulate(find_workout("intervals"), seed=1, max_heart_rate=190, resting_heart_rate=60)
    measured: list[_Intervals] = []
    number = 0
    for notification in notifications:
        decoded = decode(notification.payload)
        assert isinstance(decoded, HeartRatePayload)
        rr_ms = []
        for rr in decoded.rr_ms:
            number += 1
            rr_ms.append(rr * 0.6 if number % _ARTIFACT_EVERY == 0 else rr)
        measured.append((notification.at_ms, tuple(rr_ms)))
    return measured


def _run(measured: Sequence[_Intervals], hours: int) -> tuple[array[float], float]:
    """CPU time (ms) of each measurement, and of the session's final figures."""
    session = SessionHrv(0)
    cpu_ms = array("d")
    second = 0
    while second < hours * 3600:
        _, rr_ms = measured[second % len(measured)]
        at_ms = second * 1000
        start = time.process_time_ns()
        session.add(at_ms, rr_ms)
        session.work()
        session.live(at_ms)
        cpu_ms.append((time.process_time_ns() - start) / 1e6)
        second += 1
    start = time.process_time_ns()
    session.finish(second * 1000)
    return cpu_ms, (time.process_time_ns() - start) / 1e6
