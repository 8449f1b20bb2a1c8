"""A writer that is killed at any instant leaves a clean database with every batch that it reported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from talkpace.storage.store import Store

_BATCH = 50

_WRITER = f"""
import sys
from datetime import datetime, UTC
from pathlib import Path
from talkpace.storage.records import MeasurementRecord, OutgoingMessage, SessionOpened
from talkpace.storage.store import Store
store = Store.open(Path(sys.argv[1]))
now = datetime.now(UTC)
store.write([SessionOpened("s", "anna", "n", "cardio", now, True, "b", 0, "{{}}")])
for batch in range(10**6):
    offsets = range(batch * {_BATCH}, (batch + 1) * {_BATCH})
    records = [MeasurementRecord("s", offset, 120, "yes", (500.0,), None) for offset in offsets]
    store.write([*records, OutgoingMessage("t", str(batch))])
    print(batch, flush=True)
"""


@pytest.mark.parametrize("reported", [1, 2, 7, 40, 150])
def test_a_kill_during_a_write_loses_no_reported_batch_and_leaves_none_in_part(
    tmp_path: Path, reported: int
) -> None:
    path = tmp_path / "talkpace.db"
    with subprocess.Popen([sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        for _ in range(reported):
            assert writer.stdout.readline()
        writer.kill()
        also = writer.stdout.read().split()
    with Store.open(path) as store:
        assert store.integrity() == "ok"
        offsets = [item.offset_ms for item in store.measurements("s")]
        batches = len(store.outbox(10**6))
        assert batches >= reported + len(also)
        assert offsets == list(range(batches * _BATCH))
        assert all(item.rr_ms == (500.0,) for item in store.measurements("s"))
        assert len(store.open_sessions()) == 1


def test_a_kill_during_creation_leaves_a_database_that_opens(tmp_path: Path) -> None:
    for attempt, wait_for in enumerate(("talkpace.db", "talkpace.db-journal", "talkpace.db-wal")):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        path = folder / "talkpace.db"
        with subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(path)], stdout=subprocess.DEVNULL
        ) as writer:
            while not (folder / wait_for).exists() and not (folder / "talkpace.db-wal").exists():
                assert writer.poll() is None
            writer.kill()
        with Store.open(path) as store:
            assert store.integrity() == "ok"
            store.sessions()
