"""What is stored is sent at least once, over faults, restarts and a server that is away for a day."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from talkpace.diagnostics import NOT_USED, OK, Health, HealthState
from talkpace.errors import StoreError
from talkpace.notifications.destination import Destination
from talkpace.notifications.notifier import Notifier
from talkpace.notifications.outcome import SENT, Outcome, Result
from talkpace.notifications.program import send_text
from talkpace.storage.records import Notification, QueuedNotification
from talkpace.storage.store import Store

from ..fake_clock import PATIENCE_S, FakeClock
from .ntfy_server import ntfy_server
from .samples import BOOT, destination, notification

RETRY = Outcome(Result.RETRY, "it answers 500")
REFUSED = Outcome(Result.REFUSED, "it answers 403")
Send = Callable[[str, str, str], Awaitable[Outcome]]


class StoreOutbox:
    """The real table, without the recorder's thread."""

    def __init__(self, store: Store) -> None:
        self.trouble: StoreError | None = None
        self.deleted: asyncio.Queue[int] = asyncio.Queue()
        self._store = store

    async def pending(self) -> list[QueuedNotification]:
        if self.trouble is not None:
            raise self.trouble
        return self._store.notifications()

    async def delete(self, number: int, /) -> None:
        if self.trouble is not None:
            raise self.trouble
        self._store.delete_notifications(number)
        self.deleted.put_nowait(number)


class Phone:
    """Takes texts, with an outcome for each by a test."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.texts: asyncio.Queue[str] = asyncio.Queue()
        self._outcomes = list(outcomes)

    async def send(self, _address: str, _title: str, text: str) -> Outcome:
        self.texts.put_nowait(text)
        return self._outcomes.pop(0) if self._outcomes else SENT

    async def take(self, count: int) -> list[str]:
        """The next texts."""
        async with asyncio.timeout(PATIENCE_S):
            return [await self.texts.get() for _ in range(count)]


class Harness:
    """A notifier with a store, and what it has reported."""

    def __init__(self, store: Store, send: Send, *destinations: Destination) -> None:
        self.store = store
        self.outbox = StoreOutbox(store)
        self.clock = FakeClock(now_ms=0, sleep_advances=True)
        self.health: list[Health] = []
        self.notifier = Notifier(
            destinations or [destination("https://ntfy.sh/secret")],
            outbox=self.outbox,
            send=send,
            clock=self.clock,
            on_health=self.health.append,
            boot=BOOT,
        )

    def put(self, *items: Notification) -> None:
        """Store notifications, and hand them over as the recorder does."""
        self.notifier.post([one for one in self.store.write(items) if isinstance(one, QueuedNotification)])

    async def done(self, count: int) -> list[int]:
        """Wait until so many are deleted from the store; return their ids."""
        async with asyncio.timeout(PATIENCE_S):
            return [await self.outbox.deleted.get() for _ in range(count)]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run, and stop at the end."""
        task = asyncio.create_task(self.notifier.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "talkpace.db") as opened:
        yield opened


async def test_notifications_are_sent_in_order_and_then_deleted(store: Store) -> None:
    phone = Phone()
    harness = Harness(store, phone.send)
    async with harness.running():
        harness.put(notification(1), notification(2))
        harness.put(notification(3))
        assert await phone.take(3) == ["text 1", "text 2", "text 3"]
        await harness.done(3)
    assert store.notifications() == []
    assert set(harness.health) == {OK}


async def test_what_an_earlier_run_has_stored_is_sent_first_and_once(store: Store) -> None:
    store.write([notification(1), notification(2)])
    phone = Phone()
    harness = Harness(store, phone.send)
    harness.put(notification(3))
    async with harness.running():
        assert await phone.take(3) == ["text 1", "text 2", "text 3"]
        harness.put(notification(4))
        assert await phone.take(1) == ["text 4"]
        await harness.done(4)


async def test_one_that_was_being_sent_when_the_daemon_stopped_is_sent_again(store: Store) -> None:
    reached = asyncio.Event()

    async def hang(*_arguments: str) -> Outcome:
        reached.set()
        await asyncio.Event().wait()
        return SENT

    harness = Harness(store, hang)
    async with harness.running():
        harness.put(notification(1))
        await reached.wait()
    phone = Phone()
    again = Harness(store, phone.send)
    async with again.running():
        assert await phone.take(1) == ["text 1"]
        await again.done(1)


