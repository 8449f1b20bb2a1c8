"""The JSON export has everything that is stored of a session."""

from __future__ import annotations

import json
from pathlib import Path

from .stored_sessions import stored_session, stored_summary, workout, written


def test_a_session_with_all_its_data_is_one_json_document(tmp_path: Path) -> None:
    with stored_session(tmp_path, workout(200)) as session:
        path, remarks = written(tmp_path, session, "json")
        document = json.loads(path.read_text())
        measurements = list(session.measurements())
        expected = stored_summary(session)
    events = document.pop("events")
    assert document["summary"] == {key: value for key, value in expected.items() if key != "events"}
    assert [{key: event[key] for key in ("time", "name", "heart_rate")} for event in events] == expected[
        "events"
    ]
    assert [
        (one["time"], one["heart_rate"], one["contact"], tuple(one["rr_ms"]), one["energy_kj"])
        for one in document["measurements"]
    ] == [
        (one.offset_ms / 1000, one.heart_rate, one.contact, one.rr_ms, one.energy_kj) for one in measurements
    ]
    assert document["judged_by"]["max_heart_rate"] == "190"
    assert remarks == []
