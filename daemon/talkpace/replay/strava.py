"""The archive that Strava exports: `activities.csv`, which lists the files in `activities/`."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..training.profile import Activity

ACTIVITIES_CSV = "activities.csv"
ACTIVITIES_FOLDER = "activities"

_TYPE_COLUMN = 3
"""the first columns are id, date, name and type, in every language of the export"""
_MOST_BYTES = 64 * 1024 * 1024
"""of the table; ten thousand activities are some 10 MB"""

_ACTIVITIES: Mapping[str, Activity] = {
    "weighttraining": Activity.STRENGTH,
    "krafttraining": Activity.STRENGTH,
    "gewichttraining": Activity.STRENGTH,
    "musculation": Activity.STRENGTH,
    "yoga": Activity.MINDFUL,
    "pilates": Activity.MINDFUL,
}
"""by Strava's names without spaces, in English, German and French; every other type is cardio"""


@dataclass(frozen=True)
class StravaExport:
    """An unpacked archive: what its table says of the recordings in it."""

    root: Path
    activities: Mapping[Path, Activity | None]
    """by file; None where the type says nothing"""
    without_file: int
    """activities that were entered by hand"""

    @classmethod
    def read(cls, root: Path) -> StravaExport | None:
        """Read the table of a folder; None where it is not Strava's or cannot be read."""
        table = root / ACTIVITIES_CSV
        activities: dict[Path, Activity | None] = {}
        without_file = 0
        try:
            if table.stat().st_size > _MOST_BYTES:
                return None
            with table.open(encoding="utf-8-sig", errors="replace", newline="") as file:
                rows = csv.reader(file)
                header = next(rows, [])
                for row in rows:
                    if len(row) <= _TYPE_COLUMN:
                        continue
                    name = next((cell for cell in row if cell.startswith(f"{ACTIVITIES_FOLDER}/")), None)
                    if name is None:
                        without_file += 1
                    else:
                        path = Path(os.path.normpath(root / name))
                        activities[path] = _activity_of_type(row[_TYPE_COLUMN])
        except (OSError, csv.Error):
            return None
        return cls(root, activities, without_file) if activities and len(header) > _TYPE_COLUMN else None

    def reason(self, path: Path) -> str | None:
        """Return why a file of the archive is no recording; None for those in `activities/` and elsewhere."""
        if not path.is_relative_to(self.root) or path.is_relative_to(self.root / ACTIVITIES_FOLDER):
            return None
        if path == self.root / ACTIVITIES_CSV:
            by_hand = f"; {self.without_file} of them without a file" if self.without_file else ""
            return f"Strava's list of activities, read for their types{by_hand}"
        return "part of Strava's export, but no recording"


def _activity_of_type(type_: str) -> Activity | None:
    """Return the activity of one of Strava's types; None where it says nothing."""
    return _ACTIVITIES.get("".join(type_.lower().split()))
