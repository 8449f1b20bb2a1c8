"""What a recording amounts to by the contract's words (sections 4 to 7), computed once more.

Nothing here comes from the program: whole lists, exact fractions, no state machine. Where the
contract can be read in more than one way, a comment says which reading this is.
"""

from __future__ import annotations

import csv
import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise
from pathlib import Path

import fitdecode

CEILING = Fraction(7, 10)
CLEAR_AT = CEILING - Fraction(2, 100)
APPROACHING_ABOVE = CEILING - Fraction(3, 100)
WARN_AFTER_S, CLEAR_AFTER_S, REPEAT_EVERY_S = 5, 10, 30
RUN_PAUSE_S, HOLD_S, LAST_HOLD_S, STALE_AFTER_S = 5, 5, 1, 6
GRACE_S, LOST_AFTER_S, END_AFTER_S, MIN_DURATION_S = 20, 10, 180, 120
BRIDGED_BELOW_S, RECOVERY_S, TARGET_S = 10, 60, 1800


@dataclass(frozen=True, slots=True)
class Row:
    """A heart rate above 0 (bpm) and its time: seconds on the recording's own scale."""

    t: Fraction
    bpm: int


@dataclass(frozen=True, slots=True)
class Event:
    """Time in seconds from the session's start; the heart rate is null once it is 6 s old."""

    t: Fraction
    name: str
    bpm: int | None


@dataclass(frozen=True, slots=True)
class Session:
    """`figures` by their names in the summary, nested names joined by a dot; unrounded."""

    figures: dict[str, Fraction | int | bool | None]
    events: list[Event]


def rows_of_csv(path: Path) -> list[Row]:
    """Seconds and heart rate of each row that has one above 0."""
    with path.open(newline="", encoding="utf-8") as lines:
        read = [(Fraction(row["t_s"]), row["hr_bpm"]) for row in csv.DictReader(lines)]
    return [Row(t, int(bpm)) for t, bpm in read if bpm and int(bpm) > 0]


def rows_of_fit(path: Path) -> list[Row]:
    """Seconds since 1970 (UTC) and heart rate of each record message that has both."""
    found = []
    with fitdecode.FitReader(str(path), check_crc=fitdecode.CrcCheck.DISABLED) as frames:
        for frame in frames:
            if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name == "record":
                at = frame.get_value("timestamp", fallback=None)
                bpm = frame.get_value("heart_rate", fallback=None)
                if isinstance(at, dt.datetime) and bpm:
                    found.append(Row(Fraction(at.timestamp()), int(bpm)))
    return found


def sessions(rows: Sequence[Row], max_bpm: str) -> list[Session]:
    """Every session of a recording, for an athlete of whom only the maximum (bpm) is known."""
    # "When none has come for 180 s": at exactly 180.0 s it has ended, and the row starts the next
    # (section 6: a session is taken up again only if its last measurement is younger than that).
    cuts = [i for i, (a, b) in enumerate(pairwise(rows), start=1) if b.t - a.t >= END_AFTER_S]
    bounds = list(pairwise([0, *cuts, len(rows)])) if rows else []
    return [
        _session(
            [Row(row.t - rows[i].t, row.bpm) for row in rows[i:j]], Fraction(max_bpm), timed_out=j < len(rows)
        )
        for i, j in bounds
    ]


