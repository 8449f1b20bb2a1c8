"""What each kind of message does, whatever the connection is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from talkpace.errors import CommandError
from talkpace.publish.arguments import DEEPEST, parse_argument
from talkpace.publish.backoff import GOOD_AFTER_S, LONGEST_S, Backoff
from talkpace.publish.cancelling import cancellable
from talkpace.publish.flood import MOST_FOR_ALL, MOST_FOR_ONE, FloodGate, Passage
from talkpace.publish.link import Lane
from talkpace.publish.live import PERIOD_S, LiveLane
from talkpace.publish.outbox import OutboxLane
from talkpace.publish.topics import DELIVERY, Delivery, Topics
from talkpace.record.items import Outgoing, Queued

from .desk import MemoryOutbox
from .listening import PATIENCE_S
from .test_publisher import live

TOPICS = Topics("talkpace", "gym-pi")


class Cable:
    """A link that writes down what is published; the broker may be slow."""

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


class HandClock:
    """Its time passes when a test says so."""

    def __init__(self) -> None:
        self.asleep: asyncio.Queue[tuple[float, asyncio.Event]] = asyncio.Queue()

    def monotonic_ms(self) -> int:
        return 0

    def wall(self) -> datetime:
        return datetime.now(UTC)

    def synchronised(self) -> bool | None:
        return True

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self.asleep.put_nowait((seconds, woken))
        await woken.wait()


@asynccontextmanager
async def carried(lane: Lane, cable: Cable) -> AsyncIterator[None]:
    running = asyncio.create_task(lane.run(cable))
    try:
        async with asyncio.timeout(PATIENCE_S):
            yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


class TestLive:
    async def test_between_two_values_of_an_athlete_a_second_passes_and_the_latest_wins(self) -> None:
        clock, cable = HandClock(), Cable()
        lane = LiveLane(TOPICS, clock)
        async with carried(lane, cable):
            await asyncio.sleep(0)
            lane.offer("anna", live(100))
            seconds, woken = await clock.asleep.get()
            for heart_rate in (101, 102, 103):
                lane.offer("anna", live(heart_rate))
            assert seconds == PERIOD_S
            assert len(cable.sent) == 1
            woken.set()
            await lane.settled.wait()
        assert [payload for _, payload, _ in cable.sent] == [
            live(100).model_dump_json(),
            live(103).model_dump_json(),
        ]

    async def test_each_athlete_has_a_value_of_their_own(self) -> None:
        clock, cable = HandClock(), Cable()
        lane = LiveLane(TOPICS, clock)
        async with carried(lane, cable):
            await asyncio.sleep(0)
            lane.offer("anna", live(100))
            lane.offer("ben", live(150))
            await lane.settled.wait()
        assert [topic for topic, _, _ in cable.sent] == [TOPICS.live("anna"), TOPICS.live("ben")]


class TestOutbox:
    async def test_more_than_the_queue_holds_comes_from_the_store_in_order(self) -> None:
        outbox, cable = MemoryOutbox(at_once=3), Cable()
        lane = OutboxLane(TOPICS, outbox, longest_queue=4)
        async with carried(lane, cable):
            await lane.settled.wait()
            cable.may_answer.clear()
            for number in range(30):
                lane.post([outbox.put("anna/event", str(number))])
            await cable.published.wait()
            cable.may_answer.set()
            await lane.settled.wait()
        assert [payload for _, payload, _ in cable.sent] == [str(number) for number in range(30)]
        assert outbox.waiting == {}

    async def test_without_a_store_what_the_queue_does_not_hold_is_lost_and_the_rest_is_in_order(
        self,
    ) -> None:
        outbox, cable = MemoryOutbox(), Cable()
        lane = OutboxLane(TOPICS, outbox, longest_queue=4)
        lane.post([Queued(None, Outgoing("anna/event", str(number))) for number in range(9)])
        async with carried(lane, cable):
            await lane.settled.wait()
        assert [payload for _, payload, _ in cable.sent] == ["0", "1", "2", "3"]

    async def test_a_store_that_fails_makes_nothing_be_sent_twice(self) -> None:
        outbox, cable = MemoryOutbox(), Cable()
        lane = OutboxLane(TOPICS, outbox)
        async with carried(lane, cable):
            await lane.settled.wait()
            first = outbox.put("anna/event", "first")
            outbox.broken = True
            lane.post([first])
            await lane.settled.wait()
            outbox.broken = False
            lane.post([outbox.put("anna/event", "second")])
            await lane.settled.wait()
        assert [payload for _, payload, _ in cable.sent] == ["first", "second"]
        assert outbox.acknowledgements == [1, 2]

    @given(posted=st.lists(st.integers(1, 20), max_size=30).map(sorted), waiting=st.integers(0, 20))
    def test_each_is_sent_once_and_in_order_whatever_is_posted_again(
        self, posted: list[int], waiting: int
    ) -> None:
        async def scene() -> None:
            outbox, cable = MemoryOutbox(at_once=4), Cable()
            for number in range(max([waiting, *posted])):
                outbox.put("anna/event", str(number + 1))
            everything = [str(place) for place in sorted(place for place in outbox.waiting if place)]
            lane = OutboxLane(TOPICS, outbox, longest_queue=6)
            async with carried(lane, cable):
                for place in posted:
                    lane.post([Queued(place, Outgoing("anna/event", str(place)))])
                    await asyncio.sleep(0)
                await lane.settled.wait()
            assert [payload for _, payload, _ in cable.sent] == everything

        asyncio.run(scene())


class TestArguments:
    @given(st.binary(max_size=300))
    def test_whatever_comes_is_a_scalar_an_object_or_a_refusal(self, payload: bytes) -> None:
        with suppress(CommandError):
            assert isinstance(parse_argument(payload), str | int | float | bool | dict | None)

    def test_objects_may_be_nested_within_reason(self) -> None:
        assert parse_argument(b'{"a":' * DEEPEST + b"1" + b"}" * DEEPEST) is not None

    def test_what_json_does_not_know_is_text(self) -> None:
        assert parse_argument(b"NaN") == "NaN"
        assert parse_argument(b"talk test") == "talk test"


class TestFlood:
    def test_so_many_pass_for_one_and_the_first_refusal_is_told(self) -> None:
        gate = FloodGate(lambda: 0)
        passages = [gate.passage("anna") for _ in range(MOST_FOR_ONE + 3)]
        assert passages == [
            *[Passage.FREE] * MOST_FOR_ONE,
            Passage.FIRST_REFUSED,
            Passage.REFUSED,
            Passage.REFUSED,
        ]
        assert gate.passage("ben") is Passage.FREE

    def test_the_next_second_is_a_new_one(self) -> None:
        now = 0
        gate = FloodGate(lambda: now)
        for _ in range(MOST_FOR_ONE + 1):
            gate.passage("anna")
        now = 1000
        assert gate.passage("anna") is Passage.FREE

    def test_names_made_up_by_the_thousand_have_an_end_too(self) -> None:
        gate = FloodGate(lambda: 0)
        passages = [gate.passage(f"made-up-{number}") for number in range(10_000)]
        assert passages.count(Passage.FREE) == MOST_FOR_ALL
        assert passages.count(Passage.FIRST_REFUSED) == MOST_FOR_ALL


class TestTopics:
    def test_a_command_names_its_athlete(self) -> None:
        assert TOPICS.command_in("talkpace/gym-pi/anna/command/talk_test") == ("anna", "talk_test")

    @given(st.text(max_size=80))
    def test_anything_else_is_none(self, topic: str) -> None:
        found = TOPICS.command_in(topic)
        assert found is None or topic == TOPICS.of(f"{found[0]}/command/{found[1]}")

    def test_only_what_lasts_is_retained_and_only_live_values_may_get_lost(self) -> None:
        assert {name for name, delivery in DELIVERY.items() if not delivery.retain} == {
            "live",
            "event",
            "command",
            "result",
        }
        assert {name for name, delivery in DELIVERY.items() if delivery.qos == 0} == {"live"}


class TestBackoff:
    def test_from_a_second_to_a_minute_and_from_the_start_after_a_good_connection(self) -> None:
        backoff = Backoff()
        delays = [backoff.delay_s(0) for _ in range(10)]
        assert 1 <= delays[0] <= 1.5
        assert all(earlier < later for earlier, later in pairwise(delays[:6]))
        assert delays[-1] == LONGEST_S
        assert backoff.delay_s(GOOD_AFTER_S - 1) == LONGEST_S
        assert backoff.delay_s(GOOD_AFTER_S) <= 1.5


async def test_a_cancellation_that_comes_with_the_answer_is_not_forgotten() -> None:
    """`asyncio.wait_for` forgets it before Python 3.12."""
    answers: asyncio.Queue[asyncio.Future[str]] = asyncio.Queue()
    got: list[str] = []

    async def asker() -> None:
        while True:
            answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
            answers.put_nowait(answer)
            got.append(await cancellable(asyncio.wait_for(answer, 60)))

    task = asyncio.create_task(asker())
    answer = await answers.get()
    await asyncio.sleep(0)
    answer.set_result("acknowledged")
    task.cancel()
    async with asyncio.timeout(PATIENCE_S):
        await asyncio.wait({task})
    assert task.cancelled()
