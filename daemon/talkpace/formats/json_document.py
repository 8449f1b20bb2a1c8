"""JSON: all that is stored of a session, in one document."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, BinaryIO

from .finished_session import FinishedSession


def write_json(session: FinishedSession, file: BinaryIO) -> list[str]:
    """Write summary, profile, events, changes of activity and measurements; `time` is s since the start.

    Returns remarks for the person, of which there are none.
    """
    head = {
        "summary": {**session.summary, "discarded": session.discarded},
        "judged_by": session.profile,
        "events": [_timed(asdict(event)) for event in session.events],
        "activity_changes": [_timed(asdict(change)) for change in session.activity_changes],
    }
    file.write(json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}").encode())
    file.write(b',\n "measurements": [')
    _write_lines(file, (_timed(measurement._asdict()) for measurement in session.measurements()))
    file.write(b"\n ]\n}\n")
    return []


def _timed(fields: dict[str, Any]) -> dict[str, Any]:
    return {"time": fields.pop("offset_ms") / 1000, **fields}


def _write_lines(file: BinaryIO, documents: Iterable[dict[str, Any]]) -> None:
    """Write one document at a time, so that memory does not grow with the session."""
    separator = b"\n  "
    for document in documents:
        file.write(separator + json.dumps(document).encode())
        separator = b",\n  "
