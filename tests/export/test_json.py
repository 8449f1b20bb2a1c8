"""JSON has all that is kept."""

from __future__ import annotations

import json
from pathlib import Path

from .made import as_kept, kept, workout, written


def test_everything_is_in_one_document(tmp_path: Path) -> None:
    with kept(tmp_path, workout(200)) as session:
        path, remarks = written(tmp_path, session, "json")
        document = json.loads(path.read_text())
        taken = list(session.measurements())
        expected = as_kept(session)
    events = document.pop("events")
    assert document["summary"] == {key: value for key, value in expected.items() if key != "events"}
    assert [{key: event[key] for key in ("time", "name", "heart_rate")} for event in events] == expected[
        "events"
    ]
    assert [
        (one["time"], one["heart_rate"], one["contact"], tuple(one["rr_ms"]), one["energy_kj"])
        for one in document["measurements"]
    ] == [(one.offset_ms / 1000, one.heart_rate, one.contact, one.rr_ms, one.energy_kj) for one in taken]
    assert document["judged_by"]["max_heart_rate"] == "190"
    assert remarks == []
