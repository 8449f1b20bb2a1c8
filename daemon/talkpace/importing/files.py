"""Finds the recordings in what a person names: files as they are, folders with all that is in them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_SUFFIXES = (".fit", ".csv", ".tcx", ".gpx")
"""in a folder only these; of the same workout in several formats, the one that tells most comes first"""


@dataclass(frozen=True)
class Found:
    """Files, in the order in which they are to be imported, and what could not be looked into."""

    files: list[Path]
    failed: list[tuple[Path, str]]


def find_recordings(named: Iterable[Path]) -> Found:
    """Each file once, FIT first, then by name. Links to folders are not followed: they may go round."""
    files: dict[Path, None] = {}
    failed: list[tuple[Path, str]] = []
    for path in named:
        if not path.is_dir():
            files.setdefault(path)
            continue
        before = len(failed)
        inside = _inside(path, failed)
        if not inside and len(failed) == before:
            failed.append((path, "no recording in this folder (FIT, TCX, GPX or CSV)"))
        files.update(dict.fromkeys(inside))
    return Found(sorted(files, key=_rank), failed)


def _inside(folder: Path, failed: list[tuple[Path, str]]) -> list[Path]:
    def refused(error: OSError) -> None:
        failed.append((Path(error.filename or folder), f"cannot be read: {error.strerror}"))

    return [
        Path(place, name)
        for place, _, names in os.walk(folder, onerror=refused)
        for name in names
        if name.lower().endswith(_SUFFIXES) and not name.startswith(".")
    ]


def _rank(path: Path) -> tuple[int, Path]:
    suffix = path.suffix.lower()
    return (_SUFFIXES.index(suffix) if suffix in _SUFFIXES else len(_SUFFIXES), path)
