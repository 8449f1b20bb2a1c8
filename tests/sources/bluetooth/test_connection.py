"""The states of a strap's connection."""

from __future__ import annotations

import asyncio

import pytest

from talkpace.sources.bluetooth.connection import ConnectionState, StrapConnection
from talkpace.sources.bluetooth.radio import Fault, RadioError
from talkpace.sources.events import LinkDown, LinkUp, Notification, StrapEvent, StrapInfo

from ...fake_clock import FakeClock, let_run
from .fake_radio import HANG, FakeLink
from .harness import ANNA


def connection_of(link: FakeLink, events: list[StrapEvent]) -> StrapConnection:
    return StrapConnection(link, StrapInfo(ANNA), described=True, on_event=events.append, clock=FakeClock())


async def test_a_connection_is_up_once_subscribed_and_closed_once_it_was_ended() -> None:
    link, events = FakeLink(), list[StrapEvent]()
    connection = connection_of(link, events)
    states = [connection.state]
    running = asyncio.create_task(connection.run())
    await let_run()
    states.append(connection.state)
    connection.end("no longer wanted")
    states.append(connection.state)
    link.beat(b"\x00\x50")
    assert await running == "no longer wanted"
    states.append(connection.state)
    assert states == list(ConnectionState)
    assert [type(event) for event in events] == [LinkUp, LinkDown]


async def test_a_notification_before_the_subscription_is_confirmed_sets_the_connection_up() -> None:
    link, events = FakeLink(subscribing=[HANG]), list[StrapEvent]()
    connection = connection_of(link, events)
    running = asyncio.create_task(connection.run())
    await let_run()
    link.beat(b"\x00\x50")
    assert connection.state is ConnectionState.UP
    assert [type(event) for event in events] == [LinkUp, Notification]
    running.cancel()
    await asyncio.wait({running})


async def test_a_refused_subscription_closes_the_connection_without_an_event() -> None:
    refusal = RadioError(Fault.NEEDS_BOND, "the strap must be paired first")
    link, events = FakeLink(subscribing=[refusal]), list[StrapEvent]()
    connection = connection_of(link, events)
    with pytest.raises(RadioError):
        await connection.run()
    assert connection.state is ConnectionState.CLOSED
    assert link.closed
    assert not events


async def test_a_closed_connection_stays_closed() -> None:
    link, events = FakeLink(), list[StrapEvent]()
    connection = connection_of(link, events)
    running = asyncio.create_task(connection.run())
    await let_run()
    running.cancel()
    await asyncio.wait({running})
    connection.end("no longer wanted")
    link.beat(b"\x00\x50")
    assert connection.state is ConnectionState.CLOSED
    assert isinstance(events[-1], LinkDown)
