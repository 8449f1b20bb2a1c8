"""Series of intervals for the tests: made ones with known artifacts, and others' recordings."""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Sequence
from pathlib import Path

from talkpace.hrv.beats import Beat, beats_from_intervals

RECORDINGS = [
    "pyhrv-long/SampleNNISeriesLong.rr.txt",
    "polar-hrm-long/14121501.rr.txt",
    "rri-rest-exercise/rest_rri.rr.txt",
    "rri-rest-exercise/exercise_rri.rr.txt",
    "rri-rest-exercise/noisy_rri.rr.txt",
    "edge530-hrv/hrv-activity.rr.csv",
    "fatmaxxer-polar/rr.csv",
]


def recorded(folder: Path, name: str) -> list[float]:
    """Intervals (ms) of one of the recordings."""
    path = folder / name
    if path.suffix == ".txt":
        return [float(line) for line in path.read_text(encoding="ascii").split()]
    with path.open(newline="", encoding="ascii") as lines:
        return [float(row.get("rr_ms") or row["rr"]) for row in csv.DictReader(lines)]


def heart(count: int, *, seed: int = 1, mean_ms: float = 800.0, swing_ms: float = 40.0) -> list[float]:
    """A healthy heart's intervals: breathing, a slow wave, and chance."""
    chance = random.Random(seed)
    time_s, intervals = 0.0, []
    for _ in range(count):
        rr = mean_ms + swing_ms * math.sin(math.tau * 0.25 * time_s)
        rr += 0.6 * swing_ms * math.sin(math.tau * 0.1 * time_s) + chance.gauss(0, swing_ms / 8)
        rr = round(rr * 1.024) / 1.024
        intervals.append(rr)
        time_s += rr / 1000
    return intervals


KINDS = ("ectopic", "missed", "extra", "long", "short")


def with_artifacts(
    rr_ms: Sequence[float], *, every: int = 61, kinds: Sequence[str] = KINDS
) -> tuple[list[float], dict[int, str]]:
    """The same with artifacts of known kinds, and which interval is what."""
    out: list[float] = []
    known: dict[int, str] = {}
    place, number = 0, 0
    while place < len(rr_ms):
        kind = kinds[number % len(kinds)] if place and place % every == 0 and place + 2 < len(rr_ms) else None
        rr = rr_ms[place]
        place += 1
        if kind is None:
            out.append(rr)
            continue
        number += 1
        known[len(out)] = kind
        following = rr_ms[place]
        if kind == "ectopic":
            out += [rr * 0.6, following + rr * 0.4]
            place += 1
        elif kind == "missed":
            out.append(rr + following)
            place += 1
        elif kind == "extra":
            out += [rr * 0.45, rr * 0.55]
        else:
            out.append(rr * (1.6 if kind == "long" else 0.55))
    return out, known


def beats(rr_ms: Sequence[float]) -> list[Beat]:
    return beats_from_intervals(rr_ms)
