"""Four weeks of one athlete, day by day: what was done and noted, and the words that follow in the evening.

The weeks lie over the end of summer time in Berlin (Sunday 25 October 2026, 25 hours). Each line of
`done` is an entry as a command takes it, or a session with a strap as minutes: easy, in the band, above it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = date(2026, 10, 5)
WEIGHT_KG = 64
EVENING = time(22, 0)


@dataclass(frozen=True)
class Session:
    """With a strap."""

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
    """What a day brings, and what is said of it in the evening."""

    date: date
    commands: list[tuple[time, str, dict[str, Any]]]
    sessions: list[Session]
    says: list[str]

    @property
    def evening(self) -> datetime:
        return datetime.combine(self.date, EVENING, BERLIN)


_TABLE = """
# --- week 1: varied work, a rest day in its place
05  07:00 sleep {"hours": 7.5}
    08:00 water {"ml": 500}
    18:00 session cardio 5 32 0
    19:00 water {"ml": 750}
=>  Today is day 1 of 3 for varied work, and the work is done.
=>  1250 of 2086 ml of water today.
=>  One cardio session of 30 to 45 minutes this week: one more to go.

06  07:00 sleep {"hours": 8}
    17:30 log_activity {"activity": "strength", "minutes": 30}
    20:00 water {"ml": 2100}
=>  Today is day 2 of 3 for varied work, and the work is done.
=>  2100 ml of water today: the target of 2086 ml is reached.
=>  One cardio session of 30 to 45 minutes this week: one more to go.

07  07:00 sleep {"hours": 6}
    18:00 session cardio 5 40 0
=>  Today is day 3 of 3 for varied work, and the work is done.
=>  6 hours of sleep: 7 to 9 are the aim. Let today be easy.
=>  0 of 2086 ml of water today.
=>  Two cardio sessions this week: the aim is reached.

08  07:00 sleep {"hours": 8}
    17:00 log_activity {"activity": "mindful", "minutes": 30}
=>  Today is for recovery or active rest, after three days of work.
=>  0 of 2086 ml of water today.
=>  Two cardio sessions this week: the aim is reached.

09  18:00 session strength 20 5 0
=>  Today is day 1 of 3 for varied work, and the work is done.
=>  0 of 2086 ml of water today.
=>  Two cardio sessions this week: the aim is reached.

10
=>  Today is day 2 of 3 for varied work.
=>  0 of 2086 ml of water today.
=>  Two cardio sessions this week: the aim is reached.

11  10:00 session recovery 40 0 0
=>  Today is day 1 of 3 for varied work.
=>  0 of 2086 ml of water today.
=>  Two cardio sessions this week: the aim is reached.

# --- week 2: too much, on a day of rest as well; short nights
12  07:00 sleep {"hours": 6.5}
    18:00 session cardio 5 50 0
=>  Today is day 1 of 3 for varied work, and the work is done.
=>  6.5 hours of sleep: 7 to 9 are the aim. Let today be easy.
=>  0 of 2086 ml of water today.
=>  One cardio session of 30 to 45 minutes this week: one more to go.
=>  One cardio session went on beyond 45 minutes in the band: more is not better.

13  07:00 sleep {"hours": 6}
    18:00 session cardio 5 20 20
=>  Today is day 2 of 3 for varied work, and the work is done.
=>  6 hours of sleep: 7 to 9 are the aim. Let today be easy.
=>  On average 6.6 hours of sleep over the last 4 nights on record.
=>  0 of 2086 ml of water today.
=>  One cardio session of 30 to 45 minutes this week: one more to go.
=>  One cardio session went on beyond 45 minutes in the band: more is not better.

14  18:00 session cardio 5 25 15
=>  Today is day 3 of 3 for varied work, and the work is done.
=>  On average 6.8 hours of sleep over the last 3 nights on record.
=>  One cardio session of 30 to 45 minutes this week: one more to go.
=>  One cardio session went on beyond 45 minutes in the band: more is not better.
=>  Only 76% of this week's exercise was at or under the ceiling: aim for most of it.

15  18:00 session cardio 5 20 25
=>  This was to be a day of rest, and it was a hard one. Let tomorrow be easy.
=>  Today is for recovery or active rest, after three days of work.
=>  One cardio session of 30 to 45 minutes this week: one more to go.
=>  One cardio session went on beyond 45 minutes in the band: more is not better.
=>  Only 69% of this week's exercise was at or under the ceiling: aim for most of it.

16  13:00 nap {"minutes": 50}
    18:00 log_activity {"activity": "strength", "minutes": 20}
