"""An athlete is removed: nothing is published of them any more, and what was recorded stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest

from talkpace.config.layers import Layers
from talkpace.config.model import Configuration
from talkpace.errors import ConfigurationError, DaemonError
from talkpace.service import settings
from talkpace.storage.athletes import AthleteHistory
from talkpace.storage.records import AthleteChange, SessionClosed
from talkpace.storage.store import Store

from ..broker import Mosquitto
from ..formats.stored_sessions import stored_session, workout
from ..mqtt.observer import observing
from .control_harness import ANNA, STRAP, daemon, household, until
from .manager_harness import ManagerHarness

OTHER = "A0:9E:1A:00:00:02"
SOURCE = 'sources = [{ kind = "virtual", athlete = "ben" }]'
RETAINED = ("session", "strap", "athlete", "habits", "breathing", "nap", "readiness", "calibration")
BEN = {"name": "Ben", "max_heart_rate": 181}


async def test_of_an_athlete_who_is_removed_the_record_stays_and_nothing_else(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    with stored_session(tmp_path, workout(300)) as session:
        recorded = session.id
    mqtt = f'mqtt = {{ enabled = true, host = "127.0.0.1", port = {mosquitto.port} }}'

    async def retained(pattern: str) -> dict[str, str]:
        async with observing(mosquitto.port, pattern, "talkpace/gym/status") as newcomer:
            await newcomer.until_on("talkpace/gym/status")
            return {one.topic: one.text for one in newcomer.received if one.topic != "talkpace/gym/status"}

    async with (
        observing(mosquitto.port, "talkpace/gym/#", "homeassistant/#") as observer,
        daemon(household(tmp_path, mqtt)) as call,
    ):
        await call("athletes.add", athlete="anna", values={"name": "Anna", "max_heart_rate": 180})
        await call("straps.assign", address=STRAP, athlete="anna")
        await call("sessions.delete", session=recorded)
        await call("sessions.restore", session=recorded)
        await observer.until_on("talkpace/gym/anna/summary", 2)
        document = "homeassistant/device/talkpace_gym/athlete_anna/config"
        await observer.until(lambda: any(observer.texts(document)))
        topics = [f"talkpace/gym/anna/{name}" for name in RETAINED]
        for topic in topics:
            await observer.until_on(topic)

        await call("athletes.remove", athlete="anna")
        gone = [*topics, "talkpace/gym/anna/summary", document]
        await observer.until(lambda: all(observer.texts(topic)[-1] == "" for topic in gone))
        assert await retained("talkpace/gym/anna/#") == {}
        assert await retained("homeassistant/device/+/athlete_anna/config") == {}
        assert await call("athletes.list") == await call("athletes.describe") == []
        assert (await call("straps.list"))["owned"] == []
        with pytest.raises(DaemonError, match="there is no athlete 'anna'"):
            await call("command", athlete="anna", name="mute", argument=60)
        with pytest.raises(DaemonError, match="there is no athlete 'anna'; choose from none yet"):
            await call("athletes.remove", athlete="anna")
        with Store.open(tmp_path / "talkpace.db", read_only=True) as store:
            assert [row.id for row in store.sessions("anna")] == [recorded]

        # Whoever is added again begins with new values, and is published again.
        await call("athletes.add", athlete="anna", values={"birth_year": 1984})
        await observer.until(lambda: all(observer.texts(topic)[-1] != "" for topic in [*topics, document]))
        [anna] = await call("athletes.describe")
        assert {key: one["value"] for key, one in anna["values"].items()} == {
            "name": "anna",
            "birth_year": 1984,
        }
        await call("command", athlete="anna", name="mute", argument=60)


async def test_a_removed_athlete_is_still_removed_after_a_restart(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    mqtt = f'mqtt = {{ enabled = true, host = "127.0.0.1", port = {mosquitto.port} }}'
    async with daemon(household(tmp_path, ANNA)) as call:
        await call("athletes.add", athlete="ben", values=BEN)
        await call("athletes.remove", athlete="ben")
    async with observing(mosquitto.port) as observer, daemon(household(tmp_path, ANNA, mqtt)) as call:
        await until(call, "health", lambda health: health["broker"] == "connected")
        assert [one["athlete"] for one in await call("athletes.list")] == ["anna"]
        await observer.until_on("talkpace/gym/ben/session")
        assert observer.texts("talkpace/gym/ben/session") == [""], "as the broker may have been away"


async def test_who_cannot_be_removed_and_what_to_do_instead(tmp_path: Path) -> None:
    async with daemon(household(tmp_path, ANNA)) as call:
        await call("athletes.add", athlete="ben", values=BEN)
        assert [one["in_file"] for one in await call("athletes.describe")] == [True, False]
        await call("command", athlete="ben", name="session", argument="start")
        with pytest.raises(DaemonError, match=r"in the configuration file: remove their \[\[athletes\]\]"):
            await call("athletes.remove", athlete="anna")
        assert [one["athlete"] for one in await call("athletes.list")] == ["anna", "ben"]
    with Store.open(tmp_path / "talkpace.db", read_only=True) as store:
        assert not [one for one in store.athlete_changes() if one.key == "removed"]


async def test_nobody_is_removed_in_the_middle_of_a_session_or_of_a_recording(tmp_path: Path) -> None:
    path = household(tmp_path, ANNA)
    async with daemon(path) as call:
        await call("settings.set", changes={"athletes": [{"id": "ben", "max_heart_rate": 181}]})
    path.write_text(path.read_text() + f"\n{SOURCE}")
    async with daemon(path) as call:
        with pytest.raises(DaemonError, match="a session of 'ben' is active: end it"):
            await remove_once_a_session_runs(call)
        await call("command", athlete="ben", name="session", argument="end")
        with pytest.raises(DaemonError, match=r"\[\[sources\]\] plays heart rates of 'ben'"):
            await call("athletes.remove", athlete="ben")
        assert [one["athlete"] for one in await call("athletes.list")] == ["anna", "ben"]


async def remove_once_a_session_runs(call: Callable[..., Any]) -> None:
    """Remove Ben; before his session has begun, his recording is the reason against it."""
    while True:
        try:
            await call("athletes.remove", athlete="ben")
        except DaemonError as error:
            if "[[sources]]" not in str(error):
                raise


async def test_whom_the_settings_layer_cannot_lose_stays_until_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_layers: Layers) -> NoReturn:
        raise ConfigurationError("settings.toml: No space left on device")

    async with daemon(household(tmp_path, ANNA)) as call:
        await call("settings.set", changes={"athletes": [{"id": "ben", "max_heart_rate": 181}]})
        await call("straps.assign", address=OTHER, athlete="ben")
        with monkeypatch.context() as disk:
            disk.setattr(settings, "write_settings", fail)
            with pytest.raises(DaemonError, match="No space left"):
                await call("athletes.remove", athlete="ben")
        assert [one["athlete"] for one in await call("athletes.list")] == ["anna", "ben"]
        assert [one["athlete"] for one in (await call("straps.list"))["owned"]] == ["ben"]
        await call("athletes.remove", athlete="ben")
        assert [one["athlete"] for one in await call("athletes.list")] == ["anna"]


def test_a_session_that_begins_while_the_disk_is_waited_for_ends_with_the_removal() -> None:
    harness = ManagerHarness(configuration=Configuration())
    at = harness.clock.wall()
    ben = [AthleteChange("ben", "max_heart_rate", 181, at, "command")]
    harness.manager.load(AthleteHistory(ben), [(STRAP, "ben")])
    harness.registry.command("ben", "session", "start")
    harness.beat(120)
    assert harness.registry.session_active
    removed = AthleteChange("ben", "removed", value=True, changed_at=at, source="command")
    harness.manager.load(AthleteHistory([*ben, removed]), [])
    assert [one.athlete for one in harness.of(SessionClosed)] == ["ben"]
    assert not harness.registry.session_active


async def test_an_athlete_of_the_settings_layer_is_removed_from_it_without_a_restart(tmp_path: Path) -> None:
    async with daemon(household(tmp_path, ANNA)) as call:
        await call("settings.set", changes={"athletes": [{"id": "ben", "max_heart_rate": 181}]})
        await until(call, "athletes.list", lambda athletes: len(athletes) == 2)
        await call("athletes.remove", athlete="ben")
        assert [one["athlete"] for one in await call("athletes.list")] == ["anna"]
        assert "ben" not in (tmp_path / "settings.toml").read_text()
        assert (await call("settings.list"))["restart"] == []
        assert (await call("health"))["configuration"] == "ok"
