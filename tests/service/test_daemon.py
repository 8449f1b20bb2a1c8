"""The daemon as a process, with a real broker, a real database, and a strap played from a recording."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from talkpace.storage.store import Store

from ..broker import Mosquitto
from .daemon_process import publish, running, subscribed, talkpace


def household(folder: Path, broker: Mosquitto | None, *more: str, rows: str | None = None) -> Path:
    """A configuration with one athlete whose recorded strap goes on for ten minutes."""
    ride = folder / "ride.csv"
    ride.write_text(rows or "t_s,hr\n" + "".join(f"{second},{110 + second % 7}\n" for second in range(600)))
    path = folder / "talkpace.toml"
    path.write_text(
        f"""
        node = {{ id = "gym" }}
        athletes = [{{ id = "anna", max_heart_rate = 180 }}]
        sources = [{{ kind = "recording", athlete = "anna", file = "{ride}" }}]
        bluetooth = {{ enabled = false }}
        store = {{ path = "{folder}/db/talkpace.db" }}
        sessions = {{ min_duration_s = 0 }}
        warnings = {{ start_grace_s = 0, warn_after_s = 1 }}
        """
        + (
            ""
            if broker is None
            else f'mqtt = {{ enabled = true, host = "127.0.0.1", port = {broker.port} }}\n'
        )
        + "\n".join(more)
    )
    return path


def test_a_session_reaches_a_subscriber_live_with_its_events_and_exactly_one_summary(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    configuration = household(tmp_path, mosquitto)
    with subscribed(mosquitto.port) as subscriber, running(tmp_path, configuration) as daemon:
        assert subscriber.wait_for("gym/status") == "online"
        started = subscriber.wait_for("anna/event", event="session_started")
        live = subscriber.wait_for("anna/live", session=started["session"])
        assert set(live) == {
            "time", "heart_rate", "effort", "zone", "warning", "contact", "session", "elapsed_s", "zones_s",
            "rmssd_ms", "dfa_alpha1", "hrv_reason",
        }  # fmt: skip
        publish(mosquitto.port, "talkpace/gym/anna/command/session", "end")
        assert subscriber.wait_for("anna/summary")["session"] == started["session"]
        assert daemon.stop() == 0
        assert subscriber.wait_for("gym/status") == "offline"
        assert len(subscriber.of("anna/summary")) == 1
        assert [state["state"] for state in subscriber.of("anna/session")][-2:] == ["active", "idle"]
        assert subscriber.of("anna/result") == [{"name": "session", "ok": True, "error": None}]


def test_a_summary_made_while_the_broker_was_away_arrives_once(tmp_path: Path, mosquitto: Mosquitto) -> None:
    configuration = household(tmp_path, mosquitto, rows="t_s,hr\n" + "".join(f"{t},110\n" for t in range(8)))
    with running(tmp_path, configuration) as daemon:
        with subscribed(mosquitto.port) as subscriber:
            started = subscriber.wait_for("anna/event", event="session_started")
        mosquitto.stop()
        wait_until_closed(tmp_path, started["session"])
        mosquitto.start()
        with subscribed(mosquitto.port) as subscriber:
            assert subscriber.wait_for("anna/summary")["session"] == started["session"]
            daemon.stop()
            subscriber.wait_for("gym/status")
    assert mosquitto.published().count("talkpace/gym/anna/summary") == 1


def test_it_arrives_once_too_when_the_daemon_was_restarted_in_between(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    configuration = household(tmp_path, mosquitto, rows="t_s,hr\n" + "".join(f"{t},110\n" for t in range(8)))
    with running(tmp_path, configuration) as daemon:
        with subscribed(mosquitto.port) as subscriber:
            started = subscriber.wait_for("anna/event", event="session_started")
        mosquitto.stop()
        wait_until_closed(tmp_path, started["session"])
        assert daemon.stop() == 0
    mosquitto.start()
    idle = household(tmp_path, mosquitto).read_text().replace("sources", "#")
    (tmp_path / "idle.toml").write_text(idle)
    with subscribed(mosquitto.port) as subscriber:
        with running(tmp_path, tmp_path / "idle.toml", "again") as daemon:
            assert subscriber.wait_for("anna/summary")["session"] == started["session"]
            daemon.stop()
        with running(tmp_path, tmp_path / "idle.toml", "third") as daemon:
            subscriber.wait_for("gym/status")
            daemon.stop()
    assert mosquitto.published().count("talkpace/gym/anna/summary") == 1


def wait_until_closed(folder: Path, session: str) -> None:
    """Until the session is on record with its end."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with Store.open(folder / "db" / "talkpace.db", read_only=True) as store:
            if store.session(session).end is not None:
                return
    raise AssertionError("the session was never closed")


