"""`talkpace calibrate`: a guided ramp with the talk test, and the ceiling that it proposes."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from ..errors import DaemonError, DaemonRefusedError
from .athlete_option import resolve_athlete
from .calibration_days import adopt_proposal, show_days
from .daemon_client import ExerciseFollower, follow_exercise
from .options import athlete_option, config_option, json_option, require_habit
from .output import console, note, print_json

if TYPE_CHECKING:
    from ..config.model import Configuration

_DEVICES = ("bike", "bike_levels", "treadmill")
_ANSWERS = {"y": "yes", "s": "not_sure", "n": "no"}
_KEYS = "y: yes, s: not sure, n: no, e: no further step, q: stop"
_SILENT_S = 60.0
"""after which a daemon that publishes every 5 s does not answer any more"""
_POLL_S = 0.25


@click.command()
@click.argument(
    "action", type=click.Choice(["start", "show", "adopt"]), default="start", metavar="[show|adopt]"
)
@athlete_option("Whose calibration; needed where there are several athletes.")
@click.option("--device", type=click.Choice(_DEVICES), help="What you train on; as configured by default.")
@config_option
@json_option
def calibrate(
    action: str, athlete: str | None, device: str | None, configuration: Configuration, as_json: bool
) -> None:
    """Find a ceiling of your own: raise the load step by step, and read aloud.

    Questions first. Then 2 minutes of rest, 4 of warm-up, and steps of 2 minutes; near the end of each you
    read a text aloud and answer by a key whether you could speak comfortably: y, s (not sure) or n. The
    first answer but yes ends the steps, as do 85 % of your maximum and the key e. After 3 minutes of rest
    follow 12 at an even load. Three such days propose a ceiling; only you adopt it.

    `talkpace calibrate show` lists the days, `talkpace calibrate adopt` sets the proposed ceiling. It was not
    shown to beat 70 % of a measured maximum. A training aid, not a medical device: it cannot tell whether
    effort is safe for you.
    """
    require_habit(configuration, "calibration")
    athlete = resolve_athlete(configuration, athlete)
    if action == "show":
        show_days(configuration, athlete, as_json=as_json)
    elif action == "adopt":
        adopt_proposal(configuration, athlete, as_json=as_json)
    else:
        _calibrate(configuration, athlete, device, as_json=as_json)


def _calibrate(configuration: Configuration, athlete: str, device: str | None, *, as_json: bool) -> None:
    from .terminal.keyboard import single_keys

    if not sys.stdin.isatty() and not as_json:
        note("answers come from a terminal's keys, or over MQTT by calibration_answer")
    argument = {"action": "start"} if device is None else {"action": "start", "device": device}
    with follow_exercise(configuration, athlete, "calibrate", argument, topic="calibration") as led:
        try:
            with single_keys() as read_keys:
                _follow(led, read_keys)
        except KeyboardInterrupt:
            led.send("calibrate", "stop")
            raise
        except DaemonError:
            note("the calibration is over: stop, and go easily for some minutes")
            raise
        result = led.state
    if as_json:
        print_json(result)
    else:
        for line in result.get("summary") or [result.get("instruction") or "ended"]:
            click.echo(line)
    if result.get("value") is None:
        raise click.exceptions.Exit(1)


def _follow(led: ExerciseFollower, read_keys: Callable[[float], str | None]) -> None:
    """Show what to do and send answers until it is finished."""
    screen = console(stderr=True)
    note(_KEYS)
    shown: tuple[object, ...] = ()
    last_state, received_s = led.state, time.monotonic()
    while not led.finished:
        state = led.state
        if state is not last_state:
            last_state, received_s = state, time.monotonic()
        now = tuple(state.get(key) for key in ("key", "load", "text", "stage"))
        if now != shown:
            shown = now
            _clear(screen)
            _show_instruction(state)
        if screen.is_terminal:
            screen.print(_status(state, time.monotonic() - received_s), end="\r")
        if state.get("state") != "questions" and time.monotonic() - received_s > _SILENT_S:
            raise DaemonError("the daemon no longer answers; check it: systemctl status talkpace")
        pressed = read_keys(_POLL_S)
        if pressed is None:
            raise KeyboardInterrupt
        for key in pressed.lower():
            _press(led, key)
        led.poll()
    _clear(screen)


def _press(led: ExerciseFollower, key: str) -> None:
    """Carry out a key; say so where the daemon refuses it."""
    if led.finished:
        return
    try:
        if key in _ANSWERS:
            state = led.send("calibration_answer", _ANSWERS[key])
        elif key == "e":
            state = led.send("calibrate", "enough")
        elif key == "q":
            state = led.send("calibrate", "stop")
        else:
            return
    except DaemonRefusedError as error:
        note(str(error))
        return
    led.take(state)


def _show_instruction(state: dict[str, Any]) -> None:
    load = state.get("load")
    click.echo(f"{state.get('instruction')}{f' [{load}]' if load else ''}", err=True)
    if state.get("text"):
        click.echo(f"\n  {state['text']}\n", err=True)


def _status(state: dict[str, Any], since_s: float) -> str:
    """Return the line that counts down; padded, as it is printed over the one before."""
    rate, limit, left_s = state.get("heart_rate"), state.get("limit"), state.get("left_s")
    parts = []
    if left_s is not None:
        minutes, seconds = divmod(round(max(0, left_s - since_s)), 60)
        parts.append(f"{minutes}:{seconds:02}")
    if rate is not None:
        parts.append(f"{rate} bpm (ends at {limit})")
    if state.get("asks"):
        parts.append("y / s / n ?")
    return "  ".join(parts).ljust(60)


def _clear(screen: Any) -> None:
    if screen.is_terminal:
        screen.print(" " * 60, end="\r")