async def test_a_server_that_answers_500_for_a_day_is_one_fault_and_then_the_message_is_given_up(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with ntfy_server() as server:
        server.status = 500
        harness = Harness(store, in_thread, destination(server.address))
        with caplog.at_level(logging.INFO):
            async with harness.running():
                harness.put(notification(1))
                await harness.done(1)
                assert 24 * 3600 <= harness.clock.monotonic_ms() / 1000 <= 24.5 * 3600
                assert 90 < server.received.qsize() < 250
                assert harness.notifier.lost == 1
                assert harness.health[-1] == Health.failed("phone: it answers 500")
                server.status = 200
                harness.put(notification(2, at_ms=harness.clock.monotonic_ms()))
                await harness.done(1)
    assert [record.message for record in caplog.records] == [
        "notifications: phone: it answers 500",
        "notifications: phone: 1 given up after a day",
        "notifications: phone works again",
    ]
    assert harness.health[-1] == OK


async def test_a_refusal_is_named_in_health_and_costs_the_next_message_nothing(store: Store) -> None:
    phone = Phone(REFUSED)
    harness = Harness(store, phone.send)
    async with harness.running():
        harness.put(notification(1))
        await harness.done(1)
        assert harness.health[-1] == Health.failed("phone: it answers 403")
        assert harness.notifier.lost == 1
        harness.put(notification(2))
        assert await phone.take(2) == ["text 1", "text 2"]
        await harness.done(1)
        assert harness.health[-1] == OK


async def test_an_address_that_hangs_does_not_hold_up_another(store: Store) -> None:
    phone = Phone()

    async def send(address: str, title: str, text: str) -> Outcome:
        if address.endswith("hangs"):
            await asyncio.Event().wait()
        return await phone.send(address, title, text)

    addresses = [destination("https://ntfy.sh/hangs", "coach"), destination("https://ntfy.sh/works")]
    harness = Harness(store, send, *addresses)
    async with harness.running():
        harness.put(notification(1, address="coach"), notification(2))
        assert await phone.take(1) == ["text 2"]


async def test_what_is_not_permitted_any_more_is_deleted_and_not_sent(store: Store) -> None:
    heart_data = replace(notification(), heart_data=True, text="118 bpm")
    store.write([notification(1, address="removed"), heart_data, notification(2, kind="unheard-of")])
    phone = Phone()
    harness = Harness(store, phone.send)
    async with harness.running():
        await harness.done(3)
    assert phone.texts.empty()


async def test_without_addresses_nothing_is_sent_and_what_was_stored_is_deleted(store: Store) -> None:
    store.write([notification(1)])
    phone = Phone()
    harness = Harness(store, phone.send)
    harness.notifier = Notifier(
        [], outbox=harness.outbox, send=phone.send, clock=harness.clock, on_health=harness.health.append
    )
    async with harness.running():
        await harness.done(1)
    assert harness.health == [NOT_USED]


async def test_one_that_the_disk_did_not_take_is_sent_all_the_same(store: Store) -> None:
    phone = Phone()
    harness = Harness(store, phone.send)
    harness.outbox.trouble = StoreError("disk full")
    async with harness.running():
        harness.notifier.post([QueuedNotification(None, notification(1))])
        assert await phone.take(1) == ["text 1"]


async def test_a_store_that_fails_for_a_while_repeats_nothing(store: Store) -> None:
    phone = Phone()
    harness = Harness(store, phone.send)
    harness.outbox.trouble = StoreError("the disk does not answer")
    async with harness.running():
        harness.put(notification(1))
        assert await phone.take(1) == ["text 1"]
        harness.outbox.trouble = None
        await harness.done(1)
        harness.put(notification(2))
        assert await phone.take(1) == ["text 2"]
        await harness.done(1)
    assert store.notifications() == []


async def test_too_many_drop_the_oldest_and_are_counted(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    phone = Phone()
    harness = Harness(store, phone.send)
    store.write([notification(number) for number in range(101)])
    harness.put(*[notification(number) for number in range(101, 103)])
    async with harness.running():
        assert await phone.take(100) == [f"text {number}" for number in range(3, 103)]
        await harness.done(103)
    assert harness.notifier.lost == 3
    assert [record.message for record in caplog.records] == [
        "notifications: phone: 3 dropped, as too many wait"
    ]


async def test_neither_log_nor_health_has_the_address(
    store: Store, caplog: pytest.LogCaptureFixture, unresolvable: None
) -> None:
    attempts: asyncio.Queue[None] = asyncio.Queue()

    async def send(address: str, title: str, text: str) -> Outcome:
        attempts.put_nowait(None)
        return await in_thread(address, title, text)

    harness = Harness(store, send, destination("http://secret-host.invalid/secret-topic"))
    with caplog.at_level(logging.DEBUG):
        async with harness.running():
            harness.put(notification(1))
            async with asyncio.timeout(PATIENCE_S):
                for _ in range(3):
                    await attempts.get()
    assert harness.health[-1].state is HealthState.FAILED
    assert "secret" not in caplog.text
    assert not any("secret" in one.text for one in harness.health)
    assert "secret" not in repr(destination("https://ntfy.sh/secret"))


async def in_thread(address: str, title: str, text: str) -> Outcome:
    """Send for real, without the cost of a process."""
    return await asyncio.to_thread(send_text, address, title, text)
