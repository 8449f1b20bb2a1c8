"""Measurements per second of a replay (file, payloads, pipeline, summary), with and without the store."""

from __future__ import annotations

import asyncio
import tempfile
import time
from fractions import Fraction
from pathlib import Path

from talkpace.formats import open_recording
from talkpace.pipeline.sinks import SilentAlerts
from talkpace.replay.replay import Replay, ReplayRecord
from talkpace.replay.sinks import SessionSaver
from talkpace.storage.store import Store
from talkpace.training.profile import AthleteProfile
from talkpace.training.rules import Rules

HOURS = 20
ROUNDS = 3


def measure() -> dict[str, float]:
    """Replay a CSV file of twenty hours with RR intervals; the best of three rounds each."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ride.csv"
        path.write_text(ride(), encoding="ascii")
        plain = max(_replay(path, None) for _ in range(ROUNDS))
        stored = max(_replay(path, Path(folder) / f"{number}.db") for number in range(ROUNDS))
    return {"replay_per_s": plain, "replay_stored_per_s": stored}


def ride() -> str:
    """A CSV recording with one measurement a second, over the ceiling for two minutes in fifteen."""
    rows = ["time,heart_rate,rr_ms"]
    for second in range(HOURS * 3600):
        rate = 118 + (second // 7) % 12 + (18 if second % 900 > 780 else 0)
        rr_ms = 60_000 // rate
        rows.append(f"{second},{rate},{rr_ms} {rr_ms + 3}")
    return "\n".join(rows) + "\n"


def _replay(path: Path, database: Path | None) -> float:
    profile = AthleteProfile(Fraction(190), "given", Fraction(60))
    store = Store.open(database) if database else None
    replay = Replay(
        athlete="anna",
        node="bench",
        rules=Rules(),
        profile_at=lambda _at: profile,
        alerts=SilentAlerts(),
        record=ReplayRecord(store=SessionSaver(store).put if store else None),
    )
    recording = open_recording(path)
    start = time.perf_counter()
    result = asyncio.run(replay.replay_file(recording, lambda _read: None))
    elapsed = time.perf_counter() - start
    if store is not None:
        store.close()
    assert result.measurements == HOURS * 3600
    return result.measurements / elapsed
