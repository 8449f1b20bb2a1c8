"""What a recording amounts to by docs/specification.md, sections 4 to 7, computed once more.

Nothing here comes from the program: whole lists, exact fractions, no state machine. Where the
specification can be read in more than one way, a comment says which reading this is.
"""

from __future__ import annotations

import csv
import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby, pairwise
from math import ceil
from pathlib import Path
from statistics import median

import fitdecode

CEILING = Fraction(7, 10)
CLEAR_AT = CEILING - Fraction(2, 100)
APPROACHING_ABOVE = CEILING - Fraction(3, 100)
WARN_AFTER_S, CLEAR_AFTER_S, REPEAT_EVERY_S = 5, 10, 30
RUN_PAUSE_S, HOLD_S, LAST_HOLD_S, STALE_AFTER_S = 5, 5, 1, 6
SPARSE_ABOVE_S, LONGEST_HOLD_S = 2, 60
GRACE_S, LOST_AFTER_S, END_AFTER_S, MIN_DURATION_S = 20, 10, 180, 120
BRIDGED_BELOW_S, TARGET_S = 10, 1800
RECOVERIES_S = (60, 120, 300)
START_S, FALL_WITHIN_S, PLATEAU_S, SETTLED_S = 120, 10, 15, 5
FALL_BPM, RETURN_BPM, ABOVE_PLATEAU_BPM = 40, 30, 20


@dataclass(frozen=True, slots=True)
class Row:
    """A heart rate above 0 (bpm) and its time: seconds on the recording's own scale."""

    t: Fraction
    bpm: int
    hold: Fraction | None = None
    """seconds for which a recording lets it hold; None is the rule of a live strap"""
    repeated: bool = False
    """stands for a second of the hold of the row before"""


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
    return _held_by_cadence([Row(t, int(bpm)) for t, bpm in read if bpm and is_heart_rate(int(bpm))])


def _held_by_cadence(rows: list[Row]) -> list[Row]:
    # A table says nothing of a timer: its rows hold where half of the first thousand waits are above 2 s.
    waits = [b.t - a.t for a, b in pairwise(rows)]
    if not waits or median(waits[:1000]) <= SPARSE_ABOVE_S:
        return rows
    held = [
        replace(row, hold=wait) if HOLD_S < wait <= LONGEST_HOLD_S else row
        for row, wait in zip(rows, waits, strict=False)
    ]
    return [*held, rows[-1]]


def is_heart_rate(bpm: int) -> bool:
    """Whether a value in a file is one; 255 and 65535 stand for none."""
    return bpm >= 20 and bpm not in {255, 65535}


def rows_of_fit(path: Path) -> list[Row]:
    """Seconds since 1970 (UTC) and heart rate of each record message that has both."""
    found: list[Row] = []
    blanks: list[Fraction] = []
    timer: list[tuple[Fraction, bool]] = []
    with fitdecode.FitReader(str(path), check_crc=fitdecode.CrcCheck.DISABLED) as frames:
        for frame in frames:
            if frame.frame_type != fitdecode.FIT_FRAME_DATA:
                continue
            if frame.name == "event" and frame.get_value("event", fallback=None) == "timer":
                kind = str(frame.get_value("event_type", fallback=""))
                timer.append((Fraction(frame.get_value("timestamp").timestamp()), kind == "start"))
            if frame.name == "record":
                at = frame.get_value("timestamp", fallback=None)
                bpm = frame.get_value("heart_rate", fallback=None)
                if isinstance(at, dt.datetime) and bpm and is_heart_rate(int(bpm)):
                    found.append(Row(Fraction(at.timestamp()), int(bpm)))
                elif isinstance(at, dt.datetime):
                    blanks.append(Fraction(at.timestamp()))
    pauses = _pauses(timer)
    return [replace(row, hold=_hold_of_record(found, i, blanks, pauses)) for i, row in enumerate(found)]


