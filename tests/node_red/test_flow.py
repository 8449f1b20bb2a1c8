"""The shipped flow in a real Node-RED, with the real daemon at a real broker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..broker import Mosquitto
from ..service.running import running
from .running import NodeRed, node_red

RATES = [*[110] * 5, *[150] * 3600]


@pytest.fixture
def flow(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[NodeRed]:
    program = node_red()
    folder = tmp_path / "node-red"
    folder.mkdir()
    one = NodeRed(program, folder, mosquitto.port)
    try:
        one.wait_until_connected()
        yield one
    finally:
        one.stop()


def household(folder: Path, broker: Mosquitto) -> Path:
    ride = folder / "ride.csv"
    ride.write_text("t_s,hr\n" + "".join(f"{second},{rate}\n" for second, rate in enumerate(RATES)))
    path = folder / "talkpace.toml"
    path.write_text(
        f"""
        node = {{ id = "gym-pi" }}
        athletes = [{{ id = "anna", max_heart_rate = 180 }}]
        sources = [{{ kind = "recording", athlete = "anna", file = "{ride}" }}]
        bluetooth = {{ enabled = false }}
        store = {{ path = "{folder}/db/talkpace.db" }}
        sessions = {{ min_duration_s = 0 }}
        warnings = {{ start_grace_s = 0, warn_after_s = 1 }}
        mqtt = {{ enabled = true, host = "127.0.0.1", port = {broker.port} }}
        """
    )
    return path


def test_the_flow_speaks_the_warning_ends_the_session_and_tells_what_it_amounts_to(
    tmp_path: Path, mosquitto: Mosquitto, flow: NodeRed
) -> None:
    with running(tmp_path, household(tmp_path, mosquitto)):
        live = flow.shows("Live values")[0]
        # Whichever was beating when the broker was reached: live values do not wait for it.
        assert (live["heart_rate"], live["zone"]) in {(110, "conversational"), (150, "hard")}
        assert flow.shows("Spoken")[0] == "Ease off, anna. Heart rate 150."

        flow.press("Activity: strength")
        flow.press("Mute for 10 minutes")
        flow.press("End the session")
        told = flow.shows("Told")[0]
        assert re.fullmatch(
            r"anna: 0 minutes of \w+, 0 at talking pace, 0 over the ceiling,"
            r" heart rate 1[1-5]\d on average, 150 at most\.",
            told,
        )
    assert "Refused commands" not in flow.shown
    assert flow.complaints() == []


def test_a_command_that_is_refused_is_shown_with_the_reason(
    tmp_path: Path, mosquitto: Mosquitto, flow: NodeRed
) -> None:
    with running(tmp_path, household(tmp_path, mosquitto)):
        flow.shows("Live values")
        flow.press("Start a session")  # one is under way
        refused = flow.shows("Refused commands")[0]
        assert refused["name"] == "session"
        assert refused["error"]
