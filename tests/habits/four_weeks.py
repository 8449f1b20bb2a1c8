"""Reads `four_weeks.txt`: sessions and entries of an athlete, day by day, and the messages of each evening.

The weeks include the end of summer time in Berlin (Sunday 25 October 2026, 25 hours). A line without
`=>` is an entry as a command takes it, or a session with a strap as minutes: easy, in the band, above it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from talkpace.habits.history import History, SessionDigest
from talkpace.habits.log import Entry, EntryLog, parse_content
from talkpace.habits.settings import HabitsSettings
from talkpace.mqtt.command_definitions import LOG_COMMANDS
from talkpace.training.profile import Activity

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = date(2026, 10, 5)
WEIGHT_KG = 64
EVENING = time(22, 0)
OFF = HabitsSettings(
    week=None,
    rest=None,
    sleep=None,
    water=None,
    symptoms=None,
    supplements=None,
    load=False,
    context=False,
    readiness=False,
    breathing=False,
)
_TABLE = Path(__file__).with_name("four_weeks.txt")


@dataclass(frozen=True)
class Session:
    """A session with a strap."""

    at: time
    activity: str
    easy_min: float
    band_min: float
    hard_min: float

    @property
    def minutes(self) -> float:
        return self.easy_min + self.band_min + self.hard_min


@dataclass(frozen=True)
class Day:
    """Commands and sessions of a day, and the messages of its evening."""

    date: date
    commands: list[tuple[time, str, dict[str, Any]]]
    sessions: list[Session]
    messages: list[str]

    @property
    def evening(self) -> datetime:
        return datetime.combine(self.date, EVENING, BERLIN)


def four_weeks() -> list[Day]:
    """Return the days of `four_weeks.txt`."""
    days = [_day(number, lines) for number, lines in enumerate(_paragraphs())]
    assert [day.date for day in days] == [FIRST + timedelta(days=number) for number in range(28)]
    return days


def _paragraphs() -> Iterator[list[str]]:
    lines = [line for line in _TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            paragraph.append(line)
        elif paragraph:
            yield paragraph
            paragraph = []


def _day(number: int, lines: list[str]) -> Day:
    day = FIRST + timedelta(days=number)
    assert int(lines[0][:2]) == day.day, lines[0]
    actions = [line[4:].strip() for line in lines if not line.startswith("=>") and line[4:].strip()]
    commands, sessions = [], []
    for line in actions:
        at, name, rest = line.split(" ", 2)
        if name == "session":
            activity, *minutes = rest.split()
            sessions.append(Session(time.fromisoformat(at), activity, *map(float, minutes)))
        else:
            commands.append((time.fromisoformat(at), name, json.loads(rest)))
    return Day(day, commands, sessions, [line[4:] for line in lines if line.startswith("=>")])


def session_digest(day: Day, session: Session) -> SessionDigest:
    """Return the session as the store would."""
    return SessionDigest(
        id=f"{day.date}-{session.at}",
        start=datetime.combine(day.date, session.at, BERLIN),
        activity=Activity(session.activity),
        duration_s=session.minutes * 60 - 1,
        recorded_s=session.minutes * 60,
        band_s=session.band_min * 60,
        hard_s=session.hard_min * 60,
        over_ceiling_s=session.hard_min * 60,
        banister=None,
        edwards=session.minutes,
    )


def history(days: list[Day]) -> History:
    """Return log and sessions of these days."""
    entries = [
        (datetime.combine(day.date, at, BERLIN), parse_content(LOG_COMMANDS[name], values))
        for day in days
        for at, name, values in day.commands
    ]
    log = EntryLog.of(Entry(f"{number}", "anna", at, at, what) for number, (at, what) in enumerate(entries))
    sessions = [session_digest(day, session) for day in days for session in day.sessions]
    return History(log, sessions, BERLIN, WEIGHT_KG)
