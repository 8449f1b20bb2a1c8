"""The daemon as a process: start time, memory, growth, data written, wakes and CPU time."""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from mosquitto import HOST, mosquitto
from processes import (
    NotMeasuredError,
    child,
    cpu_s,
    disk_folder,
    environment,
    progress,
    rss_mb,
    wakes,
)

from talkpace.storage.store import Store

STARTS = 5
_LIMIT_S = 30
SETTLE_S = 3.0
_ONE_STRAP_S = 30.0

_DAY_SPEED = 1440
_DAY_HOURS = (1 / 6, 4, 8, 12, 16, 20, 24)
"""from ten minutes on: the session is open, the broker connected, the first batches are written"""
_DISK_SPEED = 60
"""20 batches a second, far fewer than a disk can write"""
_DISK_HOURS = 0.5
_ENOUGH = 0.98
"""share of the measurements that must be stored: the queue is bounded, so a slow disk loses some"""


def measure() -> dict[str, float]:
    """`talkpace run` with Bluetooth and a broker, started several times as systemd does.

    Ready: the median of the starts. Memory: a few seconds into a session, with the broker connected.
    """
    with disk_folder() as folder, mosquitto() as broker:
        mqtt = f'mqtt = {{ enabled = true, host = "{HOST}", port = {broker.port} }}'
        configuration = _configuration(folder, mqtt)
        starts = [_start(folder, configuration) for _ in range(STARTS)]
    progress("ready after " + ", ".join(f"{ready_s:.3f}" for ready_s, _ in starts) + " s")
    return {
        "ready_s": statistics.median(ready_s for ready_s, _ in starts),
        "rss_mb": starts[-1][1],
    }


def measure_a_day() -> dict[str, float]:
    """24 hours of one strap in a minute, as a single session, which needs more memory than several."""
    with disk_folder() as folder:
        first, *_, last = _fast(folder, _DAY_SPEED, _DAY_HOURS)
    return {"rss_growth_mb": last["rss_mb"] - first["rss_mb"]}


def measure_an_hour_on_disk() -> dict[str, float]:
    """Half an hour of one strap with RR intervals, warnings and events, scaled to an hour."""
    with disk_folder() as folder:
        first, last = _fast(folder, _DISK_SPEED, (0, _DISK_HOURS))
    written_mb = (last["written_mb"] - first["written_mb"]) / _DISK_HOURS
    if not written_mb:
        raise NotMeasuredError("the kernel does not count the bytes written to this file system")
    return {"written_mb_per_hour": written_mb}


def measure_one_strap() -> dict[str, float]:
    """Wakes and CPU time per second with one virtual strap, without Bluetooth and without a broker."""
    with disk_folder() as folder:
        configuration = _configuration(folder, "bluetooth = { enabled = false }")
        with running_daemon(folder, configuration) as (process, notifications):
            wait_for_notification(notifications, "READY=1")
            time.sleep(SETTLE_S)
            wakes_before, cpu_before_s, start_s = wakes(process), cpu_s(process), time.monotonic()
            time.sleep(_ONE_STRAP_S)
            elapsed_s = time.monotonic() - start_s
            figures = {
                "wakes_per_s": (wakes(process) - wakes_before) / elapsed_s,
                "cpu_ms_per_s": (cpu_s(process) - cpu_before_s) / elapsed_s * 1000,
            }
    return figures


def _configuration(folder: Path, more: str) -> Path:
    """Write a configuration with one virtual strap at one measurement a second."""
    file = folder / "talkpace.toml"
    file.write_text(
        f"""
        athletes = [{{ id = "anna", max_heart_rate = 190 }}]
        sources = [{{ kind = "virtual", athlete = "anna", workout = "steady", repeat = true }}]
        store = {{ path = "{folder}/talkpace.db" }}
        {more}
        """,
        encoding="utf-8",
    )
    return file


def _start(folder: Path, configuration: Path) -> tuple[float, float]:
    """Seconds from process start to READY=1, and resident MB a few seconds after the broker is connected."""
    start = time.perf_counter()
    with running_daemon(folder, configuration) as (process, notifications):
        wait_for_notification(notifications, "READY=1")
        ready_s = time.perf_counter() - start
        wait_for_notification(notifications, "broker: connected")
        time.sleep(SETTLE_S)
        return ready_s, rss_mb(process)


@contextmanager
def running_daemon(folder: Path, configuration: Path) -> Iterator[tuple[int, socket.socket]]:
    """Run the daemon; yield its process id and the socket of its systemd notifications."""
    notify = folder / "notify"
    notify.unlink(missing_ok=True)
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notifications,
        (folder / "log").open("wb") as log,
    ):
        notifications.bind(str(notify))
        notifications.settimeout(_LIMIT_S)
        process = subprocess.Popen(
            [sys.executable, "-m", "talkpace", "run", "--config", str(configuration)],
            env=environment(folder, NOTIFY_SOCKET=str(notify)),
            stderr=log,
        )
        try:
            yield process.pid, notifications
            process.terminate()
            process.wait(_LIMIT_S)
        except (TimeoutError, subprocess.TimeoutExpired, NotMeasuredError) as error:
            log_text = (folder / "log").read_text(encoding="utf-8")
            raise NotMeasuredError(
                f"the daemon did not start or stop within {_LIMIT_S} s:\n{log_text}"
            ) from error
        finally:
            process.kill()
            process.wait()


def wait_for_notification(notifications: socket.socket, text: str) -> None:
    """Read notifications to systemd until one has this text. Raises TimeoutError."""
    while text not in notifications.recv(4096).decode():
        pass


def _fast(folder: Path, speed: int, hours: Sequence[float]) -> list[dict[str, float]]:
    """Memory and written data of a fast daemon at the hours. Raises NotMeasuredError if it lost beats."""
    samples = []
    with mosquitto() as broker:
        parameters = {
            "folder": str(folder), "host": HOST, "port": broker.port, "speed": speed, "hours": hours,
        }  # fmt: skip
        for each in child("fast_daemon.py", folder, parameters):
            progress(
                f"after {each['hours']:5.2f} h: {each['rss_mb']:.1f} MB resident,"
                f" {each['written_mb']:.2f} MB written"
            )
            samples.append(each)
    with Store.open(folder / "talkpace.db") as store:
        sessions = store.sessions()
        stored = sum(len(list(store.measurements(session.id))) for session in sessions)
    progress(f"{stored} measurements in {len(sessions)} session(s)")
    if len(samples) < len(hours) or stored < hours[-1] * 3600 * _ENOUGH:
        raise NotMeasuredError(f"only {stored} measurements of {hours[-1]} hours are stored")
    return samples
