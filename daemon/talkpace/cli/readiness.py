"""`talkpace readiness`: the morning measurement at rest, and its history."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import DaemonError, RecordingError
from .athlete_option import hrv_reason, resolve_athlete
from .daemon_client import REPLY_TIMEOUT_S, ExerciseFollower, follow_exercise
from .options import PATH, Amount, athlete_option, config_option, json_option, require_habit
from .output import console, note, print_json, print_table

if TYPE_CHECKING:
    from ..config.model import Configuration
    from ..habits.history import History

_STAGES = {
    "waiting": "waiting for the strap",
    "settling": "settling: sit or lie still",
    "measuring": "measuring: breathe freely, do not move",
}
_HISTORY_DAYS = 30


@click.command()
@athlete_option("Whose measurement; needed where there are several athletes.")
@click.option("--minutes", metavar="N", type=Amount(1, 10), help="Duration in minutes, 1 to 10; 2.")
@click.option("--source", metavar="FILE", type=PATH, help="Evaluate a recording; store nothing.")
@click.option("--history", is_flag=True, help="Show earlier mornings; measure nothing.")
@config_option
@json_option
def readiness(
    athlete: str | None,
    minutes: float | None,
    source: Path | None,
    history: bool,
    configuration: Configuration,
    as_json: bool,
) -> None:
    """Measure heart rate and HRV at rest in the morning: train as planned, take it easy, or rest.

    The daemon beeps where the measurement begins and ends. Measure after waking, before coffee, always
    in the same posture. The result is compared with your last sixty days; until there are three weeks
    of three mornings each, it builds that baseline. A training aid and no diagnosis: how you feel
    counts more.
    """
    require_habit(configuration, "readiness")
    if source is not None and history:
        raise click.UsageError("give either --source or --history, not both")
    athlete = resolve_athlete(configuration, athlete)
    if _does_not_apply(configuration, athlete, as_json=as_json):
        return
    if history:
        _print_history(configuration, athlete, as_json=as_json)
    elif source is not None:
        _evaluate_recording(configuration, athlete, source, minutes, as_json=as_json)
    else:
        _measure(configuration, athlete, minutes, as_json=as_json)


def _does_not_apply(configuration: Configuration, athlete: str, *, as_json: bool) -> bool:
    """Say so where readiness does not apply to the athlete."""
    reason = hrv_reason(configuration, athlete)
    if reason is None:
        return False
    if as_json:
        print_json({"athlete": athlete, "advice": None, "why": reason})
    else:
        click.echo(reason)
    return True


def _measure(configuration: Configuration, athlete: str, minutes: float | None, *, as_json: bool) -> None:
    argument = minutes or "start"
    with follow_exercise(configuration, athlete, "readiness", argument, topic="readiness") as led:
        try:
            _follow(led)
        except KeyboardInterrupt:
            led.send("readiness", "stop")
            raise
        result = led.state
    _print_result(result, as_json=as_json)


def _follow(led: ExerciseFollower) -> None:
    """Wait until it is finished; count down on a terminal, print a line for each stage elsewhere."""
    screen = console(stderr=True)
    stage, stage_end = "", 0.0
    while not led.finished:
        state = led.state.get("state", "")
        if state != stage and state in _STAGES:
            stage, stage_end = state, time.monotonic() + (led.state.get("left_s") or 0)
            if not screen.is_terminal:
                note(_STAGES[stage])
        if screen.is_terminal and stage:
            remaining_s = max(0, stage_end - time.monotonic())
            screen.print(f"{_STAGES[stage]}, {remaining_s:3.0f} s  ", end="\r")
        if stage and time.monotonic() > stage_end + REPLY_TIMEOUT_S:
            raise DaemonError("the daemon no longer answers; check it: systemctl status talkpace")
        led.poll(0.25)
    if screen.is_terminal:
        screen.print(" " * 70, end="\r")


def _print_result(result: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(result)
    elif result.get("problem"):
        note(f"no result, nothing stored: {result['problem']}")
    else:
        click.echo(f"{result['advice']}: {result['why']}")
        click.echo(f"lnRMSSD {result['ln_rmssd']:.2f}, {result['heart_rate']:.0f} bpm at rest")
    if result.get("problem"):
        raise click.exceptions.Exit(1)


def _evaluate_recording(
    configuration: Configuration, athlete: str, source: Path, minutes: float | None, *, as_json: bool
) -> None:
    from ..guided.morning_measurement import readiness_result
    from ..habits.readiness import MorningReading, assess_readiness
    from ..habits.readiness_status import readiness_history
    from ..timestamps import local_date
    from .hrv import beats_of_file

    settings = configuration.habits.readiness
    beats = beats_of_file(source)
    start_ms = beats[0].at_ms - round(beats[0].rr_ms) + round(settings.settle_s * 1000)
    duration_ms = round((minutes or settings.minutes) * 60_000)
    if beats[-1].at_ms < start_ms + duration_ms:
        raise RecordingError(
            f"{source.name}: too short: {settings.settle_s:g} s to settle and "
            f"{duration_ms / 60_000:g} min are needed"
        )
    measured = readiness_result(
        [beat for beat in beats if start_ms < beat.at_ms <= start_ms + duration_ms], duration_ms
    )
    history, now = _history(configuration, athlete)
    morning, signal = measured.morning, measured.signal
    result: dict[str, Any] = {
        "file": source.name,
        "problem": None if measured.problem is None else measured.problem.text,
        "coverage": None if signal is None else round(signal.coverage, 4),
        "artifact_ratio": None if signal is None else round(signal.artifact_ratio, 4),
        "advice": None, "why": None, "ln_rmssd": None, "heart_rate": None,
    }  # fmt: skip
    if morning is not None:
        today = local_date(now, history.zone)
        reading = MorningReading(today, morning.ln_rmssd, morning.heart_rate)
        earlier = [one for one in readiness_history(history, now) if one.day != today]
        evaluation = assess_readiness([*earlier, reading], today)
        result |= {
            "advice": evaluation.advice.value, "why": evaluation.why,
            "ln_rmssd": morning.ln_rmssd, "heart_rate": morning.heart_rate,
        }  # fmt: skip
    _print_result(result, as_json=as_json)


def _print_history(configuration: Configuration, athlete: str, *, as_json: bool) -> None:
    from ..habits.readiness_status import readiness_history, readiness_status

    history, now = _history(configuration, athlete)
    readings = readiness_history(history, now)
    status = readiness_status(history, now)
    if as_json:
        mornings = [
            {
                "day": one.day.isoformat(),
                "ln_rmssd": one.ln_rmssd,
                "heart_rate": one.heart_rate,
                "strap": one.strap,
            }
            for one in readings
        ]
        print_json({"athlete": athlete, "standing": status.model_dump(mode="json"), "mornings": mornings})
        return
    if not readings:
        note("no morning has been measured yet; start with: talkpace readiness")
        return
    rows = [
        (one.day.isoformat(), f"{one.ln_rmssd:.2f}", f"{one.heart_rate:.0f}", one.strap or "not logged")
        for one in readings[-_HISTORY_DAYS:]
    ]
    print_table(("day", "lnRMSSD", "bpm", "strap"), rows)
    click.echo(f"{status.advice}: {status.why}")
    if status.ln_rmssd is not None and status.heart_rate is not None:
        click.echo(
            f"usual: lnRMSSD {status.ln_rmssd.low:.2f} to {status.ln_rmssd.high:.2f} (this week "
            f"{status.ln_rmssd.week:.2f}), {status.heart_rate.low:.1f} to {status.heart_rate.high:.1f} bpm "
            f"(this week {status.heart_rate.week:.1f})"
        )


def _history(configuration: Configuration, athlete: str) -> tuple[History, datetime]:
    from ..habits.history import History
    from ..habits.log import EntryLog
    from ..storage.queries import open_existing_store

    zone = configuration.habits.zone_of(athlete, os.environ)
    with open_existing_store(configuration, os.environ) as store:
        entries = store.log_entries(athlete) if store is not None else []
    return History(EntryLog.of(entries), (), zone), datetime.now(zone)
