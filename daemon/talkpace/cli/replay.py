"""`talkpace replay`: send recordings through the pipeline."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import BrokerError, ConfigurationError, RecordingError
from ..text import printable
from .athlete_option import configured_athletes, require_single
from .options import PATH, Amount, activity_option, athlete_option, config_option, json_option
from .output import console, note, print_json

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from ..config.model import Configuration
    from ..replay.replay import Replay, ReplayedFile
    from ..storage.records import OutgoingMessage
    from ..training.profile import Activity, AthleteProfile

_DEFAULT_ATHLETE = "athlete"
"""where no athlete is configured"""
_SLOWEST, _FASTEST = 0.01, 10_000.0


@dataclass(frozen=True)
class _ReplayOptions:
    files: Sequence[Path]
    athlete: str
    profile_at: Callable[[datetime], AthleteProfile]
    activity: Activity | None
    speed: float | None
    save: bool
    publish: bool


@dataclass
class _ReplayResult:
    sessions: list[dict[str, Any]] = field(default_factory=list)
    files: list[ReplayedFile] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    already_stored: list[str] = field(default_factory=list)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=PATH)
@config_option
@athlete_option(
    "Whose recordings; needed where there are several athletes. With --max-hr any id, for a guest."
)
@click.option(
    "--max-hr",
    metavar="N",
    type=Amount(20, 300, min_open=True),
    help="Maximum heart rate (bpm), in place of the athlete's.",
)
@activity_option("Activity; by default what the file says, else cardio.")
@click.option("--speed", default="max", metavar="N|max", help="N times real time; max by default.")
@click.option("--save", is_flag=True, help="Store the sessions in the database.")
@click.option("--publish", is_flag=True, help="Publish to the configured MQTT broker.")
@json_option
def replay(
    files: Sequence[Path],
    configuration: Configuration,
    athlete: str | None,
    max_hr: float | None,
    activity: str | None,
    speed: str,
    save: bool,
    publish: bool,
    as_json: bool,
) -> None:
    """Send recordings (FIT, TCX, GPX, CSV, raw capture) through the pipeline and print the summaries.

    Example: talkpace replay --max-hr 180 ride.fit

    Stores and publishes only with --save and --publish. A file that cannot be read is named and makes
    the exit code 1; the others are replayed all the same.
    """
    from ..training.profile import Activity

    result = _ReplayResult()

    async def run() -> None:
        # The store is read, and what that needs is imported, in the event loop: asyncio's handler of
        # Ctrl-C cancels this task, and raises nothing that an import could lose.
        athlete_id = _replayed_athlete(configuration, athlete)
        options = _ReplayOptions(
            files,
            athlete_id,
            _profile_at(configuration, athlete_id, max_hr),
            None if activity is None else Activity(activity),
            _speed(speed),
            save,
            publish,
        )
        await _replay_all(options, configuration, result)

    try:
        asyncio.run(run())
    except* BrokerError as group:
        result.failures += [str(error) for error in group.exceptions]
    if as_json:
        print_json({"sessions": result.sessions, "files": [asdict(file) for file in result.files]})
    else:
        _print(result)
    for failure in result.failures:
        note(f"talkpace: {failure}")
    if result.failures:
        raise click.exceptions.Exit(1)


def _replayed_athlete(configuration: Configuration, athlete: str | None) -> str:
    """Return the athlete named, who may be a guest, the only one, or a default."""
    from ..config.model import is_slug

    if athlete is not None:
        if not is_slug(athlete):
            raise click.BadParameter(
                f"{athlete!r} is not an id: use up to 32 of a to z, 0 to 9 and -", param_hint="'--athlete'"
            )
        return athlete
    athletes = configured_athletes(configuration)
    return require_single(athletes) if athletes else _DEFAULT_ATHLETE


def _profile_at(
    configuration: Configuration, athlete: str, max_hr: float | None
) -> Callable[[datetime], AthleteProfile]:
    """Return a function that resolves the profile of a date. Raises ConfigurationError without one today."""
    from ..storage.queries import load_athletes
    from ..training.profile import require_profile

    book = load_athletes(configuration, os.environ).history
    ceilings = configuration.ceilings.by_activity()

    def profile_at(at: datetime) -> AthleteProfile:
        values = book.values(athlete, at)
        if max_hr is not None:
            values = replace(values, max_heart_rate=max_hr)
        return require_profile(athlete, values, year=at.year, ceilings=ceilings)

    try:
        profile_at(datetime.now().astimezone())
    except ConfigurationError as error:
        raise ConfigurationError(f"{error}; give --max-hr BPM, or configure the athlete") from None
    return profile_at


def _speed(text: str) -> float | None:
    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not _SLOWEST <= speed <= _FASTEST:
        raise click.BadParameter(
            f"{text!r} is neither max nor a number from 0.01 to 10000", param_hint="'--speed'"
        )
    return speed


async def _replay_all(options: _ReplayOptions, configuration: Configuration, result: _ReplayResult) -> None:
    from ..clock import FastClock
    from ..pipeline.sinks import SilentAlerts
    from ..replay.replay import Replay, ReplayRecord
    from ..replay.sinks import SessionSaver
    from ..storage.paths import store_path
    from ..storage.store import Store

    async with AsyncExitStack() as stack:
        saver = publisher = None
        if options.save:
            saver = SessionSaver(stack.enter_context(Store.open(store_path(configuration, os.environ))))
        if options.publish:
            from ..replay.publishing import open_publisher

            publisher = await stack.enter_async_context(open_publisher(configuration, os.environ))

        def post(message: OutgoingMessage) -> None:
            if publisher is not None:
                publisher.post(message)

        record = ReplayRecord(saver.put if saver else None, post, result.sessions)
        await _replay_files(
            options,
            Replay(
                athlete=options.athlete,
                node=configuration.node.id,
                rules=configuration.rules(),
                profile_at=options.profile_at,
                alerts=SilentAlerts(),
                record=record,
                publish=publisher,
                activity=options.activity,
                clock=None if options.speed is None else FastClock(options.speed),
            ),
            result,
        )
        result.already_stored = saver.duplicates if saver else []


async def _replay_files(options: _ReplayOptions, replay: Replay, result: _ReplayResult) -> None:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    from ..formats import open_recording

    err = console(stderr=True)
    name = TextColumn("{task.description}", markup=False)
    columns = (name, BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        for path in options.files:
            try:
                recording = open_recording(path)
            except RecordingError as error:
                result.failures.append(str(error))
                continue
            bar = progress.add_task(printable(path.name), total=recording.size_bytes)
            file = await replay.replay_file(recording, partial(_advance, progress, bar))
            result.files.append(file)
            progress.remove_task(bar)


def _advance(progress: Progress, bar: TaskID, read_bytes: int) -> None:
    progress.update(bar, completed=read_bytes)


def _print(result: _ReplayResult) -> None:
    from .terminal.summary import render_summary

    screen = console()
    for summary in result.sessions:
        screen.print(render_summary(summary))
        if summary["session"] in result.already_stored:
            screen.print("  already in the history; left unchanged", style="yellow")
        screen.print()
    for file in result.files:
        note(f"{file.file}: {file.measurements} measurement(s), {file.skipped} skipped")
        for problem in file.problems:
            note(f"  {problem}")
