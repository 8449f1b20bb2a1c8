"""TCX files as tcxreader and a plain XML parser read them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from defusedxml.ElementTree import parse
from tcxreader.tcxreader import TCXReader

from talkpace.strap.door import StrapInfo
from talkpace.strap.recording import open_recording

from .made import START, kept, workout, written

NAMESPACE = "{http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2}"


def test_another_reader_finds_the_session_in_it(tmp_path: Path) -> None:
    with kept(tmp_path, workout()) as session:
        path, remarks = written(tmp_path, session, "tcx")
        taken = list(session.measurements())
        summary = session.summary
    assert remarks == ["TCX has no place for RR intervals: they are left out"]
    exercise = TCXReader().read(str(path), only_gps=False)
    start = START.replace(microsecond=480_000, tzinfo=None)
    assert [(point.time, point.hr_value) for point in exercise.trackpoints] == [
        (start + timedelta(milliseconds=one.offset_ms), one.heart_rate) for one in taken
    ]
    assert exercise.duration == pytest.approx(summary["duration_s"], abs=0.05)
    [lap] = exercise.laps
    assert lap.start_time == start


def test_elements_are_in_the_order_of_the_schema(tmp_path: Path) -> None:
    with kept(tmp_path, workout(130)) as session:
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


def test_without_rr_intervals_nothing_is_said_of_them(tmp_path: Path) -> None:
    with kept(tmp_path, workout(130, rr=False)) as session:
        assert written(tmp_path, session, "tcx")[1] == []


@pytest.mark.parametrize(("name", "read"), [("<b>&\x01", "<b>&"), ("Polar H10 Ä", "Polar H10 Ä"), ("", None)])
def test_a_strap_of_any_name_is_its_creator(tmp_path: Path, name: str, read: str | None) -> None:
    with kept(tmp_path, workout(130), strap=StrapInfo("A0:9E:1A:00:00:01", name)) as session:
        path, _ = written(tmp_path, session, "tcx")
    assert open_recording(path).strap.name == (read or "talkpace")
    assert b"A0:9E" not in path.read_bytes()
