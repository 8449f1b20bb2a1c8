"""One file through the pipeline, in whichever process: sessions come out, ready to be written."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..effort.athlete import Activity, Judgement, judge_by
from ..effort.rules import Rules
from ..errors import RecordingError
from ..record.athletes import AthleteBook
from ..record.items import RecordItem
from ..record.rows import AthleteChange
from ..service.replay import Replay
from ..service.replay_edges import SilentAlerts, WholeSessions
from ..strap.recording import open_recording

MOST_MEASUREMENTS = 200_000
"""in one session, two days and more; bounds the memory that a file can take"""


@dataclass(frozen=True)
class Judging:
    """Whose the files are, and what they are judged by; goes to the processes with every file."""

    athlete: str
    node: str
    rules: Rules
    changes: list[AthleteChange]
    ceilings: dict[Activity, float]
    activity: Activity | None = None

    def judge(self, at: datetime) -> Judgement:
        """By what held at a date. Raises RecordingError where the athlete cannot be judged then."""
        values = AthleteBook(self.changes).values(self.athlete, at)
        try:
            return judge_by(values, year=at.year, ceilings=self.ceilings)
        except ValueError as error:
            raise RecordingError(f"{self.athlete} cannot be judged on {at:%Y-%m-%d}: {error}") from None


@dataclass(frozen=True)
class ReadFile:
    """What one file holds."""

    path: Path
    sessions: list[list[RecordItem]]
    measurements: int
    skipped: int
    problems: list[str]
    failure: str | None = None
    """why nothing of it is to be kept"""


def read_file(path: Path, judging: Judging) -> ReadFile:
    """Replay a file as it would have been judged on its day.

    Never raises for what a file holds: what is wrong with it is in the answer.
    """
    sessions: list[list[RecordItem]] = []
    replay = Replay(
        athlete=judging.athlete,
        node=judging.node,
        rules=judging.rules,
        judge=judging.judge,
        alerts=SilentAlerts(),
        record=WholeSessions(sessions.append, most=MOST_MEASUREMENTS),
        activity=judging.activity,
    )
    try:
        recording = open_recording(path)
        if recording.start is None:
            return _failed(path, "it has no date; `talkpace replay --save` takes the file's own")
        if recording.start > datetime.now(UTC) + timedelta(days=1):
            return _failed(path, f"its date, {recording.start:%Y-%m-%d}, is yet to come")
        file = asyncio.run(replay.file(recording, lambda _read: None))
    except RecordingError as error:
        return _failed(path, str(error).removeprefix(f"{path.name}: "))
    except (OSError, OverflowError) as error:
        return _failed(path, f"cannot be read: {error}")
    if recording.broken:
        return _failed(path, "it is cut short or damaged; `talkpace replay --save` keeps what can be read")
    return ReadFile(path, sessions, file.measurements, file.skipped, file.problems)


def _failed(path: Path, why: str) -> ReadFile:
    return ReadFile(path, [], 0, 0, [], why)