=>  This was to be a day of rest. Let what is left of it be one.
=>  Today is for recovery or active rest, after four days of work.
=>  50 minutes of napping: 20 to 30 are the aim.
=>  One cardio session of 30 to 45 minutes this week: one more to go.
=>  One cardio session went on beyond 45 minutes in the band: more is not better.
=>  Only 69% of this week's exercise was at or under the ceiling: aim for most of it.
=>  No mindful activity this week yet: variety helps.

17
=>  Today is for recovery or active rest, after five days of work.
=>  One cardio session of 30 to 45 minutes this week: one more to go.
=>  One cardio session went on beyond 45 minutes in the band: more is not better.
=>  Only 69% of this week's exercise was at or under the ceiling: aim for most of it.
=>  No mindful activity this week yet: variety helps.

18
=>  Today is day 1 of 3 for varied work.
=>  One cardio session of 30 to 45 minutes this week: one more to go.
=>  One cardio session went on beyond 45 minutes in the band: more is not better.
=>  Only 69% of this week's exercise was at or under the ceiling: aim for most of it.
=>  No mindful activity this week yet: variety helps.

# --- week 3: the body speaks up; summer time ends on its Sunday
19  18:00 session cardio 5 30 12
    18:50 context {"heat": true, "little_fluid": true}
    21:00 symptom {"severity": "mild", "what": "cramps"}
=>  After the symptom of Monday 19 October the ceiling is 0.10 lower, and rest is suggested, to the end of Thursday 22 October.
=>  Today is for rest, after symptoms.
=>  One cardio session of 30 to 45 minutes this week: one more to go.
=>  Only 74% of this week's exercise was at or under the ceiling: aim for most of it.

20  18:00 log_activity {"activity": "recovery", "minutes": 30}
=>  After the symptom of Monday 19 October the ceiling is 0.10 lower, and rest is suggested, to the end of Thursday 22 October.
=>  Today is for rest, after symptoms.
=>  One cardio session of 30 to 45 minutes this week: one more to go.
=>  Only 74% of this week's exercise was at or under the ceiling: aim for most of it.

21  18:00 session cardio 5 30 0
=>  After the symptom of Monday 19 October the ceiling is 0.10 lower, and rest is suggested, to the end of Thursday 22 October.
=>  This was to be a day of rest. Let what is left of it be one.
=>  Today is for rest, after symptoms.
=>  Two cardio sessions this week: the aim is reached.

22
=>  After the symptom of Monday 19 October the ceiling is 0.10 lower, and rest is suggested, to the end of Thursday 22 October.
=>  Today is for rest, after symptoms.
=>  Two cardio sessions this week: the aim is reached.

23  17:00 log_activity {"activity": "cardio", "minutes": 35}
=>  Today is day 1 of 3 for varied work, and the work is done.
=>  Three cardio sessions this week: the aim is reached.
=>  No strength or mindful activity this week yet: variety helps.

24  09:00 context {"heat": true}
    10:00 log_activity {"activity": "cardio", "minutes": 60, "hard": true}
    15:00 symptom {"severity": "moderate", "what": "nausea"}
=>  After the symptom of Saturday 24 October the ceiling is 0.10 lower, and rest is suggested, to the end of Tuesday 27 October.
=>  Today is for rest, after symptoms.
=>  Three cardio sessions this week: the aim is reached.
=>  No strength or mindful activity this week yet: variety helps.
=>  A hard bout came before or with symptoms on two of two days that had any, in four weeks. That is a pattern in your own log, and no more.
=>  Heat came before or with symptoms on two of two days that had any, in four weeks. That is a pattern in your own log, and no more.

25  07:00 sleep {"hours": 9.5}
=>  After the symptom of Saturday 24 October the ceiling is 0.10 lower, and rest is suggested, to the end of Tuesday 27 October.
=>  Today is for rest, after symptoms.
=>  9.5 hours of sleep: 7 to 9 are the aim.
=>  Three cardio sessions this week: the aim is reached.
=>  No strength or mindful activity this week yet: variety helps.
=>  A hard bout came before or with symptoms on two of two days that had any, in four weeks. That is a pattern in your own log, and no more.
=>  Heat came before or with symptoms on two of two days that had any, in four weeks. That is a pattern in your own log, and no more.

# --- week 4: the advice to see a physician; then calm
26  20:00 symptom {"severity": "mild"}
=>  Three symptoms within 14 days: please see a physician.
=>  After the symptom of Monday 26 October the ceiling is 0.10 lower, and rest is suggested, to the end of Thursday 29 October.
=>  Today is for rest, after symptoms.
=>  No cardio sessions of 30 to 45 minutes this week: two more to go.
=>  A hard bout came before or with symptoms on two of three days that had any, in four weeks. That is a pattern in your own log, and no more.
=>  Heat came before or with symptoms on two of three days that had any, in four weeks. That is a pattern in your own log, and no more.

