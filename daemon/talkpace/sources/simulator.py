"""A simulated athlete with a strap: workouts, and the notifications of a heart that follows them.

The heart rate follows the intensity with a first-order lag, faster up than down, with drift and slow
noise. Beats follow one another in time and are modulated by breathing, so that RR intervals and elapsed
time agree. Deterministic: the same seed gives the same bytes. The constants are our own, chosen to look
like recordings.
"""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..errors import ConfigurationError
from ..measurement.heart_rate_payload import Contact, encode
from .events import Notification, StrapInfo

STRAP = StrapInfo(
    address="virtual:strap",
    name="Virtual strap",
    manufacturer="talkpace",
    model="virtual",
    body_location="chest",
)
BATTERY_PERCENT = 87

_START_ABOVE_RESTING = 1.15
"""a workout starts above the resting heart rate by this factor"""
_UP_S, _DOWN_S = 25.0, 45.0
"""time constants of the lag"""
_DRIFT_PER_S = 0.012 / 1800
"""cardiac drift: the heart rate rises by 1.2 % in half an hour"""
_NOISE_BPM, _NOISE_S = 0.8, 20.0
"""standard deviation and time constant of the slow noise"""
_BREATH_HZ_AT_REST, _BREATH_HZ_RISE = 0.2, 0.4
_BREATHING, _JITTER = 0.05, 0.004
"""fractions of an RR interval: the swing with the breath at rest, and random variation"""
_TICKS_PER_S = 1024
"""the unit of RR intervals in a notification"""
_AVERAGED_BEATS = 5
"""a strap's heart rate is the mean over so many beats"""
_NOTIFICATION_JITTER_MS = 40


@dataclass(frozen=True, slots=True)
class WorkoutStep:
    """A step of constant intensity."""

    duration_s: float
    effort: float
    """fraction of the maximum heart rate that the heart rate approaches"""
    contact: bool = True
    """whether the strap has skin contact"""


@dataclass(frozen=True, slots=True)
class SimulatedWorkout:
    """Steps, one after the other."""

    name: str
    steps: tuple[WorkoutStep, ...]

    @property
    def duration_s(self) -> float:
        """Of all steps."""
        return sum(step.duration_s for step in self.steps)


_INTERVAL = (WorkoutStep(120, 0.88), WorkoutStep(120, 0.62))

WORKOUTS: Mapping[str, SimulatedWorkout] = {
    workout.name: workout
    for workout in (
        SimulatedWorkout(
            "demo",
            (
                WorkoutStep(90, 0.46),
                WorkoutStep(150, 0.62),
                WorkoutStep(60, 0.80),  # some 70 s above 0.70, as the heart rate lags at both ends
                WorkoutStep(135, 0.58),
                WorkoutStep(15, 0.58, contact=False),
                WorkoutStep(60, 0.58),
                WorkoutStep(90, 0.42),
            ),
        ),
        SimulatedWorkout("steady", (WorkoutStep(2400, 0.65),)),
        SimulatedWorkout("intervals", (WorkoutStep(360, 0.60), *_INTERVAL * 6, WorkoutStep(300, 0.45))),
    )
}


def find_workout(name: str) -> SimulatedWorkout:
    """Return the workout of that name. Raises ConfigurationError, with the valid names, for any other."""
    try:
        return WORKOUTS[name]
    except KeyError:
        names = ", ".join(WORKOUTS)
        raise ConfigurationError(f"there is no workout {name!r}; choose one of {names}") from None


def simulate(
    workout: SimulatedWorkout, *, seed: int, max_heart_rate: float, resting_heart_rate: float
) -> Iterator[Notification]:
    """Yield a notification about every second, from time 0 to the end of the workout.

    Without contact, a strap that supports the contact bit sends a heart rate of 0 and no RR intervals.
    Raises ValueError where the resting heart rate is not between 0 and the maximum.
    """
    if not 0 < resting_heart_rate < max_heart_rate:
        raise ValueError("resting_heart_rate must be above 0 and below max_heart_rate")
    return _notifications(workout, random.Random(seed), max_heart_rate, resting_heart_rate)  # noqa: S311


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
    """phase of the breath, in turns"""
    noise_bpm: float = 0.0

    def beat(self, effort: float) -> float:
        """Advance to the next beat at an intensity, and return its time in s."""
        bpm = self.settled_bpm * (1 + _DRIFT_PER_S * self.time_s) + self.noise_bpm
        reserve = max(0.0, (bpm - self.resting_bpm) / (self.max_bpm - self.resting_bpm))
        swing = _BREATHING * max(0.1, 1 - 1.4 * reserve) * math.sin(math.tau * self.breath)
        rr_s = 60 / bpm * (1 + swing + self.random.gauss(0, _JITTER))
        self.time_s += rr_s
        self.breath += rr_s * (_BREATH_HZ_AT_REST + _BREATH_HZ_RISE * min(1.0, reserve))
        target = max(self.resting_bpm, effort * self.max_bpm)
        lag_s = _UP_S if target > self.settled_bpm else _DOWN_S
        self.settled_bpm += (target - self.settled_bpm) * -math.expm1(-rr_s / lag_s)
        decay = math.exp(-rr_s / _NOISE_S)
        self.noise_bpm = self.noise_bpm * decay + self.random.gauss(
            0, _NOISE_BPM * math.sqrt(1 - decay * decay)
        )
        return self.time_s


def _notifications(
    workout: SimulatedWorkout, generator: random.Random, max_bpm: float, resting_bpm: float
) -> Iterator[Notification]:
    heart = _Heart(generator, max_bpm, resting_bpm, settled_bpm=resting_bpm * _START_ABOVE_RESTING)
    recent_ticks: deque[int] = deque(maxlen=_AVERAGED_BEATS)
    beat_s, previous_ticks = 0.0, 0
    contact = True
    second, step_end_s = 0, 0.0
    for step in workout.steps:
        step_end_s += step.duration_s
        while second < step_end_s:
            at_ms = second * 1000 + generator.randrange(_NOTIFICATION_JITTER_MS)
            rr_ticks: list[int] = []
            while beat_s * 1000 <= at_ms:
                ticks = int(beat_s * _TICKS_PER_S)
                if contact and ticks > previous_ticks:
                    rr_ticks.append(ticks - previous_ticks)
                previous_ticks, contact = ticks, step.contact
                beat_s = heart.beat(step.effort)
            recent_ticks.extend(rr_ticks)
            payload = _payload(rr_ticks, recent_ticks, heart, contact=step.contact)
            yield Notification(at_ms, STRAP.address, payload)
            second += 1


def _payload(rr_ticks: list[int], recent_ticks: deque[int], heart: _Heart, *, contact: bool) -> bytes:
    if not contact:
        recent_ticks.clear()
        return encode(0, contact=Contact.NO)
    bpm = heart.settled_bpm
    if recent_ticks:
        bpm = 60 * _TICKS_PER_S * len(recent_ticks) / sum(recent_ticks)
    return encode(round(bpm), contact=Contact.YES, rr_ms=[ticks * 1000 / _TICKS_PER_S for ticks in rr_ticks])
