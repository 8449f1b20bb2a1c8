"""CSV, as `talkpace replay` reads it: time, heart rate, RR intervals."""

from __future__ import annotations

from typing import BinaryIO

from .session import FinishedSession

HEADER = b"time,heart_rate,rr_ms\n"


def write_csv(session: FinishedSession, file: BinaryIO) -> list[str]:
    """A row for each measurement. RR intervals keep every digit: a strap counts them in 1/1024 s."""
    file.write(HEADER)
    for taken in session.measurements():
        time = session.moment(taken.offset_ms).isoformat(timespec="milliseconds")
        rr_ms = " ".join(f"{interval:.10g}" for interval in taken.rr_ms)
        file.write(f"{time},{taken.heart_rate},{rr_ms}\n".encode("ascii"))
    return []
