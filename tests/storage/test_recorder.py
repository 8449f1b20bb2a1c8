"""The recorder never waits, never raises, writes in batches, and goes on when the disk does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from talkpace.diagnostics import Health
from talkpace.errors import StoreError, StoreFullError, StoreReadOnlyError
from talkpace.storage.record_queue import MAX_MEASUREMENTS
from talkpace.storage.recorder import BATCH_S, RETRY_S, Recorder
from talkpace.storage.records import MeasurementRecord, Queued, QueuedMessage, QueuedNotification, RecordItem
from talkpace.storage.store import Store

from ..fake_clock import FakeClock
from ..notifications.samples import notification
from .samples import closed, measurement, opened, outgoing


class FaultyStore(Store):
    """A store on a disk that may be full, read-only or stalled."""

    trouble: StoreError | None = None
    moving: threading.Event | None = None
    batches: list[list[RecordItem]]
    writes: threading.Semaphore
    """one for each write that was begun"""

    def write(self, items: Sequence[RecordItem]) -> Sequence[Queued]:
        self.batches.append(list(items))
        self.writes.release()
        if self.moving is not None:
            self.moving.wait(20)
        if self.trouble is not None:
            raise self.trouble
        return super().write(items)


class RecorderHarness:
    """A recorder with everything that it told."""

    def __init__(self, path: Path, stalled_after_s: float = 20) -> None:
        self.clock = FakeClock()
        self.store = FaultyStore.open(path)
        self.store.batches = []
        self.store.writes = threading.Semaphore(0)
        self.health: list[str] = []
        self.queued: list[QueuedMessage] = []
        self.notifications: list[QueuedNotification] = []
        self.told = asyncio.Event()
        self.recorder = Recorder(
            lambda: self.store,
            self.clock,
            on_health=self._say,
            on_queued=self._queue,
            on_notifications=self._notify,
            stalled_after_s=stalled_after_s,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(self.recorder.run())
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def until(self, true: Callable[[], bool]) -> None:
        """Until something that the recorder tells makes it so."""
        async with asyncio.timeout(20):
            while not true():
                self.told.clear()
                await self.told.wait()

    async def store_written(self, times: int) -> None:
        """Once so many batches have been begun since the start."""
        for _ in range(times):
            assert await asyncio.to_thread(self.store.writes.acquire, timeout=20)

    async def written(self) -> list[int]:
        """Offsets of the measurements on disk, once the batch under way is through."""
        return [item.offset_ms for item in await self.recorder.call(_measurements)]

    def _say(self, health: Health) -> None:
        self.health.append(health.text)
        self.told.set()

    def _queue(self, queued: Sequence[QueuedMessage]) -> None:
        self.queued.extend(queued)
        self.told.set()

    def _notify(self, queued: Sequence[QueuedNotification]) -> None:
        self.notifications.extend(queued)
        self.told.set()


def _measurements(store: Store) -> list[MeasurementRecord]:
    return list(store.measurements("019f-1"))


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[RecorderHarness]:
    harness = RecorderHarness(tmp_path / "talkpace.db")
    yield harness
    harness.store.close()


@pytest.fixture
async def stalling(tmp_path: Path) -> AsyncIterator[RecorderHarness]:
    harness = RecorderHarness(tmp_path / "talkpace.db", stalled_after_s=0.05)
    yield harness
    harness.store.close()


async def test_measurements_are_written_in_batches(harness: RecorderHarness) -> None:
    async with harness.running():
        harness.recorder.put(opened())
        harness.recorder.put(measurement(0))
        harness.recorder.put(outgoing(0))
        await harness.until(lambda: len(harness.queued) == 1)
        for i in range(1, 4):
            harness.recorder.put(measurement(i))
        assert await harness.written() == [0]
        await harness.clock.wake(BATCH_S)
        await harness.store_written(2)
        assert await harness.written() == [0, 1, 2, 3]
    assert harness.store.batches[1] == [measurement(1), measurement(2), measurement(3)]


@pytest.mark.parametrize("urgent", [outgoing(0), opened("urgent"), closed()])
async def test_an_urgent_item_is_written_at_once_with_all_before_it(
    harness: RecorderHarness, urgent: RecordItem
) -> None:
    harness.store.write([opened()])
    harness.store.batches.clear()
    assert harness.store.writes.acquire(blocking=False)
    async with harness.running():
        harness.recorder.put(measurement(0))
        harness.recorder.put(urgent)
        await harness.store_written(1)
    assert harness.store.batches == [[measurement(0), urgent]]


async def test_outgoing_messages_are_passed_on_with_their_outbox_ids(harness: RecorderHarness) -> None:
    async with harness.running():
        harness.recorder.put(outgoing(1))
        harness.recorder.put(outgoing(2))
        await harness.until(lambda: len(harness.queued) == 2)
        assert harness.queued == await harness.recorder.call(Store.outbox, 10)
        assert [each.message for each in harness.queued] == [outgoing(1), outgoing(2)]


@pytest.mark.parametrize(
    ("trouble", "health"),
    [
        (StoreFullError("no room"), "disk full"),
        (StoreReadOnlyError("read-only"), "read-only"),
        (StoreError("the database is damaged"), "the database is damaged"),
    ],
)
async def test_a_failing_disk_loses_nothing_and_recording_resumes(
    harness: RecorderHarness, trouble: StoreError, health: str
) -> None:
    harness.store.trouble = trouble
    async with harness.running():
        for item in (opened(), measurement(0), outgoing(0)):
            harness.recorder.put(item)
        await harness.until(lambda: harness.health == [health])
        assert harness.queued == [QueuedMessage(None, outgoing(0))]
        harness.recorder.put(measurement(1))
        for _ in range(2):
            await harness.clock.wake(RETRY_S)
        await harness.store_written(3)
        assert harness.health == [health]
        assert harness.store.batches == [
            [opened(), measurement(0), outgoing(0)],
            *[[opened(), measurement(0), measurement(1)]] * 2,
        ]
        harness.store.trouble = None
        await harness.clock.wake(RETRY_S)
        await harness.until(lambda: harness.health == [health, "ok"])
        assert await harness.written() == [0, 1]
        assert await harness.recorder.call(Store.outbox, 10) == []
    assert harness.queued == [QueuedMessage(None, outgoing(0))]
    assert harness.recorder.losses.measurements == harness.recorder.losses.others == 0


async def test_messages_are_passed_on_while_the_disk_is_full(harness: RecorderHarness) -> None:
    harness.store.trouble = StoreFullError("no room")
    async with harness.running():
        harness.recorder.put(opened())
        await harness.until(lambda: harness.health == ["disk full"])
        harness.recorder.put(outgoing(0))
        await harness.until(lambda: len(harness.queued) == 1)
        assert harness.queued == [QueuedMessage(None, outgoing(0))]


async def test_a_long_failure_loses_only_the_oldest_measurements(
    harness: RecorderHarness,
) -> None:
    harness.store.trouble = StoreFullError("no room")
    async with harness.running():
        harness.recorder.put(opened())
        await harness.until(lambda: harness.health == ["disk full"])
        for i in range(MAX_MEASUREMENTS + 10):
            harness.recorder.put(measurement(i))
        harness.recorder.put(closed())
        harness.store.trouble = None
        await harness.until(lambda: harness.health[-1] == "ok")
        assert await harness.written() == list(range(10, MAX_MEASUREMENTS + 10))
        assert (await harness.recorder.call(Store.session, "019f-1")).end is not None
    assert harness.recorder.losses.measurements == 10


async def test_a_stalled_disk_is_reported_and_blocks_nothing(stalling: RecorderHarness) -> None:
    stalling.store.moving = threading.Event()
    async with stalling.running():
        stalling.recorder.put(opened())
        await stalling.until(lambda: stalling.health == ["stalled"])
        stalling.recorder.put(measurement(0))
        stalling.recorder.put(outgoing(0))
        with pytest.raises(StoreError, match="does not answer"):
            await stalling.recorder.call(Store.outbox, 10)
        stalling.store.moving.set()
        await stalling.until(lambda: stalling.health == ["stalled", "ok"] and len(stalling.queued) == 1)
        assert stalling.queued[0].id is not None


async def test_refused_items_are_counted_and_the_others_written(harness: RecorderHarness) -> None:
    async with harness.running():
        for item in (
            opened(),
            measurement(0),
            measurement(0, "unknown"),
            measurement(1, "unknown"),
            outgoing(0),
        ):
            harness.recorder.put(item)
        await harness.until(lambda: len(harness.queued) == 1)
        assert await harness.written() == [0]
        assert harness.recorder.losses.refused == 2
    assert harness.health == []


async def test_stopping_writes_the_queue_and_closes_the_store(harness: RecorderHarness) -> None:
    async with harness.running() as task:
        harness.recorder.put(opened())
        await harness.clock.until_sleeping()
        for i in range(5):
            harness.recorder.put(measurement(i))
    assert task.cancelled()
    with Store.open(harness.store.path) as store:
        assert [item.offset_ms for item in store.measurements("019f-1")] == [0, 1, 2, 3, 4]
    with pytest.raises(StoreError, match="closed"):
        await harness.recorder.call(Store.outbox, 1)


async def test_stopping_finishes_the_current_batch_first(stalling: RecorderHarness) -> None:
    stalling.store.moving = threading.Event()
    async with stalling.running() as task:
        stalling.recorder.put(opened())
        stalling.recorder.put(outgoing(0))
        await stalling.until(lambda: stalling.health == ["stalled"])
        stalling.recorder.put(measurement(0))
        task.cancel()
        stalling.store.moving.set()
    with Store.open(stalling.store.path) as store:
        assert [item.offset_ms for item in store.measurements("019f-1")] == [0]
        assert store.outbox(10) == stalling.queued


async def test_a_store_that_cannot_be_opened_is_reported_at_once_and_opened_later(tmp_path: Path) -> None:
    path = tmp_path / "talkpace.db"
    path.write_bytes(b"no database at all, but for a while")
    clock, told, health = FakeClock(), asyncio.Event(), list[str]()

    def say(what: Health) -> None:
        health.append(what.text)
        told.set()

    recorder = Recorder(lambda: Store.open(path), clock, on_health=say, on_queued=lambda _: None)
    task = asyncio.create_task(recorder.run())
    async with asyncio.timeout(20):
        await told.wait()
        assert "not a SQLite database" in health[0]
        recorder.put(opened())
        path.unlink()
        told.clear()
        while health[-1] != "ok":
            await told.wait()
            told.clear()
        assert await recorder.call(Store.session_exists, "019f-1")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_calls_run_in_the_recorder_thread_and_pass_on_exceptions(harness: RecorderHarness) -> None:
    async with harness.running():
        threads = {await harness.recorder.call(lambda _: threading.current_thread().name) for _ in range(3)}
        assert len(threads) == 1
        assert threads != {threading.current_thread().name}
        with pytest.raises(StoreError, match="no session"):
            await harness.recorder.call(Store.session, "none")


async def test_a_notification_is_handed_over_once_it_is_stored(harness: RecorderHarness) -> None:
    async with harness.running():
        harness.recorder.put(notification(1))
        await harness.until(lambda: bool(harness.notifications))
        assert harness.notifications == await harness.recorder.call(Store.notifications)


async def test_a_notification_that_the_disk_does_not_take_is_handed_over_without_an_id(
    harness: RecorderHarness,
) -> None:
    harness.store.trouble = StoreFullError("no room")
    async with harness.running():
        harness.recorder.put(notification(1))
        await harness.until(lambda: bool(harness.notifications))
        assert harness.notifications == [QueuedNotification(None, notification(1))]
        harness.store.trouble = None
        await harness.clock.wake(RETRY_S)
        await harness.until(lambda: harness.health == ["disk full", "ok"])
        assert await harness.recorder.call(Store.notifications) == []
