"""`talkpace import`: bring years of recordings into the history."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import click

from .athlete_option import resolve_athlete
from .options import PATH, activity_option, athlete_option, config_option, json_option
from .output import console, note, print_json

if TYPE_CHECKING:
    from ..config.model import Configuration
    from ..replay.file_reader import ImportSettings
    from ..replay.files import RecordingPaths
    from ..replay.importer import ImportedFile

_MOST_JOBS = 64
_NICENESS = 10
"""the daemon on the same host has priority"""


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="FILE|FOLDER...", type=PATH)
@config_option
@athlete_option("Whose recordings these are; needed where there are several athletes.")
@activity_option("Activity of all files; by default what each file says, else cardio.")
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(1, _MOST_JOBS),
    help="Reader processes; one per core by default. Each takes some 60 MB.",
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
    """Import recordings (FIT, TCX, GPX, CSV) into the history; folders with everything in them.

    Example: talkpace import ~/garmin-export --athlete anna

    Each session is evaluated with the athlete's values of its day. Nothing is published. Workouts that
    are in the history, also from another file or format, and sessions too short to count are reported
    and skipped. A file that cannot be read is named and makes the exit code 1; one in a folder that is
    no recording is only named. Files may be packed (.fit.gz). An unpacked archive of Strava's is imported
    as it is: its activities.csv says which files are strength or yoga where they do not.

    The daemon may run meanwhile. An interrupted import can be run again.
    """
    from ..replay.file_reader import ImportSettings
    from ..replay.files import find_recordings
    from ..storage.queries import load_athletes
    from ..training.profile import Activity
    from .athlete_view import current_profile

    athlete = resolve_athlete(configuration, athlete)
    athletes = load_athletes(configuration, os.environ)
    current_profile(athlete, athletes.history.latest(athlete), configuration)  # without one every file fails
    settings = ImportSettings(
        athlete=athlete,
        node=configuration.node.id,
        rules=configuration.rules(),
        changes=athletes.changes,
        ceilings=dict(configuration.ceilings.by_activity()),
        activity=None if activity is None else Activity(activity),
    )
    found = find_recordings(paths)
    imported: list[ImportedFile] = []
    try:
        with _Interruption() as interruption:
            _import_all(
                found, settings, jobs or len(os.sched_getaffinity(0)), configuration, imported, interruption
            )
    finally:
        if as_json:
            print_json(_document(athlete, imported))
        else:
            _print(athlete, imported)
    if interruption.requested:
        note("interrupted; the sessions imported so far are kept, run the command again for the rest")
    if interruption.requested or any(file.status == "failed" for file in imported):
        raise click.exceptions.Exit(1)


class _Interruption:
    """Handle the first Ctrl-C as a request: the current file is finished, so that the output is true."""

    requested = False

    def __enter__(self) -> Self:
        self._previous = signal.signal(signal.SIGINT, self._request)
        return self

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGINT, self._previous)

    def _request(self, *_: object) -> None:
        self.requested = True
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _import_all(
    found: RecordingPaths,
    settings: ImportSettings,
    jobs: int,
    configuration: Configuration,
    imported: list[ImportedFile],
    interruption: _Interruption,
) -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from ..replay.file_reader import read_files
    from ..replay.importer import ImportedFile, Importer, ImportStatus
    from ..storage.paths import store_path
    from ..storage.store import Store

    os.nice(_NICENESS)
    imported += [ImportedFile(str(path), ImportStatus.FAILED, problems=[why]) for path, why in found.failed]
    imported += [
        ImportedFile(str(path), ImportStatus.PASSED_OVER, problems=[why]) for path, why in found.passed_over
    ]
    if not found.files:
        return
    err = console(stderr=True)
    columns = (TextColumn("importing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with (
        Store.open(store_path(configuration, os.environ)) as store,
        Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress,
    ):
        importer = Importer(store, settings.athlete)
        files = read_files(found.files, settings, jobs, found.activities)
        for read in progress.track(files, total=len(found.files)):
            imported.append(importer.write(read))
            if interruption.requested:
                return


def _document(athlete: str, imported: Iterable[ImportedFile]) -> dict[str, Any]:
    files = [asdict(file) for file in imported]
    return {"athlete": athlete, "imported": sum(len(file["sessions"]) for file in files), "files": files}


def _print(athlete: str, imported: Sequence[ImportedFile]) -> None:
    for file in imported:
        for line in _remarks(file):
            note(f"{file.file}: {line}")
    sessions = sum(len(file.sessions) for file in imported)
    counts = Counter(file.status.value for file in imported)
    labels = {"duplicate": "already in the history", "too_short": "too short to count", "failed": "failed"}
    rest = [f"{counts[status]} {label}" for status, label in labels.items() if counts[status]]
    of = len(imported) - counts["passed_over"]
    total = f"{sessions} session(s) of {athlete} imported from {counts['imported']} of {of} file(s)"
    if counts["passed_over"]:
        rest.append("others in the folder are no recordings, see above")
    click.echo("; ".join([total, *rest]))


def _remarks(file: ImportedFile) -> Iterable[str]:
    if file.status in {"failed", "passed_over"}:
        yield f"not imported: {'; '.join(file.problems)}"
        return
    for session in file.duplicates:
        yield f"already in the history as session {session}"
    if file.too_short and file.status == "too_short":
        yield "too short to count"
    yield from file.problems
