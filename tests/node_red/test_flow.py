"""The shipped flow in Node-RED, with a talkpace daemon and a mosquitto broker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..broker import Mosquitto
from ..service.daemon_process import running
from .node_red import NodeRed, node_red_program

RATES = [*[110] * 5, *[150] * 3600]


@pytest.fixture
def flow(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[NodeRed]:
    program = node_red_program()
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


def test_the_flow_speaks_a_warning_ends_the_session_and_reports_its_summary(
    tmp_path: Path, mosquitto: Mosquitto, flow: NodeRed
) -> None:
    with running(tmp_path, household(tmp_path, mosquitto)):
        live = flow.wait_for_messages("Live values")[0]
        # Either of both rates: live values before the connection are dropped.
        assert (live["heart_rate"], live["zone"]) in {(110, "conversational"), (150, "hard")}
        assert flow.wait_for_messages("Spoken")[0] == "Ease off, anna. Heart rate 150."

        flow.press("Activity: strength")
        flow.press("Mute for 10 minutes")
        flow.press("End the session")
        notified = flow.wait_for_messages("Told")[0]
        assert re.fullmatch(
            r"anna: 0 minutes of \w+, 0 at talking pace, 0 over the ceiling,"
            r" heart rate 1[1-5]\d on average, 150 at most\.",
            notified,
        )
    assert "Refused commands" not in flow.debug_messages
    assert flow.unexpected_warnings() == []


def test_a_refused_command_is_shown_with_its_error(
    tmp_path: Path, mosquitto: Mosquitto, flow: NodeRed
) -> None:
    with running(tmp_path, household(tmp_path, mosquitto)):
        flow.wait_for_messages("Live values")
        flow.press("Start a session")  # a session is active already
        refused = flow.wait_for_messages("Refused commands")[0]
        assert refused["name"] == "session"
        assert refused["error"]
