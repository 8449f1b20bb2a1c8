"""Five weeks of a household: sessions through the real pipeline, and what its members logged."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from talkpace.sources.simulator import SimulatedWorkout, WorkoutStep, simulate

_DAYS = 35
_TALKING, _STRENGTH, _INTERVALS = "talking", "strength", "intervals"


@dataclass(frozen=True)
class Member:
    """Somebody who trains here."""

    id: str
    name: str
    maximum: int
    resting: int
    weekdays: Mapping[int, str]
    """kind of training by weekday, 0 for Monday"""
    today: tuple[WorkoutStep, ...]
    """the workout of the pictures, which goes on while they are taken"""


def _today(*steps: tuple[float, float]) -> tuple[WorkoutStep, ...]:
    return tuple(WorkoutStep(seconds, effort) for seconds, effort in steps)


MEMBERS = (
    Member(
        "anna", "Anna", 184, 58, {0: _TALKING, 2: _STRENGTH, 4: _TALKING, 6: _TALKING},
        _today((60, 0.50), (110, 0.64), (30, 0.74), (70, 0.62), (3000, 0.79)),
    ),
    Member(
        "ben", "Ben", 176, 62, {1: _TALKING, 3: _TALKING, 5: _INTERVALS},
        _today((60, 0.46), (120, 0.60), (60, 0.68), (3000, 0.62)),
    ),
    Member(
        "cleo", "Cleo", 168, 66, {2: _TALKING, 5: _TALKING},
        _today((40, 0.44), (90, 0.57), (80, 0.65), (50, 0.52), (3000, 0.43)),
    ),
)  # fmt: skip


def write_capture(steps: tuple[WorkoutStep, ...], member: Member, seed: int, file: Path) -> None:
    """Write what a strap would send in these steps."""
    beats = simulate(
        SimulatedWorkout("picture", steps),
        seed=seed,
        max_heart_rate=member.maximum,
        resting_heart_rate=member.resting,
    )
    lines = [f"{beat.at_ms / 1000:.3f},{beat.payload.hex()}\n" for beat in beats]
    file.write_text("".join(lines), encoding="ascii")


def fill(folder: Path, configuration: Path, now: datetime) -> None:
    """Store sessions of the last weeks, and log habits of the last days."""
    generator = random.Random(14)
    for member in MEMBERS:
        by_activity: dict[str, list[str]] = {}
        for start, kind in _trainings(member, now, generator):
            file = folder / f"{member.id}-{start:%m%d}.capture"
            write_capture(_steps(kind, generator), member, start.toordinal(), file)
            os.utime(file, (start.timestamp(), start.timestamp()))
            activity = "strength" if kind == _STRENGTH else "cardio"
            by_activity.setdefault(activity, []).append(str(file))
        for activity, files in by_activity.items():
            _talkpace(
                configuration, "replay", "--save", "--athlete", member.id, "--activity", activity, *files
            )
    for words in _log(now, generator):
        _talkpace(configuration, "log", *words)


def _trainings(member: Member, now: datetime, generator: random.Random) -> Iterator[tuple[datetime, str]]:
    for days in range(_DAYS, 0, -1):
        day = now - timedelta(days=days)
        kind = member.weekdays.get(day.weekday())
        if kind is not None and generator.random() < 0.9:
            yield day.replace(hour=18, minute=generator.randrange(60), second=0, microsecond=0), kind


def _steps(kind: str, generator: random.Random) -> tuple[WorkoutStep, ...]:
    def about(effort: float) -> float:
        return effort + generator.uniform(-0.02, 0.02)

    warm_up, cool_down = WorkoutStep(300, about(0.48)), WorkoutStep(240, about(0.42))
    if kind == _STRENGTH:
        sets = [WorkoutStep(seconds, about(effort)) for seconds, effort in ((50, 0.6), (130, 0.42)) * 8]
    elif kind == _INTERVALS:
        sets = [WorkoutStep(120, about(effort)) for effort in (0.88, 0.62) * 5]
    else:
        sets = [WorkoutStep(generator.randrange(240, 420), about(0.64)) for _ in range(5)]
        sets[3] = WorkoutStep(90, about(0.76))
    return (warm_up, *sets, cool_down)


def _log(now: datetime, generator: random.Random) -> Iterator[tuple[str, ...]]:
    today = f"{now:%Y-%m-%d}"
    for days in range(7):
        morning = (now - timedelta(days=days)).replace(hour=6, minute=45)
        hours = generator.choice(("6.5", "7", "7.5", "8"))
        yield "sleep", hours, "--athlete", "anna", "--at", f"{min(morning, now):%Y-%m-%d %H:%M}"
    for time, ml in (("00:10", "300"), ("00:20", "250"), ("00:30", "200")):
        if f"{today} {time}" < f"{now:%Y-%m-%d %H:%M}":
            yield "water", ml, "--athlete", "anna", "--at", f"{today} {time}"
    yield (
        "note",
        "New shoes, knee is fine.",
        "--athlete",
        "anna",
        "--at",
        f"{now - timedelta(days=1):%Y-%m-%d} 20:30",
    )
    yield "supplement", "vitamin D", "--athlete", "anna"


def _talkpace(configuration: Path, command: str, *words: str) -> None:
    # `log` has its options behind the kind of entry.
    subprocess.run(
        [sys.executable, "-m", "talkpace", command, *words, "--config", str(configuration)],
        check=True,
        capture_output=True,
    )
