"""`talkpace watch` with a real broker and a real daemon, on a terminal and in a pipe."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ..broker import HOST, Mosquitto, free_port
from ..mqtt.sample_messages import LIVE, NODE, STRAP
from ..service.daemon_process import PATIENCE_S, environment, publish, running, talkpace
from .pseudo_terminal import start_on_terminal


def configuration(folder: Path, broker: Mosquitto | None) -> Path:
    path = folder / "talkpace.toml"
    path.write_text(
        f"""
        node = {{ id = "gym" }}
        athletes = [{{ id = "anna", max_heart_rate = 180 }}, {{ id = "bob", max_heart_rate = 190 }}]
        sources = [{{ kind = "virtual", athlete = "anna" }}, {{ kind = "virtual", athlete = "bob" }}]
        bluetooth = {{ enabled = false }}
        store = {{ path = "{folder}/db/talkpace.db" }}
        """
        + (f'mqtt = {{ enabled = true, host = "{HOST}", port = {broker.port} }}' if broker else "")
    )
    return path


def say(broker: Mosquitto, topic: str, payload: object) -> None:
    publish(broker.port, f"talkpace/{topic}", payload if isinstance(payload, str) else json.dumps(payload))


def address(broker: Mosquitto) -> list[str]:
    return ["--host", HOST, "--port", str(broker.port)]


def test_all_athletes_of_a_daemon_are_shown_until_q(tmp_path: Path, mosquitto: Mosquitto) -> None:
    path = configuration(tmp_path, mosquitto)
    with (
        running(tmp_path, path) as daemon,
        start_on_terminal(tmp_path, "watch", "--config", str(path)) as shown,
    ):
        shown.wait_for("gym: online")
        shown.wait_for("anna · cardio · below the ceiling")
        shown.wait_for("bob · cardio · below the ceiling")
        shown.wait_for("elapsed")
        assert daemon.stop() == 0
        shown.wait_for("gym: offline")
        shown.wait_for("bpm unknown")
        shown.press("q")
        assert shown.exit_code() == 0
        # The screen is restored, the cursor too.
        assert shown.raw.rindex(b"\x1b[?1049l") > shown.raw.rindex(b"\x1b[?1049h")
        assert shown.raw.rindex(b"\x1b[?25h") > shown.raw.rindex(b"\x1b[?25l")


def test_it_reconnects_to_the_broker_and_shows_no_stale_value_meanwhile(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    with start_on_terminal(tmp_path, "watch", *address(mosquitto)) as shown:
        shown.wait_for("connected")
        shown.wait_for("waiting for a heart rate")
        say(mosquitto, "gym/status", "online")
        say(mosquitto, "gym/anna/live", LIVE)
        shown.wait_for("bpm  69%  conversational")
        mosquitto.stop()
        shown.wait_for("retrying")
        shown.wait_for("bpm unknown")
        mosquitto.start()
        mosquitto.wait_for_log("Received SUBSCRIBE")
        shown.wait_for("connected")
        say(mosquitto, "gym/anna/live", {**LIVE, "heart_rate": 150, "effort": 0.79, "zone": "hard"})
        shown.wait_for("bpm  79%  hard")
        shown.press("\x03")  # Ctrl-C
        assert shown.exit_code() == 0


def test_a_heart_rate_that_is_not_updated_becomes_unknown(tmp_path: Path, mosquitto: Mosquitto) -> None:
    with start_on_terminal(tmp_path, "watch", *address(mosquitto)) as shown:
        shown.wait_for("connected")
        say(mosquitto, "gym/anna/live", {**LIVE, "warning": "over"})
        shown.wait_for("bpm  69%")
        shown.wait_for("bpm unknown")
        shown.press("q")
        assert shown.exit_code() == 0


@pytest.mark.parametrize("size", [(40, 12), (20, 5), (200, 60)])
def test_terminals_of_any_size_are_used(tmp_path: Path, mosquitto: Mosquitto, size: tuple[int, int]) -> None:
    columns, lines = size
    with start_on_terminal(tmp_path, "watch", *address(mosquitto), columns=columns, lines=lines) as shown:
        mosquitto.wait_for_log("+/+/session")  # the last that it subscribes to
        say(mosquitto, "gym/anna/live", LIVE)
        shown.wait_for("anna")
        shown.press("q")
        assert shown.exit_code() == 0


@contextmanager
def piped(folder: Path, *arguments: str, **more: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "talkpace", "watch", *arguments],
        env=environment(folder, PYTHONUNBUFFERED="1", **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        try:
            yield process
        finally:
            process.kill()


def connected(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    assert process.stderr.readline().endswith(": connected\n")


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_in_a_pipe_each_message_is_a_line(tmp_path: Path, mosquitto: Mosquitto) -> None:
    with piped(tmp_path, *address(mosquitto)) as process:
        connected(process)
        say(mosquitto, "gym/status", "online")
        assert line(process).endswith("  gym  online\n")
        say(mosquitto, "gym/anna/strap", {**STRAP, "name": "H10\x1b[2J"})
        assert line(process).endswith("  gym/anna  strap H10\N{REPLACEMENT CHARACTER}[2J connected\n")
        say(mosquitto, "gym/anna/live", {**LIVE, "warning": "over"})
        assert line(process).endswith("  gym/anna  132 bpm  69%  conversational  over  12:34\n")
        assert line(process).endswith("  gym/anna  unknown: no data for 6 s\n")  # 6 s later
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_S) == 0


def test_as_json_each_message_of_the_chosen_node_and_athlete_is_a_document(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    with piped(tmp_path, *address(mosquitto), "--json", "--node", "gym", "--athlete", "anna") as process:
        connected(process)
        say(mosquitto, "attic/anna/live", LIVE)
        say(mosquitto, "gym/bob/live", LIVE)
        say(mosquitto, "gym/anna/live", "no JSON")
        say(mosquitto, "gym/node", NODE)
        say(mosquitto, "gym/anna/live", LIVE)
        node, live, stale = (json.loads(line(process)) for _ in range(3))
        assert (node["kind"], node["athlete"], node["payload"]) == ("node", None, NODE)
        assert (live["kind"], live["node"], live["athlete"]) == ("live", "gym", "anna")
        assert live["payload"] == LIVE
        assert stale["kind"] == "stale"
        process.terminate()
        assert process.wait(PATIENCE_S) == 0


def test_the_configuration_s_user_and_password_are_used(tmp_path: Path, idle_mosquitto: Mosquitto) -> None:
    broker = idle_mosquitto
    broker.ask_for_password("watcher", "secret")
    broker.start()
    password = tmp_path / "password"
    password.write_text("secret\n")
    password.chmod(0o600)
    user = {"TALKPACE_MQTT__USERNAME": "watcher", "TALKPACE_MQTT__PASSWORD_FILE": str(password)}
    with piped(tmp_path, *address(broker), **user) as process:
        connected(process)
    password.write_text("wrong\n")
    with piped(tmp_path, *address(broker), **user) as process:
        assert process.stderr is not None
        line_ = process.stderr.readline()
        assert "refuses the user name or password" in line_
        assert line_.endswith("; retrying\n")
        process.terminate()
        assert process.wait(PATIENCE_S) == 0


def test_without_a_broker_the_daemon_on_this_host_is_watched(tmp_path: Path) -> None:
    path = configuration(tmp_path, None)
    arguments = ("--config", str(path), "--athlete", "anna", "--json")
    with piped(tmp_path, *arguments) as process:
        first = json.loads(line(process))
        assert (first["node"], first["kind"], first["payload"]) == ("gym", "status", "offline")
        with running(tmp_path, path):
            while (document := json.loads(line(process)))["kind"] != "live":
                assert document["athlete"] in {None, "anna"}
            assert document["payload"]["heart_rate"]
        while json.loads(line(process))["payload"] != "offline":
            pass


def test_an_unreachable_broker_is_reported_once_and_retried(tmp_path: Path) -> None:
    with piped(tmp_path, "--host", HOST, "--port", str(free_port())) as process:
        assert process.stderr is not None
        assert "cannot reach" in process.stderr.readline()
        process.terminate()
        assert process.stderr.read() == ""
        assert process.wait(PATIENCE_S) == 0


def test_when_the_reader_of_the_pipe_has_gone_it_exits_quietly(tmp_path: Path, mosquitto: Mosquitto) -> None:
    with piped(tmp_path, *address(mosquitto)) as process:
        connected(process)
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        say(mosquitto, "gym/anna/live", LIVE)
        assert process.wait(PATIENCE_S) == 1
        assert process.stderr.read() == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--node", "Gym Pi"], "Invalid value for '--node': 'Gym Pi' is not an id"),
        (["--athlete", "#"], "Invalid value for '--athlete': '#' is not an id"),
        (["--port", "0"], "not in the range"),
        (["--host", "two words"], "Invalid value for '--host': 'two words' is not a host name"),
    ],
)
def test_wrong_usage_ends_with_exit_code_2(tmp_path: Path, arguments: list[str], message: str) -> None:
    done = talkpace(tmp_path, "watch", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
