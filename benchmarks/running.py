"""The daemon as a process: how soon it is ready, what it weighs, by how much it grows, what it writes."""

from __future__ import annotations

import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from measuring import NotMeasuredError, child, disk_folder, environment, rss_mb, say
from mosquitto import HOST, mosquitto

from talkpace.record.store import Store

STARTS = 5
_PATIENCE_S = 30
_SETTLE_S = 3.0

_DAY_SPEED = 1440
_DAY_HOURS = (1 / 6, 4, 8, 12, 16, 20, 24)
"""begun with ten minutes: the session is open, the broker there, the first batches written"""
_DISK_SPEED = 60
"""a batch is written 20 times a second then: far less often than this disk could"""
_DISK_HOURS = 0.5
_ENOUGH = 0.98
"""of the measurements have to be on record: waiting ones have a bound, if the disk is too slow"""


def measure() -> dict[str, float]:
    """`talkpace run` as it comes, with Bluetooth and a broker, started several times as systemd would.

    Ready: the median. Memory: a few seconds into a session, with the broker connected.
    """
    with disk_folder() as folder, mosquitto() as broker:
        configuration = folder / "talkpace.toml"
        configuration.write_text(
            f"""
            athletes = [{{ id = "anna", max_heart_rate = 190 }}]
            sources = [{{ kind = "virtual", athlete = "anna", workout = "steady", repeat = true }}]
            store = {{ path = "{folder}/talkpace.db" }}
            mqtt = {{ enabled = true, host = "{HOST}", port = {broker.port} }}
            """,
            encoding="utf-8",
        )
        starts = [_start(folder, configuration) for _ in range(STARTS)]
    say("ready after " + ", ".join(f"{ready_s:.3f}" for ready_s, _ in starts) + " s")
    return {
        "ready_s": statistics.median(ready_s for ready_s, _ in starts),
        "rss_mb": starts[-1][1],
    }


def measure_a_day() -> dict[str, float]:
    """24 hours of one strap in a minute, all one session, which holds more than several would."""
    with disk_folder() as folder:
        first, *_, last = _fast(folder, _DAY_SPEED, _DAY_HOURS)
    return {"rss_growth_mb": last["rss_mb"] - first["rss_mb"]}


def measure_an_hour_on_disk() -> dict[str, float]:
    """Half an hour of intervals with RR intervals, warnings and their events, of one strap; times two."""
    with disk_folder() as folder:
        first, last = _fast(folder, _DISK_SPEED, (0, _DISK_HOURS))
    written = (last["written_mb"] - first["written_mb"]) / _DISK_HOURS
    if not written:
        raise NotMeasuredError("the kernel counts no bytes written on this file system")
    return {"written_mb_per_hour": written}


def _start(folder: Path, configuration: Path) -> tuple[float, float]:
    """Seconds from starting the process to READY=1, and MB resident once it has settled."""
    notify = folder / "notify"
    notify.unlink(missing_ok=True)
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told,
        (folder / "log").open("wb") as log,
    ):
        told.bind(str(notify))
        told.settimeout(_PATIENCE_S)
        start = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "talkpace", "run", "--config", str(configuration)],
            env=environment(folder, NOTIFY_SOCKET=str(notify)),
            stderr=log,
        )
        try:
            _wait_for(told, "READY=1")
            ready_s = time.perf_counter() - start
            _wait_for(told, "broker: connected")
            time.sleep(_SETTLE_S)
            resident = rss_mb(process.pid)
            process.terminate()
            process.wait(_PATIENCE_S)
        except (TimeoutError, subprocess.TimeoutExpired, NotMeasuredError) as error:
            says = (folder / "log").read_text(encoding="utf-8")
            raise NotMeasuredError(f"the daemon does not start, or not stop:\n{says}") from error
        finally:
            process.kill()
            process.wait()
    return ready_s, resident


def _wait_for(told: socket.socket, text: str) -> None:
    while text not in told.recv(4096).decode():
        pass


def _fast(folder: Path, speed: int, hours: Sequence[float]) -> list[dict[str, float]]:
    """What a fast daemon says at each of the hours. Raises NotMeasuredError where it lost beats."""
    said = []
    with mosquitto() as broker:
        told = {
            "folder": str(folder), "host": HOST, "port": broker.port, "speed": speed, "hours": hours,
        }  # fmt: skip
        for each in child("fast_daemon.py", folder, told):
            resident, written = each["rss_mb"], each["written_mb"]
            say(f"after {each['hours']:5.2f} h: {resident:.1f} MB resident, {written:.2f} MB written")
            said.append(each)
    with Store.open(folder / "talkpace.db") as store:
        sessions = store.sessions()
        taken = sum(len(list(store.measurements(session.id))) for session in sessions)
    say(f"{taken} measurements in {len(sessions)} session(s)")
    if len(said) < len(hours) or taken < hours[-1] * 3600 * _ENOUGH:
        raise NotMeasuredError(f"{taken} measurements kept of {hours[-1]} hours")
    return said