def _pauses(timer: list[tuple[Fraction, bool]]) -> list[tuple[Fraction, Fraction]]:
    """From each stop of the timer to the next start."""
    starts = sorted(t for t, runs in timer if runs)
    stops = sorted(t for t, runs in timer if not runs)
    never = Fraction(10**12)
    pauses = [(stop, min((start for start in starts if start >= stop), default=never)) for stop in stops]
    return [(stop, start) for stop, start in pauses if start > stop]


def _hold_of_record(
    rows: list[Row], i: int, blanks: list[Fraction], pauses: list[tuple[Fraction, Fraction]]
) -> Fraction | None:
    # Until the next record while the timer runs, 60 s at most. The timer's stop ends it, and so does a record
    # without a heart rate where those before it came every second or two.
    since = rows[i].t
    until = rows[i + 1].t if i + 1 < len(rows) else None
    if until is not None and until - since <= HOLD_S:
        # Here only a pause counts that lies between the two records: some devices write on in a pause.
        return min((stop - since for stop, start in pauses if since <= stop < start <= until), default=None)
    ends = [max(stop, since) for stop, start in pauses if start > since and (until is None or stop < until)]
    later = [t for t in blanks if t >= since and (until is None or t < until)]
    if until is None:
        hold = min(ends, default=since) - since
        return hold if HOLD_S < hold <= LONGEST_HOLD_S and not later else None
    if i == 0 or since - rows[i - 1].t <= SPARSE_ABOVE_S:
        ends += later
    if ends:
        return min(min(ends) - since, Fraction(LONGEST_HOLD_S))
    return until - since if until - since <= LONGEST_HOLD_S else None


def _as_sent_every_second(rows: Sequence[Row]) -> list[Row]:
    """A value that holds for more than 5 s counts as if it had been sent once a second."""
    sent = []
    for row in rows:
        sent.append(row)
        if row.hold is not None and row.hold > HOLD_S:
            seconds = range(1, ceil(row.hold))
            sent += [Row(row.t + s, row.bpm, row.hold - s, repeated=True) for s in seconds]
    return sent


def sessions(rows: Sequence[Row], max_bpm: str) -> list[Session]:
    """Every session of a recording, for an athlete with a maximum (bpm) and defaults."""
    rows = _as_sent_every_second(rows)
    # "When none has come for 180 s": at exactly 180.0 s it has ended, and the row starts the next
    # (section 6: a session is taken up again only if its last measurement is younger than that).
    cuts = [i for i, (a, b) in enumerate(pairwise(rows), start=1) if b.t - a.t >= END_AFTER_S]
    bounds = list(pairwise([0, *cuts, len(rows)])) if rows else []
    return [
        _session(
            [replace(row, t=row.t - rows[i].t) for row in rows[i:j]],
            Fraction(max_bpm),
            timed_out=j < len(rows),
        )
        for i, j in bounds
    ]


