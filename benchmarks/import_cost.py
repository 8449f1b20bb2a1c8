"""`talkpace import` of one-hour FIT, TCX and CSV files with two processes."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from processes import NotMeasuredError, disk_folder, progress, talkpace

from talkpace.formats.finished_session import StoredMeasurement
from talkpace.formats.fit.encoder import FitEncoder, RecordEncoder

FILES = 60
SECONDS = 3600
JOBS = 2
_START = datetime(2018, 1, 1, 17, tzinfo=UTC)


def measure() -> dict[str, float]:
    """Import files of an hour each with one measurement a second; FIT and CSV have RR intervals."""
    with disk_folder() as folder:
        progress(f"writing {FILES} files")
        files = folder / "files"
        files.mkdir()
        for number in range(FILES):
            suffix, write = (("fit", _fit), ("tcx", _tcx), ("csv", _csv))[number % 3]
            path = files / f"{number:04}.{suffix}"
            path.write_bytes(write(_START + timedelta(days=number)))
        talkpace(folder, "athlete", "add", "anna", "max_heart_rate=190", "resting_heart_rate=55")
        progress("importing them")
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        output = talkpace(folder, "import", "--jobs", str(JOBS), str(files))
        elapsed, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if not output.startswith(f"{FILES} session(s)"):
        raise NotMeasuredError(f"unexpected output of talkpace import: {output.strip()}")
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "import_1000_s": elapsed / FILES * 1000,
        "import_cpu_ms": cpu_s / FILES * 1000,
    }


def _hour() -> Iterator[tuple[int, int, tuple[float, ...]]]:
    """Offset in ms, bpm, RR intervals in whole 1/1024 s."""
    at_ms = 0
    for second in range(SECONDS):
        rate = 118 + second // 7 % 12 + (18 if second % 900 > 780 else 0)
        ticks = 61_440 // rate
        yield at_ms, rate, tuple((ticks + spread) * 1000 / 1024 for spread in (second % 5, -(second % 3)))
        at_ms += 1000 + second % 41 - 20


def _fit(start: datetime) -> bytes:
    messages = FitEncoder()
    records = RecordEncoder(messages, int(start.timestamp() * 1000))
    for at_ms, rate, rr_ms in _hour():
        records.add(StoredMeasurement(at_ms, rate, "unknown", rr_ms, None))
    return messages.file()


def _tcx(start: datetime) -> bytes:
    points = "\n".join(
        f"<Trackpoint><Time>{(start + timedelta(milliseconds=at_ms)).isoformat()}</Time>"
        f"<HeartRateBpm><Value>{rate}</Value></HeartRateBpm></Trackpoint>"
        for at_ms, rate, _ in _hour()
    )
    return f"<TrainingCenterDatabase><Track>{points}</Track></TrainingCenterDatabase>".encode()


def _csv(start: datetime) -> bytes:
    rows = (
        f"{(start + timedelta(milliseconds=at_ms)).isoformat()},{rate},{' '.join(map(str, rr_ms))}\n"
        for at_ms, rate, rr_ms in _hour()
    )
    return ("time,heart_rate,rr_ms\n" + "".join(rows)).encode()
