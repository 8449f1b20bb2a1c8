"""What the parts share: the kernel's counts, a folder on a disk, scripts in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

_HERE = Path(__file__).parent
_NO_DISK = ("tmpfs", "ramfs")
_LONGEST_S = 200


class NotMeasuredError(Exception):
    """Something could not be measured; in one line, why."""


def rss_mb(process: int | str = "self") -> float:
    """Resident memory of a process, in MB of 1,000,000 bytes."""
    return int(_counted(process, "status")["VmRSS"].split()[0]) * 1024 / 1e6


def written_mb(process: int | str = "self") -> float:
    """What a process has sent to the disk so far, in MB; file systems add their journal to that."""
    return int(_counted(process, "io")["write_bytes"]) / 1e6


def _counted(process: int | str, what: str) -> dict[str, str]:
    file = Path(f"/proc/{process}/{what}")
    try:
        return dict(line.split(":", 1) for line in file.read_text(encoding="utf-8").splitlines())
    except OSError as error:
        raise NotMeasuredError(f"{file}: {error.strerror}") from error


@contextmanager
def disk_folder() -> Iterator[Path]:
    """A folder on a real disk, removed at the end: in /tmp, or beside .venv where /tmp is memory."""
    places = (Path(tempfile.gettempdir()), _HERE.parent)
    for place in places:
        if _file_system(place) not in _NO_DISK:
            with tempfile.TemporaryDirectory(prefix="talkpace-bench-", dir=place) as folder:
                yield Path(folder)
            return
    raise NotMeasuredError(f"neither {places[0]} nor {places[1]} lies on a disk")


def _file_system(folder: Path) -> str:
    """The type of the file system that a folder lies on."""
    of, kind = Path("/"), ""
    for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines():
        _, point, found, *_ = line.split(" ")
        if folder.resolve().is_relative_to(point) and len(point) >= len(str(of)):
            of, kind = Path(point), found
    return kind


def environment(folder: Path, **more: str) -> dict[str, str]:
    """A home of its own; nothing of the caller's configuration."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TALKPACE_")}
    return {**kept, "HOME": str(folder), "XDG_DATA_HOME": str(folder), **more}


def child(script: str, folder: Path, told: Mapping[str, object]) -> Iterator[dict[str, float]]:
    """Run a script of this folder in a Python of its own; answers with its JSON lines as they come."""
    with subprocess.Popen(
        [sys.executable, str(_HERE / script), json.dumps(told)],
        env=environment(folder),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        limit = Timer(_LONGEST_S, process.kill)
        limit.start()
        try:
            assert process.stdout is not None
            yield from map(json.loads, process.stdout)
        finally:
            limit.cancel()
            process.terminate()
    if process.returncode:
        raise NotMeasuredError(f"{script} failed ({process.returncode})")


def say(text: str) -> None:
    """Progress."""
    print(f"  {text}", file=sys.stderr, flush=True)
