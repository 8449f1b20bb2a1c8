"""Finds the recordings to import: named files, and all recordings in named folders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..training.profile import Activity
from .strava import ACTIVITIES_CSV, ACTIVITIES_FOLDER, StravaExport

_SUFFIXES = (".fit", ".csv", ".tcx", ".gpx")
"""file types taken from a folder; the most detailed first, as it wins where a workout comes in several"""
_PACKED = ".gz"
_REASONS: Mapping[str, str] = {
    ".zip": "an archive: unpack it, then import the folder",
    ".tar": "an archive: unpack it, then import the folder",
    ".tgz": "an archive: unpack it, then import the folder",
    ".7z": "an archive: unpack it, then import the folder",
    ".txt": "a text; name the file itself if it is a recording, and see `talkpace hrv` for RR intervals",
    ".capture": "a raw capture; name the file itself to import it",
    ".raw": "a raw capture; name the file itself to import it",
    ".hex": "a raw capture; name the file itself to import it",
}


@dataclass(frozen=True)
class RecordingPaths:
    """Files in the order of their import, and the paths that are not imported, with the reason."""

    files: list[Path]
    failed: list[tuple[Path, str]]
    """could not be read"""
    passed_over: list[tuple[Path, str]] = field(default_factory=list)
    """in a folder, but no recording"""
    activities: dict[Path, Activity] = field(default_factory=dict)
    """as an export's table gives them, for files that name none"""


def find_recordings(named: Iterable[Path]) -> RecordingPaths:
    """List each file once, FIT first, then by name; links to folders are not followed, as they may loop."""
    found = RecordingPaths([], [])
    files: dict[Path, None] = {}
    for path in named:
        if not path.is_dir():
            files.setdefault(path)
            continue
        before = len(found.failed)
        inside = list(_recordings_in(path, found))
        if not inside and len(found.failed) == before:
            found.failed.append((path, "no recording in this folder (FIT, TCX, GPX or CSV)"))
        files.update(dict.fromkeys(inside))
    found.files.extend(sorted(files, key=_rank))
    return found


def _recordings_in(folder: Path, found: RecordingPaths) -> Iterator[Path]:
    def on_error(error: OSError) -> None:
        found.failed.append((Path(error.filename or folder), f"cannot be read: {error.strerror}"))

    export: StravaExport | None = None
    for place, folders, names in os.walk(folder, onerror=on_error):
        folders.sort()
        here = Path(place)
        if ACTIVITIES_CSV in names and ACTIVITIES_FOLDER in folders:
            export = StravaExport.read(here) or export
        found.passed_over.extend(
            (here / name, "a link to a folder, which is not followed")
            for name in folders
            if (here / name).is_symlink()
        )
        for name in sorted(names):
            path = here / name
            if (reason := _reason(path, export)) is not None:
                found.passed_over.append((path, reason))
                continue
            if export is not None and (activity := export.activities.get(path)) is not None:
                found.activities[path] = activity
            yield path


def _reason(path: Path, export: StravaExport | None) -> str | None:
    """Return why a file in a folder is not imported; None for a recording."""
    if path.name.startswith("."):
        return "a hidden file"
    if export is not None and (reason := export.reason(path)) is not None:
        return reason
    suffix = _suffix(path.name)
    if suffix in _SUFFIXES:
        return None
    return _REASONS.get(suffix, "no recording (FIT, TCX, GPX or CSV)")


def _suffix(name: str) -> str:
    """Return the suffix of a name in lower case, without `.gz`."""
    return Path(name.lower().removesuffix(_PACKED)).suffix


def _rank(path: Path) -> tuple[int, Path]:
    suffix = _suffix(path.name)
    return (_SUFFIXES.index(suffix) if suffix in _SUFFIXES else len(_SUFFIXES), path)