27  12:00 note {"text": "seen the physician"}
    12:10 supplement {"name": "collagen"}
=>  Three symptoms within 14 days: please see a physician.
=>  After the symptom of Monday 26 October the ceiling is 0.10 lower, and rest is suggested, to the end of Thursday 29 October.
=>  Today is for rest, after symptoms.
=>  No cardio sessions of 30 to 45 minutes this week: two more to go.
=>  A hard bout came before or with symptoms on two of three days that had any, in four weeks. That is a pattern in your own log, and no more.
=>  Heat came before or with symptoms on two of three days that had any, in four weeks. That is a pattern in your own log, and no more.

28  08:00 water {"ml": 250}
=>  Three symptoms within 14 days: please see a physician.
=>  After the symptom of Monday 26 October the ceiling is 0.10 lower, and rest is suggested, to the end of Thursday 29 October.
=>  Today is for rest, after symptoms.
=>  250 of 2086 ml of water today.
=>  No cardio sessions of 30 to 45 minutes this week: two more to go.
=>  A hard bout came before or with symptoms on two of three days that had any, in four weeks. That is a pattern in your own log, and no more.
=>  Heat came before or with symptoms on two of three days that had any, in four weeks. That is a pattern in your own log, and no more.

29  18:00 session mindful 40 0 0
=>  Three symptoms within 14 days: please see a physician.
=>  After the symptom of Monday 26 October the ceiling is 0.10 lower, and rest is suggested, to the end of Thursday 29 October.
=>  Today is for rest, after symptoms.
=>  0 of 2086 ml of water today.
=>  No cardio sessions of 30 to 45 minutes this week: two more to go.
=>  A hard bout came before or with symptoms on two of three days that had any, in four weeks. That is a pattern in your own log, and no more.
=>  Heat came before or with symptoms on two of three days that had any, in four weeks. That is a pattern in your own log, and no more.

30  18:00 session cardio 5 31 0
=>  Three symptoms within 14 days: please see a physician.
=>  Today is day 1 of 3 for varied work, and the work is done.
=>  0 of 2086 ml of water today.
=>  One cardio session of 30 to 45 minutes this week: one more to go.
=>  No strength activity this week yet: variety helps.
=>  A hard bout came before or with symptoms on two of three days that had any, in four weeks. That is a pattern in your own log, and no more.
=>  Heat came before or with symptoms on two of three days that had any, in four weeks. That is a pattern in your own log, and no more.

31  10:00 session cardio 5 35 0
=>  Three symptoms within 14 days: please see a physician.
=>  Today is day 2 of 3 for varied work, and the work is done.
=>  0 of 2086 ml of water today.
=>  Two cardio sessions this week: the aim is reached.
=>  No strength activity this week yet: variety helps.
=>  A hard bout came before or with symptoms on two of three days that had any, in four weeks. That is a pattern in your own log, and no more.
=>  Heat came before or with symptoms on two of three days that had any, in four weeks. That is a pattern in your own log, and no more.

01  10:00 session strength 30 2 0
=>  Three symptoms within 14 days: please see a physician.
=>  Today is day 3 of 3 for varied work, and the work is done.
=>  0 of 2086 ml of water today.
=>  Two cardio sessions this week: the aim is reached.
=>  A hard bout came before or with symptoms on two of three days that had any, in four weeks. That is a pattern in your own log, and no more.
=>  Heat came before or with symptoms on two of three days that had any, in four weeks. That is a pattern in your own log, and no more.
"""


def four_weeks() -> list[Day]:
    """The table above."""
    days = [_day(number, lines) for number, lines in enumerate(_paragraphs())]
    assert [day.date for day in days] == [FIRST + timedelta(days=number) for number in range(28)]
    return days


def _paragraphs() -> Iterator[list[str]]:
    lines = [line for line in _TABLE.splitlines() if not line.startswith("#")]
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
    done = [line[4:].strip() for line in lines if not line.startswith("=>") and line[4:].strip()]
    commands, sessions = [], []
    for line in done:
        at, name, rest = line.split(" ", 2)
        if name == "session":
            activity, *minutes = rest.split()
            sessions.append(Session(time.fromisoformat(at), activity, *map(float, minutes)))
        else:
            commands.append((time.fromisoformat(at), name, json.loads(rest)))
    return Day(day, commands, sessions, [line[4:] for line in lines if line.startswith("=>")])
