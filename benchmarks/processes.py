"""Shared by all parts: counters from /proc, a folder on a disk, and child processes."""

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
    """A figure could not be measured; the message is the reason."""


def rss_mb(process: int | str = "self") -> float:
    """Resident memory of a process, in MB of 1,000,000 bytes."""
    return int(_counters(process, "status")["VmRSS"].split()[0]) * 1024 / 1e6


def written_mb(process: int | str = "self") -> float:
    """Data that a process has written to the disk so far, in MB, without the file system's journal."""
    return int(_counters(process, "io")["write_bytes"]) / 1e6


def cpu_s(process: int) -> float:
    """User and system CPU time of a process so far."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError as error:
        raise NotMeasuredError(f"/proc/{process}/stat: {error.strerror}") from error
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def wakes(process: int) -> int:
    """Voluntary context switches of all threads of a process so far: how often it waited and was woken."""
    threads = [int(thread.name) for thread in Path(f"/proc/{process}/task").iterdir()]
    return sum(int(_counters(thread, "status")["voluntary_ctxt_switches"]) for thread in threads)


def _counters(process: int | str, name: str) -> dict[str, str]:
    file = Path(f"/proc/{process}/{name}")
    try:
        return dict(line.split(":", 1) for line in file.read_text(encoding="utf-8").splitlines())
    except OSError as error:
        raise NotMeasuredError(f"{file}: {error.strerror}") from error


@contextmanager
def disk_folder() -> Iterator[Path]:
    """A temporary folder on a real disk: in /tmp, or in the checkout if /tmp is in memory."""
    places = (Path(tempfile.gettempdir()), _HERE.parent)
    for place in places:
        if _file_system(place) not in _NO_DISK:
            with tempfile.TemporaryDirectory(prefix="talkpace-bench-", dir=place) as folder:
                yield Path(folder)
            return
    raise NotMeasuredError(f"neither {places[0]} nor {places[1]} is on a disk: set TMPDIR")


def _file_system(folder: Path) -> str:
    """Type of the file system that contains a folder."""
    mount, kind = Path("/"), ""
    for line in Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines():
        _, point, type_, *_ = line.split(" ")
        if folder.resolve().is_relative_to(point) and len(point) >= len(str(mount)):
            mount, kind = Path(point), type_
    return kind


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Environment with its own home folder and without TALKPACE_ variables."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("TALKPACE_")}
    return {**inherited, "HOME": str(folder), "XDG_DATA_HOME": str(folder), **more}


def talkpace(folder: Path, *arguments: str) -> str:
    """Run a command of talkpace with its data in a folder; return its output. Raises NotMeasuredError."""
    command = [sys.executable, "-m", "talkpace", *arguments]
    process = subprocess.run(command, env=environment(folder), capture_output=True, text=True, check=False)
    if process.returncode:
        raise NotMeasuredError(f"talkpace {' '.join(arguments)} failed: {process.stderr.strip()}")
    return process.stdout


def child(script: str, folder: Path, parameters: Mapping[str, object]) -> Iterator[dict[str, float]]:
    """Run a script of this folder with JSON parameters; yield the JSON lines that it prints, as they come."""
    with subprocess.Popen(
        [sys.executable, str(_HERE / script), json.dumps(parameters)],
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
        raise NotMeasuredError(f"{script} failed with exit code {process.returncode}")


def progress(text: str) -> None:
    """Print progress to standard error."""
    print(f"  {text}", file=sys.stderr, flush=True)
