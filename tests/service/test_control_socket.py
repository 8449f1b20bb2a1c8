"""The daemon over its control socket: the real program, and its straps on a fake radio."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest

from talkpace.control.client import ControlClient
from talkpace.errors import DaemonError, DaemonNotRunningError
from talkpace.service import tasks as tasks_module
from talkpace.storage.profile_json import profile_from_json
from talkpace.storage.store import Store

from ..formats.stored_sessions import stored_session, workout
from .control_harness import ANNA, STRAP, Air, daemon, household, until
from .daemon_process import running, talkpace


async def test_the_daemon_tells_who_it_is_and_how_it_is(tmp_path: Path) -> None:
    async with daemon(household(tmp_path, ANNA)) as call:
        node = await call("node")
        assert (node["node"], node["database"]) == ("gym", str(tmp_path / "talkpace.db"))
        health = await call("health")
        assert (health["store"], health["adapter"], health["broker"]) == ("ok", "not used", "not used")
        assert await call("athletes.list") == [{"athlete": "anna", "name": "anna"}]


async def test_a_command_is_validated_as_over_mqtt(tmp_path: Path) -> None:
    async with daemon(household(tmp_path, ANNA)) as call:
        assert await call("command", athlete="anna", name="mute", argument=60) == {"state": {}, "entries": []}
        nap = await call("command", athlete="anna", name="nap", argument=20)
        assert nap["state"]["state"] == "napping"
        for params, reason in (
            ({"athlete": "anna", "name": "mute", "argument": -5}, "mute: Input should be greater"),
            ({"athlete": "zoe", "name": "mute"}, "there is no athlete 'zoe'"),
            ({"athlete": "anna", "name": "fly"}, "there is no command 'fly'"),
            ({"athlete": "anna", "name": "mute", "argument": [1]}, "argument"),
            ({"athlete": "anna", "name": "nap", "argument": 20}, "a nap is in progress"),
        ):
            with pytest.raises(DaemonError, match=reason):
                await call("command", **params)


async def test_an_athlete_who_is_added_can_train_at_once(tmp_path: Path) -> None:
    async with daemon(household(tmp_path, ANNA)) as call:
        await call("athletes.add", athlete="ben", values={"name": "Ben", "birth_year": 1984})
        assert {"athlete": "ben", "name": "Ben"} in await call("athletes.list")
        assert await call("command", athlete="ben", name="session", argument="start") == {
            "state": {},
            "entries": [],
        }
        await call("athletes.set", athlete="ben", values={"max_heart_rate": 181, "birth_year": None})
        for method, values, reason in (
            ("athletes.add", {"birth_year": 1984}, "athlete 'ben' exists"),
            ("athletes.set", {"max_heart_rate": 20}, "max_heart_rate"),
            ("athletes.set", {"shoe_size": 42}, "shoe_size: unknown key"),
            ("athletes.set", {"max_heart_rate": None}, "birth_year"),
        ):
            with pytest.raises(DaemonError, match=reason):
                await call(method, athlete="ben", values=values)
        with pytest.raises(DaemonError, match="there is no athlete 'zoe'"):
            await call("athletes.set", athlete="zoe", values={"birth_year": 1990})


async def test_the_daemon_runs_with_nobody_configured_and_says_so(tmp_path: Path) -> None:
    async with daemon(household(tmp_path)) as call:
        assert "no athlete is configured" in (await call("health"))["athletes"]
        assert await call("athletes.list") == []
        await call("athletes.add", athlete="anna", values={"birth_year": 1984})
        assert (await call("health"))["athletes"] == "ok"
        assert await call("command", athlete="anna", name="nap", argument=20)


async def test_the_diagnostics_are_those_of_the_doctor(tmp_path: Path) -> None:
    async with daemon(household(tmp_path, ANNA)) as call:
        diagnostics = await call("diagnostics")
        checks = {one["check"]: one["ok"] for one in diagnostics["findings"]}
        assert checks["athletes"]
        assert checks["database"]
        assert checks["daemon"]
        assert diagnostics["health"]["store"] == "ok"


async def test_changes_at_the_same_time_are_all_taken_up(tmp_path: Path) -> None:
    async with daemon(household(tmp_path, ANNA)) as call:
        ids = [f"athlete-{number}" for number in range(12)]
        async with asyncio.TaskGroup() as tasks:
            for athlete in ids:
                tasks.create_task(call("athletes.add", athlete=athlete, values={"birth_year": 1984}))
        assert {one["athlete"] for one in await call("athletes.list")} == {"anna", *ids}


async def test_an_alert_can_be_tried(tmp_path: Path) -> None:
    async with daemon(household(tmp_path, ANNA)) as call:
        assert await call("alerts.test", pattern="over") == {"alerts": "recorded"}
        with pytest.raises(DaemonError, match=r"there is no alert pattern 'tune'; choose from .*over"):
            await call("alerts.test", pattern="tune")


async def test_straps_need_bluetooth(tmp_path: Path) -> None:
    async with daemon(household(tmp_path, ANNA)) as call:
        for method, params in (
            ("scan", {"seconds": 1}),
            ("pair", {"address": STRAP, "athlete": "anna"}),
        ):
            with pytest.raises(DaemonError, match=r"bluetooth.enabled = true"):
                await call(method, **params)


@pytest.fixture
def air(monkeypatch: pytest.MonkeyPatch) -> Air:
    radio = Air()
    monkeypatch.setattr(tasks_module, "_open_radio", lambda _adapter: radio)
    return radio


async def test_a_strap_is_found_paired_used_and_forgotten(tmp_path: Path, air: Air) -> None:
    async with daemon(household(tmp_path, ANNA, bluetooth=True)) as call:
        found = await call("scan", seconds=2)
        assert [(one["address"], one["name"], one["athlete"]) for one in found] == [
            (STRAP, "Polar H10 12345678", None)
        ]
        paired = await call("pair", address=STRAP.lower(), athlete="anna", seconds=2)
        assert (paired["address"], paired["athlete"], paired["bonded"]) == (STRAP, "anna", False)
        while len(air.links.get(STRAP, [])) < 2:  # the daemon connects to it  # noqa: ASYNC110
            await asyncio.sleep(0)
        await call("forget", address=STRAP)
        with pytest.raises(DaemonError, match="is not paired"):
            await call("forget", address="A0:9E:1A:00:00:02")


async def test_a_strap_is_paired_for_nobody_unknown(tmp_path: Path, air: Air) -> None:
    configured = f'athletes = [{{ id = "anna", max_heart_rate = 180, straps = ["{STRAP}"] }}]'
    async with daemon(household(tmp_path, configured, bluetooth=True)) as call:
        with pytest.raises(DaemonError, match="there is no athlete 'zoe'"):
            await call("pair", address="A0:9E:1A:00:00:02", athlete="zoe")
        with pytest.raises(DaemonError, match="configured as a strap of anna"):
            await call("pair", address=STRAP, athlete="ben")
        with pytest.raises(DaemonError, match="is in the configuration"):
            await call("forget", address=STRAP)
        with pytest.raises(DaemonError, match=r"address: .*not a Bluetooth address"):
            await call("pair", address="H10", athlete="anna")


async def test_a_stranger_is_listed_ignored_and_told_again(tmp_path: Path, air: Air) -> None:
    async with daemon(household(tmp_path, ANNA, bluetooth=True)) as call:
        listed = await until(call, "straps.list", lambda listed: listed["strangers"])
        [stranger] = listed["strangers"]
        assert (stranger["address"], stranger["name"]) == (STRAP, "Polar H10 12345678")
        await until(call, "health", lambda health: health["strangers"] == 1)
        await call("straps.ignore", address=STRAP)
        ignored = await call("straps.list")
        assert (ignored["strangers"], ignored["ignored"]) == (
            [],
            [{"address": STRAP, "name": "Polar H10 12345678"}],
        )
        await until(call, "health", lambda health: health["strangers"] == 0)
        await call("straps.unignore", address=STRAP)
        await until(call, "straps.list", lambda listed: listed["strangers"])
        with pytest.raises(DaemonError, match="is not ignored"):
            await call("straps.unignore", address=STRAP)
        assert not air.links, "a stranger is never connected"


async def test_what_is_ignored_survives_a_restart(tmp_path: Path, air: Air) -> None:
    configuration = household(tmp_path, ANNA, bluetooth=True)
    async with daemon(configuration) as call:
        await call("straps.ignore", address=STRAP)
    async with daemon(configuration) as call:
        while air.count("scan") < 2:  # noqa: ASYNC110 - the radio listens by itself
            await asyncio.sleep(0)
        listed = await call("straps.list")
        assert ([one["address"] for one in listed["ignored"]], listed["strangers"]) == ([STRAP], [])


async def test_straps_of_athletes_are_listed_and_cannot_be_ignored(tmp_path: Path, air: Air) -> None:
    configured = f'athletes = [{{ id = "anna", max_heart_rate = 180, straps = ["{STRAP}"] }}]'
    async with daemon(household(tmp_path, configured, bluetooth=True)) as call:
        listed = await until(call, "straps.list", lambda listed: listed["owned"][0]["connected"])
        assert listed == {
            "owned": [
                {
                    "address": STRAP,
                    "name": listed["owned"][0]["name"],
                    "athlete": "anna",
                    "battery_percent": None,
                    "connected": True,
                    "signal_dbm": -60,
                    "last_seen": listed["owned"][0]["last_seen"],
                }
            ],
            "strangers": [],
            "ignored": [],
        }
        with pytest.raises(DaemonError, match="is a strap of anna"):
            await call("straps.ignore", address=STRAP)
        assert air.links


async def test_a_strap_is_given_to_an_athlete_and_its_session_moves(tmp_path: Path, air: Air) -> None:
    both = 'athletes = [{ id = "anna", max_heart_rate = 180 }, { id = "ben", max_heart_rate = 190 }]'
    async with daemon(household(tmp_path, both, bluetooth=True)) as call:
        assert await call("straps.assign", address=STRAP, athlete="anna") == {"moved_session": None}
        await until(call, "straps.list", lambda listed: listed["owned"][0]["connected"])
        moved = (await call("straps.assign", address=STRAP, athlete="ben"))["moved_session"]
        assert moved is not None
        [owned] = (await call("straps.list"))["owned"]
        assert (owned["athlete"], owned["connected"], len(air.links[STRAP])) == ("ben", True, 1)
        with pytest.raises(DaemonError, match="there is no athlete 'zoe'"):
            await call("straps.assign", address=STRAP, athlete="zoe")
    with Store.open(tmp_path / "talkpace.db", read_only=True) as store:
        row = store.session(moved)
        assert (row.athlete, profile_from_json(row.profile).max_heart_rate) == ("ben", Fraction(190))
        assert [event.name for event in store.events(moved)] == ["session_started"]
        assert [strap.athlete for strap in store.straps()] == ["ben"]
        assert len(list(store.measurements(moved))) == 1


async def test_a_guest_is_added_for_today_and_takes_a_session_over(tmp_path: Path, air: Air) -> None:
    async with daemon(household(tmp_path, ANNA, bluetooth=True)) as call:
        await call("straps.assign", address=STRAP, athlete="anna")
        await until(call, "straps.list", lambda listed: listed["owned"][0]["connected"])
        guest = await call("guests.add", name="Carla", address=STRAP)
        assert (guest["athlete"], guest["max_heart_rate"], guest["max_heart_rate_source"]) == (
            "guest-1",
            166.0,
            "guest_default",
        )
        assert {"athlete": "guest-1", "name": "Carla"} in await call("athletes.list")
        [owned] = (await call("straps.list"))["owned"]
        assert (owned["athlete"], owned["connected"]) == ("guest-1", True)
        for params, reason in (
            ({"name": ""}, "name"),
            ({"name": "Dora", "max_heart_rate": 1000}, "max_heart_rate"),
            ({"name": "Dora", "address": "H10"}, "not a Bluetooth address"),
        ):
            with pytest.raises(DaemonError, match=reason):
                await call("guests.add", **params)
    assert air.links
    with Store.open(tmp_path / "talkpace.db", read_only=True) as store:
        assert [row.athlete for row in store.open_sessions()] == ["guest-1"]


def test_a_client_is_told_that_no_daemon_runs(tmp_path: Path) -> None:
    with pytest.raises(DaemonNotRunningError, match="systemctl start talkpace"):
        ControlClient.connect([tmp_path / "control"], tmp_path / "talkpace.db")


async def test_a_daemon_of_another_database_is_not_asked(tmp_path: Path) -> None:
    async with daemon(household(tmp_path, ANNA)) as call:
        await call("node")
        with pytest.raises(DaemonNotRunningError):
            await asyncio.to_thread(
                ControlClient.connect, [tmp_path / "control"], tmp_path / "other" / "talkpace.db"
            )


class Impostor:
    """A peer that answers with what the test says."""

    def __init__(self, path: Path, *answers: bytes) -> None:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._thread = threading.Thread(target=self._serve, args=(answers,))
        self._thread.start()

    def _serve(self, answers: tuple[bytes, ...]) -> None:
        peer, _ = self._listener.accept()
        with peer:
            for answer in answers:
                peer.recv(10_000)
                peer.sendall(answer)

    def close(self) -> None:
        self._thread.join()
        self._listener.close()


def test_a_connection_that_ends_is_told_as_such(tmp_path: Path) -> None:
    database = str(tmp_path / "talkpace.db")
    hello = json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"database": database}}).encode() + b"\n"
    impostor = Impostor(tmp_path / "control", hello)
    with (
        ControlClient.connect([tmp_path / "control"], Path(database)) as client,
        pytest.raises(DaemonError, match=r"stopped in the meantime|closed the connection"),
    ):
        client.call("health")
    impostor.close()


def daemon_line(folder: Path, *config: str) -> str:
    """What `talkpace doctor` says of the daemon."""
    document = json.loads(talkpace(folder, "doctor", "--json", *config).stdout)
    return next(str(one["detail"]) for one in document["findings"] if one["check"] == "daemon")


def test_commands_of_the_program_go_to_the_daemon(tmp_path: Path) -> None:
    configuration = household(tmp_path, ANNA)
    with running(tmp_path, configuration) as process:
        config = ("--config", str(configuration))
        added = talkpace(tmp_path, "athlete", "add", "ben", "birth_year=1984", *config)
        assert (added.returncode, added.stdout) == (0, "athlete ben added\n")
        twice = talkpace(tmp_path, "athlete", "add", "ben", "birth_year=1984", *config)
        assert twice.returncode == 2
        invalid = talkpace(tmp_path, "athlete", "set", "ben", "birth_year=", *config)
        assert (invalid.returncode, "neither max_heart_rate nor birth_year" in invalid.stderr) == (2, True)
        assert "athlete 'ben' exists" in twice.stderr
        guest = talkpace(tmp_path, "guest", "add", "Carla", "max_heart_rate=181", *config)
        assert guest.stdout.startswith("Carla is guest-1 until "), guest.stderr
        assert guest.stdout.endswith("maximum 181 bpm (given)\n")
        wrong = talkpace(tmp_path, "guest", "add", "Dora", "shoe_size=42", *config)
        assert (wrong.returncode, "is not KEY=NUMBER" in wrong.stderr) == (2, True)
        nobody = talkpace(tmp_path, "forget", STRAP, *config)
        assert (nobody.returncode, "is not paired" in nobody.stderr) == (1, True)
        nap = talkpace(tmp_path, "nap", "20", "--athlete", "ben", "--json", *config)
        assert json.loads(nap.stdout)["state"] == "napping"
        assert "running; 0 strap(s) connected" in daemon_line(tmp_path, *config)
        assert process.stop() == 0
    assert not (tmp_path / "control").exists()
    assert daemon_line(tmp_path, *config) == "not running"


async def test_a_deleted_session_counts_nowhere_until_it_is_restored(tmp_path: Path) -> None:
    with stored_session(tmp_path, workout(300)) as session:
        name = session.id
    async with daemon(household(tmp_path, ANNA)) as call:
        deleted = await call("sessions.delete", session=name)
        assert deleted["session"] == name
        with Store.open(tmp_path / "talkpace.db", read_only=True) as store:
            assert store.sessions() == []
            [(row, at)] = store.deleted_sessions()
        restorable_until = datetime.fromisoformat(deleted["restorable_until"])
        assert abs(restorable_until - at - timedelta(days=1)) < timedelta(milliseconds=1)
        for session_id, reason in ((name, "no session"), ("0000aaaa", "no session"), ("last", "session")):
            with pytest.raises(DaemonError, match=reason):
                await call("sessions.delete", session=session_id)
        assert await call("sessions.restore", session=name) == {"session": name}
        with pytest.raises(DaemonError, match="no deleted session"):
            await call("sessions.restore", session=name)
    with Store.open(tmp_path / "talkpace.db", read_only=True) as store:
        assert store.sessions() == [row]
