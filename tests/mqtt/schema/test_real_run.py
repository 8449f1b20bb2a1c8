"""Every message of a real run is validated against its schema."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from talkpace.control.node_commands import NODE_COMMANDS
from talkpace.mqtt.schema import TOPICS, schemas

from ...broker import Mosquitto
from ...service.daemon_process import Subscriber, publish, running, subscribed

SCHEMAS = schemas(NODE_COMMANDS)
COMMAND = "talkpace/gym/anna/command/"

CHECKER = FormatChecker(formats=())


@CHECKER.checks("date-time", raises=ValueError)
def _moment(text: object) -> bool:
    return isinstance(text, str) and datetime.fromisoformat(text).tzinfo is not None


def household(folder: Path, broker: Mosquitto) -> Path:
    """One athlete whose heart goes over the ceiling, with RR intervals, and back."""
    rates = [110] * 10 + [150] * 10 + [110] * 600
    rows = "".join(f"{second},{rate},{60000 // rate}\n" for second, rate in enumerate(rates))
    ride = folder / "ride.csv"
    ride.write_text("t_s,hr,rr_ms\n" + rows)
    path = folder / "talkpace.toml"
    path.write_text(
        f"""
        node = {{ id = "gym" }}
        athletes = [{{ id = "anna", name = "Anna", max_heart_rate = 180, resting_heart_rate = 60 }}]
        sources = [{{ kind = "recording", athlete = "anna", file = "{ride}" }}]
        bluetooth = {{ enabled = false }}
        store = {{ path = "{folder}/db/talkpace.db" }}
        sessions = {{ min_duration_s = 0 }}
        warnings = {{ start_grace_s = 0, warn_after_s = 1, clear_after_s = 1 }}
        mqtt = {{ enabled = true, host = "127.0.0.1", port = {broker.port} }}
        """
    )
    return path


def test_every_message_of_a_real_run_is_as_its_schema_says(tmp_path: Path, mosquitto: Mosquitto) -> None:
    with (
        subscribed(mosquitto.port) as subscriber,
        running(tmp_path, household(tmp_path, mosquitto)) as daemon,
    ):
        subscriber.wait_for("anna/event", event="over")
        for name, payload in [("alerts_test", ""), ("athlete_choice", '{"athlete": "anna"}'), ("scan", "")]:
            publish(mosquitto.port, f"talkpace/gym/command/{name}", payload)
            subscriber.wait_for("gym/result", name=name)
        for name, payload in [
            ("talk_test", "strained"),
            ("ceiling", "0.65"),
            ("mute_time", "90"),
            ("mute", "null"),
            ("activity", "strength"),
            ("water", "250"),
            ("symptom", '{"severity": "mild", "what": "cramps"}'),
            ("sleep", "7.5"),
            ("mute", "-1"),
            ("nonsense", "1"),
            ("session", "end"),
        ]:
            publish(mosquitto.port, COMMAND + name, payload)
            subscriber.wait_for("anna/result", name=name)
        subscriber.wait_for("anna/summary")
        daemon.stop()
        subscriber.wait_for("gym/status")
    assert faults(subscriber) == []
    seen = {_schema_name(topic) for topic, _ in subscriber.seen if topic.startswith("talkpace/")}
    assert {topic.name for topic in TOPICS} <= seen
    refused = [result["name"] for result in subscriber.of("anna/result") if not result["ok"]]
    assert refused == ["mute", "nonsense"]


def faults(subscriber: Subscriber) -> list[str]:
    return [
        f"{topic}: {error.json_path}: {error.message}"
        for topic, payload in subscriber.seen
        if topic.startswith("talkpace/") and "/command/" not in topic
        for error in _validator(topic).iter_errors(payload)
    ]


def _schema_name(topic: str) -> str:
    return "node.result" if topic == "talkpace/gym/result" else topic.rpartition("/")[2]


def _validator(topic: str) -> Any:
    return Draft202012Validator(SCHEMAS[_schema_name(topic)], format_checker=CHECKER)


def test_a_message_with_a_key_too_many_or_a_date_that_is_none_would_be_found() -> None:
    result = {"name": "mute", "ok": True, "error": None}
    assert _validator("x/result").is_valid(result)
    assert not _validator("x/result").is_valid({**result, "more": 1})
    event = json.loads(
        '{"event": "over", "time": "2026-11-23T18:02:11.480+01:00", "heart_rate": 139, "effort": 0.77,'
        ' "level": 0, "session": null}'
    )
    assert _validator("x/event").is_valid(event)
    assert not _validator("x/event").is_valid({**event, "time": "yesterday"})
