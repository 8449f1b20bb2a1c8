"""`talkpace import`: years of files into the history."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from ..config.model import Configuration
from ..effort.athlete import Activity
from ..errors import ConfigurationError, RecordingError
from .options import GIVEN_PATH, config_option, json_option
from .output import console, note, print_json
from .whose import chosen_athlete

if TYPE_CHECKING:
    from ..importing.files import Found
    from ..importing.reading import Judging
    from ..importing.writing import ImportedFile

_MOST_JOBS = 64
_NICENESS = 10
"""the daemon beside it comes first"""


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="FILE|FOLDER...", type=GIVEN_PATH)
@config_option
@click.option("--athlete", metavar="ID", help="Whose they are; needed where more than one trains here.")
@click.option(
    "--activity",
    type=click.Choice([activity.value for activity in Activity]),
    help="What was trained; by default what a file says, else cardio.",
)
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(1, _MOST_JOBS),
    help="Processes that read; as many as there are cores by default. Each takes some 60 MB.",
)
@json_option
def import_(
    paths: Sequence[Path],
    configuration: Configuration,
    athlete: str | None,
    activity: str | None,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Bring recordings (FIT, TCX, GPX, CSV) of many years into the history; folders with all in them.

    Sessions are judged by what the athlete's values were on their day. Nothing is published. A workout
    that is on record already, also from another file or format, is told and left out, and so are
    sessions too short to count. A file that cannot be read is named, and makes the exit code 1.

    The daemon may be running. An import that was interrupted can be run again.
    """
    from ..importing.files import find_recordings
    from ..importing.reading import Judging
    from ..service.known import known_athletes

    who = chosen_athlete(configuration, athlete)
    known = known_athletes(configuration, os.environ)
    judging = Judging(
        athlete=who,
        node=configuration.node.id,
        rules=configuration.rules(),
        changes=known.changes,
        ceilings=dict(configuration.ceilings.by_activity()),
        activity=None if activity is None else Activity(activity),
    )
    _check(judging)
    found = find_recordings(paths)
    done: list[ImportedFile] = []
    try:
        with _Interruption() as interruption:
            _import_all(
                found, judging, jobs or len(os.sched_getaffinity(0)), configuration, done, interruption
            )
    finally:
        if as_json:
            print_json(_document(who, done))
        else:
            _print(who, done)
    if interruption.asked:
        note("interrupted: what was imported stays, and it can be run again")
    if interruption.asked or any(file.status == "failed" for file in done):
        raise click.exceptions.Exit(1)


class _Interruption:
    """Ctrl-C, once, is a wish: the file at hand is finished first, so that what is told is what was kept."""

    asked = False

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._before)

    def _ask(self, *_: object) -> None:
        self.asked = True
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _check(judging: Judging) -> None:
    """An athlete who cannot be judged would make every file fail."""
    from datetime import datetime

    try:
        judging.judge(datetime.now().astimezone())
    except RecordingError as error:
        raise ConfigurationError(f"{error}; see `talkpace athlete set`") from None


def _import_all(
    found: Found,
    judging: Judging,
    jobs: int,
    configuration: Configuration,
    done: list[ImportedFile],
    interruption: _Interruption,
) -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from ..importing.workers import read_files
    from ..importing.writing import ImportedFile, Importer, Status
    from ..record.store import Store
    from ..service.paths import store_path

    os.nice(_NICENESS)
    done += [ImportedFile(str(path), Status.FAILED, problems=[why]) for path, why in found.failed]
    if not found.files:
        return
    err = console(stderr=True)
    columns = (TextColumn("importing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with (
        Store.open(store_path(configuration, os.environ)) as store,
        Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress,
    ):
        importer = Importer(store, judging.athlete)
        for read in progress.track(read_files(found.files, judging, jobs), total=len(found.files)):
            done.append(importer.keep(read))
            if interruption.asked:
                return


def _document(athlete: str, done: Iterable[ImportedFile]) -> dict[str, Any]:
    files = [asdict(file) for file in done]
    return {"athlete": athlete, "imported": sum(len(file["sessions"]) for file in files), "files": files}


def _print(athlete: str, done: Sequence[ImportedFile]) -> None:
    for file in done:
        for line in _remarks(file):
            note(f"{file.file}: {line}")
    sessions = sum(len(file.sessions) for file in done)
    counted = Counter(file.status.value for file in done)
    words = {"duplicate": "on record already", "too_short": "too short to count", "failed": "failed"}
    rest = [f"{counted[status]} {word}" for status, word in words.items() if counted[status]]
    told = f"{sessions} session(s) of {athlete} imported from {counted['imported']} of {len(done)} file(s)"
    click.echo("; ".join([told, *rest]))


def _remarks(file: ImportedFile) -> Iterable[str]:
    if file.status == "failed":
        yield f"not imported: {'; '.join(file.problems)}"
        return
    for session in file.duplicates:
        yield f"on record already, as session {session}"
    if file.too_short and file.status == "too_short":
        yield "too short to count"
    yield from file.problems
