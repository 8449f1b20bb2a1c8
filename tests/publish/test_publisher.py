"""The publisher against a real broker that comes and goes."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import UTC, datetime

import pytest

from talkpace.effort.athlete import Activity
from talkpace.effort.warning import WarningState
from talkpace.publish.payloads import LivePayload, SessionPayload
from talkpace.record.items import Outgoing, Queued

from ..broker import HOST, Mosquitto
from .desk import Desk, MemoryOutbox
from .listening import PATIENCE_S, listener
from .relay import relay

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


def message(text: str, place: int | None, topic: str = "anna/event", *, retain: bool = False) -> Queued:
    return Queued(place, Outgoing(topic, text, retain))


class TestAfterAConnect:
    async def test_online_comes_first_then_states_then_the_outbox(self, mosquitto: Mosquitto) -> None:
        desk = Desk(mosquitto.port, outbox=MemoryOutbox([message("waiting", 1)]))
        desk.publisher.state("anna/session", IDLE)
        desk.publisher.state("node", "fine")
        async with listener(mosquitto.port) as others, desk.running():
            await others.until_on(EVENT)

        assert [each.topic for each in others.seen[:4]] == [STATUS, SESSION, "talkpace/gym-pi/node", EVENT]
        assert others.seen[0].text == "online"
        assert others.on(SESSION)[0].json["state"] == "idle"

    async def test_the_same_order_holds_after_a_restart_of_the_broker(self, mosquitto: Mosquitto) -> None:
        desk = Desk(mosquitto.port)
        desk.publisher.state("anna/session", IDLE)
        async with desk.running():
            said = await desk.until_health("connected")
            await asyncio.to_thread(mosquitto.stop)
            said = await desk.until_health("lost the connection", since=said)
            desk.publisher.post([desk.outbox.put("anna/event", "meanwhile")])
            await asyncio.to_thread(mosquitto.start)
            assert await desk.publisher.drained(PATIENCE_S)
        assert mosquitto.published()[:3] == [STATUS, SESSION, EVENT]

    @pytest.mark.parametrize("version", ["3.1.1", "5"])
    async def test_states_status_and_summaries_are_retained_and_nothing_else(
        self, mosquitto: Mosquitto, version: str
    ) -> None:
        waiting = [message("{}", 1, "anna/summary", retain=True), message("over", 2)]
        desk = Desk(mosquitto.port, version=version, outbox=MemoryOutbox(waiting))
        desk.publisher.state("anna/session", IDLE)
        async with desk.running():
            assert await desk.publisher.drained(PATIENCE_S)
            desk.publisher.live("anna", live(120))
            assert await desk.publisher.drained(PATIENCE_S)
            async with listener(mosquitto.port) as others:
                await others.until(lambda: len(others.seen) >= 3)
                await others.client.publish("end", qos=1)
                await others.until_on("end")
        assert sorted(each.topic for each in others.seen if each.retain) == sorted([STATUS, SESSION, SUMMARY])


class TestStatus:
    async def test_a_publisher_that_is_stopped_says_offline_itself(self, mosquitto: Mosquitto) -> None:
        desk = Desk(mosquitto.port)
        async with listener(mosquitto.port, STATUS) as others:
            async with desk.running():
                await others.until_on(STATUS)
            await others.until_on(STATUS, 2)
        assert others.texts(STATUS) == ["online", "offline"]
        await asyncio.to_thread(mosquitto.wait_for_log, "Received DISCONNECT from talkpace-gym-pi")

    async def test_the_last_will_says_offline_when_the_connection_breaks(self, mosquitto: Mosquitto) -> None:
        async with relay(mosquitto.port) as cable, listener(mosquitto.port, STATUS) as others:
            desk = Desk(cable.port)
            async with desk.running():
                await others.until_on(STATUS)
                cable.cut()
                await others.until_on(STATUS, 3)
        assert others.texts(STATUS)[:3] == ["online", "offline", "online"]
        assert all(each.qos == 1 for each in others.seen)

    async def test_offline_from_somebody_else_is_contradicted(self, mosquitto: Mosquitto) -> None:
        """The will of an older connection may come only after the new one is there."""
        desk = Desk(mosquitto.port)
        async with desk.running(), listener(mosquitto.port, STATUS) as others:
            await desk.until_health("connected")
            await others.client.publish(STATUS, "offline", qos=1, retain=True)
            await others.until(lambda: others.texts(STATUS)[-2:] == ["offline", "online"])

    async def test_two_publishers_of_one_node_do_not_push_each_other_out(self, mosquitto: Mosquitto) -> None:
        daemon, replay = Desk(mosquitto.port), Desk(mosquitto.port)
        async with daemon.running():
            await daemon.until_health("connected")
            async with listener(mosquitto.port, STATUS) as others:
                async with replay.running():
                    await replay.until_health("connected")
                await others.until(lambda: others.texts(STATUS)[-2:] == ["offline", "online"])
        assert daemon.health == ["connected"]


class TestOutbox:
    async def test_what_waits_in_the_store_goes_first_and_in_order(self, mosquitto: Mosquitto) -> None:
        outbox = MemoryOutbox([message(str(place), place) for place in range(1, 8)], at_once=3)
        desk = Desk(mosquitto.port, outbox=outbox)
        desk.publisher.post([message("6", 6), message("7", 7)])  # the store hands these out too
        desk.publisher.post([outbox.put("anna/event", "8")])
        async with listener(mosquitto.port, EVENT) as others, desk.running():
            assert await desk.publisher.drained(PATIENCE_S)
            await others.until_on(EVENT, 8)
        assert others.texts(EVENT) == [str(number) for number in range(1, 9)]
        assert outbox.acknowledgements == list(range(1, 9))

    async def test_what_was_acknowledged_is_not_sent_again_though_it_is_posted_late(
        self, mosquitto: Mosquitto
    ) -> None:
        outbox = MemoryOutbox([message("1", 1)])
        desk = Desk(mosquitto.port, outbox=outbox)
        async with listener(mosquitto.port, EVENT) as others, desk.running():
            assert await desk.publisher.drained(PATIENCE_S)
            desk.publisher.post([message("1", 1), outbox.put("anna/event", "2")])
            await others.until_on(EVENT, 2)
        assert others.texts(EVENT) == ["1", "2"]

    async def test_a_broker_that_was_away_misses_nothing_and_gets_nothing_twice(
        self, mosquitto: Mosquitto
    ) -> None:
        desk = Desk(mosquitto.port)
        async with desk.running():
            desk.publisher.post([desk.outbox.put("before/event", "{}")])
            await desk.until_health("connected")
            assert await desk.publisher.drained(PATIENCE_S)
            await asyncio.to_thread(mosquitto.kill)
            during = [f"during-{number}/event" for number in range(20)]
            for topic in during:
                desk.publisher.post([desk.outbox.put(topic, "{}")])
            await asyncio.to_thread(mosquitto.start)
            assert await desk.publisher.drained(PATIENCE_S)
            events = [topic for topic in mosquitto.published() if topic.endswith("/event")]
        assert events == [f"talkpace/gym-pi/{topic}" for topic in during]
        assert desk.outbox.acknowledgements == list(range(1, 22))

    async def test_a_message_in_flight_when_the_link_breaks_is_sent_again(self, mosquitto: Mosquitto) -> None:
        async with relay(mosquitto.port) as cable, listener(mosquitto.port, EVENT) as others:
            desk = Desk(cable.port)
            async with desk.running():
                await desk.until_health("connected")
                assert await desk.publisher.drained(PATIENCE_S)
                cable.hold_answers()
                desk.publisher.post([desk.outbox.put("anna/event", text) for text in ("first", "second")])
                await others.until_on(EVENT)
                assert desk.outbox.acknowledgements == []
                cable.cut()
                assert await desk.publisher.drained(PATIENCE_S)
                await others.until_on(EVENT, 3)
        assert others.texts(EVENT) == ["first", "first", "second"]
        assert desk.outbox.acknowledgements == [1, 2]

    async def test_messages_that_the_store_could_not_keep_are_sent_too(self, mosquitto: Mosquitto) -> None:
        desk = Desk(mosquitto.port)
        desk.publisher.post([message("unkept", None)])
        async with listener(mosquitto.port, EVENT) as others, desk.running():
            await others.until_on(EVENT)
        assert desk.outbox.acknowledgements == []

    async def test_nothing_is_drained_while_the_broker_is_away(self, idle_mosquitto: Mosquitto) -> None:
        desk = Desk(idle_mosquitto.port)
        desk.publisher.post([message("unkept", None)])
        async with desk.running():
            await desk.until_health("cannot reach")
            assert not await desk.publisher.drained(0)
            await asyncio.to_thread(idle_mosquitto.start)
            assert await desk.publisher.drained(PATIENCE_S)


class TestStates:
    async def test_a_state_is_published_when_it_changed_and_only_then(self, mosquitto: Mosquitto) -> None:
        desk = Desk(mosquitto.port)
        async with listener(mosquitto.port, "talkpace/gym-pi/node") as others, desk.running():
            for text in ("a", "a", "b", "b"):
                desk.publisher.state("node", text)
                assert await desk.publisher.drained(PATIENCE_S)
            await others.until_on("talkpace/gym-pi/node", 2)
        assert [each.text for each in others.seen] == ["a", "b"]

    async def test_a_state_that_changes_while_the_broker_is_away_arrives_in_its_latest_form(
        self, idle_mosquitto: Mosquitto
    ) -> None:
        desk = Desk(idle_mosquitto.port)
        async with desk.running():
            await desk.until_health("cannot reach")
            for text in ("a", "b", "c"):
                desk.publisher.state("node", text)
            await asyncio.to_thread(idle_mosquitto.start)
            assert await desk.publisher.drained(PATIENCE_S)
            async with listener(idle_mosquitto.port, "talkpace/gym-pi/node") as others:
                await others.until_on("talkpace/gym-pi/node")
        assert [each.text for each in others.seen] == ["c"]


class TestLive:
    async def test_the_last_value_is_always_delivered(self, mosquitto: Mosquitto) -> None:
        desk = Desk(mosquitto.port)
        async with listener(mosquitto.port, LIVE) as others, desk.running():
            assert await desk.publisher.drained(PATIENCE_S)
            for heart_rate in range(100, 150):
                desk.publisher.live("anna", live(heart_rate))
                await asyncio.sleep(0)
            assert await desk.publisher.drained(PATIENCE_S)
            await others.until(lambda: bool(others.seen) and others.seen[-1].json["heart_rate"] == 149)
        assert len(others.seen) <= 2
        assert all(each.qos == 0 and not each.retain for each in others.seen)

    async def test_values_are_dropped_while_the_broker_is_away(self, idle_mosquitto: Mosquitto) -> None:
        desk = Desk(idle_mosquitto.port)
        async with desk.running():
            said = await desk.until_health("cannot reach")
            desk.publisher.live("anna", live(100))
            await asyncio.to_thread(idle_mosquitto.start)
            async with listener(idle_mosquitto.port, LIVE) as others:
                await desk.until_health("connected", since=said)
                assert await desk.publisher.drained(PATIENCE_S)
                desk.publisher.live("anna", live(101))
                await others.until_on(LIVE)
        assert [each.json["heart_rate"] for each in others.seen] == [101]


class TestHealth:
    async def test_a_refused_password_is_named_and_never_shown(
        self, idle_mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture
    ) -> None:
        idle_mosquitto.ask_for_password("pi", "right")
        idle_mosquitto.start()
        caplog.set_level(logging.DEBUG)
        desk = Desk(idle_mosquitto.port, username="pi", password="Wr0ng-Passw0rd")
        async with desk.running():
            await desk.until_health("the broker refuses the user name or password")
        assert "Wr0ng-Passw0rd" not in caplog.text + repr(vars(desk)) + repr(desk.publisher)

    async def test_the_right_password_is_taken(self, idle_mosquitto: Mosquitto) -> None:
        idle_mosquitto.ask_for_password("pi", "right")
        idle_mosquitto.start()
        desk = Desk(idle_mosquitto.port, username="pi", password="right")
        async with desk.running():
            await desk.until_health("connected")

    async def test_a_broker_that_hangs_is_noticed_though_nothing_is_published(
        self, mosquitto: Mosquitto
    ) -> None:
        desk = Desk(mosquitto.port, keepalive_s=5)
        async with desk.running():
            said = await desk.until_health("connected")
            assert await desk.publisher.drained(PATIENCE_S)
            mosquitto.freeze()
            said = await desk.until_health("lost the connection", since=said)
            mosquitto.thaw()
            await desk.until_health("connected", since=said)

    async def test_one_failure_is_one_warning_and_its_end_is_told(
        self, idle_mosquitto: Mosquitto, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG, "talkpace")
        clock = Hurry()
        desk = Desk(idle_mosquitto.port, clock=clock)
        async with desk.running():
            await desk.until_health("cannot reach")
            await clock.until_slept(4)
            await asyncio.to_thread(idle_mosquitto.start)
            await desk.until_health("connected")
        levels = [
            record.levelname for record in caplog.records if record.name == "talkpace.publish.publisher"
        ]
        assert levels[0] == "WARNING"
        assert levels[-1] == "INFO"
        assert set(levels[1:-1]) == {"DEBUG"}

    async def test_a_password_in_the_clear_to_another_host_is_warned_of(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        desk = Desk(1, host="192.0.2.1", username="pi", password="secret")
        async with desk.running():
            await asyncio.sleep(0)
        assert [record.levelname for record in caplog.records] == ["WARNING"]
        assert "unencrypted" in caplog.text
        assert "secret" not in caplog.text


class TestStopping:
    async def test_it_stops_while_the_broker_hangs(self, mosquitto: Mosquitto) -> None:
        desk = Desk(mosquitto.port)
        async with asyncio.timeout(PATIENCE_S), desk.running():
            await desk.until_health("connected")
            mosquitto.freeze()

    async def test_it_stops_while_it_connects_to_something_that_is_silent(self) -> None:
        connecting, left = asyncio.Event(), asyncio.Event()

        async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connecting.set()
            await reader.read()
            writer.close()
            await writer.wait_closed()
            left.set()

        server = await asyncio.start_server(swallow, HOST, 0)
        desk = Desk(server.sockets[0].getsockname()[1])
        async with asyncio.timeout(PATIENCE_S), desk.running():
            await connecting.wait()
        await left.wait()
        server.close()

    async def test_what_the_broker_acknowledged_last_is_told_to_the_store(self, mosquitto: Mosquitto) -> None:
        outbox = MemoryOutbox()
        desk = Desk(mosquitto.port, outbox=outbox)
        async with listener(mosquitto.port, EVENT) as others, desk.running():
            await desk.until_health("connected")
            assert await desk.publisher.drained(PATIENCE_S)
            queued = outbox.put("anna/event", "last")
            outbox.broken = True
            desk.publisher.post([queued])
            await others.until_on(EVENT)
            assert await desk.publisher.drained(PATIENCE_S)
            outbox.broken = False
        assert outbox.acknowledgements == [queued.id]


class Hurry:
    """A clock on which waiting takes next to no time."""

    def __init__(self) -> None:
        self._slept = asyncio.Semaphore(0)

    async def until_slept(self, times: int) -> None:
        async with asyncio.timeout(PATIENCE_S):
            for _ in range(times):
                await self._slept.acquire()

    def monotonic_ms(self) -> int:
        return 0

    def wall(self) -> datetime:
        return datetime.now(UTC)

    def synchronised(self) -> bool | None:
        return True

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 100)
        self._slept.release()


async def test_payloads_are_json(mosquitto: Mosquitto) -> None:
    desk = Desk(mosquitto.port)
    async with listener(mosquitto.port) as others, desk.running():
        assert await desk.publisher.drained(PATIENCE_S)
        desk.publisher.live("anna", live(120))
        await others.until_on(LIVE)
    shown = json.loads(others.texts(LIVE)[0])
    assert shown["heart_rate"] == 120
    assert shown["zone"] is None
    assert set(shown) == set(LivePayload.model_fields)


async def test_it_names_itself_after_the_node(mosquitto: Mosquitto) -> None:
    desk = Desk(mosquitto.port)
    async with desk.running():
        await desk.until_health("connected")
    await asyncio.to_thread(mosquitto.wait_for_log, "as talkpace-gym-pi-")
