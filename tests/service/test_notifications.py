"""Notifications of the real daemon: what is stored survives SIGKILL, and nothing is lost or held up."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from talkpace.clock import Clock
from talkpace.config.load import load
from talkpace.config.model import Configuration
from talkpace.control.client import ControlClient
from talkpace.diagnostics import Health
from talkpace.errors import DaemonNotRunningError, DaemonRefusedError
from talkpace.mqtt.payloads import EventPayload
from talkpace.notifications.faults import FAULT_AFTER_MS
from talkpace.service.notifications import FAULT_POLL_S, NotificationService, RecordWithNotifications
from talkpace.storage.paths import control_paths
from talkpace.storage.records import Notification, OutgoingMessage, RecordItem
from talkpace.storage.store import Store
from talkpace.training.events import EventName

from ..fake_clock import FakeClock
from ..notifications.ntfy_server import NtfyServer, ntfy_server
from ..notifications.samples import AT, summary
from .daemon_process import PATIENCE_S, running, talkpace

SUMMARY = "Anna has trained"


def household(folder: Path, port: int) -> Path:
    """The configuration of a node with a simulated strap and a phone."""
    secret = folder / "address"
    secret.write_text(f"http://127.0.0.1:{port}/secret-topic\n", encoding="utf-8")
    secret.chmod(0o600)
    path = folder / "talkpace.toml"
    path.write_text(
        f"""
        athletes = [{{ id = "anna", name = "Anna", max_heart_rate = 180 }}]
        sources = [{{ kind = "virtual", athlete = "anna" }}]
        node.id = "gym"
        bluetooth.enabled = false
        store.path = "{folder}/talkpace.db"
        sessions.min_duration_s = 0
        [[notify]]
        name = "phone"
        address_file = "{secret}"
        events = ["summary"]
        """,
        encoding="utf-8",
    )
    return path


@contextmanager
def refusing_port() -> Iterator[int]:
    """A port that refuses connections, until a server that reuses addresses listens there."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind(("127.0.0.1", 0))
        yield int(one.getsockname()[1])


@contextmanager
def connected(path: Path) -> Iterator[ControlClient]:
    """A client that watches everything."""
    configuration = load(path, {})
    database = configuration.store.path
    assert database is not None
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            client = ControlClient.connect(control_paths(configuration, {}), database)
            break
        except DaemonNotRunningError:  # the daemon is ready before its socket is
            assert time.monotonic() < deadline
    with client:
        client.call("watch")
        yield client


def until_state(client: ControlClient, topic: str, **values: object) -> None:
    """Wait until a state has these values."""
    while (one := client.receive(PATIENCE_S)) is not None:
        if one.params.get("topic") == topic and values.items() <= one.params["payload"].items():
            return
    raise AssertionError(f"{topic} never was {values}")


def train(client: ControlClient) -> None:
    """Train for a moment."""
    with suppress(DaemonRefusedError):  # one is under way
        client.call("command", athlete="anna", name="session", argument="start")
    until_state(client, "anna/session", state="active")
    client.call("command", athlete="anna", name="session", argument="end")


def waiting(folder: Path) -> list[str]:
    """Titles of the notifications in the store."""
    with Store.open(folder / "talkpace.db", read_only=True) as store:
        return [one.notification.title for one in store.notifications()]


@pytest.fixture
def server() -> Iterator[NtfyServer]:
    with ntfy_server() as one:
        yield one


