"""What was exported and is replayed gives the same summary, as far as the format can hold it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talkpace.effort.athlete import Activity
from talkpace.measurement.payload import HeartRatePayload, decode
from talkpace.strap.recording import open_recording

from .made import Beat, as_kept, figures, kept, replayed, workout, written

FILES = ("fit", "tcx", "csv")


@pytest.mark.parametrize("format_", FILES)
def test_the_summary_and_its_events_come_back(tmp_path: Path, format_: str) -> None:
    with kept(tmp_path, workout()) as session:
        assert session.summary["warnings"] > 0
        assert session.summary["gap_s"] > 10
        path, _ = written(tmp_path, session, format_)
        [summary], problems = replayed(path)
        without = ("hrv",) if format_ == "tcx" else ()
        assert figures(summary, *without) == figures(as_kept(session), *without)
        assert problems == []


@pytest.mark.parametrize("format_", ["fit", "csv"])
def test_rr_intervals_come_back_to_the_tick_and_with_their_measurement(tmp_path: Path, format_: str) -> None:
    with kept(tmp_path, workout()) as session:
        path, remarks = written(tmp_path, session, format_)
        assert remarks == []
        said = [decode(beat.payload) for beat in open_recording(path)]
        assert [one.rr_ms for one in said if isinstance(one, HeartRatePayload)] == [
            taken.rr_ms for taken in session.measurements()
        ]


@pytest.mark.parametrize("format_", FILES)
@pytest.mark.parametrize("activity", list(Activity))
def test_the_activity_comes_back_where_the_format_has_a_place_for_it(
    tmp_path: Path, format_: str, activity: Activity
) -> None:
    with kept(tmp_path, workout(200), activity) as session:
        path, _ = written(tmp_path, session, format_)
        told = activity if format_ == "csv" else None
        [summary], _ = replayed(path, told)
        assert figures(summary, "hrv") == figures(as_kept(session), "hrv")


@pytest.mark.parametrize("format_", FILES)
def test_a_session_too_short_to_count_comes_back_as_such(tmp_path: Path, format_: str) -> None:
    with kept(tmp_path, workout(60)) as session:
        assert session.row.discarded
        path, _ = written(tmp_path, session, format_)
        [summary], _ = replayed(path)
        assert figures(summary, "hrv") == figures(as_kept(session), "hrv")


@pytest.mark.parametrize("format_", FILES)
def test_a_single_measurement_is_a_file_too(tmp_path: Path, format_: str) -> None:
    with kept(tmp_path, [Beat(0, 100)]) as session:
        path, _ = written(tmp_path, session, format_)
        [summary], _ = replayed(path)
        assert figures(summary) == figures(as_kept(session))


BEATS = st.lists(
    st.tuples(st.integers(0, 20_000), st.integers(1, 254), st.lists(st.integers(1, 65_000), max_size=12)),
    min_size=1,
    max_size=60,
)


@settings(max_examples=40, deadline=None)
@given(BEATS)
def test_whatever_was_measured_comes_back(rows: list[tuple[int, int, list[int]]]) -> None:
    beats, at_ms = [], 0
    for step_ms, rate, ticks in rows:
        beats.append(Beat(at_ms, rate, tuple(ticks)))
        at_ms += step_ms
    with tempfile.TemporaryDirectory() as name, kept(Path(name), beats) as session:
        for format_ in FILES:
            path, _ = written(Path(name), session, format_)
            [summary], problems = replayed(path)
            without = ("hrv",) if format_ == "tcx" else ()
            assert figures(summary, *without) == figures(as_kept(session), *without)
            assert problems == []


@pytest.mark.parametrize(("format_", "highest"), [("fit", 254), ("tcx", 255)])
def test_what_a_format_cannot_hold_is_left_out_and_said(tmp_path: Path, format_: str, highest: int) -> None:
    beats = [
        Beat(second * 1000, 300 if second in {50, 51, 52} else highest - second % 2) for second in range(130)
    ]
    with kept(tmp_path, beats) as session:
        path, remarks = written(tmp_path, session, format_)
        assert remarks == [
            f"3 heart rate(s) above {highest} bpm, which {format_.upper()} cannot hold, left out"
        ]
        [summary], _ = replayed(path)
        assert summary["measurements"] == session.summary["measurements"] - 3
        assert summary["heart_rate"]["max"] == highest
        assert summary["duration_s"] == session.summary["duration_s"]


def test_csv_holds_every_heart_rate(tmp_path: Path) -> None:
    with kept(tmp_path, [Beat(second * 1000, 300) for second in range(130)]) as session:
        path, remarks = written(tmp_path, session, "csv")
        [summary], _ = replayed(path)
        assert (remarks, figures(summary)) == ([], figures(as_kept(session)))
