"""The virtual athlete: a heart that answers the workout, and a strap that tells of it."""

from __future__ import annotations

from itertools import pairwise
from statistics import fmean, pstdev

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talkpace.errors import ConfigurationError
from talkpace.measurement.heart_rate_payload import Contact
from talkpace.measurement.link_decoder import LinkDecoder, Measurement
from talkpace.sources.simulator import STRAP, WORKOUTS, SimulatedWorkout, WorkoutStep, find_workout, simulate

MAXIMUM, RESTING = 190, 58
SEEDS = range(5)


def measured(of: SimulatedWorkout, seed: int = 1) -> list[Measurement]:
    """The notifications, through the decoder of a live strap."""
    decoder = LinkDecoder()
    measurements = []
    for beat in simulate(of, seed=seed, max_heart_rate=MAXIMUM, resting_heart_rate=RESTING):
        assert beat.address == STRAP.address
        decoded = decoder.decode(beat.at_ms, beat.payload)
        assert isinstance(decoded, Measurement)
        measurements.append(decoded)
    assert decoder.with_trailing_bytes == 0
    return measurements


def between(measurements: list[Measurement], from_s: float, to_s: float) -> list[int]:
    return [m.heart_rate for m in measurements if from_s * 1000 <= m.at_ms < to_s * 1000]


def even(duration_s: float, effort: float) -> SimulatedWorkout:
    return SimulatedWorkout("even", (WorkoutStep(duration_s, effort),))


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    def of(seed: int) -> list[object]:
        return list(
            simulate(find_workout("demo"), seed=seed, max_heart_rate=MAXIMUM, resting_heart_rate=RESTING)
        )

    assert of(7) == of(7)
    assert of(7) != of(8)


@pytest.mark.parametrize("effort", [0.45, 0.65, 0.9])
def test_the_heart_rate_settles_at_the_intensity(effort: float) -> None:
    settled = fmean(between(measured(even(600, effort)), 300, 600))
    assert settled == pytest.approx(effort * MAXIMUM, rel=0.02)


def test_the_heart_rate_lags_and_falls_slower_than_it_rises() -> None:
    up_and_down = measured(
        SimulatedWorkout("up and down", (WorkoutStep(300, 0.5), WorkoutStep(300, 0.8), WorkoutStep(300, 0.5)))
    )
    middle = 0.65 * MAXIMUM
    rates = [(m.at_ms / 1000, m.heart_rate) for m in up_and_down]
    rises_s = next(at_s for at_s, rate in rates if at_s > 300 and rate >= middle) - 300
    falls_s = next(at_s for at_s, rate in rates if at_s > 600 and rate <= middle) - 600
    assert 5 < rises_s < falls_s < 60


def test_a_heart_never_settles_below_resting() -> None:
    assert fmean(between(measured(even(600, 0.1)), 400, 600)) == pytest.approx(RESTING, rel=0.03)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["steady", "intervals"])
def test_rr_intervals_add_up_to_the_time_that_passed(name: str, seed: int) -> None:
    passed_ms = 0.0
    for measurement in measured(find_workout(name), seed):
        passed_ms += sum(measurement.rr_ms)
        assert 0 <= measurement.at_ms - passed_ms < 1200


@pytest.mark.parametrize("name", ["steady", "intervals"])
def test_rr_intervals_and_heart_rate_agree(name: str) -> None:
    measurements = measured(find_workout(name))
    for from_ms in range(0, measurements[-1].at_ms - 60_000, 60_000):
        minute = [m for m in measurements if from_ms <= m.at_ms < from_ms + 60_000]
        rr_ms = [rr for m in minute for rr in m.rr_ms]
        assert 60_000 / fmean(rr_ms) == pytest.approx(fmean(m.heart_rate for m in minute), abs=2.5)


def test_breathing_moves_the_intervals_more_at_rest_than_in_effort() -> None:
    def variation(effort: float) -> float:
        rr_ms = [rr for m in measured(even(600, effort))[300:] for rr in m.rr_ms]
        return pstdev(later - earlier for earlier, later in pairwise(rr_ms)) / fmean(rr_ms)

    assert variation(0.35) > 2 * variation(0.8)


