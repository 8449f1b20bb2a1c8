"""JSON: everything that is kept of a session, in one document."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, BinaryIO

from .session import FinishedSession


def write_json(session: FinishedSession, file: BinaryIO) -> list[str]:
    """The summary, with events, changes of activity and measurements; their times are s since the start."""
    head = {
        "summary": {**session.summary, "discarded": session.row.discarded},
        "judged_by": json.loads(session.row.judgement),
        "events": [
            {
                "time": event.offset_ms / 1000,
                "name": event.name,
                "heart_rate": event.heart_rate,
                "effort": event.effort,
                "level": event.level,
            }
            for event in session.events
        ],
        "activity_changes": [
            {"time": change.offset_ms / 1000, "activity": change.activity}
            for change in session.activity_changes
        ],
    }
    file.write(json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}").encode())
    file.write(b',\n "measurements": [')
    _write_lines(file, _measurements(session))
    file.write(b"\n ]\n}\n")
    return []


def _measurements(session: FinishedSession) -> Iterable[dict[str, Any]]:
    for taken in session.measurements():
        yield {
            "time": taken.offset_ms / 1000,
            "heart_rate": taken.heart_rate,
            "contact": taken.contact,
            "rr_ms": taken.rr_ms,
            "energy_kj": taken.energy_kj,
        }


def _write_lines(file: BinaryIO, documents: Iterable[dict[str, Any]]) -> None:
    """One at a time, so that a long session costs no more memory than a short one."""
    between = b"\n  "
    for document in documents:
        file.write(between + json.dumps(document).encode())
        between = b",\n  "
