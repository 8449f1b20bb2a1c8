"""The queues, with a connection that records."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from hypothesis import given
from hypothesis import strategies as st

from talkpace.mqtt.outbox import OutboxQueue
from talkpace.mqtt.protocols import PublishQueue
from talkpace.mqtt.publish_queues import LIVE_PERIOD_S, LiveQueue
from talkpace.mqtt.topics import Delivery, Topics
from talkpace.storage.records import OutgoingMessage, QueuedMessage

from ..fake_clock import FakeClock
from .observer import PATIENCE_S
from .publisher_harness import MemoryOutbox
from .test_publisher import live

TOPICS = Topics("talkpace", "gym-pi")


class RecordingConnection:
    """A connection that records messages; its broker can be made to answer late."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, Delivery]] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.published = asyncio.Event()

    async def publish(
        self, topic: str, payload: str, delivery: Delivery, *, correlation: bytes | None = None
    ) -> None:
        self.sent.append((topic, payload, delivery))
        self.published.set()
        await self.may_answer.wait()


@asynccontextmanager
async def running(queue: PublishQueue, connection: RecordingConnection) -> AsyncIterator[None]:
    task = asyncio.create_task(queue.run(connection))
    try:
        async with asyncio.timeout(PATIENCE_S):
            yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class TestLive:
    async def test_one_live_value_a_second_is_published_and_the_latest_wins(self) -> None:
        clock, connection = FakeClock(), RecordingConnection()
        queue = LiveQueue(TOPICS, clock)
        async with running(queue, connection):
            await clock.advance(0)
            queue.put("anna", live(100))
            await clock.advance(0)
            for heart_rate in (101, 102, 103):
                queue.put("anna", live(heart_rate))
            await clock.advance(LIVE_PERIOD_S - 0.001)
            assert len(connection.sent) == 1
            await clock.advance(0.001)
            assert queue.empty.is_set()
        assert [payload for _, payload, _ in connection.sent] == [
            live(100).model_dump_json(),
            live(103).model_dump_json(),
        ]

    async def test_the_live_values_of_athletes_do_not_replace_each_other(self) -> None:
        clock, connection = FakeClock(), RecordingConnection()
        queue = LiveQueue(TOPICS, clock)
        async with running(queue, connection):
            await asyncio.sleep(0)
            queue.put("anna", live(100))
            queue.put("ben", live(150))
            await queue.empty.wait()
        assert [topic for topic, _, _ in connection.sent] == [TOPICS.live("anna"), TOPICS.live("ben")]


class TestOutbox:
    async def test_messages_that_do_not_fit_the_queue_are_fetched_from_the_store_in_order(self) -> None:
        outbox, connection = MemoryOutbox(batch=3), RecordingConnection()
        queue = OutboxQueue(TOPICS, outbox, longest_queue=4)
        async with running(queue, connection):
            await queue.empty.wait()
            connection.may_answer.clear()
            for number in range(30):
                queue.put([outbox.put("anna/event", str(number))])
            await connection.published.wait()
            connection.may_answer.set()
            await queue.empty.wait()
        assert [payload for _, payload, _ in connection.sent] == [str(number) for number in range(30)]
        assert outbox.waiting == {}

    async def test_messages_without_an_id_that_do_not_fit_the_queue_are_lost_and_counted(
        self,
    ) -> None:
        outbox, connection = MemoryOutbox(), RecordingConnection()
        queue = OutboxQueue(TOPICS, outbox, longest_queue=4)
        queue.put([QueuedMessage(None, OutgoingMessage("anna/event", str(number))) for number in range(9)])
        async with running(queue, connection):
            await queue.empty.wait()
        assert [payload for _, payload, _ in connection.sent] == ["0", "1", "2", "3"]
        assert queue.lost == 5

    async def test_no_message_is_sent_twice_when_the_store_fails(self) -> None:
        outbox, connection = MemoryOutbox(), RecordingConnection()
        queue = OutboxQueue(TOPICS, outbox)
        async with running(queue, connection):
            await queue.empty.wait()
            first = outbox.put("anna/event", "first")
            outbox.broken = True
            queue.put([first])
            await queue.empty.wait()
            outbox.broken = False
            queue.put([outbox.put("anna/event", "second")])
            await queue.empty.wait()
        assert [payload for _, payload, _ in connection.sent] == ["first", "second"]
        assert outbox.acknowledgements == [1, 2]

    @given(posted=st.lists(st.integers(1, 20), max_size=30).map(sorted), waiting=st.integers(0, 20))
    def test_each_message_is_sent_once_and_in_order_however_often_it_is_put(
        self, posted: list[int], waiting: int
    ) -> None:
        async def scenario() -> None:
            outbox, connection = MemoryOutbox(batch=4), RecordingConnection()
            for number in range(max([waiting, *posted])):
                outbox.put("anna/event", str(number + 1))
            expected = [str(place) for place in sorted(place for place in outbox.waiting if place)]
            queue = OutboxQueue(TOPICS, outbox, longest_queue=6)
            async with running(queue, connection):
                for place in posted:
                    queue.put([QueuedMessage(place, OutgoingMessage("anna/event", str(place)))])
                    await asyncio.sleep(0)
                await queue.empty.wait()
            assert [payload for _, payload, _ in connection.sent] == expected

        asyncio.run(scenario())
