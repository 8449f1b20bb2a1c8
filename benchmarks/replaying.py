"""Measurements per second through a whole replay (file, bytes, pipeline, summary), with and without store."""

from __future__ import annotations

import asyncio
import tempfile
import time
from fractions import Fraction
from pathlib import Path

from talkpace.effort.athlete import Judgement
from talkpace.effort.rules import Rules
from talkpace.record.store import Store
from talkpace.service.replay import Replay, ReplayRecord
from talkpace.service.replay_edges import Saver, SilentAlerts
from talkpace.strap.recording import open_recording

HOURS = 20
ROUNDS = 3


def measure() -> dict[str, float]:
    """Twenty hours with RR intervals as a CSV file, the best of three rounds each."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ride.csv"
        path.write_text(ride(), encoding="ascii")
        plain = max(_replay(path, None) for _ in range(ROUNDS))
        stored = max(_replay(path, Path(folder) / f"{number}.db") for number in range(ROUNDS))
    return {"replay_per_s": plain, "replay_stored_per_s": stored}


def ride() -> str:
    """An hour's ride over and over: steady, with some minutes over the ceiling, one measurement a second."""
    rows = ["time,heart_rate,rr_ms"]
    for second in range(HOURS * 3600):
        rate = 118 + (second // 7) % 12 + (18 if second % 900 > 780 else 0)
        rr_ms = 60_000 // rate
        rows.append(f"{second},{rate},{rr_ms} {rr_ms + 3}")
    return "\n".join(rows) + "\n"


def _replay(path: Path, database: Path | None) -> float:
    judgement = Judgement(Fraction(190), "given", Fraction(60))
    store = Store.open(database) if database else None
    replay = Replay(
        athlete="anna",
        node="bench",
        rules=Rules(),
        judge=lambda _at: judgement,
        alerts=SilentAlerts(),
        record=ReplayRecord(store=Saver(store).put if store else None),
    )
    recording = open_recording(path)
    start = time.perf_counter()
    done = asyncio.run(replay.file(recording, lambda _read: None))
    elapsed = time.perf_counter() - start
    if store is not None:
        store.close()
    assert done.measurements == HOURS * 3600
    return done.measurements / elapsed