def test_after_kill_9_the_session_goes_on_and_lacks_at_most_five_seconds(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    configuration = household(tmp_path, mosquitto)
    with subscribed(mosquitto.port) as subscriber:
        with running(tmp_path, configuration) as daemon:
            started = subscriber.wait_for("anna/event", event="session_started")
            while (live := subscriber.wait_for("anna/live"))["elapsed_s"] is None or live["elapsed_s"] < 8:
                pass
            daemon.kill()
        assert subscriber.wait_for("gym/status") == "offline", "the last will"
        with Store.open(tmp_path / "db" / "talkpace.db", read_only=True) as store:
            assert store.integrity() == "ok"
            assert (store.last_offset_ms(started["session"]) or 0) / 1000 >= live["elapsed_s"] - 5
        with running(tmp_path, configuration, "again") as daemon:
            again = subscriber.wait_for("anna/live", session=started["session"])
            while again["elapsed_s"] < live["elapsed_s"] + 1:
                again = subscriber.wait_for("anna/live", session=started["session"])
            publish(mosquitto.port, "talkpace/gym/anna/command/session", "end")
            summary = subscriber.wait_for("anna/summary")
            daemon.stop()
    assert summary["session"] == started["session"]
    assert summary["start"] == started["time"]
    assert [event["event"] for event in subscriber.of("anna/event")].count("session_started") == 1


def test_a_session_left_too_long_is_ended_at_the_next_start(tmp_path: Path, mosquitto: Mosquitto) -> None:
    configuration = household(tmp_path, mosquitto)
    with subscribed(mosquitto.port) as subscriber:
        with running(tmp_path, configuration) as daemon:
            started = subscriber.wait_for("anna/event", event="session_started")
            daemon.stop()
        # As if the host had been started again a day later: another boot, another monotonic clock.
        with Store.open(tmp_path / "db" / "talkpace.db") as store:
            database = store.path
        subprocess.run(
            ["python3", "-c", _BACKDATE, str(database)], check=True, env={**os.environ, "PYTHONPATH": ""}
        )
        with running(tmp_path, configuration, "again") as daemon:
            summary = subscriber.wait_for("anna/summary")
            daemon.stop()
    assert summary["session"] == started["session"]


_BACKDATE = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as db:
    db.execute("UPDATE sessions SET boot = 'another', start = '2026-01-01T10:00:00.000+01:00'")
"""


def test_sigterm_saves_what_was_measured_and_leaves(tmp_path: Path) -> None:
    configuration = household(tmp_path, None)
    with running(tmp_path, configuration) as daemon:
        deadline = time.monotonic() + 30
        while "has started" not in daemon.says():
            assert time.monotonic() < deadline
        assert daemon.stop() == 0
    with Store.open(tmp_path / "db" / "talkpace.db", read_only=True) as store:
        [row] = store.open_sessions()
        assert list(store.measurements(row.id)) != []
    assert "bpm" not in daemon.says(), "heart data stays out of the log"


def test_a_strap_paired_and_an_athlete_added_by_command_are_taken_up_without_a_restart(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    configuration = household(tmp_path, mosquitto)
    with subscribed(mosquitto.port) as subscriber, running(tmp_path, configuration) as daemon:
        subscriber.wait_for("anna/event", event="session_started")
        added = talkpace(tmp_path, "athlete", "add", "ben", "birth_year=1980", "--config", str(configuration))
        assert added.returncode == 0, added.stderr
        assert subscriber.wait_for("ben/session")["state"] == "idle"
        daemon.stop()


def test_a_broker_that_refuses_the_password_is_named_and_stops_nothing(
    tmp_path: Path, idle_mosquitto: Mosquitto
) -> None:
    idle_mosquitto.ask_for_password("talkpace", "right")
    idle_mosquitto.start()
    secret = tmp_path / "password"
    secret.write_text("wrong-secret\n")
    secret.chmod(0o600)
    configuration = household(tmp_path, None)
    configuration.write_text(
        configuration.read_text()
        + f'mqtt = {{ enabled = true, host = "127.0.0.1", port = {idle_mosquitto.port}, '
        f'username = "talkpace", password_file = "{secret}" }}\n'
    )
    with running(tmp_path, configuration) as daemon:
        deadline = time.monotonic() + 30
        while "refuses" not in daemon.says():
            assert time.monotonic() < deadline, daemon.says()
        assert daemon.stop() == 0
    assert "wrong-secret" not in daemon.says()
    published = talkpace(tmp_path, "doctor", "--json", "--config", str(configuration))
    assert published.returncode == 1
    [finding] = [one for one in json.loads(published.stdout)["findings"] if "broker" in one["check"].lower()]
    assert not finding["ok"]
    assert "password" in finding["detail"] + finding["remedy"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = f"this machine does not let us mount a small disk: {done.stderr.strip()}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_warnings_go_on_and_recording_resumes_with_nothing_lost(
    tmp_path: Path, mosquitto: Mosquitto, small_disk: Path
) -> None:
    rows = "t_s,hr\n" + "".join(f"{t},{150 if t % 16 > 8 else 100}\n" for t in range(600))
    configuration = household(tmp_path, mosquitto, rows=rows)
    configuration.write_text(configuration.read_text().replace(f"{tmp_path}/db", str(small_disk)))
    filler = small_disk / "filler"
    with subscribed(mosquitto.port) as subscriber, running(tmp_path, configuration) as daemon:
        started = subscriber.wait_for("anna/event", event="session_started")
        fill(filler)
        subscriber.wait_for("gym/node", store="disk full")
        assert subscriber.wait_for("anna/event", event="over")["heart_rate"] == 150
        filler.unlink()
        subscriber.wait_for("gym/node", store="ok")
        publish(mosquitto.port, "talkpace/gym/anna/command/session", "end")
        summary = subscriber.wait_for("anna/summary", session=started["session"])
        daemon.stop()
    with Store.open(small_disk / "talkpace.db", read_only=True) as store:
        assert store.integrity() == "ok"
        assert len(list(store.measurements(started["session"]))) == summary["measurements"]


def test_an_edited_configuration_holds_though_a_full_disk_cannot_keep_it(
    tmp_path: Path, mosquitto: Mosquitto, small_disk: Path
) -> None:
    configuration = household(tmp_path, mosquitto)
    configuration.write_text(configuration.read_text().replace(f"{tmp_path}/db", str(small_disk)))
    with subscribed(mosquitto.port) as subscriber, running(tmp_path, configuration) as daemon:
        subscriber.wait_for("anna/event", event="session_started")
        daemon.kill()
    fill(small_disk / "filler")
    guests = "".join(f', {{ id = "guest-{number}", max_heart_rate = 170 }}' for number in range(60))
    configuration.write_text(configuration.read_text().replace("= 180 }", f"= 180 }}{guests}"))
    with subscribed(mosquitto.port) as subscriber, running(tmp_path, configuration, "again") as daemon:
        assert subscriber.wait_for("guest-59/session")["state"] == "idle"
        assert subscriber.wait_for("anna/live")["heart_rate"] >= 110
        assert "but not stored" in daemon.says()
        assert daemon.stop() == 0


def fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            pass


def test_a_second_daemon_on_the_same_database_is_refused(tmp_path: Path) -> None:
    configuration = household(tmp_path, None)
    with running(tmp_path, configuration) as daemon:
        second = talkpace(tmp_path, "run", "--config", str(configuration))
        assert second.returncode == 1
        assert "another talkpace already runs on" in second.stderr
        assert daemon.stop() == 0
    with running(tmp_path, configuration, "again") as daemon:
        assert daemon.stop() == 0


def test_two_athletes_whose_recordings_have_the_same_name_have_a_session_each(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    configuration = household(tmp_path, mosquitto)
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / "ride.csv"
    other.write_text("t_s,hr\n" + "".join(f"{second},{80}\n" for second in range(600)))
    text = configuration.read_text().replace(
        'athletes = [{ id = "anna", max_heart_rate = 180 }]',
        'athletes = [{ id = "anna", max_heart_rate = 180 }, { id = "ben", max_heart_rate = 170 }]',
    )
    source = f'{{ kind = "recording", athlete = "ben", file = "{other}" }}'
    configuration.write_text(text.replace("sources = [", f"sources = [{source}, "))
    with subscribed(mosquitto.port) as subscriber, running(tmp_path, configuration) as daemon:
        for athlete, rate in (("anna", 110), ("ben", 80)):
            live = subscriber.wait_for(f"{athlete}/live", heart_rate=rate)
            assert live["session"] is not None
        daemon.stop()


def test_a_source_that_cannot_be_used_is_left_out_and_named(tmp_path: Path) -> None:
    configuration = household(tmp_path, None)
    text = configuration.read_text().replace(
        "max_heart_rate = 180 }", "max_heart_rate = 180 }, { id = 'ben' }"
    )
    configuration.write_text(text.replace('athlete = "anna"', 'athlete = "ben"'))
    with running(tmp_path, configuration) as daemon:
        told = talkpace(tmp_path, "doctor", "--config", str(configuration)).stdout
        assert daemon.stop() == 0
    reason = "sources.0: athlete ben: neither max_heart_rate nor birth_year is known; it is not played"
    assert reason in daemon.says()
    assert reason in told


def test_without_its_password_file_nothing_is_published_and_all_else_works(tmp_path: Path) -> None:
    configuration = household(tmp_path, None)
    mqtt = "mqtt = { enabled = true, password_file = '/nowhere/secret' }\n"
    configuration.write_text(configuration.read_text() + mqtt)
    with running(tmp_path, configuration) as daemon:
        deadline = time.monotonic() + 30
        while not kept_sessions(tmp_path):
            assert time.monotonic() < deadline
        assert daemon.stop() == 0
    assert "mqtt.password_file: /nowhere/secret" in daemon.says()
    assert "nothing is published" in daemon.says()


def test_a_session_of_which_nothing_was_kept_is_removed_at_the_next_start(tmp_path: Path) -> None:
    configuration = household(tmp_path, None)
    with running(tmp_path, configuration) as daemon:
        deadline = time.monotonic() + 30
        while not kept_sessions(tmp_path):
            assert time.monotonic() < deadline
        daemon.kill()
    with sqlite3.connect(tmp_path / "db" / "talkpace.db") as database:
        database.execute("DELETE FROM measurements")
        [(before,)] = database.execute("SELECT id FROM sessions").fetchall()
    database.close()
    with running(tmp_path, configuration, "again") as daemon:
        daemon.stop()
    assert before not in kept_sessions(tmp_path)


def kept_sessions(folder: Path) -> list[str]:
    with Store.open(folder / "db" / "talkpace.db", read_only=True) as store:
        return [row.id for row in store.sessions()]