class TestProcess:
    """`talkpace run`, killed."""

    def test_what_was_stored_and_not_sent_before_a_kill_is_sent_once_after_it(self, tmp_path: Path) -> None:
        with refusing_port() as port:
            path = household(tmp_path, port)
            with running(tmp_path, path) as daemon, connected(path) as client:
                train(client)
                until_state(client, "node", notifications="phone: the connection is refused")
                daemon.kill()
            assert waiting(tmp_path) == [SUMMARY]
            with ntfy_server(port) as server:
                with running(tmp_path, path, "second") as daemon, connected(path) as client:
                    assert server.next().message["title"] == SUMMARY
                    train(client)
                    assert server.next().message["title"] == SUMMARY
                    daemon.stop()
                assert server.received.empty()
                assert "secret" not in daemon.says()

    def test_what_the_server_has_and_has_not_acknowledged_before_a_kill_comes_twice(
        self, tmp_path: Path, server: NtfyServer
    ) -> None:
        path = household(tmp_path, server.port)
        server.hangs = True
        with running(tmp_path, path) as daemon, connected(path) as client:
            train(client)
            first = server.next()
            daemon.kill()
        assert waiting(tmp_path) == [SUMMARY]
        server.hangs = False
        server.released.set()
        with running(tmp_path, path, "second") as daemon, connected(path) as client:
            assert server.next() == first
            train(client)
            server.next()
            # They are sent one after the other: the first is deleted by now.
            assert len(waiting(tmp_path)) <= 1
            daemon.stop()

    def test_a_stop_waits_for_no_server(self, tmp_path: Path, server: NtfyServer) -> None:
        path = household(tmp_path, server.port)
        server.hangs = True
        with running(tmp_path, path) as daemon, connected(path) as client:
            train(client)
            server.next()
            assert daemon.stop() == 0
        assert "did not stop" not in daemon.says()
        assert waiting(tmp_path) == [SUMMARY]

    def test_a_file_that_others_can_read_is_a_fault_and_costs_nothing_else(
        self, tmp_path: Path, server: NtfyServer
    ) -> None:
        path = household(tmp_path, server.port)
        (tmp_path / "address").chmod(0o644)
        with running(tmp_path, path) as daemon, connected(path) as client:
            train(client)
            health = client.call("health")
            assert "notify.phone.address_file" in health["configuration"]
            assert "run `chmod 600" in health["configuration"]
            assert health["notifications"] == "not used"
            daemon.stop()
        assert server.received.empty()

    def test_the_command_says_what_came_of_a_test(self, tmp_path: Path, server: NtfyServer) -> None:
        path = household(tmp_path, server.port)
        sent = talkpace(tmp_path, "notify", "test", "--config", str(path))
        assert (sent.returncode, sent.stdout.splitlines()[0]) == (0, "ok    phone: accepted")
        assert server.next().text == "Notifications from gym arrive here."
        server.status = 403
        refused = talkpace(tmp_path, "notify", "test", "phone", "--json", "--config", str(path))
        assert refused.returncode == 1
        [address] = json.loads(refused.stdout)["addresses"]
        assert (address["name"], address["ok"]) == ("phone", False)
        assert address["error"].startswith("it answers 403")
        assert "secret" not in refused.stdout + refused.stderr

    def test_the_command_names_what_is_not_configured(self, tmp_path: Path) -> None:
        path = household(tmp_path, 9)
        unknown = talkpace(tmp_path, "notify", "test", "tablet", "--config", str(path))
        assert (unknown.returncode, "use one of phone" in unknown.stderr) == (2, True)
        path.write_text("", encoding="utf-8")
        none = talkpace(tmp_path, "notify", "test", "--config", str(path))
        assert (none.returncode, "no address is configured" in none.stderr) == (2, True)

    def test_an_unusable_file_is_told_by_the_command_and_by_the_check(self, tmp_path: Path) -> None:
        path = household(tmp_path, 9)
        (tmp_path / "address").write_text("secret\n", encoding="utf-8")
        tested = talkpace(tmp_path, "notify", "test", "--config", str(path))
        checked = talkpace(tmp_path, "config", "check", str(path))
        assert (tested.returncode, checked.returncode) == (1, 2)
        for output in (tested.stdout, checked.stderr):
            assert "notify.phone: this is no address" in output.replace("\n", " ")
            assert "secret" not in output.replace(str(tmp_path), "")


class Records:
    """A record sink whose items are collected."""

    def __init__(self) -> None:
        self.items: list[RecordItem] = []

    def put(self, item: RecordItem) -> None:
        self.items.append(item)

    def notifications(self) -> list[tuple[str, str, str]]:
        """Address, title and text of each."""
        return [(one.address, one.title, one.text) for one in self.items if isinstance(one, Notification)]