def _session(rows: list[Row], max_bpm: Fraction, *, timed_out: bool) -> Session:
    efforts = [row.bpm / max_bpm for row in rows]
    holds = [min(b.t - a.t, Fraction(HOLD_S)) for a, b in pairwise(rows)] + [Fraction(LAST_HOLD_S)]
    duration, recorded = rows[-1].t, sum(holds, Fraction(0))
    beats = [row.bpm for row in rows]

    def held(low: Fraction | None, high: Fraction | None) -> Fraction:
        """Seconds with an effort above `low` and at most `high`."""
        return sum(
            (
                h
                for e, h in zip(efforts, holds, strict=True)
                if (low is None or e > low) and (high is None or e <= high)
            ),
            Fraction(0),
        )

    easy = sum((h for e, h in zip(efforts, holds, strict=True) if e < Fraction(1, 2)), Fraction(0))
    conversational = held(None, CEILING) - easy
    events, warnings = _events(rows, efforts, timed_out=timed_out)
    figures: dict[str, Fraction | int | bool | None] = {
        "duration_s": duration,
        "recorded_s": recorded,
        "gap_s": max(Fraction(0), duration + LAST_HOLD_S - recorded),
        "measurements": len(rows),
        "max_heart_rate": max_bpm,
        "ceiling": CEILING,
        "heart_rate.min": min(beats),
        "heart_rate.mean": _dot(beats, holds) / recorded,
        "heart_rate.max": max(beats),
        "effort.mean": _dot(efforts, holds) / recorded,
        "effort.max": max(efforts),
        "zones_s.easy": easy,
        "zones_s.conversational": conversational,
        "zones_s.hard": held(CEILING, Fraction(85, 100)),
        "zones_s.very_hard": held(Fraction(85, 100), None),
        "over_ceiling_s": held(CEILING, None),
        "warnings": warnings,
        "longest_conversational_s": _longest_conversational(rows, efforts, holds),
        "target.band_s": TARGET_S,
        # The band is reached by the zone's whole time, not by one stretch (section 7's own example:
        # 2101 s in the zone, a longest stretch of 1230 s, a band of 1800 s, reached).
        "target.reached": conversational >= TARGET_S,
        "load.banister_trimp": None,
        "load.edwards_trimp": _dot([_edwards_factor(e) for e in efforts], holds) / 60,
        "heart_rate_recovery_60s": _recovery(rows, holds),
        "discarded": duration < MIN_DURATION_S,
    }
    return Session(figures, events)


def _dot(values: Iterable[Fraction | int], holds: Iterable[Fraction]) -> Fraction:
    return sum((value * hold for value, hold in zip(values, holds, strict=True)), Fraction(0))


def _edwards_factor(effort: Fraction) -> int:
    # A shared bound belongs to the upper band (as in "lower bound inside"); beyond 100 % counts as 90-100 %.
    return 0 if effort < Fraction(1, 2) else min(5, int(effort * 10) - 4)


def _longest_conversational(rows: list[Row], efforts: list[Fraction], holds: list[Fraction]) -> Fraction:
    spans = [
        (row.t, row.t + hold)
        for row, effort, hold in zip(rows, efforts, holds, strict=True)
        if Fraction(1, 2) <= effort <= CEILING
    ]
    # An interruption is whatever is not time in the zone, gap too; a bridged one counts into the stretch.
    apart = [i for i, (a, b) in enumerate(pairwise(spans), start=1) if b[0] - a[1] >= BRIDGED_BELOW_S]
    stretches = pairwise([0, *apart, len(spans)]) if spans else []
    return max((spans[j - 1][1] - spans[i][0] for i, j in stretches), default=Fraction(0))


def _recovery(rows: list[Row], holds: list[Fraction]) -> int | None:
    # The last peak is the last measurement with the session's highest heart rate; every 60 s that start at
    # a measurement from there on and end within the session count, if a measurement holds at their end.
    top = max(row.bpm for row in rows)
    times = [row.t for row in rows]
    falls = []
    for start in rows[max(i for i, row in enumerate(rows) if row.bpm == top) :]:
        later = start.t + RECOVERY_S
        i = bisect_right(times, later) - 1
        if later <= times[-1] and later < times[i] + holds[i]:
            falls.append(start.bpm - rows[i].bpm)
    return max(falls, default=None)


