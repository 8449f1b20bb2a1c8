"""The shipped Telegraf configuration against what the real program publishes.

Telegraf itself is in no registry that tests may use, so what its json_v2 parser would do is done here, as its
documentation says: a path that leads nowhere is an error unless it is optional, null is left out, and a value
becomes what `type` says or is an error.
"""

from __future__ import annotations

import json
import re
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from talkpace.publish.topics import DELIVERY

from ..broker import Mosquitto
from ..service.running import publish, running, subscribed, talkpace
from ..service.test_daemon import household

SHIPPED = Path(__file__).parents[2] / "config" / "telegraf" / "telegraf.conf"
READS: dict[str, type | tuple[type, ...]] = {"int": int, "float": (int, float), "string": str, "bool": bool}


def inputs() -> dict[str, dict[str, Any]]:
    """By the last level of the topic that each listens to."""
    configuration = tomllib.loads(SHIPPED.read_text())
    found = {}
    for each in configuration["inputs"]["mqtt_consumer"]:
        (topic,) = each["topics"]
        found[topic.rpartition("/")[2]] = each
    return found


def parsed(one: dict[str, Any], document: dict[str, Any]) -> tuple[datetime, dict[str, str], dict[str, Any]]:
    """Time, tags and fields of one message."""
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
            assert each.get("optional"), f"{each['path']} leads nowhere"
            return None
        document = document[step]
    return document


@pytest.fixture(scope="module")
def summaries(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """A session with RR intervals, and one without, a resting heart rate or time to recover."""
    folder = tmp_path_factory.mktemp("replay")
    rows = [f"{second},{rate},{60000 // rate}" for second in range(900) for rate in [100 + second % 41]]
    (folder / "with.csv").write_text("t_s,hr,rr_ms\n" + "\n".join(rows) + "\n")
    (folder / "without.csv").write_text("t_s,hr\n0,110\n1,111\n")
    said = [
        talkpace(folder, "replay", str(folder / f"{which}.csv"), "--max-hr", "180", "--json").stdout
        for which in ("with", "without")
    ]
    return [json.loads(each)["sessions"][0] for each in said]


def test_every_figure_of_a_summary_is_taken_and_nothing_that_is_not_there(
    summaries: list[dict[str, Any]],
) -> None:
    with_rr, without = (parsed(inputs()["summary"], each) for each in summaries)
    assert summaries[0]["hrv"] is not None
    assert with_rr[0] == datetime.fromisoformat(summaries[0]["start"])
    assert with_rr[1].keys() == {"node", "athlete", "activity"}
    assert with_rr[2]["heart_rate_max"] == 140
    assert with_rr[2]["rmssd_ms"] == summaries[0]["hrv"]["rmssd_ms"]
    assert with_rr[2].keys() - without[2].keys() >= {"rmssd_ms", "sdnn_ms"}


def test_live_values_are_taken_fresh_or_not(tmp_path: Path, mosquitto: Mosquitto) -> None:
    rows = "t_s,hr\n" + "".join(f"{second},110\n" for second in range(20)) + "90,110\n"
    configuration = household(tmp_path, mosquitto, rows=rows)
    with subscribed(mosquitto.port) as subscriber, running(tmp_path, configuration):
        fresh = parsed(inputs()["live"], subscriber.wait_for("anna/live", heart_rate=110))
        old = parsed(inputs()["live"], subscriber.wait_for("anna/live", heart_rate=None))
        publish(mosquitto.port, "talkpace/gym/anna/command/session", "end")
        parsed(inputs()["summary"], subscriber.wait_for("anna/summary"))
    assert fresh[2].keys() == {"heart_rate", "effort", "zone", "warning", "session", "elapsed_s"}
    assert fresh[2].keys() - old[2].keys() >= {"heart_rate", "effort", "zone"}


def test_names_are_plain_and_each_is_used_once() -> None:
    for suffix, one in inputs().items():
        (parser,) = one["json_v2"]
        names = [name(each) for each in [*parser.get("tag", []), *parser["field"]]]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(r"[a-z0-9_]+", each) for each in names)
        assert one["qos"] == DELIVERY[suffix].qos


def test_no_secret_is_in_the_file_and_both_outputs_can_be_read() -> None:
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
