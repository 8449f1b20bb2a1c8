"""The main job, whole: a workout over the air, heard in the room, summed up for the dashboard."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from itertools import dropwhile, pairwise
from pathlib import Path
from typing import Any

from talkpace.alert.track import PAUSE_MS
from talkpace.config.patterns import PATTERNS

from .bed.household import BUZZER, CONFIGURATION, LED, Household
from .bed.pins import Edge

WORKOUT = [(20, 112), (15, 147), (25, 118)]
"""seconds, bpm; the ceiling is at 133"""
OF_THE_OCCASION = {"session", "node", "strap", "start", "end"}
"""what a summary says beside the figures"""
_LATE_MS = 1000
"""a step may last longer than it should: all of this is emulated, on a machine that may be busy"""


def capture() -> str:
    """The workout as a raw capture, with RR intervals that wander as a heart's do."""
    lines, second = [], 0
    for seconds, heart_rate in WORKOUT:
        for _ in range(seconds):
            rr = round(61440 / heart_rate) + (-15, 4, 12, -1)[second % 4]
            lines.append(f"{second}.0,16{heart_rate:02x}{rr.to_bytes(2, 'little').hex()}")
            second += 1
    return "\n".join(lines)


def steps_of(edges: Sequence[Edge]) -> list[int]:
    """How long a line was on, off, on; in ms, from when it first went on."""
    times = [edge.at_s for edge in dropwhile(lambda edge: not edge.level, edges)]
    return [round((after - at) * 1000) for at, after in pairwise(times)]


def sounds_like(said: Sequence[int], steps: Sequence[int], *, pauses: Sequence[int] = ()) -> bool:
    """Whether what was said is that pattern; `pauses` are the places that may last as long as they will."""
    return len(said) == len(steps) and all(
        step - 10 <= ms and (place in pauses or ms <= step + _LATE_MS)
        for place, (ms, step) in enumerate(zip(said, steps, strict=True))
    )


def replayed(file: Path, configuration: bytes) -> dict[str, Any]:
    """The summary that `talkpace replay` makes of a file."""
    settings = file.with_suffix(".toml")
    settings.write_bytes(configuration)
    command = [sys.executable, "-m", "talkpace", "replay", "--athlete", "anna", "--json"]
    command += ["--config", str(settings), str(file)]
    own = {**os.environ, "XDG_DATA_HOME": str(file.parent)}  # whatever this host has on record
    told = subprocess.run(command, check=True, capture_output=True, text=True, env=own)
    [summary] = json.loads(told.stdout)["sessions"]
    return dict(summary)


def kept_of(household: Household, session: str, table: str) -> list[dict[str, Any]]:
    """What the database has of a session, in order."""
    return household.rows(
        f"SELECT {table}.* FROM {table} JOIN sessions ON session = sessions.number"
        f" WHERE sessions.id = '{session}' ORDER BY {table}.id"
    )


def test_a_workout_is_heard_in_the_room_and_summed_up(training: Household, tmp_path: Path) -> None:
    chest = training.chest
    training.command("anna", "session", "end")
    chest.every(1000)
    training.heard("anna/live", {"heart_rate": None}, after=training.now())
    training.command("anna", "session", "start")
    training.pins.clear()

    began, earlier = training.now(), len(chest.sent())
    chest.play(capture())
    over = training.heard("anna/event", {"event": "over"}, after=began)
    assert (over.payload["heart_rate"], over.payload["effort"]) == (147, 0.7737)
    training.heard("anna/live", {"warning": "over", "zone": "hard"}, after=began)
    training.heard("anna/event", {"event": "easy_again"}, after=over)
    chest.wait(playing=False)
    training.command("anna", "session", "end")
    summary, ended_s = training.heard("anna/summary", after=over).payload, training.machine.monotonic_s()

    # All that the strap sent arrived, in order, and was kept.
    sent = chest.sent(after=earlier)
    kept = kept_of(training, summary["session"], "measurements")
    assert [row["heart_rate"] for row in kept] == [one.data[1] for one in sent]
    assert len(kept) == sum(seconds for seconds, _ in WORKOUT)

    # Summary and events are what `replay` makes of the same beats at the same times.
    pairs = list(zip(kept, sent, strict=True))
    file = tmp_path / "workout.csv"
    file.write_text("\n".join(f"{row['offset_ms'] / 1000},{one.data.hex()}" for row, one in pairs))
    again = replayed(file, training.machine.read(CONFIGURATION))
    assert {key: again[key] for key in summary.keys() - OF_THE_OCCASION} == {
        key: summary[key] for key in summary.keys() - OF_THE_OCCASION
    }
    assert summary["warnings"] == 1
    events = kept_of(training, summary["session"], "events")
    names = [event["name"] for event in events]
    assert names == ["session_started", "approaching", "over", "easy_again", "session_ended"]
    assert names == training.events("anna")[-len(names) :] == [event["name"] for event in again["events"]]
    told = [(event["offset_ms"] / 1000, event["heart_rate"]) for event in events[:-1]]
    assert told == [(event["time"], event["heart_rate"]) for event in again["events"][:-1]]

    # The room heard it, and the warning as soon as the beat came that raised it.
    training.until_s(ended_s + 2)
    buzzer = training.pins.edges(BUZZER)
    expected: list[int] = []
    pauses: list[int] = []
    for phrase in (PATTERNS[name].sound for name in names if PATTERNS[name].sound):
        if expected:
            pauses.append(len(expected))
            expected.append(PAUSE_MS)
        expected += phrase
    said = steps_of(buzzer)
    assert sounds_like(said, expected, pauses=pauses), (said, expected)
    raised_ms = next(event["offset_ms"] for event in events if event["name"] == "over")
    beat_s = next(one.at_s for row, one in pairs if row["offset_ms"] == raised_ms)
    warned_s = next(edge.at_s for edge in buzzer if edge.level and edge.at_s > beat_s)
    assert warned_s - beat_s < 10  # the benchmark tells how many ms it is

    # The light says it at the same time, and then blinks as long as it lasts. It may have been on before.
    lights = [*PATTERNS["over"].light, PAUSE_MS, *PATTERNS["state_over"].light * 2]
    changes = [edge.at_s for edge in training.pins.edges(LED) if edge.at_s > warned_s + 0.1]
    times = [warned_s, *changes[: len(lights)]]
    assert sounds_like([round((after - at) * 1000) for at, after in pairwise(times)], lights)