def _session(rows: list[Row], max_bpm: Fraction, *, timed_out: bool) -> Session:
    duration = rows[-1].t
    every_effort = [row.bpm / max_bpm for row in rows]
    every_hold = [_hold(a, b) for a, b in pairwise(rows)] + [Fraction(LAST_HOLD_S)]
    measured = [i for i, row in enumerate(rows) if not row.repeated]
    at_start = {measured[k] for k in _implausible([rows[i] for i in measured])}
    owner = -1
    apart = []
    for i in range(len(rows)):
        owner = owner if rows[i].repeated else i
        if owner in at_start:
            apart.append(i)
    counted = [i for i in range(len(rows)) if i not in apart]
    efforts, holds = [every_effort[i] for i in counted], [every_hold[i] for i in counted]
    recorded = sum(holds, Fraction(0))
    beats = [rows[i].bpm for i in counted]

    def time_between(low: Fraction | None, high: Fraction | None) -> Fraction:
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
    conversational = time_between(None, CEILING) - easy
    # Warnings see every measurement, whatever the summary leaves out.
    events, warnings = _events(rows, every_effort, timed_out=timed_out)
    falls = _recoveries([rows[i] for i in counted], holds)
    figures: dict[str, Fraction | int | bool | None] = {
        "duration_s": duration,
        "recorded_s": recorded,
        "gap_s": max(Fraction(0), duration + LAST_HOLD_S - recorded),
        "measurements": sum(not row.repeated for row in rows),
        "max_heart_rate": max_bpm,
        "ceiling": CEILING,
        "heart_rate.min": min(beats),
        "heart_rate.mean": _dot(beats, holds) / recorded,
        "heart_rate.max": max(beats),
        "effort.mean": _dot(efforts, holds) / recorded,
        "effort.max": max(efforts),
        "zones_s.easy": easy,
        "zones_s.conversational": conversational,
        "zones_s.hard": time_between(CEILING, Fraction(85, 100)),
        "zones_s.very_hard": time_between(Fraction(85, 100), None),
        "over_ceiling_s": time_between(CEILING, None),
        "warnings": warnings,
        "longest_conversational_s": _longest_conversational([rows[i] for i in counted], efforts, holds),
        "target.band_s": TARGET_S,
        # The band is reached by the zone's whole time, not by one stretch (section 7's own example:
        # 2101 s in the zone, a longest stretch of 1230 s, a band of 1800 s, reached).
        "target.reached": conversational >= TARGET_S,
        "load.banister_trimp": None,
        "load.edwards_trimp": _dot([_edwards_factor(e) for e in efforts], holds) / 60,
        **{f"heart_rate_recovery_{s}s": fall for s, fall in zip(RECOVERIES_S, falls, strict=True)},
        **_set_apart([rows[i].bpm for i in apart], [every_hold[i] for i in apart]),
        "discarded": duration < MIN_DURATION_S,
    }
    return Session(figures, events)


def _hold(row: Row, following: Row) -> Fraction:
    wait = min(following.t - row.t, Fraction(HOLD_S))
    return wait if row.hold is None else min(wait, row.hold)


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


def _recoveries(rows: list[Row], holds: list[Fraction]) -> list[int | None]:
    # The last peak is the last measurement with the session's highest heart rate. From there on, each span
    # that a heart rate holds, moved by 60 s, is laid over the spans that begin later: wherever two share an
    # instant, not after the session's last measurement, there is a fall.
    top = max(row.bpm for row in rows)
    peak = max(i for i, row in enumerate(rows) if row.bpm == top)
    end = rows[-1].t
    spans = [(row.t, row.t + hold, row.bpm) for row, hold in zip(rows, holds, strict=True)][peak:]
    starts = [since for since, _, _ in spans]
    falls: list[int | None] = []
    for over in RECOVERIES_S:
        found = []
        for since, until, bpm in spans:
            first = max(0, bisect_right(starts, since + over) - 1)
            for later_since, later_until, later_bpm in spans[first:]:
                if later_since >= until + over or later_since > end:
                    break
                instant = max(since + over, later_since)
                if instant < min(until + over, later_until) and instant <= end:
                    found.append(bpm - later_bpm)
        falls.append(max(found, default=None))
    return falls


def _set_apart(beats: list[int], holds: list[Fraction]) -> dict[str, Fraction | int | bool | None]:
    if not beats:
        return {"implausible": None}
    held = sum(holds, Fraction(0))
    figures: dict[str, Fraction | int | bool | None] = {
        "implausible.measurements": len(beats),
        "implausible.held_s": held,
        "implausible.highest": max(beats),
    }
    return figures


def _at_once(rows: list[Row], first: int, apart: set[int]) -> bool:
    """Whether a run of high values begins with the session, after a pause, or by a jump."""
    begin = rows[first].t
    before = [
        row.bpm for i, row in enumerate(rows[:first]) if i not in apart and begin - row.t <= FALL_WITHIN_S
    ]
    after = [row.bpm for row in rows[first:] if row.t - begin <= FALL_WITHIN_S]
    return not before or max(after) - min(before) > FALL_BPM


