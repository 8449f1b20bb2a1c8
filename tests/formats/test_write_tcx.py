"""TCX files as tcxreader and a plain XML parser read them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import parse
from tcxreader.tcxreader import TCXReader

from talkpace.formats import open_recording
from talkpace.sources.events import StrapInfo

from .stored_sessions import START, stored_session, workout, written

NAMESPACE = "{http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2}"


def test_an_independent_reader_reads_a_written_tcx_file(tmp_path: Path) -> None:
    with stored_session(tmp_path, workout()) as session:
        path, remarks = written(tmp_path, session, "tcx")
        measurements = list(session.measurements())
        summary = session.summary
    assert remarks == ["TCX cannot hold RR intervals: they were left out"]
    exercise = TCXReader().read(str(path), only_gps=False)
    start = START.replace(microsecond=480_000, tzinfo=None)
    points = [(point.time, point.hr_value) for point in exercise.trackpoints if point.hr_value is not None]
    assert points == [(start + timedelta(milliseconds=one.offset_ms), one.heart_rate) for one in measurements]
    assert exercise.duration == pytest.approx(summary["duration_s"], abs=0.05)
    [lap] = exercise.laps
    assert lap.start_time == start


def test_elements_are_in_the_order_of_the_schema(tmp_path: Path) -> None:
    with stored_session(tmp_path, workout(130)) as session:
        path, _ = written(tmp_path, session, "tcx")
    activity: Any = parse(path).find(f"{NAMESPACE}Activities/{NAMESPACE}Activity")
    assert activity.get("Sport") == "Other"
    names = [child.tag.removeprefix(NAMESPACE) for child in activity]
    assert names == ["Id", "Lap", "Notes", "Creator"]
    lap = [child.tag.removeprefix(NAMESPACE) for child in activity.find(f"{NAMESPACE}Lap")]
    assert lap == [
        "TotalTimeSeconds", "DistanceMeters", "Calories", "AverageHeartRateBpm", "MaximumHeartRateBpm",
        "Intensity", "TriggerMethod", "Track",
    ]  # fmt: skip


def test_a_session_without_rr_intervals_gives_no_remark_on_them(tmp_path: Path) -> None:
    with stored_session(tmp_path, workout(130, rr=False)) as session:
        assert written(tmp_path, session, "tcx")[1] == []


@pytest.mark.parametrize(("name", "read"), [("<b>&\x01", "<b>&"), ("Polar H10 Ä", "Polar H10 Ä"), ("", None)])
def test_any_name_of_a_strap_is_the_creator_of_the_file(tmp_path: Path, name: str, read: str | None) -> None:
    with stored_session(tmp_path, workout(130), strap=StrapInfo("A0:9E:1A:00:00:01", name)) as session:
        path, _ = written(tmp_path, session, "tcx")
    assert open_recording(path).strap.name == (read or "talkpace")
    assert b"A0:9E" not in path.read_bytes()
