"""`talkpace replay`, run as a program, gives the figures of docs/specification.md (oracle.py)."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import pytest

from ..shared_data import recordings, shared_data
from . import oracle
from .program import document

pytestmark = pytest.mark.unmeasured

MAXIMA = ["190", "173.5", "161"]

RECORDINGS = [
    "coros-dropouts/coros-pace-2-cycling-misaligned-fields.hr.csv",
    "edge530-hrv/hrv-activity.fit",
    "edge530-hrv/hrv-activity.hr.csv",
    "edge800-indoor/sample-activity-indoor-trainer.fit",
    "edge800-indoor/sample-activity-indoor-trainer.hr.csv",
    "elemnt-autopause/2019-02-17-062644-ELEMNT-297E-195-0.hr.csv",
    "fenix5-short/garmin-fenix-5-run.hr.csv",
    "fenix5-short/garmin-fenix-5-walk.hr.csv",
    "fr935-pauses/6449921903_ACTIVITY.fit",
    "fr935-pauses/6449921903_ACTIVITY.hr.csv",
    "fr935-ride-zones/4801048867.hr.csv",
    "tcx-run-zones/test.hr.csv",
    "vivoactive-hiit/20170518-191602-1740899583.fit",
    "vivoactive-hiit/20170518-191602-1740899583.hr.csv",
]

# Of these the watch itself says how long it saw each of its zones; where it paused, only FIT says so.
TIMED_BY_THE_WATCH = [
    "vivoactive-hiit/20170518-191602-1740899583.fit",
    "edge530-hrv/hrv-activity.fit",
    "fr935-ride-zones/4801048867.hr.csv",
    "fr935-pauses/6449921903_ACTIVITY.fit",
]

DECIMALS = {"effort": 4, "zones_s": 1, "heart_rate": 1, "load": 2, "ceiling": 4, "max_heart_rate": 1}


def replay(home: Path, recording: Path, max_bpm: str) -> dict[str, Any]:
    """The JSON document that the program prints."""
    return document(home, "replay", "--max-hr", max_bpm, str(recording))


def rows_of(recording: Path) -> list[oracle.Row]:
    return oracle.rows_of_fit(recording) if recording.suffix == ".fit" else oracle.rows_of_csv(recording)


def printed(summary: dict[str, Any], name: str) -> Any:
    value: Any = summary
    for key in name.split("."):
        value = value[key]
    return value


def half_digit(name: str) -> Fraction:
    """How far rounding may move a figure: half of its last digit, and what a float costs."""
    decimals = DECIMALS.get(name.partition(".")[0], 1)
    return Fraction(1, 2 * 10**decimals) + Fraction(1, 10**9)


def differences(summary: dict[str, Any], expected: oracle.Session) -> Iterator[str]:
    """One line for each figure and each event that isn't what the specification says."""
    for name, value in expected.figures.items():
        got = printed(summary, name)
        if value is None or isinstance(value, bool) or got is None or isinstance(got, bool):
            if got is not value:
                yield f"{name}: {got}, by the specification {value}"
        elif abs(Fraction(got) - value) > (half_digit(name) if isinstance(value, Fraction) else 0):
            yield f"{name}: {got}, by the specification {float(value)}"
    tolerance_s = half_digit("duration_s")
    got_events = [
        (Fraction(event["time"]), event["name"], event["heart_rate"]) for event in summary["events"]
    ]
    for i in range(max(len(got_events), len(expected.events))):
        got_event = got_events[i] if i < len(got_events) else None
        event = expected.events[i] if i < len(expected.events) else None
        if (
            got_event is None
            or event is None
            or got_event[1:] != (event.name, event.bpm)
            or abs(got_event[0] - event.t) > tolerance_s
        ):
            classified = got_event and (float(got_event[0]), *got_event[1:])
            due = event and (float(event.t), event.name, event.bpm)
            yield f"event {i}: {classified}, by the specification {due}"
            return


def check(home: Path, recording: Path, max_bpm: str) -> None:
    rows = rows_of(recording)
    expected = oracle.sessions(rows, max_bpm)
    document = replay(home, recording, max_bpm)
    summaries = document["sessions"]

    assert len(summaries) == len(expected)
    found = [
        f"session {i}, {line}"
        for i, (summary, session) in enumerate(zip(summaries, expected, strict=True))
        for line in differences(summary, session)
    ]
    assert not found, "\n".join(found)

    moments = [
        [dt.datetime.fromisoformat(summary[key]).timestamp() for key in ("start", "end")]
        for summary in summaries
    ]
    assert [round(end - start, 3) for start, end in moments] == [
        pytest.approx(float(session.figures["duration_s"] or 0), abs=0.0015) for session in expected
    ]
    if recording.suffix == ".fit" and rows:
        assert moments[0][0] == pytest.approx(float(rows[0].t), abs=0.0015)
        assert moments[-1][1] == pytest.approx(float(rows[-1].t), abs=0.0015)


