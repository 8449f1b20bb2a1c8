"""`talkpace replay --publish` with a real broker."""

from __future__ import annotations

import json
from pathlib import Path

from ..broker import Mosquitto
from ..service.daemon_process import subscribed, talkpace


def arguments(folder: Path, port: int) -> list[str]:
    ride = folder / "ride.csv"
    ride.write_text("t_s,hr\n" + "".join(f"{t},{150 if 60 < t < 90 else 100}\n" for t in range(300)))
    configuration = folder / "talkpace.toml"
    configuration.write_text(
        f'node = {{ id = "gym" }}\nathletes = [{{ id = "anna", max_heart_rate = 190 }}]\n'
        f'mqtt = {{ enabled = true, host = "127.0.0.1", port = {port} }}\n'
    )
    return ["replay", "--publish", "--json", "--config", str(configuration), str(ride)]


def test_a_subscriber_gets_live_events_session_and_exactly_the_summary_that_is_printed(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    with subscribed(mosquitto.port) as subscriber:
        done = talkpace(tmp_path, *arguments(tmp_path, mosquitto.port))
        assert done.returncode == 0, done.stderr
        assert subscriber.wait_for("gym/status") == "online"
        assert subscriber.wait_for("gym/status") == "offline"
    [printed] = json.loads(done.stdout)["sessions"]
    published = [event["event"] for event in subscriber.of("anna/event")]
    assert published == [event["name"] for event in printed["events"]]
    del printed["events"], printed["discarded"]
    assert subscriber.of("anna/summary") == [printed]
    assert subscriber.of("anna/live") != []
    assert subscriber.of("anna/session")[-1]["state"] == "idle"
    assert subscriber.of("anna/strap") == [], "the strap of a recording is not connected"


def test_a_broker_that_is_not_there_is_named_and_the_summary_is_printed_all_the_same(
    tmp_path: Path, idle_mosquitto: Mosquitto
) -> None:
    done = talkpace(tmp_path, *arguments(tmp_path, idle_mosquitto.port))
    assert done.returncode == 1
    assert f"127.0.0.1:{idle_mosquitto.port}" in done.stderr
    assert len(json.loads(done.stdout)["sessions"]) == 1
