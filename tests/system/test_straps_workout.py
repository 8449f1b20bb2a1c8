"""A complete workout: from a strap over Bluetooth to alerts, database and summary."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from itertools import dropwhile, pairwise
from pathlib import Path
from typing import Any

from talkpace.alerts.sequencer import PAUSE_MS
from talkpace.config.alert_patterns import PATTERNS

from .vm.gpio_pins import Edge
from .vm.installation import BUZZER, CONFIGURATION, LED, Installation

WORKOUT = [(20, 112), (15, 147), (25, 118)]
"""seconds, bpm; the ceiling is at 133"""
NOT_COMPARED = {"session", "node", "strap", "start", "end"}
"""keys of a summary that differ between a live session and a replay"""
_LATE_MS = 1000
"""tolerance for longer steps, because the machine is emulated and the host may be busy"""


def capture() -> str:
    """The workout as a raw capture with varying RR intervals."""
    lines, second = [], 0
    for seconds, heart_rate in WORKOUT:
        for _ in range(seconds):
            rr = round(61440 / heart_rate) + (-15, 4, 12, -1)[second % 4]
            lines.append(f"{second}.0,16{heart_rate:02x}{rr.to_bytes(2, 'little').hex()}")
            second += 1
    return "\n".join(lines)


def steps_of(edges: Sequence[Edge]) -> list[int]:
    """Durations (ms) of a line's on and off states from its first on."""
    times = [edge.at_s for edge in dropwhile(lambda edge: not edge.level, edges)]
    return [round((after - at) * 1000) for at, after in pairwise(times)]


def matches_pattern(durations_ms: Sequence[int], steps: Sequence[int], *, pauses: Sequence[int] = ()) -> bool:
    """Whether durations match a pattern; steps whose index is in `pauses` may last any time."""
    return len(durations_ms) == len(steps) and all(
        step - 10 <= ms and (place in pauses or ms <= step + _LATE_MS)
        for place, (ms, step) in enumerate(zip(durations_ms, steps, strict=True))
    )


def replayed(file: Path, configuration: bytes) -> dict[str, Any]:
    """The summary of `talkpace replay` for a file."""
    settings = file.with_suffix(".toml")
    settings.write_bytes(configuration)
    command = [sys.executable, "-m", "talkpace", "replay", "--athlete", "anna", "--json"]
    command += ["--config", str(settings), str(file)]
    own = {**os.environ, "XDG_DATA_HOME": str(file.parent)}  # independent of the host's own database
    result = subprocess.run(command, check=True, capture_output=True, text=True, env=own)
    [summary] = json.loads(result.stdout)["sessions"]
    return dict(summary)


def stored_rows(installation: Installation, session: str, table: str) -> list[dict[str, Any]]:
    """Rows of a session in order."""
    return installation.rows(
        f"SELECT {table}.* FROM {table} JOIN sessions ON session = sessions.number"
        f" WHERE sessions.id = '{session}' ORDER BY {table}.id"
    )


def test_a_workout_is_recorded_alerted_and_summarised_like_its_replay(
    active_session: Installation, tmp_path: Path
) -> None:
    chest = active_session.chest
    active_session.command("anna", "session", "end")
    chest.set_interval(1000)
    active_session.wait_for("anna/live", {"heart_rate": None}, after=active_session.mark())
    active_session.command("anna", "session", "start")
    active_session.pins.clear()

    began, earlier = active_session.mark(), len(chest.sent())
    chest.play(capture())
    over = active_session.wait_for("anna/event", {"event": "over"}, after=began)
    assert (over.payload["heart_rate"], over.payload["effort"]) == (147, 0.7737)
    active_session.wait_for("anna/live", {"warning": "over", "zone": "hard"}, after=began)
    active_session.wait_for("anna/event", {"event": "easy_again"}, after=over)
    chest.wait(playing=False)
    active_session.command("anna", "session", "end")
    summary, ended_s = (
        active_session.wait_for("anna/summary", after=over).payload,
        active_session.machine.monotonic_s(),
    )

    # Everything that the strap sent was stored in order.
    sent = chest.sent(after=earlier)
    stored = stored_rows(active_session, summary["session"], "measurements")
    assert [row["heart_rate"] for row in stored] == [one.data[1] for one in sent]
    assert len(stored) == sum(seconds for seconds, _ in WORKOUT)

    # `replay` makes the same summary and events of the same beats at the same times.
    pairs = list(zip(stored, sent, strict=True))
    file = tmp_path / "workout.csv"
    file.write_text("\n".join(f"{row['offset_ms'] / 1000},{one.data.hex()}" for row, one in pairs))
    again = replayed(file, active_session.machine.read(CONFIGURATION))
    assert {key: again[key] for key in summary.keys() - NOT_COMPARED} == {
        key: summary[key] for key in summary.keys() - NOT_COMPARED
    }
    assert summary["warnings"] == 1
    events = stored_rows(active_session, summary["session"], "events")
    names = [event["name"] for event in events]
    assert names == ["session_started", "approaching", "over", "easy_again", "session_ended"]
    assert (
        names == active_session.events("anna")[-len(names) :] == [event["name"] for event in again["events"]]
    )
    result = [(event["offset_ms"] / 1000, event["heart_rate"]) for event in events[:-1]]
    assert result == [(event["time"], event["heart_rate"]) for event in again["events"][:-1]]

    # The buzzer sounded every event, and the warning as soon as its beat had arrived.
    active_session.wait_until_s(ended_s + 2)
    buzzer = active_session.pins.edges(BUZZER)
    expected: list[int] = []
    pauses: list[int] = []
    for phrase in (PATTERNS[name].sound for name in names if PATTERNS[name].sound):
        if expected:
            pauses.append(len(expected))
            expected.append(PAUSE_MS)
        expected += phrase
    durations_ms = steps_of(buzzer)
    assert matches_pattern(durations_ms, expected, pauses=pauses), (durations_ms, expected)
    raised_ms = next(event["offset_ms"] for event in events if event["name"] == "over")
    beat_s = next(one.at_s for row, one in pairs if row["offset_ms"] == raised_ms)
    warned_s = next(edge.at_s for edge in buzzer if edge.level and edge.at_s > beat_s)
    assert warned_s - beat_s < 10  # the benchmark measures the latency in ms

    # The LED shows it at the same time, and then blinks while the warning lasts. It may have been on before.
    lights = [*PATTERNS["over"].light, PAUSE_MS, *PATTERNS["state_over"].light * 2]
    changes = [edge.at_s for edge in active_session.pins.edges(LED) if edge.at_s > warned_s + 0.1]
    times = [warned_s, *changes[: len(lights)]]
    assert matches_pattern([round((after - at) * 1000) for at, after in pairwise(times)], lights)