@pytest.mark.parametrize("max_bpm", MAXIMA)
@pytest.mark.parametrize("recording", RECORDINGS)
def test_a_published_recording_gives_the_figures_of_the_specification(
    recording: str, max_bpm: str, tmp_path: Path
) -> None:
    check(tmp_path, shared_data() / recording, max_bpm)


def test_every_published_recording_is_compared() -> None:
    folder = shared_data()
    there = [*recordings("*.hr.csv"), *recordings("*.fit")]
    assert sorted(str(path.relative_to(folder)) for path in there) == RECORDINGS


def steady(first: float, last: float, bpm: int, every: float = 1) -> list[tuple[str, int]]:
    """Rows from `first` to `last` seconds, both included, written with three decimals at most."""
    step, start, stop = (round(value * 1000) for value in (every, first, last))
    return [(f"{t / 1000:.3f}", bpm) for t in range(start, stop + 1, step)]


EDGES: dict[str, Sequence[tuple[str, int]]] = {
    "the ceiling itself is not over": steady(0, 90, 133),
    "a beat above the ceiling is over": steady(0, 90, 134),
    "over, then exactly at the clearing bound": [
        *steady(0, 20, 100),
        *steady(21, 40, 150),
        *steady(41, 60, 129),
        *steady(61, 90, 120),
    ],
    "over, then a beat above the clearing bound": [
        *steady(0, 20, 100),
        *steady(21, 40, 150),
        *steady(41, 90, 130),
    ],
    "a run that begins in the grace time": [*steady(0, 14, 100), *steady(15, 40, 140)],
    "over for the whole grace time": steady(0, 25, 140),
    "a repeat due at the instant of clearing": [
        *steady(0, 24, 100),
        *steady(25, 49, 140),
        *steady(50, 90, 110),
    ],
    "a repeat due with the last measurement": [*steady(0, 24, 100), *steady(25, 60, 140)],
    "a repeat due between two measurements": [*steady(0, 24, 100), *steady(25, 90, 140, 4)],
    "a repeat due in a silence of 9 s": [*steady(0, 24, 100), *steady(25, 53, 140), *steady(62, 80, 140)],
    "a repeat due when the heart rate is six seconds old": [
        *steady(0, 24, 100),
        *steady(25, 54, 140),
        *steady(63, 80, 140),
    ],
    "a repeat due as the signal is lost": [*steady(0, 24, 100), *steady(25, 50, 140), *steady(70, 90, 140)],
    "a run of just five seconds": [*steady(0, 29, 100), *steady(30, 35, 140), *steady(36, 60, 100)],
    "a run of just less": [*steady(0, 29, 100), *steady(30, 34.999, 140, 0.833), *steady(36, 60, 100)],
    "five seconds in tenths": [
        *steady(0, 30, 100),
        *steady(30.1, 35.1, 140, 0.1),
        *steady(35.2, 60, 100, 0.1),
    ],
    "pauses of exactly five seconds keep a run": [*steady(0, 20, 100), *steady(25, 60, 140, 5)],
    "pauses above five seconds break a run": [*steady(0, 20, 100), *steady(25, 100, 140, 5.001)],
    "clearing over pauses of exactly five seconds": [
        *steady(0, 20, 100),
        *steady(21, 30, 140),
        *steady(35, 60, 100, 5),
    ],
    "clearing over pauses above five seconds": [
        *steady(0, 20, 100),
        *steady(21, 30, 140),
        *steady(35.1, 100, 100, 5.1),
    ],
    "a silence just below ten seconds": [*steady(0, 30, 140), *steady(39.999, 60, 140)],
    "a silence of exactly ten seconds": [*steady(0, 30, 140), *steady(40, 60, 140)],
    "a silence in the grace time, over before it ends": [*steady(0, 3, 100), *steady(19, 40, 100)],
    "a silence in the grace time that ends with it": [*steady(0, 3, 100), *steady(20, 40, 100)],
    "a silence in the grace time that outlasts it": [*steady(0, 3, 100), *steady(22, 40, 100)],
    "the signal comes back near the ceiling": [*steady(0, 30, 130), *steady(50, 70, 130)],
    "near the ceiling on both sides of a short pause": [*steady(0, 30, 130), *steady(38, 70, 130)],
    "near the ceiling through the grace time": steady(0, 30, 130),
    "near the ceiling from within the grace time, a pause at its end": [
        *steady(0, 17, 130),
        *steady(23, 30, 130),
    ],
    "exactly three hundredths below the ceiling": [*steady(0, 40, 127), *steady(41, 60, 128)],
    "a silence just below the end of a session": [*steady(0, 130, 100), *steady(309.999, 330, 100)],
    "a silence of exactly the end of a session": [*steady(0, 130, 100), *steady(310, 330, 100)],
    "just above": [*steady(0, 130, 100), *steady(310.001, 330, 100)],
    "over as a session times out": [*steady(0, 130, 150), *steady(400, 560, 150)],
    "three sessions, one too short": [*steady(5, 130, 100), *steady(400, 430, 120), *steady(900, 1100, 135)],
    "a session of just two minutes": steady(0, 120, 100),
    "a session of just less": [*steady(0, 119, 100), ("119.999", 100)],
    "a recording that begins late": steady(12345.678, 12500, 140, 0.987),
    "fractional seconds": [(f"{i * 137 / 100:.2f}", 90 + (i * 7919) % 70) for i in range(300)],
    "several a second": [(f"{i * 33 / 100:.2f}", 100 + i // 20) for i in range(1500)],
    "zeros inside": [*steady(0, 30, 140), *steady(31, 33, 0), *steady(34, 60, 140)],
    "zeros for ten seconds": [*steady(0, 30, 140), *steady(31, 45, 0), *steady(46, 60, 140)],
    "zeros for three minutes": [*steady(0, 130, 140), *steady(131, 320, 0), *steady(321, 400, 100)],
    "zeros first": [*steady(0, 40, 0), *steady(41, 80, 140)],
    "zeros last": [*steady(0, 60, 140), *steady(61, 90, 0)],
    "zeros last, for more than three minutes": [*steady(0, 60, 140), *steady(61, 300, 0)],
    "a single measurement": [("0", 133)],
    "a single measurement at another time": [("7.25", 140)],
    "two at the same instant": [("0", 100), ("0", 102), *steady(1, 30, 120)],
    "the largest heart rate there is": [*steady(0, 30, 120), *steady(31, 60, 254), *steady(61, 140, 110)],
    "beyond the maximum throughout": steady(0, 200, 254),
    "the smallest": steady(0, 60, 20),
    "each bound of zones and bands": [
        (str(i * 4), bpm)
        for i, bpm in enumerate(
            [94, 95, 96, 113, 114, 115, 132, 133, 134, 151, 152, 153, 161, 162, 170, 171, 172, 190, 191]
        )
    ],
    "interruptions just below ten seconds": [
        *steady(0, 30, 120),
        *steady(31, 39.9, 140),
        *steady(40.999, 80, 120),
    ],
    "interruptions of exactly ten seconds": [*steady(0, 30, 120), *steady(31, 40, 140), *steady(41, 80, 120)],
    "interruptions that are pauses": [
        *steady(0, 30, 120),
        *steady(44.9, 80, 120),
        *steady(95, 120, 120),
    ],
    "an interruption below, then above": [
        *steady(0, 30, 120),
        *steady(31, 35, 90),
        *steady(36, 40, 140),
        *steady(41, 80, 120),
    ],
    "the target to the second": steady(0, 1799, 120),
    "the target missed by one": steady(0, 1798, 120),
    "recovery of exactly a minute": [*steady(0, 120, 150), *steady(121, 180, 110)],
    "recovery cut short by a second": [*steady(0, 120, 150), *steady(121, 179, 110)],
    "recovery with a pause where the minute ends": [
        *steady(0, 120, 150),
        *steady(121, 170, 110),
        *steady(182, 240, 100),
    ],
    "recovery that falls fastest later": [
        *steady(0, 60, 180),
        *steady(61, 130, 170),
        *steady(131, 200, 120),
    ],
    "recovery of a rising heart rate": [("0", 180), *steady(1, 50, 100), *steady(51, 130, 150)],
    "two peaks as high": [
        *steady(0, 10, 180),
        *steady(11, 90, 90),
        *steady(91, 95, 180),
        *steady(96, 200, 140),
    ],
}


def written(path: Path, rows: Sequence[tuple[str, int]]) -> Path:
    path.write_text("t_s,hr_bpm\n" + "".join(f"{t},{bpm}\n" for t, bpm in rows), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", EDGES)
def test_an_edge_case_gives_the_figures_of_the_specification(name: str, tmp_path: Path) -> None:
    check(tmp_path, written(tmp_path / "edge.hr.csv", EDGES[name]), "190")


STEPS_S = [*["0.5", "1", "1", "1", "2", "3.7"] * 5, "4.999", "5", "5.001", "9.999", "10", "10.001", "29"]
LONG_STEPS_S = [*STEPS_S * 8, "179.999", "180", "180.001", "400"]


def wandering(seed: int, max_bpm: int) -> list[tuple[str, int]]:
    """Heart rates that dwell about the bounds of the specification, with steps about its times."""
    chance = random.Random(seed)
    near = [
        round(max_bpm * effort) + beats
        for effort in (0.5, 0.6, 0.67, 0.68, 0.7, 0.85, 1)
        for beats in (-1, 0, 1)
    ]
    steps = [Fraction(step) for step in chance.choices(LONG_STEPS_S, k=1500)]
    beats: list[int] = []
    while len(beats) < len(steps):
        level = chance.choice([*near, *near, 0])
        beats += [max(0, level + chance.choice([0, 0, 0, 0, 1, -1]))] * chance.choice([1, 2, 5, 12, 30])
    return [(f"{float(t):.3f}", bpm) for t, bpm in zip(accumulate(steps), beats, strict=False)]


# Of a maximum of 100 or 200 every bound of the specification is a whole heart rate.
@pytest.mark.parametrize("max_bpm", [100, 190, 200])
@pytest.mark.parametrize("seed", range(4))
def test_random_workouts_give_the_specified_figures(seed: int, max_bpm: int, tmp_path: Path) -> None:
    check(tmp_path, written(tmp_path / "wandering.hr.csv", wandering(seed, max_bpm)), str(max_bpm))


def device_figures(recording: str) -> dict[str, Any]:
    """What the recording's own device says of it."""
    path = shared_data() / recording
    name = path.name.removesuffix(".fit").removesuffix(".hr.csv")
    events: dict[str, Any] = json.loads(path.with_name(f"{name}.expected.json").read_text(encoding="utf-8"))
    return events


@pytest.mark.parametrize("recording", [name for name in RECORDINGS if not name.startswith("tcx-")])
def test_the_highest_and_lowest_heart_rates_are_those_that_the_device_tells(
    recording: str, tmp_path: Path
) -> None:
    events = device_figures(recording)["sessions"]
    sessions = replay(tmp_path, shared_data() / recording, "190")["sessions"]
    assert max(one["heart_rate"]["max"] for one in sessions) == max(one["max_heart_rate"] for one in events)
    lowest = [one["min_heart_rate"] for one in events if one["min_heart_rate"]]
    if lowest:
        assert min(one["heart_rate"]["min"] for one in sessions) == min(lowest)


@pytest.mark.parametrize(
    "recording",
    # Recorded each second: where a watch records what it thinks worth it, it averages over what it left out.
    [name for name in RECORDINGS if not name.startswith(("tcx-", "fenix5-", "coros-"))],
)
def test_the_mean_heart_rate_is_the_device_s_within_a_beat(recording: str, tmp_path: Path) -> None:
    (events,) = device_figures(recording)["sessions"]
    sessions = replay(tmp_path, shared_data() / recording, "190")["sessions"]
    weighted = sum(one["heart_rate"]["mean"] * one["recorded_s"] for one in sessions)
    mean = weighted / sum(one["recorded_s"] for one in sessions)
    assert mean == pytest.approx(events["avg_heart_rate"], abs=1)


def test_the_runner_s_least_and_most_are_those_of_the_other_reader(tmp_path: Path) -> None:
    (one,) = replay(tmp_path, shared_data() / "tcx-run-zones/test.hr.csv", "190")["sessions"]
    assert (one["heart_rate"]["min"], one["heart_rate"]["max"]) == (60, 189)


@pytest.mark.parametrize("recording", TIMED_BY_THE_WATCH)
def test_time_in_a_watch_s_zones_is_what_the_watch_counted(recording: str, tmp_path: Path) -> None:
    events = device_figures(recording)
    (session,) = [one for one in events["zones"] if one["ref"] == "session"]

    # The watch counts a beat on a bound as above it: a ceiling half a beat lower asks the same.
    above_s = []
    for bound_bpm in session["high_boundary_bpm"]:
        sessions = replay(tmp_path, shared_data() / recording, f"{(bound_bpm - 0.5) / 0.7:.2f}")["sessions"]
        above_s.append(sum(one["over_ceiling_s"] for one in sessions))
    whole_s = sum(one["recorded_s"] for one in sessions)
    zones_s = [more - less for more, less in pairwise([whole_s, *above_s, 0])]

    # Each lap costs a watch up to a second that it counts in no zone: 6 s in the 15 laps of the Edge 530.
    assert zones_s == [
        pytest.approx(counted_s, abs=counted_s / 50 if counted_s >= 60 else 2)
        for counted_s in session["time_in_hr_zone_s"]
    ]
    assert whole_s == pytest.approx(sum(session["time_in_hr_zone_s"]), rel=0.007)


@pytest.mark.parametrize("recording", [name for name in TIMED_BY_THE_WATCH if name.endswith(".fit")])
def test_a_fit_file_is_counted_for_as_long_as_the_watch_s_timer_ran(recording: str, tmp_path: Path) -> None:
    (events,) = device_figures(recording)["sessions"]
    sessions = replay(tmp_path, shared_data() / recording, "190")["sessions"]
    assert sum(one["recorded_s"] for one in sessions) == pytest.approx(events["total_timer_time"], abs=3)