def _events(rows: list[Row], efforts: list[Fraction], *, timed_out: bool) -> tuple[list[Event], int]:
    end = rows[-1].t
    # A time-out is told when it is known, 180 s after the last measurement; a recording's end at once.
    told_end = end + END_AFTER_S if timed_out else end
    following = [*[row.t for row in rows[1:]], told_end]
    # Nothing is told in the first 20 s; a silence that began in them is told at 20 s if it still lasts.
    silences = [
        (max(row.t + LOST_AFTER_S, Fraction(GRACE_S)), later)
        for row, later in zip(rows, following, strict=True)
        if later - row.t >= LOST_AFTER_S and later >= GRACE_S
    ]
    warned = _warnings(rows, efforts, [lost for lost, _ in silences], end)
    cleared = {until for _, until, by_effort in warned if by_effort}

    found = [(Fraction(0), 0, "session_started"), (told_end, 9, "session_ended")]
    found += [(lost, 1, "signal_lost") for lost, _ in silences]
    found += [(back, 2, "signal_back") for _, back in silences if back <= end]
    found += [(since, 3, "over") for since, _, _ in warned]
    found += [
        (t, 4, "over_repeat") for since, until, ends in warned for t in _repeats(since, until, ended=ends)
    ]
    found += [(t, 5, "easy_again") for t in cleared]
    found += [(t, 6, "approaching") for t in _approaching(rows, efforts, warned, silences)]
    return [Event(t, name, _live(rows, t, name)) for t, _, name in sorted(found)], len(warned)


def _warnings(
    rows: list[Row], efforts: list[Fraction], losses: list[Fraction], end: Fraction
) -> list[tuple[Fraction, Fraction, bool | None]]:
    """When each warning was raised, when it ended, and whether by effort (None: the session's end)."""
    raises = [
        t
        for run in _runs(rows, [effort > CEILING for effort in efforts])
        for t in run
        if t - run[0] >= WARN_AFTER_S and t >= GRACE_S
    ]
    clears = [
        t
        for run in _runs(rows, [effort <= CLEAR_AT for effort in efforts])
        for t in run
        if t - run[0] >= CLEAR_AFTER_S
    ]
    found: list[tuple[Fraction, Fraction, bool | None]] = []
    for since in raises:
        if found and since <= found[-1][1]:
            continue
        ends: list[tuple[Fraction, bool | None]] = [(t, True) for t in clears if t > since]
        ends += [(t, False) for t in losses if t > since]
        until, by_effort = min(ends, default=(end, None), key=lambda pair: pair[0])
        found.append((since, until, by_effort))
    return found


def _runs(rows: list[Row], belongs: list[bool]) -> list[list[Fraction]]:
    """The times of each unbroken run of measurements that belong: no other between, no pause above 5 s."""
    after_pause = [
        0,
        *(i for i, (a, b) in enumerate(pairwise(rows), start=1) if b.t - a.t > RUN_PAUSE_S),
        len(rows),
    ]
    return [
        [rows[i].t for i in group]
        for start, stop in pairwise(after_pause)
        for member, group in groupby(range(start, stop), key=lambda i: belongs[i])
        if member
    ]


def _repeats(since: Fraction, until: Fraction, *, ended: bool | None) -> list[Fraction]:
    # A repeat due at the very instant at which the warning ends (cleared or signal lost) is not said;
    # one due with the session's last measurement is.
    due = [since + REPEAT_EVERY_S * n for n in range(1, int((until - since) / REPEAT_EVERY_S) + 1)]
    return [t for t in due if t < until or ended is None]


def _approaching(
    rows: list[Row],
    efforts: list[Fraction],
    warned: list[tuple[Fraction, Fraction, bool | None]],
    silences: list[tuple[Fraction, Fraction]],
) -> list[Fraction]:
    # "Not over" means that no warning is raised: above the ceiling for less than 5 s is approaching too.
    # It is an event each time it is entered: after a clearing and after a lost signal too; in a pause without
    # signal_lost it lasts.
    def state(row: Row, effort: Fraction) -> bool:
        raised = any(
            since <= row.t < until or (ended is None and row.t == until) for since, until, ended in warned
        )
        return effort > APPROACHING_ABOVE and row.t >= GRACE_S and not raised

    states = [state(row, effort) for row, effort in zip(rows, efforts, strict=True)]
    backs = {back for _, back in silences}
    before = [False, *states[:-1]]
    return [
        row.t
        for row, now, was in zip(rows, states, before, strict=True)
        if now and (not was or row.t in backs)
    ]


def _live(rows: list[Row], t: Fraction, name: str) -> int | None:
    # At the instant of a measurement its own heart rate is the live one, except for what only silence tells.
    if name == "signal_lost":
        return None
    if name == "session_started":
        return rows[0].bpm
    last = [row for row in rows if row.t <= t][-1]
    return last.bpm if t - last.t < STALE_AFTER_S else None
