"""A deleted session is not retained by the broker either."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from talkpace.storage.records import SessionClosed, SessionOpened
from talkpace.storage.store import Store

from ..broker import Mosquitto
from ..formats.stored_sessions import stored_session, workout
from ..mqtt.observer import observing
from .control_harness import ANNA, daemon, household

TOPIC = "talkpace/gym/anna/summary"
EARLIER = "a" * 32


def record(folder: Path) -> str:
    """Two sessions of Anna; returns the id of the last."""
    with stored_session(folder, workout(300)) as session:
        name = session.id
    with Store.open(folder / "talkpace.db") as store:
        row = store.session(name)
        names = "athlete node activity clock_synchronised boot origin_ms profile strap_name strap_address"
        opened = SessionOpened(name, start=row.start, **{one: getattr(row, one) for one in names.split()})
        closed = SessionClosed(EARLIER, "anna", row.start, '{"session": "earlier"}', None, False, None)
        store.write([replace(opened, session=EARLIER, start=row.start - timedelta(days=1)), closed])
    return name


async def test_the_broker_forgets_a_deleted_session_until_it_is_restored(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    last = record(tmp_path)
    mqtt = f'mqtt = {{ enabled = true, host = "127.0.0.1", port = {mosquitto.port} }}'

    async def retained() -> list[str]:
        """The summary that a new client gets, before a state of the node that it subscribes to after it."""
        async with observing(mosquitto.port, TOPIC, "talkpace/gym/node") as newcomer:
            await newcomer.until_on("talkpace/gym/node")
            return [one.text for one in newcomer.on(TOPIC) if one.retain]

    async with (
        observing(mosquitto.port, TOPIC) as observer,
        daemon(household(tmp_path, ANNA, mqtt)) as call,
    ):
        await call("sessions.delete", session=last)
        await observer.until_on(TOPIC)
        assert await retained() == ['{"session": "earlier"}']
        await call("sessions.delete", session=EARLIER)
        await observer.until_on(TOPIC, 2)
        assert await retained() == []
        await call("sessions.restore", session=last)
        assert last in (await observer.until_on(TOPIC, 3))[-1].text
        assert [last in one for one in await retained()] == [True]
        await call("sessions.restore", session=EARLIER)
        assert [last in one for one in await retained()] == [True]
    assert len(observer.on(TOPIC)) == 3
