"""`talkpace replay`: recordings through the whole pipeline."""

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

from ..config.model import Configuration, is_slug
from ..effort.athlete import Activity, AthleteValues, Judgement, judge_by
from ..errors import BrokerError, ConfigurationError, RecordingError
from .options import GIVEN_PATH, Amount, config_option, json_option
from .output import console, note, print_json, printable
from .picture import summary_picture
from .whose import OPTION, only

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from ..record.items import Outgoing
    from ..service.replay import Replay, ReplayedFile

_NOBODY = "athlete"
"""who trains where no athlete is declared"""
_SLOWEST, _FASTEST = 0.01, 10_000.0


@dataclass(frozen=True)
class _Asked:
    files: Sequence[Path]
    athlete: str
    judge: Callable[[datetime], Judgement]
    activity: Activity | None
    speed: float | None
    save: bool
    publish: bool


@dataclass
class _Outcome:
    sessions: list[dict[str, Any]] = field(default_factory=list)
    files: list[ReplayedFile] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=GIVEN_PATH)
@config_option
@click.option(
    "--athlete",
    metavar="ID",
    help="Who it was; needed where more than one trains here. With --max-hr anybody, such as a guest.",
)
@click.option(
    "--max-hr",
    metavar="N",
    type=Amount(20, 300, min_open=True),
    help="Maximum heart rate (bpm) to judge by.",
)
@click.option(
    "--activity",
    type=click.Choice([activity.value for activity in Activity]),
    help="What was trained; by default what the file says, else cardio.",
)
@click.option("--speed", default="max", metavar="N|max", help="Times as fast as it was; max by default.")
@click.option("--save", is_flag=True, help="Store the sessions.")
@click.option("--publish", is_flag=True, help="Publish over MQTT, to the configured broker.")
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
    """Send recordings (FIT, TCX, GPX, CSV, raw capture) through the whole pipeline.

    Prints each session's summary; stores and publishes only where asked. A file that cannot be
    used is named and makes the exit code 1; the others are replayed all the same.
    """
    who = _athlete(configuration, athlete)
    judge = _judge(configuration, who, max_hr)
    trained = None if activity is None else Activity(activity)
    asked = _Asked(files, who, judge, trained, _speed(speed), save, publish)
    outcome = _Outcome()
    try:
        asyncio.run(_replay_all(asked, configuration, outcome))
    except* BrokerError as group:
        outcome.failed += [str(error) for error in group.exceptions]
    if as_json:
        print_json({"sessions": outcome.sessions, "files": [asdict(file) for file in outcome.files]})
    else:
        _print(outcome)
    for problem in outcome.failed:
        note(f"talkpace: {problem}")
    if outcome.failed:
        raise click.exceptions.Exit(1)


def _athlete(configuration: Configuration, asked: str | None) -> str:
    """Also somebody new, such as a guest: whether there is a maximum to judge by is asked later."""
    from ..service.known import known_athletes

    if asked is not None:
        if not is_slug(asked):
            raise ConfigurationError(f"{OPTION}: {asked!r} is no id: up to 32 of a to z, 0 to 9 and -")
        return asked
    known = known_athletes(configuration, os.environ).everyone
    return only(known) if known else _NOBODY


def _judge(
    configuration: Configuration, athlete: str, max_hr: float | None
) -> Callable[[datetime], Judgement]:
    """Judges by what held at the date of the recording."""
    from ..service.known import known_athletes

    book = known_athletes(configuration, os.environ).book
    ceilings = configuration.ceilings.by_activity()

    def judge(at: datetime) -> Judgement:
        values: AthleteValues = book.values(athlete, at)
        if max_hr is not None:
            values = replace(values, max_heart_rate=max_hr)
        return judge_by(values, year=at.year, ceilings=ceilings)

    try:
        judge(datetime.now().astimezone())
    except ValueError as error:
        raise ConfigurationError(f"athlete {athlete}: {error}; give --max-hr, or declare it") from None
    return judge


def _speed(text: str) -> float | None:
    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not _SLOWEST <= speed <= _FASTEST:
        raise ConfigurationError(f"--speed: {text!r} is neither max nor a number from 0.01 to 10000")
    return speed


async def _replay_all(asked: _Asked, configuration: Configuration, outcome: _Outcome) -> None:
    from ..record.store import Store
    from ..service.clock import FastClock
    from ..service.paths import store_path
    from ..service.replay import Replay, ReplayRecord
    from ..service.replay_edges import Saver, SilentAlerts

    async with AsyncExitStack() as edges:
        saver = publisher = None
        if asked.save:
            saver = Saver(edges.enter_context(Store.open(store_path(configuration, os.environ))))
        if asked.publish:
            from ..service.replay_publishing import publishing

            publisher = await edges.enter_async_context(publishing(configuration, os.environ))

        def post(message: Outgoing) -> None:
            if publisher is not None:
                publisher.post(message)

        record = ReplayRecord(saver.put if saver else None, post, outcome.sessions)
        await _replay_files(
            asked,
            Replay(
                athlete=asked.athlete,
                node=configuration.node.id,
                rules=configuration.rules(),
                judge=asked.judge,
                alerts=SilentAlerts(),
                record=record,
                publish=publisher,
                activity=asked.activity,
                clock=None if asked.speed is None else FastClock(asked.speed),
            ),
            outcome,
        )
        outcome.known = saver.known if saver else []


async def _replay_files(asked: _Asked, replay: Replay, outcome: _Outcome) -> None:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    from ..strap.recording import open_recording

    err = console(stderr=True)
    name = TextColumn("{task.description}", markup=False)
    columns = (name, BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        for path in asked.files:
            try:
                recording = open_recording(path)
            except RecordingError as error:
                outcome.failed.append(str(error))
                continue
            bar = progress.add_task(printable(path.name), total=recording.size_bytes)
            file = await replay.file(recording, partial(_advance, progress, bar))
            outcome.files.append(file)
            progress.remove_task(bar)


def _advance(progress: Progress, bar: TaskID, read_bytes: int) -> None:
    progress.update(bar, completed=read_bytes)


def _print(outcome: _Outcome) -> None:
    screen = console()
    for summary in outcome.sessions:
        screen.print(summary_picture(summary))
        if summary["session"] in outcome.known:
            screen.print("  already on record, and left as it is", style="yellow")
        screen.print()
    for file in outcome.files:
        note(f"{file.file}: {file.measurements} measurement(s), {file.skipped} skipped")
        for problem in file.problems:
            note(f"  {problem}")
