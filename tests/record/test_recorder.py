"""The recorder never waits, never raises, writes in batches, and goes on when the disk does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from talkpace.errors import StoreError, StoreFullError, StoreReadOnlyError
from talkpace.record.items import MeasurementTaken, Queued, RecordItem
from talkpace.record.recorder import BATCH_S, RETRY_S, Recorder
from talkpace.record.store import Store
from talkpace.record.waiting import MOST_MEASUREMENTS

from .samples import closed, opened, outgoing, taken


class HandClock:
    """Its time passes when a test says so."""

    def __init__(self) -> None:
        self.asleep: list[tuple[float, asyncio.Event]] = []
        self.slept = asyncio.Event()

    def monotonic_ms(self) -> int:
        return 0

    def wall(self) -> datetime:
        return datetime.now(UTC)

    def synchronised(self) -> bool | None:
        return True

    async def sleep(self, seconds: float) -> None:
        entry = (seconds, asyncio.Event())
        self.asleep.append(entry)
        self.slept.set()
        try:
            await entry[1].wait()
        finally:
            if entry in self.asleep:
                self.asleep.remove(entry)

    async def wake(self, seconds: float) -> None:
        """Once somebody sleeps for so long, the time is up."""
        async with asyncio.timeout(20):
            while not (due := [entry for entry in self.asleep if entry[0] == seconds]):
                self.slept.clear()
                await self.slept.wait()
        self.asleep.remove(due[0])
        due[0][1].set()


class MoodyStore(Store):
    """A store on a disk that may be full, read-only or stalled."""

    trouble: StoreError | None = None
    moving: threading.Event | None = None
    batches: list[list[RecordItem]]
    writes: threading.Semaphore
    """one for each write that was begun"""

    def write(self, items: Sequence[RecordItem]) -> list[Queued]:
        self.batches.append(list(items))
        self.writes.release()
        if self.moving is not None:
            self.moving.wait(20)
        if self.trouble is not None:
            raise self.trouble
        return super().write(items)


class Bench:
    """A recorder with everything that it told."""

    def __init__(self, path: Path, patience_s: float = 20) -> None:
        self.clock = HandClock()
        self.store = MoodyStore.open(path)
        self.store.batches = []
        self.store.writes = threading.Semaphore(0)
        self.health: list[str] = []
        self.queued: list[Queued] = []
        self.told = asyncio.Event()
        self.recorder = Recorder(
            lambda: self.store,
            self.clock,
            on_health=self._say,
            on_queued=self._queue,
            patience_s=patience_s,
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

    def _say(self, health: str) -> None:
        self.health.append(health)
        self.told.set()

    def _queue(self, queued: Sequence[Queued]) -> None:
        self.queued.extend(queued)
        self.told.set()


def _measurements(store: Store) -> list[MeasurementTaken]:
    return list(store.measurements("019f-1"))


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    bench = Bench(tmp_path / "talkpace.db")
    yield bench
    bench.store.close()


@pytest.fixture
async def impatient(tmp_path: Path) -> AsyncIterator[Bench]:
    bench = Bench(tmp_path / "talkpace.db", patience_s=0.05)
    yield bench
    bench.store.close()


async def test_measurements_wait_for_the_batch(bench: Bench) -> None:
    async with bench.running():
        bench.recorder.put(opened())
        bench.recorder.put(taken(0))
        bench.recorder.put(outgoing(0))
        await bench.until(lambda: len(bench.queued) == 1)
        for i in range(1, 4):
            bench.recorder.put(taken(i))
        assert await bench.written() == [0]
        await bench.clock.wake(BATCH_S)
        await bench.store_written(2)
        assert await bench.written() == [0, 1, 2, 3]
    assert bench.store.batches[1] == [taken(1), taken(2), taken(3)]


@pytest.mark.parametrize("urgent", [outgoing(0), opened("urgent"), closed()])
async def test_what_others_wait_for_is_written_at_once_with_all_before_it(
    bench: Bench, urgent: RecordItem
) -> None:
    bench.store.write([opened()])
    bench.store.batches.clear()
    assert bench.store.writes.acquire(blocking=False)
    async with bench.running():
        bench.recorder.put(taken(0))
        bench.recorder.put(urgent)
        await bench.store_written(1)
    assert bench.store.batches == [[taken(0), urgent]]


async def test_outgoing_messages_are_handed_on_with_their_places(bench: Bench) -> None:
    async with bench.running():
        bench.recorder.put(outgoing(1))
        bench.recorder.put(outgoing(2))
        await bench.until(lambda: len(bench.queued) == 2)
        assert bench.queued == await bench.recorder.call(Store.outbox, 10)
        assert [each.message for each in bench.queued] == [outgoing(1), outgoing(2)]


@pytest.mark.parametrize(
    ("trouble", "health"),
    [
        (StoreFullError("no room"), "disk full"),
        (StoreReadOnlyError("read-only"), "read-only"),
        (StoreError("the database is damaged"), "the database is damaged"),
    ],
)
async def test_a_disk_in_trouble_loses_nothing_and_recording_goes_on(
    bench: Bench, trouble: StoreError, health: str
) -> None:
    bench.store.trouble = trouble
    async with bench.running():
        for item in (opened(), taken(0), outgoing(0)):
            bench.recorder.put(item)
        await bench.until(lambda: bench.health == [health])
        assert bench.queued == [Queued(None, outgoing(0))]
        bench.recorder.put(taken(1))
        for _ in range(2):
            await bench.clock.wake(RETRY_S)
        await bench.store_written(3)
        assert bench.health == [health]
        assert bench.store.batches == [
            [opened(), taken(0), outgoing(0)],
            *[[opened(), taken(0), taken(1)]] * 2,
        ]
        bench.store.trouble = None
        await bench.clock.wake(RETRY_S)
        await bench.until(lambda: bench.health == [health, "ok"])
        assert await bench.written() == [0, 1]
        assert await bench.recorder.call(Store.outbox, 10) == []
    assert bench.queued == [Queued(None, outgoing(0))]
    assert bench.recorder.waiting.lost_measurements == bench.recorder.waiting.lost_others == 0


async def test_messages_still_go_out_at_once_while_the_disk_is_full(bench: Bench) -> None:
    bench.store.trouble = StoreFullError("no room")
    async with bench.running():
        bench.recorder.put(opened())
        await bench.until(lambda: bench.health == ["disk full"])
        bench.recorder.put(outgoing(0))
        await bench.until(lambda: len(bench.queued) == 1)
        assert bench.queued == [Queued(None, outgoing(0))]


async def test_a_long_trouble_costs_the_oldest_measurements_alone(bench: Bench) -> None:
    bench.store.trouble = StoreFullError("no room")
    async with bench.running():
        bench.recorder.put(opened())
        await bench.until(lambda: bench.health == ["disk full"])
        for i in range(MOST_MEASUREMENTS + 10):
            bench.recorder.put(taken(i))
        bench.recorder.put(closed())
        bench.store.trouble = None
        await bench.until(lambda: bench.health[-1] == "ok")
        assert await bench.written() == list(range(10, MOST_MEASUREMENTS + 10))
        assert (await bench.recorder.call(Store.session, "019f-1")).end is not None
    assert bench.recorder.waiting.lost_measurements == 10


async def test_a_stalled_disk_stalls_nobody_and_is_told(impatient: Bench) -> None:
    impatient.store.moving = threading.Event()
    async with impatient.running():
        impatient.recorder.put(opened())
        await impatient.until(lambda: impatient.health == ["stalled"])
        impatient.recorder.put(taken(0))
        impatient.recorder.put(outgoing(0))
        with pytest.raises(StoreError, match="does not answer"):
            await impatient.recorder.call(Store.outbox, 10)
        impatient.store.moving.set()
        await impatient.until(lambda: impatient.health == ["stalled", "ok"] and len(impatient.queued) == 1)
        assert impatient.queued[0].id is not None


async def test_what_can_never_be_kept_costs_nothing_else(bench: Bench) -> None:
    async with bench.running():
        for item in (opened(), taken(0), taken(0, "unknown"), taken(1, "unknown"), outgoing(0)):
            bench.recorder.put(item)
        await bench.until(lambda: len(bench.queued) == 1)
        assert await bench.written() == [0]
        assert bench.recorder.refused == 2
    assert bench.health == []


async def test_stopping_writes_what_is_left_and_closes_the_store(bench: Bench) -> None:
    async with bench.running() as task:
        bench.recorder.put(opened())
        await bench.clock.slept.wait()
        for i in range(5):
            bench.recorder.put(taken(i))
    assert task.cancelled()
    with Store.open(bench.store.path) as store:
        assert [item.offset_ms for item in store.measurements("019f-1")] == [0, 1, 2, 3, 4]
    with pytest.raises(StoreError, match="closed"):
        await bench.recorder.call(Store.outbox, 1)


async def test_stopping_finishes_the_batch_under_way_first(impatient: Bench) -> None:
    impatient.store.moving = threading.Event()
    async with impatient.running() as task:
        impatient.recorder.put(opened())
        impatient.recorder.put(outgoing(0))
        await impatient.until(lambda: impatient.health == ["stalled"])
        impatient.recorder.put(taken(0))
        task.cancel()
        impatient.store.moving.set()
    with Store.open(impatient.store.path) as store:
        assert [item.offset_ms for item in store.measurements("019f-1")] == [0]
        assert store.outbox(10) == impatient.queued


async def test_a_store_that_cannot_be_opened_yet_is_told_at_once_and_opened_later(tmp_path: Path) -> None:
    path = tmp_path / "talkpace.db"
    path.write_bytes(b"no database at all, but for a while")
    clock, told, health = HandClock(), asyncio.Event(), list[str]()

    def say(what: str) -> None:
        health.append(what)
        told.set()

    recorder = Recorder(lambda: Store.open(path), clock, on_health=say, on_queued=lambda _: None)
    task = asyncio.create_task(recorder.run())
    async with asyncio.timeout(20):
        await told.wait()
        assert "no SQLite database" in health[0]
        recorder.put(opened())
        path.unlink()
        told.clear()
        while health[-1] != "ok":
            await told.wait()
            told.clear()
        assert await recorder.call(Store.session_exists, "019f-1")
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_calls_run_in_the_stores_thread_and_raise_what_they_raise(bench: Bench) -> None:
    async with bench.running():
        threads = {await bench.recorder.call(lambda _: threading.current_thread().name) for _ in range(3)}
        assert len(threads) == 1
        assert threads != {threading.current_thread().name}
        with pytest.raises(StoreError, match="no session"):
            await bench.recorder.call(Store.session, "none")
