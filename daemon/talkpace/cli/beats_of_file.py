"""The beats of a file: a recording with RR intervals, or intervals alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import RecordingError
from .output import printable

if TYPE_CHECKING:
    from ..rr.beats import Beat
    from ..strap.recording.intervals import Intervals


def intervals_of_file(file: Path) -> Intervals | None:
    """Of a file of intervals alone; None where it is none, or cannot be used. Raises RecordingError."""
    from ..strap.recording.intervals import read_intervals

    try:
        ordinary = file.is_file()
    except OSError:
        return None  # opening it as a recording says why
    return read_intervals(file) if ordinary else None


def beats_of_file(file: Path) -> list[Beat]:
    """Placed in time, in order, not corrected. Raises RecordingError."""
    from ..measurement.link import LinkDecoder, Measurement
    from ..rr.beats import beats_of, beats_of_intervals
    from ..strap.recording import open_recording

    intervals = intervals_of_file(file)
    if intervals is not None:
        beats = beats_of_intervals(intervals.rr_ms)
    else:
        decoder = LinkDecoder()
        measured = (decoder.decode(each.at_ms, each.payload) for each in open_recording(file))
        beats = beats_of((each.at_ms, each.rr_ms) for each in measured if isinstance(each, Measurement))
    if not beats:
        raise RecordingError(f"{printable(file.name)}: has no RR intervals")
    return beats
