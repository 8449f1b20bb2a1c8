"""GPX (GPS Exchange Format): heart rates in the extensions of its track points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from ..sources.events import Notification
from .rows import RowConverter
from .trackpoints import read_trackpoints


def read_gpx(file: BinaryIO, rows: RowConverter) -> Iterator[Notification]:
    """Read the notifications of a GPX file, all its tracks in one stream."""
    return read_trackpoints(file, rows, "trkpt")