def test_a_notification_comes_every_second_slightly_uneven() -> None:
    times = [m.at_ms for m in measured(even(300, 0.6))]
    assert len(times) == 300
    assert all(second * 1000 <= at_ms < second * 1000 + 100 for second, at_ms in enumerate(times))
    assert len({later - earlier for earlier, later in pairwise(times)}) > 10


def test_without_contact_there_is_neither_heart_rate_nor_beat() -> None:
    measurements = measured(
        SimulatedWorkout(
            "loose", (WorkoutStep(60, 0.6), WorkoutStep(15, 0.6, contact=False), WorkoutStep(60, 0.6))
        )
    )
    lost = [m for m in measurements if m.contact is Contact.NO]
    assert [m.at_ms // 1000 for m in lost] == list(range(60, 75))
    assert {(m.heart_rate, m.rr_ms) for m in lost} == {(0, ())}
    back = [m for m in measurements if m.at_ms >= 75_000]
    assert all(m.contact is Contact.YES and m.heart_rate > 60 for m in back)
    assert all(rr < 1500 for m in back for rr in m.rr_ms), "no interval spans the loss"


@pytest.mark.parametrize("seed", SEEDS)
def test_the_demo_workout_shows_every_state(seed: int) -> None:
    demo = measured(find_workout("demo"), seed)
    assert 540_000 < demo[-1].at_ms < 660_000
    over = [m.at_ms for m in demo if m.heart_rate > 0.70 * MAXIMUM]
    assert 55_000 < over[-1] - over[0] < 90_000, "long enough for a warning and a repeat"
    without = [m.at_ms for m in demo if m.contact is Contact.NO]
    assert 13_000 < without[-1] - without[0] < 16_000
    assert over[-1] < without[0], "an easy stretch lies between"
    assert all(m.heart_rate < 0.68 * MAXIMUM for m in demo if m.at_ms > over[-1] + 20_000)
    assert demo[-1].heart_rate < 0.50 * MAXIMUM


@pytest.mark.parametrize("seed", SEEDS)
def test_steady_stays_below_the_ceiling(seed: int) -> None:
    assert max(m.heart_rate for m in measured(find_workout("steady"), seed)) <= 0.70 * MAXIMUM


@pytest.mark.parametrize("seed", SEEDS)
def test_intervals_have_six_hard_bouts(seed: int) -> None:
    rates = [m.heart_rate for m in measured(find_workout("intervals"), seed)]
    hard, bouts = False, 0
    for rate in rates:
        if not hard and rate > 0.80 * MAXIMUM:
            hard, bouts = True, bouts + 1
        elif rate < 0.70 * MAXIMUM:
            hard = False
    assert bouts == 6
    assert len(rates) == 35 * 60


def test_an_unknown_workout_is_refused_with_the_valid_names() -> None:
    assert find_workout("steady") is WORKOUTS["steady"]
    with pytest.raises(ConfigurationError, match="demo, steady, intervals"):
        find_workout("marathon")


@pytest.mark.parametrize("resting", [0, 190, 200])
def test_a_resting_heart_rate_outside_0_to_the_maximum_is_refused(resting: float) -> None:
    with pytest.raises(ValueError, match="resting_heart_rate"):
        simulate(find_workout("demo"), seed=1, max_heart_rate=MAXIMUM, resting_heart_rate=resting)


@settings(max_examples=30)
@given(
    st.lists(st.builds(WorkoutStep, st.floats(0, 60), st.floats(0, 1.2), st.booleans()), max_size=5),
    st.integers(),
    st.floats(30, 100),
    st.floats(1, 150),
)
def test_any_workout_gives_valid_payloads(
    steps: list[WorkoutStep], seed: int, resting: float, reserve: float
) -> None:
    made = SimulatedWorkout("any", tuple(steps))
    sent = list(simulate(made, seed=seed, max_heart_rate=resting + reserve, resting_heart_rate=resting))
    assert made.duration_s <= len(sent) <= made.duration_s + 1
    decoder = LinkDecoder()
    for beat in sent:
        measurement = decoder.decode(beat.at_ms, beat.payload)
        assert isinstance(measurement, Measurement)
        assert 0 <= measurement.heart_rate <= 1.5 * (resting + reserve)
