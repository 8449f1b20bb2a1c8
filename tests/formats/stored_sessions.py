"""Sessions that went through the real pipeline into a real store, and out of it again as files."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from talkpace.formats import open_recording
from talkpace.formats.csv_file import write_csv
from talkpace.formats.finished_session import FinishedSession
from talkpace.formats.fit.writer import write_fit
from talkpace.formats.json_document import write_json
from talkpace.formats.tcx import write_tcx
from talkpace.measurement.heart_rate_payload import encode
from talkpace.pipeline.athlete import AthletePipeline
from talkpace.pipeline.sinks import SilentAlerts
from talkpace.pipeline.timeline import RecordedTimeline
from talkpace.replay.replay import Replay, ReplayRecord
from talkpace.replay.sinks import SessionSaver
from talkpace.sources.events import LinkUp, Notification, StrapInfo
from talkpace.storage.queries import load_finished_session
from talkpace.storage.store import Store
from talkpace.training.events import HABIT_EVENTS
from talkpace.training.profile import Activity, AthleteProfile
from talkpace.training.rules import Rules

START = datetime(2026, 11, 1, 17, 2, 11, 480_750, tzinfo=UTC)
STRAP = StrapInfo("A0:9E:1A:00:00:01", "Polar H10 Ä")
JUDGEMENT = AthleteProfile(Fraction(190), "given", Fraction(55))
WRITERS = {"fit": write_fit, "tcx": write_tcx, "csv": write_csv, "json": write_json}
BY_THE_FILE = ("session", "strap", "node")
"""what a summary says of where it came from"""


@dataclass(frozen=True)
class Beat:
    """A measurement: ms since the start, bpm, RR intervals in 1/1024 s."""

    at_ms: int
    heart_rate: int
    rr_ticks: tuple[int, ...] = ()


def workout(seconds: int = 900, *, rr: bool = True, seed: int = 1) -> list[Beat]:
    """Once a second, more or less, and over the ceiling now and then; two gaps."""
    chance = random.Random(seed)
    beats, at_ms, waiting_ticks = [], 0, 0
    for second in range(seconds):
        rate = 118 + second // 7 % 12 + (20 if second % 300 > 240 else 0)
        ticks = []
        waiting_ticks += 1024 if rr else 0
        while waiting_ticks >= 61_440 / rate + 30 and second % 7:
            ticks.append(round(61_440 / rate + chance.gauss(0, 9)))
            waiting_ticks -= ticks[-1]
        beats.append(Beat(at_ms, rate, tuple(ticks)))
        at_ms += 1000 + chance.randrange(-40, 41) + (13_000 if second in {200, 500} else 0)
    return beats


@contextmanager
def stored_session(
    folder: Path, beats: Iterable[Beat], activity: Activity = Activity.CARDIO, strap: StrapInfo = STRAP
) -> Iterator[FinishedSession]:
    """The session that these beats made."""
    with Store.open(folder / "talkpace.db") as store:
        saver = SessionSaver(store)
        pipeline = AthletePipeline(
            "anna",
            node="gym",
            rules=Rules(),
            profile_at=lambda _at: JUDGEMENT,
            timeline=RecordedTimeline(START),
            alerts=SilentAlerts(),
            record=saver,
        )
        if activity is not Activity.CARDIO:
            pipeline.set_activity(activity, 0)
        pipeline.strap_event(LinkUp(0, strap))
        last_ms = 0
        for beat in beats:
            rr_ms = [ticks * 1000 / 1024 for ticks in beat.rr_ticks]
            payload = encode(beat.heart_rate, rr_ms=rr_ms)
            pipeline.strap_event(Notification(beat.at_ms, strap.address, payload))
            last_ms = beat.at_ms
        pipeline.end_of_recording(last_ms)
        yield load_finished_session(store, store.sessions()[0].id)


def written(folder: Path, session: FinishedSession, format_: str) -> tuple[Path, list[str]]:
    """The file, and what was remarked."""
    path = folder / f"out.{format_}"
    with path.open("wb") as file:
        remarks = WRITERS[format_](session, file)
    return path, remarks


def replayed(path: Path, activity: Activity | None = None) -> tuple[list[dict[str, Any]], list[str]]:
    """The summaries with their events, as `talkpace replay --json` prints them, and the file's problems."""
    return _replay(path, ReplayRecord(), activity)


def saved_sessions(path: Path, store: Store) -> list[FinishedSession]:
    """The sessions of a recording, as `talkpace replay --save` keeps them."""
    sessions, _ = _replay(path, ReplayRecord(SessionSaver(store).put), None)
    return [load_finished_session(store, session["session"]) for session in sessions]


def _replay(
    path: Path, record: ReplayRecord, activity: Activity | None
) -> tuple[list[dict[str, Any]], list[str]]:
    replay = Replay(
        athlete="anna",
        node="other",
        rules=Rules(),
        profile_at=lambda _at: JUDGEMENT,
        alerts=SilentAlerts(),
        record=record,
        activity=activity,
    )
    file = asyncio.run(replay.replay_file(open_recording(path), lambda _read: None))
    return record.sessions, file.problems


def figures(summary: dict[str, Any], *without: str) -> dict[str, Any]:
    """All but where it came from."""
    return {key: value for key, value in summary.items() if key not in {*BY_THE_FILE, *without}}


def stored_summary(session: FinishedSession) -> dict[str, Any]:
    """The session's summary in the shape of a replay's."""
    events = [
        {"time": event.offset_ms / 1000, "name": event.name, "heart_rate": event.heart_rate}
        for event in session.events
        if event.name not in HABIT_EVENTS
    ]
    return {**session.summary, "discarded": session.discarded, "events": events}
