"""The shipped Telegraf configuration against payloads that the program publishes.

Telegraf is not installed for the tests. `parsed` does what the documentation says of its json_v2 parser: a
path that does not exist is an error unless optional, null is omitted, and a value that does not have the
configured type is an error.
"""

from __future__ import annotations

import json
import re
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from talkpace.mqtt.topics import DELIVERY

from ..broker import Mosquitto
from ..service.daemon_process import publish, running, subscribed, talkpace
from ..service.test_daemon import household

SHIPPED = Path(__file__).parents[2] / "config" / "telegraf" / "telegraf.conf"
READS: dict[str, type | tuple[type, ...]] = {"int": int, "float": (int, float), "string": str, "bool": bool}


def inputs() -> dict[str, dict[str, Any]]:
    """The inputs by the last level of their topic."""
    configuration = tomllib.loads(SHIPPED.read_text())
    found = {}
    for each in configuration["inputs"]["mqtt_consumer"]:
        (topic,) = each["topics"]
        found[topic.rpartition("/")[2]] = each
    return found


def parsed(one: dict[str, Any], document: dict[str, Any]) -> tuple[datetime, dict[str, str], dict[str, Any]]:
    """Timestamp, tags and fields that Telegraf makes of a message."""
    (parser,) = one["json_v2"]
    assert parser["timestamp_format"] == "2006-01-02T15:04:05Z07:00"  # RFC 3339, as Go writes it
    tags = {name(each): str(at(document, each)) for each in parser.get("tag", [])}
    fields = {}
    for each in parser["field"]:
        value = at(document, each)
        if value is not None:
            assert isinstance(value, READS[each["type"]]), each
            assert each["type"] == "bool" or not isinstance(value, bool), each
            fields[name(each)] = value
    return datetime.fromisoformat(at(document, {"path": parser["timestamp_path"]})), tags, fields


def name(each: dict[str, Any]) -> str:
    given: str = each.get("rename") or each["path"].rpartition(".")[2]
    return given


def at(document: Any, each: dict[str, Any]) -> Any:
    for step in each["path"].split("."):
        if not isinstance(document, dict) or step not in document:
            assert each.get("optional"), f"{each['path']} does not exist"
            return None
        document = document[step]
    return document


@pytest.fixture(scope="module")
def summaries(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The summaries of a session with RR intervals, and of one without, too short for a recovery."""
    folder = tmp_path_factory.mktemp("replay")
    rows = [f"{second},{rate},{60000 // rate}" for second in range(900) for rate in [100 + second % 41]]
    (folder / "with.csv").write_text("t_s,hr,rr_ms\n" + "\n".join(rows) + "\n")
    (folder / "without.csv").write_text("t_s,hr\n0,110\n1,111\n")
    outputs = [
        talkpace(folder, "replay", str(folder / f"{which}.csv"), "--max-hr", "180", "--json").stdout
        for which in ("with", "without")
    ]
    return [json.loads(each)["sessions"][0] for each in outputs]


def test_every_configured_field_of_a_summary_is_read_and_missing_ones_are_omitted(
    summaries: list[dict[str, Any]],
) -> None:
    with_rr, without = (parsed(inputs()["summary"], each) for each in summaries)
    assert summaries[0]["hrv"] is not None
    assert with_rr[0] == datetime.fromisoformat(summaries[0]["start"])
    assert with_rr[1].keys() == {"node", "athlete", "activity"}
    assert with_rr[2]["heart_rate_max"] == 140
    assert with_rr[2]["rmssd_ms"] == summaries[0]["hrv"]["rmssd_ms"]
    assert with_rr[2].keys() - without[2].keys() >= {"rmssd_ms", "sdnn_ms"}


def test_live_values_are_read_whether_fresh_or_stale(tmp_path: Path, mosquitto: Mosquitto) -> None:
    rows = "t_s,hr\n" + "".join(f"{second},110\n" for second in range(20)) + "90,110\n"
    configuration = household(tmp_path, mosquitto, rows=rows)
    with subscribed(mosquitto.port) as subscriber, running(tmp_path, configuration):
        fresh = parsed(inputs()["live"], subscriber.wait_for("anna/live", heart_rate=110))
        stale = parsed(inputs()["live"], subscriber.wait_for("anna/live", heart_rate=None))
        publish(mosquitto.port, "talkpace/gym/anna/command/session", "end")
        parsed(inputs()["summary"], subscriber.wait_for("anna/summary"))
    assert fresh[2].keys() == {"heart_rate", "effort", "zone", "warning", "session", "elapsed_s"}
    assert fresh[2].keys() - stale[2].keys() >= {"heart_rate", "effort", "zone"}


def test_field_and_tag_names_are_unique_and_lower_case() -> None:
    for suffix, one in inputs().items():
        (parser,) = one["json_v2"]
        names = [name(each) for each in [*parser.get("tag", []), *parser["field"]]]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[a-z0-9_]+", each) for each in names)
        assert one["qos"] == DELIVERY[suffix].qos


def test_secrets_are_environment_variables_and_both_outputs_are_valid_toml() -> None:
    text = SHIPPED.read_text()
    for key in ("password", "token"):
        assert set(re.findall(rf'{key} ?= ?"?([^" ]+)', text)) <= {
            "${MQTT_PASSWORD}", "${INFLUX_TOKEN}", "${POSTGRES_PASSWORD}",
        }  # fmt: skip
    other = text.partition("# [[outputs.postgresql]]")
    uncommented = re.sub(r"(?m)^# ?", "", other[1] + other[2])
    outputs = tomllib.loads(text)["outputs"] | tomllib.loads(uncommented)["outputs"]
    assert outputs.keys() == {"influxdb_v2", "postgresql"}
    for (each,) in outputs.values():
        assert each["namepass"] == ["talkpace_*"]
