"""The daemon as a process: what it announces to Home Assistant, and what it takes back."""

from __future__ import annotations

from pathlib import Path

from ..broker import Mosquitto
from .daemon_process import running, subscribed

EMPTY = "(null)"
"""as mosquitto_sub shows an empty payload"""
NODE = "homeassistant/device/talkpace_gym/node/config"
ANNA = "homeassistant/device/talkpace_gym/athlete_anna/config"
BEN = "homeassistant/device/talkpace_gym/athlete_ben/config"


def household(folder: Path, broker: Mosquitto, athletes: str, *more: str) -> Path:
    path = folder / "talkpace.toml"
    path.write_text(
        f"""
        node = {{ id = "gym" }}
        athletes = [{athletes}]
        bluetooth = {{ enabled = false }}
        store = {{ path = "{folder}/db/talkpace.db" }}
        mqtt = {{ enabled = true, host = "127.0.0.1", port = {broker.port} }}
        """
        + "\n".join(more)
    )
    return path


def test_athletes_are_announced_and_taken_back_with_the_configuration(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    anna = '{ id = "anna", name = "Anna", max_heart_rate = 180 }'
    ben = '{ id = "ben", birth_year = 1980 }'
    with subscribed(mosquitto.port) as subscriber:
        with running(tmp_path, household(tmp_path, mosquitto, f"{anna}, {ben}")) as daemon:
            assert subscriber.wait_for(NODE)["device"]["name"] == "talkpace gym"
            assert subscriber.wait_for(ANNA)["device"]["name"] == "Anna"
            assert subscriber.wait_for(BEN)["device"]["name"] == "ben"
            assert subscriber.wait_for("ben/athlete")["max_heart_rate_source"] == "tanaka"
            daemon.stop()
        with running(tmp_path, household(tmp_path, mosquitto, anna), "again") as daemon:
            assert subscriber.wait_for(BEN) == EMPTY
            daemon.stop()
        off = household(tmp_path, mosquitto, anna, "homeassistant = { enabled = false }")
        with running(tmp_path, off, "off") as daemon:
            taken_back: set[str] = set()
            while taken_back != {ANNA, NODE}:
                if subscriber.wait_for("/config") == EMPTY:
                    taken_back.add(subscriber.seen[-1][0])
            daemon.stop()
