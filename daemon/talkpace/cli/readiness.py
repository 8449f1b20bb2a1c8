"""`talkpace readiness`: the morning's measurement, a recording judged as one, and the history."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ..config.model import Configuration
from ..errors import ConfigurationError, DaemonError, RecordingError
from .asking import PATIENCE_S, Asked, asked, must_have
from .options import GIVEN_PATH, Amount, config_option, json_option
from .output import console, note, print_json, print_table
from .whose import chosen_athlete

_STAGES = {
    "waiting": "waiting for the strap",
    "settling": "settling: sit or lie still",
    "measuring": "measuring: breathe freely, don't move",
}
_SHOWN_DAYS = 30


@click.command()
@click.option("--athlete", metavar="ID", help="Who; the only one by default.")
@click.option("--minutes", metavar="N", type=Amount(1, 10), help="Of the measurement; 2 by default.")
@click.option("--source", metavar="FILE", type=GIVEN_PATH, help="Judge a recording; keep nothing.")
@click.option("--history", is_flag=True, help="Show the last mornings; measure nothing.")
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
    """Two minutes at rest in the morning with the strap on: train as planned, take it easy, or rest.

    A signal sounds where the measurement begins and where it ends. Always in the same posture, after
    waking and before coffee. It is held against your own last sixty days; until three weeks with
    three mornings each are there, it builds that baseline. A training aid: it diagnoses nothing, and
    how you feel counts more.
    """
    must_have(configuration, "readiness")
    if source is not None and history:
        raise ConfigurationError("either --source, or --history")
    who = chosen_athlete(configuration, athlete)
    if history:
        _history(configuration, who, as_json=as_json)
    elif source is not None:
        _of_recording(configuration, who, source, minutes, as_json=as_json)
    else:
        _measure(configuration, who, minutes, as_json=as_json)


def _measure(configuration: Configuration, who: str, minutes: float | None, *, as_json: bool) -> None:
    with asked(configuration, who, "readiness", minutes or "start") as following:
        try:
            _follow(following)
        except KeyboardInterrupt:
            following.tell("readiness", "stop")
            raise
        says = following.says
    _tell(says, as_json=as_json)


def _follow(following: Asked) -> None:
    """Until it is done; a line that counts down on a terminal, one for each stage elsewhere."""
    screen = console(stderr=True)
    stage, until = "", 0.0
    while not following.done:
        state = following.says.get("state", "")
        if state != stage and state in _STAGES:
            stage, until = state, time.monotonic() + (following.says.get("left_s") or 0)
            if not screen.is_terminal:
                note(_STAGES[stage])
        if screen.is_terminal and stage:
            left_s = max(0, until - time.monotonic())
            screen.print(f"{_STAGES[stage]}, {left_s:3.0f} s  ", end="\r")
        if stage and time.monotonic() > until + PATIENCE_S:
            raise DaemonError("the daemon does not answer any more")
        time.sleep(0.25)
        following.look()
    if screen.is_terminal:
        screen.print(" " * 70, end="\r")


def _tell(says: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(says)
    elif says.get("problem"):
        note(f"nothing is kept: {says['problem']}")
    else:
        click.echo(f"{says['advice']}: {says['why']}")
        click.echo(f"lnRMSSD {says['ln_rmssd']:.2f}, {says['heart_rate']:.0f} bpm at rest")
    if says.get("problem"):
        raise SystemExit(1)


def _of_recording(
    configuration: Configuration, who: str, source: Path, minutes: float | None, *, as_json: bool
) -> None:
    from ..guide.measure import taken
    from ..practice.days import day_of
    from ..practice.mornings import readings_of
    from ..practice.readiness import Reading
    from ..practice.readiness import readiness as ready
    from .beats_of_file import beats_of_file

    settings = configuration.practice.readiness
    beats = beats_of_file(source)
    start_ms = beats[0].at_ms - round(beats[0].rr_ms) + round(settings.settle_s * 1000)
    duration_ms = round((minutes or settings.minutes) * 60_000)
    if beats[-1].at_ms < start_ms + duration_ms:
        raise RecordingError(
            f"{source.name}: too short: {settings.settle_s:g} s to settle and "
            f"{duration_ms / 60_000:g} min are needed"
        )
    came_to = taken([beat for beat in beats if start_ms < beat.at_ms <= start_ms + duration_ms], duration_ms)
    known, now = _known(configuration, who)
    morning, signal = came_to.morning, came_to.signal
    says: dict[str, Any] = {
        "file": source.name,
        "problem": came_to.problem,
        "coverage": None if signal is None else round(signal.coverage, 4),
        "artifact_ratio": None if signal is None else round(signal.artifact_ratio, 4),
        "advice": None, "why": None, "ln_rmssd": None, "heart_rate": None,
    }  # fmt: skip
    if morning is not None:
        today = day_of(now, known.zone)
        reading = Reading(today, morning.ln_rmssd, morning.heart_rate)
        earlier = [each for each in readings_of(known, now) if each.day != today]
        said = ready([*earlier, reading], today)
        says |= {
            "advice": said.advice.value, "why": said.why,
            "ln_rmssd": morning.ln_rmssd, "heart_rate": morning.heart_rate,
        }  # fmt: skip
    _tell(says, as_json=as_json)


def _history(configuration: Configuration, who: str, *, as_json: bool) -> None:
    from ..practice.mornings import readiness_standing, readings_of

    known, now = _known(configuration, who)
    readings = readings_of(known, now)
    said = readiness_standing(known, now)
    if as_json:
        mornings = [
            {"day": one.day.isoformat(), "ln_rmssd": one.ln_rmssd, "heart_rate": one.heart_rate}
            for one in readings
        ]
        print_json({"athlete": who, "standing": said.model_dump(mode="json"), "mornings": mornings})
        return
    if not readings:
        note("no morning has been measured yet")
        return
    rows = [
        (one.day.isoformat(), f"{one.ln_rmssd:.2f}", f"{one.heart_rate:.0f}")
        for one in readings[-_SHOWN_DAYS:]
    ]
    print_table(("day", "lnRMSSD", "bpm"), rows)
    click.echo(f"{said.advice}: {said.why}")
    if said.ln_rmssd is not None and said.heart_rate is not None:
        click.echo(
            f"usual: lnRMSSD {said.ln_rmssd.low:.2f} to {said.ln_rmssd.high:.2f} (this week "
            f"{said.ln_rmssd.week:.2f}), {said.heart_rate.low:.1f} to {said.heart_rate.high:.1f} bpm "
            f"(this week {said.heart_rate.week:.1f})"
        )


def _known(configuration: Configuration, who: str) -> tuple[Any, datetime]:
    from ..practice.done import Known
    from ..practice.log import Log
    from ..service.known import existing_store
    from ..service.zones import zone_of

    zone = zone_of(who, configuration.practice, os.environ)
    with existing_store(configuration, os.environ) as store:
        entries = store.log_entries(who) if store is not None else []
    return Known(Log.of(entries), (), zone), datetime.now(zone)
