"""`talkpace breathe`: the pace in the terminal or in the room, or how a recording followed one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ..config.model import Configuration
from ..errors import ConfigurationError, DaemonError
from ..practice.breathing import MINUTES_A_PACE, PACES_TO_TRY, Exercise, Ratio
from .asking import PATIENCE_S, asked, must_have
from .options import GIVEN_PATH, Amount, config_option, json_option
from .output import note, print_json
from .whose import chosen_athlete


@click.command()
@click.option("--pace", metavar="N", type=Amount(4, 7), help="Breaths a minute, 4 to 7; 6 by default.")
@click.option("--minutes", metavar="N", type=Amount(0.1, 60), help="How long; 5 by default.")
@click.option("--ratio", metavar="IN:OUT", help="Inhale to exhale; 4:6 by default.")
@click.option("--find", is_flag=True, help="Try 6.5, 6, 5.5, 5 and 4.5, two minutes each.")
@click.option("--athlete", metavar="ID", help="Let the daemon lead, and listen to the athlete's strap.")
@click.option("--source", metavar="FILE", type=GIVEN_PATH, help="See how a recording followed.")
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
    """Breathe at a pace, about six a minute by default; q ends it.

    Alone, it is a picture in the terminal. With --athlete the daemon leads by light and buzzer, and
    with the strap on it says how much of the heart's swing lies at the pace (coherence), and with
    --find at which pace the heart swings most. With --source it says that of a recording that was
    made at this pace, and leads nobody. A training aid: no figure here says how healthy you are.
    """
    must_have(configuration, "breathing")
    settings = configuration.practice.breathing
    if find and pace is not None:
        raise ConfigurationError("either --pace, or --find: it tries several")
    if source is not None and athlete is not None:
        raise ConfigurationError("either --athlete, or --source")
    if find and athlete is None and source is None:
        raise ConfigurationError("--find needs beats: name an --athlete whose strap is on, or a --source")
    try:
        parts = Ratio.of(ratio or settings.ratio)
        if find:
            exercise = Exercise.through(PACES_TO_TRY, minutes or MINUTES_A_PACE, parts)
        else:
            exercise = Exercise.of(pace or settings.pace, minutes or settings.minutes, parts)
    except ValueError as error:
        raise ConfigurationError(str(error)) from None
    if source is not None:
        _of_recording(source, exercise, whole=minutes is None and not find, as_json=as_json)
    elif athlete is not None:
        athlete = chosen_athlete(configuration, athlete)
        _in_the_room(configuration, athlete, exercise, find=find, as_json=as_json)
    else:
        _alone(exercise, as_json=as_json)


def _alone(exercise: Exercise, *, as_json: bool) -> None:
    from .breathing_picture import follow_breath

    if as_json:
        raise ConfigurationError("--json is for --athlete or --source: alone there is nothing to tell")
    seconds, _ = follow_breath(exercise, 0, dict)
    note(f"{seconds / 60:.1f} min of breathing at {exercise.steps[0].pace:g} a minute")


def _in_the_room(
    configuration: Configuration, athlete: str, exercise: Exercise, *, find: bool, as_json: bool
) -> None:
    from .breathing_picture import follow_breath

    order: dict[str, Any] = {"ratio": str(exercise.ratio), "minutes": _minutes(exercise)}
    order |= {"find": True} if find else {"pace": exercise.steps[0].pace}
    with asked(configuration, athlete, "breathe", order) as following:
        began = datetime.fromisoformat(following.says["began"])
        elapsed_s = (datetime.now().astimezone() - began).total_seconds()

        def follow() -> Mapping[str, Any] | None:
            following.look()
            return None if following.done else following.says

        if as_json:
            _wait(exercise, elapsed_s, follow)
            stopped = False
        else:
            try:
                _, stopped = follow_breath(exercise, elapsed_s, follow)
            except KeyboardInterrupt:
                stopped = True
        says = following.tell("breathe", "stop") if stopped else _until_done(follow, following)
    if as_json:
        print_json(says)
    else:
        note(says.get("last") or "too short to be written down")


def _minutes(exercise: Exercise) -> float:
    """At each pace."""
    step = exercise.steps[0]
    return step.breaths / step.pace


def _wait(exercise: Exercise, elapsed_s: float, follow: Any) -> None:
    import time

    until = time.monotonic() + exercise.duration_ms / 1000 - elapsed_s
    while time.monotonic() < until and follow() is not None:
        time.sleep(0.5)


def _until_done(follow: Any, following: Any) -> dict[str, Any]:
    """The daemon ends it by its own clock, a moment later."""
    import time

    until = time.monotonic() + PATIENCE_S
    while follow() is not None:
        if time.monotonic() > until:
            raise DaemonError("the daemon does not answer any more")
        time.sleep(0.1)
    says: dict[str, Any] = following.says
    return says


def _of_recording(source: Path, exercise: Exercise, *, whole: bool, as_json: bool) -> None:
    from ..guide.breathe import outcome
    from .beats_of_file import beats_of_file

    beats = beats_of_file(source)
    start_ms = beats[0].at_ms - round(beats[0].rr_ms)
    length_ms = beats[-1].at_ms - start_ms
    if whole:
        exercise = Exercise.of(exercise.steps[0].pace, min(60, length_ms / 60_000), exercise.ratio)
    entry = outcome(exercise, beats, start_ms=start_ms, done_ms=min(length_ms, exercise.duration_ms))
    if as_json:
        print_json({"file": source.name, **entry.model_dump(mode="json", exclude={"kind"})})
        return
    click.echo(f"{source.name}: {entry.words}")
    if entry.coherence is None and entry.suited is None:
        note("too few beats, too many gaps or artifacts: nothing can be said of how the heart followed")
    elif entry.swing_bpm is not None:
        click.echo(f"heart rate swung by {entry.swing_bpm:g} bpm a breath")
