"""A heart that answers a workout beat by beat, and the notifications that a strap makes of it.

The heart rate follows the intensity with a first-order lag, faster up than down, and drifts and
wanders a little. Beats lie in time one after the other, modulated by breathing, so RR intervals and
elapsed time agree. Pure and deterministic: the same seed gives the same bytes.
"""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from ...measurement.payload import Contact, encode
from ..door import Notification, StrapInfo
from .workouts import Workout

STRAP = StrapInfo(
    address="virtual:strap",
    name="Virtual strap",
    manufacturer="talkpace",
    model="virtual",
    body_location="chest",
)
BATTERY_PERCENT = 87

_START_ABOVE_RESTING = 1.15
"""nobody stands at resting heart rate"""
_UP_S, _DOWN_S = 25.0, 45.0
"""time constants of the lag"""
_DRIFT_PER_S = 0.012 / 1800
"""of the heart rate, as a body warms up: 1.2 % in half an hour"""
_WANDER_BPM, _WANDER_S = 0.8, 20.0
"""spread and time constant of the slow noise"""
_BREATH_HZ_AT_REST, _BREATH_HZ_MORE = 0.2, 0.4
_BREATHING, _SPREAD = 0.05, 0.004
"""of an RR interval: the swing with the breath at no effort, and what is left to chance"""
_TICKS_PER_S = 1024
"""a strap's clock, in which RR intervals are sent"""
_SMOOTHED_BEATS = 5
"""a strap's heart rate is the mean over its last beats"""
_JITTER_MS = 40


@dataclass(slots=True)
class _Heart:
    random: random.Random
    max_bpm: float
    resting_bpm: float
    settled_bpm: float
    """heart rate without drift, noise and breathing"""
    time_s: float = 0.0
    """of the last beat"""
    breath: float = 0.0
    """phase, in turns"""
    wander_bpm: float = 0.0

    def beat(self, effort: float) -> float:
        """Let one interval pass at an intensity; answers with the time of the beat that ends it."""
        drifted = self.settled_bpm * (1 + _DRIFT_PER_S * self.time_s) + self.wander_bpm
        used = max(0.0, (drifted - self.resting_bpm) / (self.max_bpm - self.resting_bpm))
        swing = _BREATHING * max(0.1, 1 - 1.4 * used) * math.sin(math.tau * self.breath)
        rr_s = 60 / drifted * (1 + swing + self.random.gauss(0, _SPREAD))
        self.time_s += rr_s
        self.breath += rr_s * (_BREATH_HZ_AT_REST + _BREATH_HZ_MORE * min(1.0, used))
        target = max(self.resting_bpm, effort * self.max_bpm)
        lag_s = _UP_S if target > self.settled_bpm else _DOWN_S
        self.settled_bpm += (target - self.settled_bpm) * -math.expm1(-rr_s / lag_s)
        kept = math.exp(-rr_s / _WANDER_S)
        self.wander_bpm = self.wander_bpm * kept + self.random.gauss(
            0, _WANDER_BPM * math.sqrt(1 - kept * kept)
        )
        return self.time_s


def beats(
    workout: Workout, *, seed: int, max_heart_rate: float, resting_heart_rate: float
) -> Iterator[Notification]:
    """One notification a second, slightly uneven, for as long as the workout lasts; times begin near 0.

    Without contact a strap that supports the contact bit says so, with a heart rate of 0 and no beats.
    Raises ValueError where the resting heart rate is not between 0 and the maximum.
    """
    if not 0 < resting_heart_rate < max_heart_rate:
        raise ValueError("resting_heart_rate must be above 0 and below max_heart_rate")
    return _notifications(workout, random.Random(seed), max_heart_rate, resting_heart_rate)  # noqa: S311


def _notifications(
    workout: Workout, chance: random.Random, max_bpm: float, resting_bpm: float
) -> Iterator[Notification]:
    heart = _Heart(chance, max_bpm, resting_bpm, settled_bpm=resting_bpm * _START_ABOVE_RESTING)
    recent: deque[int] = deque(maxlen=_SMOOTHED_BEATS)
    beat_s, felt_ticks = 0.0, 0
    feels = True
    second, step_ends_s = 0, 0.0
    for step in workout.steps:
        step_ends_s += step.duration_s
        while second < step_ends_s:
            at_ms = second * 1000 + chance.randrange(_JITTER_MS)
            rr_ticks: list[int] = []
            while beat_s * 1000 <= at_ms:
                ticks = int(beat_s * _TICKS_PER_S)
                if feels and ticks > felt_ticks:
                    rr_ticks.append(ticks - felt_ticks)
                felt_ticks, feels = ticks, step.contact
                beat_s = heart.beat(step.effort)
            recent.extend(rr_ticks)
            yield Notification(at_ms, STRAP.address, _payload(step.contact, rr_ticks, recent, heart))
            second += 1


def _payload(contact: bool, rr_ticks: list[int], recent: deque[int], heart: _Heart) -> bytes:  # noqa: FBT001
    if not contact:
        recent.clear()
        return encode(0, contact=Contact.NO)
    bpm = 60 * _TICKS_PER_S * len(recent) / sum(recent) if recent else heart.settled_bpm
    return encode(round(bpm), contact=Contact.YES, rr_ms=[ticks * 1000 / _TICKS_PER_S for ticks in rr_ticks])
