"""What was exported and is replayed gives the same summary, as far as the format can hold it."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talkpace.formats import open_recording
from talkpace.measurement.heart_rate_payload import HeartRatePayload, decode
from talkpace.storage.store import Store
from talkpace.training.profile import Activity

from ..shared_data import recordings
from .stored_sessions import (
    Beat,
    figures,
    replayed,
    saved_sessions,
    stored_session,
    stored_summary,
    workout,
    written,
)

FILES = ("fit", "tcx", "csv")


@pytest.mark.parametrize("format_", FILES)
def test_an_exported_session_has_the_same_summary_and_events_when_replayed(
    tmp_path: Path, format_: str
) -> None:
    with stored_session(tmp_path, workout()) as session:
        assert session.summary["warnings"] > 0
        assert session.summary["gap_s"] > 10
        path, _ = written(tmp_path, session, format_)
        [summary], problems = replayed(path)
        without = ("hrv",) if format_ == "tcx" else ()
        assert figures(summary, *without) == figures(stored_summary(session), *without)
        assert problems == []


@pytest.mark.parametrize("format_", ["fit", "csv"])
def test_exported_rr_intervals_are_exact_and_belong_to_the_same_measurement(
    tmp_path: Path, format_: str
) -> None:
    with stored_session(tmp_path, workout()) as session:
        path, remarks = written(tmp_path, session, format_)
        assert remarks == []
        payloads = [decode(beat.payload) for beat in open_recording(path)]
        assert [one.rr_ms for one in payloads if isinstance(one, HeartRatePayload)] == [
            measurement.rr_ms for measurement in session.measurements()
        ]


@pytest.mark.parametrize("format_", FILES)
@pytest.mark.parametrize("activity", list(Activity))
def test_the_activity_is_read_again_where_the_format_has_a_field_for_it(
    tmp_path: Path, format_: str, activity: Activity
) -> None:
    with stored_session(tmp_path, workout(200), activity) as session:
        path, _ = written(tmp_path, session, format_)
        given = activity if format_ == "csv" else None
        [summary], _ = replayed(path, given)
        assert figures(summary, "hrv") == figures(stored_summary(session), "hrv")


@pytest.mark.parametrize("format_", FILES)
def test_a_session_too_short_to_count_is_so_after_an_export_too(tmp_path: Path, format_: str) -> None:
    with stored_session(tmp_path, workout(60)) as session:
        assert session.discarded
        path, _ = written(tmp_path, session, format_)
        [summary], _ = replayed(path)
        assert figures(summary, "hrv") == figures(stored_summary(session), "hrv")


@pytest.mark.parametrize("format_", FILES)
def test_a_session_of_a_single_measurement_is_exported(tmp_path: Path, format_: str) -> None:
    with stored_session(tmp_path, [Beat(0, 100)]) as session:
        path, _ = written(tmp_path, session, format_)
        [summary], _ = replayed(path)
        assert figures(summary) == figures(stored_summary(session))


BEATS = st.lists(
    st.tuples(st.integers(0, 20_000), st.integers(20, 254), st.lists(st.integers(1, 0xFFFF), max_size=12)),
    min_size=1,
    max_size=60,
)


@settings(max_examples=40, deadline=None)
@given(BEATS)
def test_any_measurements_are_the_same_after_an_export(rows: list[tuple[int, int, list[int]]]) -> None:
    beats, at_ms = [], 0
    for step_ms, rate, ticks in rows:
        beats.append(Beat(at_ms, rate, tuple(ticks)))
        at_ms += step_ms
    with tempfile.TemporaryDirectory() as name, stored_session(Path(name), beats) as session:
        for format_ in FILES:
            path, _ = written(Path(name), session, format_)
            [summary], problems = replayed(path)
            without = ("hrv",) if format_ == "tcx" else ()
            assert figures(summary, *without) == figures(stored_summary(session), *without)
            assert not [
                problem for problem in problems if not re.search("sent more than once|implausible", problem)
            ]


@pytest.mark.parametrize(("format_", "highest"), [("fit", 254), ("tcx", 254)])
def test_heart_rates_that_a_format_cannot_hold_are_left_out_and_reported(
    tmp_path: Path, format_: str, highest: int
) -> None:
    beats = [
        Beat(second * 1000, 300 if second in {50, 51, 52} else highest - second % 2) for second in range(130)
    ]
    with stored_session(tmp_path, beats) as session:
        path, remarks = written(tmp_path, session, format_)
        assert remarks == [f"{format_.upper()} cannot hold heart rates above {highest} bpm: 3 left out"]
        [summary], _ = replayed(path)
        assert summary["measurements"] == session.summary["measurements"] - 3
        assert summary["heart_rate"]["max"] == highest
        assert summary["duration_s"] == session.summary["duration_s"]


def test_csv_holds_every_heart_rate(tmp_path: Path) -> None:
    with stored_session(tmp_path, [Beat(second * 1000, 300) for second in range(130)]) as session:
        path, remarks = written(tmp_path, session, "csv")
        [summary], _ = replayed(path)
        assert (remarks, figures(summary)) == ([], figures(stored_summary(session)))


def test_published_recordings_are_the_same_after_an_export(tmp_path: Path) -> None:
    for recording in recordings("*.fit"):
        with Store.open(tmp_path / f"{recording.stem}.db") as store:
            for session in saved_sessions(recording, store):
                for format_ in FILES:
                    path, _ = written(tmp_path, session, format_)
                    [summary], _ = replayed(path)
                    without = ("hrv",) if format_ == "tcx" else ()
                    assert figures(summary, *without) == figures(stored_summary(session), *without), (
                        recording.name
                    )
