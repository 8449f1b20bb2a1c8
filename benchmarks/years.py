"""Hours of years ago through `talkpace import`, with two processes: FIT, TCX and CSV in turn."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from measuring import NotMeasuredError, disk_folder, environment, say

from talkpace.export.fit_messages import FitMessages, FitRecords
from talkpace.record.items import MeasurementTaken

FILES = 60
SECONDS = 3600
JOBS = 2
_START = datetime(2018, 1, 1, 17, tzinfo=UTC)


def measure() -> dict[str, float]:
    """Files of an hour each, one measurement a second; FIT and CSV with RR intervals."""
    with disk_folder() as folder:
        say(f"writing {FILES} files")
        files = folder / "files"
        files.mkdir()
        for number in range(FILES):
            suffix, write = (("fit", _fit), ("tcx", _tcx), ("csv", _csv))[number % 3]
            path = files / f"{number:04}.{suffix}"
            path.write_bytes(write(_START + timedelta(days=number)))
        _run(folder, "athlete", "add", "anna", "max_heart_rate=190", "resting_heart_rate=55")
        say("importing them")
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        said = _run(folder, "import", "--jobs", str(JOBS), str(files))
        elapsed, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if not said.startswith(f"{FILES} session(s)"):
        raise NotMeasuredError(said.strip())
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {
        "import_1000_s": elapsed / FILES * 1000,
        "import_cpu_ms": cpu_s / FILES * 1000,
    }


def _run(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "talkpace", *arguments]
    done = subprocess.run(command, env=environment(folder), capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMeasuredError(done.stderr.strip())
    return done.stdout


def _hour() -> Iterator[tuple[int, int, tuple[float, ...]]]:
    """Offset in ms, bpm, RR intervals in whole 1/1024 s."""
    at_ms = 0
    for second in range(SECONDS):
        rate = 118 + second // 7 % 12 + (18 if second % 900 > 780 else 0)
        ticks = 61_440 // rate
        yield at_ms, rate, tuple((ticks + spread) * 1000 / 1024 for spread in (second % 5, -(second % 3)))
        at_ms += 1000 + second % 41 - 20


def _fit(start: datetime) -> bytes:
    messages = FitMessages()
    records = FitRecords(messages, int(start.timestamp() * 1000))
    for at_ms, rate, rr_ms in _hour():
        records.add(MeasurementTaken("", at_ms, rate, "unknown", rr_ms, None))
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