class Service:
    """The part of the daemon, with a recorder that only collects."""

    def __init__(self, folder: Path, *tables: dict[str, Any], clock: Clock | None = None) -> None:
        secret = folder / "address"
        secret.write_text("https://ntfy.sh/topic", encoding="utf-8")
        secret.chmod(0o600)
        notify = [{"address_file": secret, **table} for table in tables]
        self.failed: dict[str, str] = {}
        self.health: list[Health] = []
        self.records = Records()
        self.service = NotificationService(
            Configuration.model_validate({"notify": notify, "node": {"id": "gym"}}),
            {},
            clock=clock or FakeClock(AT),
            failed_parts=lambda: self.failed,
            on_health=self.health.append,
        )
        self.service.outbox.put = self.records.put  # type: ignore[method-assign]
        self.service.set_athletes({"anna": "Anna", "ben": "Ben"})
        self.sink = RecordWithNotifications(self.records, self.service)

    def event(self, name: EventName, athlete: str = "anna") -> None:
        """Let an event happen."""
        payload = EventPayload(event=name, time=AT, heart_rate=150, effort=0.8, level=0, session=None)
        self.sink.put(OutgoingMessage(f"{athlete}/event", payload.model_dump_json()))

    def summary(self, athlete: str = "anna") -> None:
        """Let a session end."""
        self.sink.put(OutgoingMessage(f"{athlete}/summary", summary().as_json(), retain=True))


def test_each_address_gets_what_it_asks_for_in_its_language_and_no_heart_data_by_default(
    tmp_path: Path,
) -> None:
    harness = Service(
        tmp_path,
        {"name": "phone", "events": ["summary"]},
        {"name": "coach", "events": ["summary"], "heart_data": True, "language": "de", "athletes": ["ben"]},
        {"name": "spare", "events": ["strap_battery_low"]},
    )
    harness.summary("anna")
    assert harness.records.notifications() == [("phone", "Anna has trained", "42 min.")]
    harness.summary("ben")
    assert harness.records.notifications()[2] == (
        "coach",
        "Ben hat trainiert",
        "42 min. Davon 31 min im Sprechtempo, 2 min über der Obergrenze. Puls im Mittel 118, höchstens 141.",
    )
    harness.event(EventName.STRAP_BATTERY_LOW)
    assert harness.records.notifications()[3][:2] == ("spare", "Strap of Anna: battery low")


def test_a_warning_is_never_sent(tmp_path: Path) -> None:
    harness = Service(tmp_path, {"name": "phone", "events": ["summary", "strap_battery_low", "node_fault"]})
    for name in set(EventName) - {EventName.STRAP_BATTERY_LOW}:
        harness.event(name)
    assert harness.records.notifications() == []


def test_a_summary_that_is_cleared_or_damaged_is_no_notification(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    harness = Service(tmp_path, {"name": "phone", "events": ["summary"]})
    harness.sink.put(OutgoingMessage("anna/summary", "", retain=True))
    assert caplog.records == []
    harness.sink.put(OutgoingMessage("anna/summary", '{"schema": 1}'))
    assert harness.records.notifications() == []
    assert "no notification of an invalid summary" in caplog.text


async def test_a_fault_that_lasts_is_told_once_and_so_is_its_end(tmp_path: Path) -> None:
    clock = FakeClock(AT)
    harness = Service(tmp_path, {"name": "phone", "events": ["node_fault"]}, clock=clock)
    task = asyncio.create_task(harness.service.watch_faults())
    harness.failed = {
        "broker": "cannot reach broker.lan", "configuration": "x", "notifications": "x", "athletes": "x"
    }  # fmt: skip
    await clock.advance(FAULT_AFTER_MS / 1000 + 2 * FAULT_POLL_S)
    assert [title for _, title, _ in harness.records.notifications()] == [
        "talkpace: trouble with the connection to the MQTT broker"
    ]
    assert "broker.lan" not in str(harness.records.notifications())
    await clock.advance(3600)
    harness.failed = {}
    await clock.advance(FAULT_AFTER_MS / 1000 + 2 * FAULT_POLL_S)
    assert [title for _, title, _ in harness.records.notifications()][1:] == [
        "talkpace: trouble over, the connection to the MQTT broker"
    ]
    task.cancel()
    await asyncio.wait({task})