def _implausible(rows: list[Row]) -> list[int]:
    """The places of the measurements that are set apart at a session's start."""
    apart: set[int] = set()
    place = 0
    while place < len(rows) and rows[place].t <= START_S:
        before = [
            rows[i].bpm for i in range(place) if i not in apart and rows[place].t - rows[i].t <= FALL_WITHIN_S
        ]
        top = max(before, default=0)
        if top - rows[place].bpm <= FALL_BPM:
            place += 1
            continue
        low = place + 1
        while (
            low < len(rows)
            and rows[low].t - rows[low - 1].t <= FALL_WITHIN_S
            and rows[low].bpm <= top - RETURN_BPM
            and rows[low].t - rows[place].t < PLATEAU_S
        ):
            low += 1
        if low == len(rows):
            break
        if rows[low].t - rows[low - 1].t > FALL_WITHIN_S or rows[low].bpm > top - RETURN_BPM:
            # A pause or a return: the search goes on with this measurement.
            place = low
            continue
        plateau = max(row.bpm for row in rows[: low + 1] if row.t >= rows[place].t + SETTLED_S)
        high = [row.bpm > plateau + ABOVE_PLATEAU_BPM for row in rows[: low + 1]]
        runs = [list(run) for is_high, run in groupby(range(low + 1), key=lambda i: high[i]) if is_high]
        apart |= {i for run in runs if _at_once(rows[: low + 1], run[0], apart) for i in run}
        place = low + 1
    return sorted(apart)


def _events(rows: list[Row], efforts: list[Fraction], *, timed_out: bool) -> tuple[list[Event], int]:
    end = rows[-1].t
    # A time-out is reported 180 s after the last measurement; a recording's end at once.
    end_reported = end + END_AFTER_S if timed_out else end
    following = [*[row.t for row in rows[1:]], end_reported]
    # In the first 20 s nothing is reported; a silence that began then is reported at 20 s if it lasts.
    silences = [
        (max(row.t + LOST_AFTER_S, Fraction(GRACE_S)), later)
        for row, later in zip(rows, following, strict=True)
        if later - row.t >= LOST_AFTER_S and later >= GRACE_S
    ]
    warnings_found = _warnings(rows, efforts, [lost for lost, _ in silences], end)
    clear_times = {until for _, until, by_effort in warnings_found if by_effort}

    found = [(Fraction(0), 0, "session_started"), (end_reported, 9, "session_ended")]
    found += [(lost, 1, "signal_lost") for lost, _ in silences]
    found += [(back, 2, "signal_back") for _, back in silences if back <= end]
    found += [(since, 3, "over") for since, _, _ in warnings_found]
    found += [
        (t, 4, "over_repeat")
        for since, until, ends in warnings_found
        for t in _repeats(since, until, ended=ends)
    ]
    found += [(t, 5, "easy_again") for t in clear_times]
    found += [(t, 6, "approaching") for t in _approaching(rows, efforts, warnings_found, silences)]
    return [Event(t, name, _live(rows, t, name)) for t, _, name in sorted(found)], len(warnings_found)


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
    # A repeat due at the very instant at which the warning ends (cleared or signal lost) is not reported;
    # one due with the session's last measurement is.
    due = [since + REPEAT_EVERY_S * n for n in range(1, int((until - since) / REPEAT_EVERY_S) + 1)]
    return [t for t in due if t < until or ended is None]


def _approaching(
    rows: list[Row],
    efforts: list[Fraction],
    warnings_found: list[tuple[Fraction, Fraction, bool | None]],
    silences: list[tuple[Fraction, Fraction]],
) -> list[Fraction]:
    # "Not over" means that no warning is raised: above the ceiling for less than 5 s is approaching too.
    # It is an event each time it is entered: after a clearing and after a lost signal too; in a pause without
    # signal_lost it lasts.
    def state(row: Row, effort: Fraction) -> bool:
        raised = any(
            since <= row.t < until or (ended is None and row.t == until)
            for since, until, ended in warnings_found
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
