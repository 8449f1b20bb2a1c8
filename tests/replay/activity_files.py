"""Files to import, and who they are of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from talkpace.config.model import Configuration
from talkpace.replay.file_reader import ImportSettings
from talkpace.storage.records import AthleteChange
from talkpace.training.rules import Rules

START = datetime(2024, 5, 1, 16, 0, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def ride(folder: Path, name: str, *, start: datetime = START, seconds: int = 180) -> Path:
    rows = (f"{(start + timedelta(seconds=t)).isoformat()},{120 + t % 20},500 490\n" for t in range(seconds))
    path = folder / name
    path.write_text("time,hr,rr_ms\n" + "".join(rows))
    return path


def rides(folder: Path, days: int) -> list[Path]:
    return [ride(folder, f"{day:03}.csv", start=START + timedelta(days=day)) for day in range(days)]


def judging(*changes: AthleteChange) -> ImportSettings:
    first = AthleteChange("anna", "max_heart_rate", 190, LONG_AGO, "command")
    ceilings = dict(Configuration().ceilings.by_activity())
    return ImportSettings("anna", "gym", Rules(), [first, *changes], ceilings)
