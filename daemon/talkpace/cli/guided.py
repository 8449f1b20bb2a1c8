"""`talkpace breathe` and `talkpace nap`: exercises in the terminal or led by the daemon."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import DaemonError
from .athlete_option import resolve_athlete
from .daemon_client import REPLY_TIMEOUT_S, ExerciseFollower, call_daemon, follow_exercise
from .options import PATH, Amount, athlete_option, config_option, json_option, require_habit
from .output import note, print_json

if TYPE_CHECKING:
    from ..config.model import Configuration
    from ..habits.breathing import BreathingPlan

State = Callable[[], Mapping[str, Any] | None]


@click.command()
@click.option("--pace", metavar="N", type=Amount(4, 7), help="Breaths per minute, 4 to 7; 6 by default.")
@click.option(
    "--minutes", metavar="N", type=Amount(0.1, 60), help="Duration in minutes (with --find: per pace); 5."
)
@click.option("--ratio", metavar="IN:OUT", help="Inhale to exhale; 4:6 by default.")
@click.option("--find", is_flag=True, help="Compare 6.5, 6, 5.5, 5 and 4.5 breaths per minute, 2 min each.")
@athlete_option("Let the daemon lead by light and buzzer, and measure this athlete's heart rate.")
@click.option("--source", metavar="FILE", type=PATH, help="Analyse a recording instead of leading.")
@config_option
@json_option
def breathe(
    pace: float | None,
    minutes: float | None,
    ratio: str | None,
    find: bool,
    athlete: str | None,
    source: Path | None,
    configuration: Configuration,
    as_json: bool,
) -> None:
    """Lead paced breathing, about six breaths per minute; press q to stop.

    Examples: talkpace breathe --minutes 3, or talkpace breathe --athlete anna --find

    Without --athlete it is an animation in the terminal. With --athlete the daemon leads; with a strap
    on, it reports coherence (the share of heart-rate variation at the breathing pace), and with --find
    the pace at which the heart rate varies most. With --source the same is computed for a recording
    made at this pace. A training aid: no figure here is a diagnosis.
    """
    from ..habits.breathing import MINUTES_A_PACE, PACES_TO_TRY, BreathingPlan
    from ..habits.settings import Ratio

    require_habit(configuration, "breathing")
    settings = configuration.habits.breathing
    if find and pace is not None:
        raise click.UsageError("--find tries several paces; leave out --pace")
    if source is not None and athlete is not None:
        raise click.UsageError("give either --athlete or --source, not both")
    if find and athlete is None and source is None:
        raise click.UsageError("--find needs RR intervals; give --athlete ID (strap on) or --source FILE")
    if as_json and athlete is None and source is None:
        raise click.UsageError("--json has no data without a heart rate; give --athlete or --source")
    try:
        parts = Ratio.of(ratio or settings.ratio)
        if find:
            exercise = BreathingPlan.through(PACES_TO_TRY, minutes or MINUTES_A_PACE, parts)
        else:
            exercise = BreathingPlan.of(pace or settings.pace, minutes or settings.minutes, parts)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if source is not None:
        _analyse_recording(source, exercise, whole=minutes is None and not find, as_json=as_json)
    elif athlete is not None:
        athlete = resolve_athlete(configuration, athlete)
        _lead_by_daemon(configuration, athlete, exercise, find=find, as_json=as_json)
    else:
        from .terminal.breathing import show_breathing

        seconds, _ = show_breathing(exercise, 0, dict)
        note(f"{seconds / 60:.1f} min of breathing at {exercise.steps[0].pace:g} per minute")


def _lead_by_daemon(
    configuration: Configuration, athlete: str, exercise: BreathingPlan, *, find: bool, as_json: bool
) -> None:
    from .terminal.breathing import show_breathing

    step = exercise.steps[0]
    order: dict[str, Any] = {"ratio": str(exercise.ratio), "minutes": step.breaths / step.pace}
    order |= {"find": True} if find else {"pace": step.pace}
    with follow_exercise(configuration, athlete, "breathe", order, topic="breathing") as led:
        began = datetime.fromisoformat(led.state["began"])
        elapsed_s = (datetime.now().astimezone() - began).total_seconds()

        def state() -> Mapping[str, Any] | None:
            led.poll()
            return None if led.finished else led.state

        stopped = False
        if as_json:
            _wait(exercise.duration_ms / 1000 - elapsed_s, led)
        else:
            try:
                _, stopped = show_breathing(exercise, elapsed_s, state)
            except KeyboardInterrupt:
                stopped = True
        result = led.send("breathe", "stop") if stopped else _wait_until_finished(led)
    if as_json:
        print_json(result)
    else:
        note(result.get("last") or "too short to be logged")


def _wait(seconds: float, led: ExerciseFollower) -> None:
    deadline = time.monotonic() + seconds
    while not led.finished and (remaining_s := deadline - time.monotonic()) > 0:
        led.poll(remaining_s)


def _wait_until_finished(led: ExerciseFollower) -> dict[str, Any]:
    """Return the final state: by its own clock the daemon finishes a moment later."""
    _wait(REPLY_TIMEOUT_S, led)
    if not led.finished:
        raise DaemonError("the daemon no longer answers; check it: systemctl status talkpace")
    return led.state


def _analyse_recording(source: Path, exercise: BreathingPlan, *, whole: bool, as_json: bool) -> None:
    from ..guided.breathing_result import breathing_result
    from ..habits.breathing import BreathingPlan
    from .hrv import beats_of_file

    beats = beats_of_file(source)
    start_ms = beats[0].at_ms - round(beats[0].rr_ms)
    length_ms = beats[-1].at_ms - start_ms
    if whole:
        exercise = BreathingPlan.of(exercise.steps[0].pace, min(60, length_ms / 60_000), exercise.ratio)
    entry = breathing_result(
        exercise, beats, start_ms=start_ms, duration_ms=min(length_ms, exercise.duration_ms)
    )
    if as_json:
        print_json({"file": source.name, **entry.model_dump(mode="json", exclude={"kind"})})
        return
    click.echo(f"{source.name}: {entry.words}")
    if entry.coherence is None and entry.suited is None:
        note("coherence is unknown: too few beats, or too many gaps or artifacts")
    elif entry.swing_bpm is not None:
        click.echo(f"heart rate varied by {entry.swing_bpm:g} bpm per breath")


@click.command()
@click.argument("minutes", required=False, metavar="[MINUTES|stop]")
@athlete_option("Whose nap; needed where there are several athletes.")
@config_option
@json_option
def nap(minutes: str | None, athlete: str | None, configuration: Configuration, as_json: bool) -> None:
    """Start a nap timer of 20 to 30 minutes (25 by default); `talkpace nap stop` ends it.

    The buzzer of the daemon wakes, gently at first, for five minutes at most, in quiet hours too.
    Muting or `talkpace nap stop` ends the waking. The timer survives a restart of the daemon. The nap
    is logged.
    """
    require_habit(configuration, "nap")
    if minutes in {"stop", "cancel"}:
        argument: object = "stop"
    elif minutes is None:
        argument = configuration.habits.nap.minutes
    else:
        argument = _nap_minutes(minutes)
    athlete = resolve_athlete(configuration, athlete)
    state = call_daemon(configuration, athlete, "nap", argument)
    if as_json:
        print_json(state)
    elif state["state"] == "idle":
        click.echo(f"{athlete}: nap ended")
    else:
        click.echo(f"{athlete}: nap until {datetime.fromisoformat(state['until']):%H:%M}")


def _nap_minutes(text: str) -> float:
    from ..habits.nap import LONGEST_MIN, SHORTEST_MIN

    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not SHORTEST_MIN <= minutes <= LONGEST_MIN:
        raise click.BadParameter(
            f"{text!r} is neither {SHORTEST_MIN:g} to {LONGEST_MIN:g} minutes nor stop",
            param_hint="'MINUTES'",
        )
    return minutes
