"""The publisher with a real broker that is stopped, killed, frozen and restarted."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from talkpace.mqtt.connection import RECONNECT_LONGEST_S
from talkpace.mqtt.outbox import LONGEST_QUEUE
from talkpace.mqtt.payloads import LivePayload, SessionPayload
from talkpace.mqtt.protocols import PublishLosses
from talkpace.storage.records import OutgoingMessage, QueuedMessage
from talkpace.training.profile import Activity
from talkpace.training.warning import WarningState

from ..broker import HOST, Mosquitto
from ..fake_clock import FakeClock
from .observer import PATIENCE_S, observing
from .publisher_harness import MemoryOutbox, PublisherHarness
from .tcp_proxy import tcp_proxy

STATUS = "talkpace/gym-pi/status"
SUMMARY = "talkpace/gym-pi/anna/summary"
EVENT = "talkpace/gym-pi/anna/event"
LIVE = "talkpace/gym-pi/anna/live"
SESSION = "talkpace/gym-pi/anna/session"

IDLE = SessionPayload(
    state="idle",
    session=None,
    start=None,
    activity=Activity.CARDIO,
    ceiling=0.7,
    ceiling_heart_rate=126,
    muted_until=None,
)


def live(heart_rate: int) -> LivePayload:
    return LivePayload(
        time=datetime(2026, 11, 23, 18, tzinfo=UTC),
        heart_rate=heart_rate,
        effort=None,
        zone=None,
        warning=WarningState.NONE,
        contact="yes",
        session=None,
        elapsed_s=None,
        zones_s=None,
        rmssd_ms=None,
        dfa_alpha1=None,
    )


def message(
    text: str, place: int | None, topic: str = "anna/event", *, retain: bool = False
) -> QueuedMessage:
    return QueuedMessage(place, OutgoingMessage(topic, text, retain))


class TestConnect:
    async def test_online_is_published_first_then_states_then_the_outbox(self, mosquitto: Mosquitto) -> None:
        harness = PublisherHarness(mosquitto.port, outbox=MemoryOutbox([message("waiting", 1)]))
        harness.publisher.state("anna/session", IDLE)
        harness.publisher.state("node", "fine")
        async with observing(mosquitto.port) as observer, harness.running():
            await observer.until_on(EVENT)

        assert [each.topic for each in observer.received[:4]] == [
            STATUS,
            SESSION,
            "talkpace/gym-pi/node",
            EVENT,
        ]
        assert observer.received[0].text == "online"
        assert observer.on(SESSION)[0].json["state"] == "idle"

    async def test_the_order_is_the_same_after_a_restart_of_the_broker(self, mosquitto: Mosquitto) -> None:
        harness = PublisherHarness(mosquitto.port)
        harness.publisher.state("anna/session", IDLE)
        async with harness.running():
            reports = await harness.until_health("connected")
            await asyncio.to_thread(mosquitto.stop)
            reports = await harness.until_health("lost the connection", since=reports)
            harness.publisher.post([harness.outbox.put("anna/event", "meanwhile")])
            await asyncio.to_thread(mosquitto.start)
            assert await harness.publisher.drain(PATIENCE_S)
        assert mosquitto.published()[:3] == [STATUS, SESSION, EVENT]

    @pytest.mark.parametrize("version", ["3.1.1", "5"])
    async def test_only_status_states_and_summaries_are_retained(
        self, mosquitto: Mosquitto, version: str
    ) -> None:
        waiting = [message("{}", 1, "anna/summary", retain=True), message("over", 2)]
        harness = PublisherHarness(mosquitto.port, version=version, outbox=MemoryOutbox(waiting))
        harness.publisher.state("anna/session", IDLE)
        async with harness.running():
            assert await harness.publisher.drain(PATIENCE_S)
            harness.publisher.live("anna", live(120))
            assert await harness.publisher.drain(PATIENCE_S)
            async with observing(mosquitto.port) as observer:
                await observer.until(lambda: len(observer.received) >= 3)
                await observer.client.publish("end", qos=1)
                await observer.until_on("end")
        assert sorted(each.topic for each in observer.received if each.retain) == sorted(
            [STATUS, SESSION, SUMMARY]
        )


class TestStatus:
    async def test_a_stopped_publisher_publishes_offline(self, mosquitto: Mosquitto) -> None:
        harness = PublisherHarness(mosquitto.port)
        async with observing(mosquitto.port, STATUS) as observer:
            async with harness.running():
                await observer.until_on(STATUS)
            await observer.until_on(STATUS, 2)
        assert observer.texts(STATUS) == ["online", "offline"]
        await asyncio.to_thread(mosquitto.wait_for_log, "Received DISCONNECT from talkpace-gym-pi")

    async def test_the_last_will_is_offline_when_the_connection_breaks(self, mosquitto: Mosquitto) -> None:
        async with tcp_proxy(mosquitto.port) as proxy, observing(mosquitto.port, STATUS) as observer:
            harness = PublisherHarness(proxy.port)
            async with harness.running():
                await observer.until_on(STATUS)
                proxy.abort_connections()
                await observer.until_on(STATUS, 3)
        assert observer.texts(STATUS)[:3] == ["online", "offline", "online"]
        assert all(each.qos == 1 for each in observer.received)

    async def test_online_is_published_again_after_offline_from_another_client(
        self, mosquitto: Mosquitto
    ) -> None:
        """The last will of an older connection may arrive after the new connection is up."""
        harness = PublisherHarness(mosquitto.port)
        async with harness.running(), observing(mosquitto.port, STATUS) as observer:
            await harness.until_health("connected")
            await observer.client.publish(STATUS, "offline", qos=1, retain=True)
            await observer.until(lambda: observer.texts(STATUS)[-2:] == ["offline", "online"])

    async def test_two_publishers_of_one_node_do_not_disconnect_each_other(
        self, mosquitto: Mosquitto
    ) -> None:
        daemon, replay = PublisherHarness(mosquitto.port), PublisherHarness(mosquitto.port)
        async with daemon.running():
            await daemon.until_health("connected")
            async with observing(mosquitto.port, STATUS) as observer:
                async with replay.running():
                    await replay.until_health("connected")
                await observer.until(lambda: observer.texts(STATUS)[-2:] == ["offline", "online"])
        assert daemon.health == ["connected"]


class TestOutbox:
    async def test_stored_messages_are_published_first_and_in_order(self, mosquitto: Mosquitto) -> None:
        outbox = MemoryOutbox([message(str(place), place) for place in range(1, 8)], batch=3)
        harness = PublisherHarness(mosquitto.port, outbox=outbox)
        harness.publisher.post([message("6", 6), message("7", 7)])  # the store returns these too
        harness.publisher.post([outbox.put("anna/event", "8")])
        async with observing(mosquitto.port, EVENT) as observer, harness.running():
            assert await harness.publisher.drain(PATIENCE_S)
            await observer.until_on(EVENT, 8)
        assert observer.texts(EVENT) == [str(number) for number in range(1, 9)]
        assert outbox.acknowledgements == list(range(1, 9))

    async def test_an_acknowledged_message_is_not_sent_again_when_it_is_posted_late(
        self, mosquitto: Mosquitto
    ) -> None:
        outbox = MemoryOutbox([message("1", 1)])
        harness = PublisherHarness(mosquitto.port, outbox=outbox)
        async with observing(mosquitto.port, EVENT) as observer, harness.running():
            assert await harness.publisher.drain(PATIENCE_S)
            harness.publisher.post([message("1", 1), outbox.put("anna/event", "2")])
            await observer.until_on(EVENT, 2)
        assert observer.texts(EVENT) == ["1", "2"]

    async def test_every_event_arrives_once_after_the_broker_was_down(self, mosquitto: Mosquitto) -> None:
        harness = PublisherHarness(mosquitto.port)
        async with harness.running():
            harness.publisher.post([harness.outbox.put("before/event", "{}")])
            await harness.until_health("connected")
            assert await harness.publisher.drain(PATIENCE_S)
            await asyncio.to_thread(mosquitto.kill)
            during = [f"during-{number}/event" for number in range(20)]
            for topic in during:
                harness.publisher.post([harness.outbox.put(topic, "{}")])
            await asyncio.to_thread(mosquitto.start)
            assert await harness.publisher.drain(PATIENCE_S)
            events = [topic for topic in mosquitto.published() if topic.endswith("/event")]
        assert events == [f"talkpace/gym-pi/{topic}" for topic in during]
        assert harness.outbox.acknowledgements == list(range(1, 22))

    async def test_an_unacknowledged_message_is_sent_again_after_the_connection_broke(
        self, mosquitto: Mosquitto
    ) -> None:
        async with tcp_proxy(mosquitto.port) as proxy, observing(mosquitto.port, EVENT) as observer:
            harness = PublisherHarness(proxy.port)
            async with harness.running():
                await harness.until_health("connected")
                assert await harness.publisher.drain(PATIENCE_S)
                proxy.block_answers()
                harness.publisher.post(
                    [harness.outbox.put("anna/event", text) for text in ("first", "second")]
                )
                await observer.until_on(EVENT)
                assert harness.outbox.acknowledgements == []
                proxy.abort_connections()
                assert await harness.publisher.drain(PATIENCE_S)
                await observer.until_on(EVENT, 3)
        assert observer.texts(EVENT) == ["first", "first", "second"]
        assert harness.outbox.acknowledgements == [1, 2]

    async def test_messages_that_could_not_be_stored_are_published_too(self, mosquitto: Mosquitto) -> None:
        harness = PublisherHarness(mosquitto.port)
        harness.publisher.post([message("not stored", None)])
        async with observing(mosquitto.port, EVENT) as observer, harness.running():
            await observer.until_on(EVENT)
        assert harness.outbox.acknowledgements == []

    async def test_queues_are_not_empty_while_the_broker_is_down(self, idle_mosquitto: Mosquitto) -> None:
        harness = PublisherHarness(idle_mosquitto.port)
        harness.publisher.post([message("not stored", None)])
        async with harness.running():
            await harness.until_health("cannot reach")
            assert not await harness.publisher.drain(0)
            await asyncio.to_thread(idle_mosquitto.start)
            assert await harness.publisher.drain(PATIENCE_S)


class TestStates:
    async def test_a_state_is_published_only_when_it_changed(self, mosquitto: Mosquitto) -> None:
        harness = PublisherHarness(mosquitto.port)
        async with observing(mosquitto.port, "talkpace/gym-pi/node") as observer, harness.running():
            for text in ("a", "a", "b", "b"):
                harness.publisher.state("node", text)
                assert await harness.publisher.drain(PATIENCE_S)
            await observer.until_on("talkpace/gym-pi/node", 2)
        assert [each.text for each in observer.received] == ["a", "b"]

    async def test_only_the_latest_state_is_published_after_the_broker_was_down(
        self, idle_mosquitto: Mosquitto
    ) -> None:
        harness = PublisherHarness(idle_mosquitto.port)
        async with harness.running():
            await harness.until_health("cannot reach")
            for text in ("a", "b", "c"):
                harness.publisher.state("node", text)
            await asyncio.to_thread(idle_mosquitto.start)
            assert await harness.publisher.drain(PATIENCE_S)
            async with observing(idle_mosquitto.port, "talkpace/gym-pi/node") as observer:
                await observer.until_on("talkpace/gym-pi/node")
        assert [each.text for each in observer.received] == ["c"]


class TestLive:
    async def test_the_last_live_value_is_always_published(self, mosquitto: Mosquitto) -> None:
        harness = PublisherHarness(mosquitto.port)
        async with observing(mosquitto.port, LIVE) as observer, harness.running():
            assert await harness.publisher.drain(PATIENCE_S)
            for heart_rate in range(100, 150):
                harness.publisher.live("anna", live(heart_rate))
                await asyncio.sleep(0)
            assert await harness.publisher.drain(PATIENCE_S)
            await observer.until(
                lambda: bool(observer.received) and observer.received[-1].json["heart_rate"] == 149
            )
        assert len(observer.received) <= 2
        assert all(each.qos == 0 and not each.retain for each in observer.received)

    async def test_live_values_are_dropped_while_the_broker_is_down(self, idle_mosquitto: Mosquitto) -> None:
        harness = PublisherHarness(idle_mosquitto.port)
        async with harness.running():
            reports = await harness.until_health("cannot reach")
            harness.publisher.live("anna", live(100))
            await asyncio.to_thread(idle_mosquitto.start)
            async with observing(idle_mosquitto.port, LIVE) as observer:
                await harness.until_health("connected", since=reports)
                assert await harness.publisher.drain(PATIENCE_S)
                harness.publisher.live("anna", live(101))
                await observer.until_on(LIVE)
        assert [each.json["heart_rate"] for each in observer.received] == [101]


class TestHealth:
    async def test_a_refused_password_is_reported_without_the_password(
        self, idle_mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture
    ) -> None:
        idle_mosquitto.ask_for_password("pi", "right")
        idle_mosquitto.start()
        caplog.set_level(logging.DEBUG)
        harness = PublisherHarness(idle_mosquitto.port, username="pi", password="Wr0ng-Passw0rd")
        async with harness.running():
            await harness.until_health("the broker refuses the user name or password")
        assert "Wr0ng-Passw0rd" not in caplog.text + repr(vars(harness)) + repr(harness.publisher)

    async def test_the_right_password_is_accepted(self, idle_mosquitto: Mosquitto) -> None:
        idle_mosquitto.ask_for_password("pi", "right")
        idle_mosquitto.start()
        harness = PublisherHarness(idle_mosquitto.port, username="pi", password="right")
        async with harness.running():
            await harness.until_health("connected")

    async def test_a_frozen_broker_is_detected_by_keepalive(self, mosquitto: Mosquitto) -> None:
        harness = PublisherHarness(mosquitto.port, keepalive_s=5)
        async with harness.running():
            reports = await harness.until_health("connected")
            assert await harness.publisher.drain(PATIENCE_S)
            mosquitto.freeze()
            reports = await harness.until_health("lost the connection", since=reports)
            mosquitto.thaw()
            await harness.until_health("connected", since=reports)

    async def test_a_repeated_failure_is_one_warning_and_the_recovery_is_logged(
        self, idle_mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG, "talkpace")
        clock = FakeClock()
        harness = PublisherHarness(idle_mosquitto.port, clock=clock)

        def levels() -> list[str]:
            return [each.levelname for each in caplog.records if each.name == "talkpace.mqtt.publisher"]

        async def advance_until(condition: Callable[[], bool]) -> None:
            async with asyncio.timeout(PATIENCE_S):
                while not condition():
                    await clock.advance(RECONNECT_LONGEST_S)
                    await asyncio.sleep(0.01)  # for the connection, which takes real time

        async with harness.running():
            await advance_until(lambda: len(levels()) >= 4)
            await asyncio.to_thread(idle_mosquitto.start)
            await advance_until(lambda: "INFO" in levels())
        assert levels()[0] == "WARNING"
        assert levels()[-1] == "INFO"
        assert set(levels()[1:-1]) == {"DEBUG"}

    async def test_an_unencrypted_password_to_another_host_is_logged_as_a_warning(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        harness = PublisherHarness(1, host="192.0.2.1", username="pi", password="secret")
        async with harness.running():
            await asyncio.sleep(0)
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        assert "unencrypted" in caplog.text
        assert "secret" not in caplog.text


class TestStopping:
    async def test_the_publisher_stops_while_the_broker_is_frozen(self, mosquitto: Mosquitto) -> None:
        harness = PublisherHarness(mosquitto.port)
        async with asyncio.timeout(PATIENCE_S), harness.running():
            await harness.until_health("connected")
            mosquitto.freeze()

    async def test_the_publisher_stops_while_it_connects_to_a_server_that_does_not_answer(self) -> None:
        connecting, disconnected = asyncio.Event(), asyncio.Event()

        async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connecting.set()
            await reader.read()
            writer.close()
            await writer.wait_closed()
            disconnected.set()

        server = await asyncio.start_server(swallow, HOST, 0)
        harness = PublisherHarness(server.sockets[0].getsockname()[1])
        async with asyncio.timeout(PATIENCE_S), harness.running():
            await connecting.wait()
        await disconnected.wait()
        server.close()

    async def test_the_last_acknowledged_message_is_deleted_from_the_store_at_the_stop(
        self, mosquitto: Mosquitto
    ) -> None:
        outbox = MemoryOutbox()
        harness = PublisherHarness(mosquitto.port, outbox=outbox)
        async with observing(mosquitto.port, EVENT) as observer, harness.running():
            await harness.until_health("connected")
            assert await harness.publisher.drain(PATIENCE_S)
            queued = outbox.put("anna/event", "last")
            outbox.broken = True
            harness.publisher.post([queued])
            await observer.until_on(EVENT)
            assert await harness.publisher.drain(PATIENCE_S)
            outbox.broken = False
        assert outbox.acknowledgements == [queued.id]


async def test_losses_are_counted_and_logged(
    idle_mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture
) -> None:
    harness = PublisherHarness(idle_mosquitto.port)
    harness.publisher.post([message(str(number), None) for number in range(LONGEST_QUEUE + 3)])
    async with harness.running():
        await harness.until_health("cannot reach")
    assert harness.publisher.losses == PublishLosses(messages=3)
    assert "lost since the start: 3 message(s)" in caplog.text


async def test_a_live_value_is_published_as_json_with_every_key(mosquitto: Mosquitto) -> None:
    harness = PublisherHarness(mosquitto.port)
    async with observing(mosquitto.port) as observer, harness.running():
        assert await harness.publisher.drain(PATIENCE_S)
        harness.publisher.live("anna", live(120))
        await observer.until_on(LIVE)
    payload = json.loads(observer.texts(LIVE)[0])
    assert payload["heart_rate"] == 120
    assert payload["zone"] is None
    assert set(payload) == set(LivePayload.model_fields)


async def test_the_client_id_begins_with_the_node_id(mosquitto: Mosquitto) -> None:
    harness = PublisherHarness(mosquitto.port)
    async with harness.running():
        await harness.until_health("connected")
    await asyncio.to_thread(mosquitto.wait_for_log, "as talkpace-gym-pi-")
