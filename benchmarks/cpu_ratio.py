"""CPU time per measurement: the complete daemon relative to a bare forwarder, with the same broker."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mosquitto import HOST, mosquitto
from processes import NotMeasuredError, child, disk_folder, progress

STRAPS = 30
SECONDS = 20
ALONE_SECONDS = 40
"""one strap takes so little CPU time that it has to be measured for longer"""


def measure() -> dict[str, float]:
    """The ratio with 30 straps, and with one strap, which bears the daemon's constant load alone."""
    return {"cpu_ratio_to_bare": _ratio(STRAPS, SECONDS), "cpu_ratio_alone": _ratio(1, ALONE_SECONDS)}


def _ratio(straps: int, seconds: int) -> float:
    """Run both at the same time, so that other load on the machine affects both."""
    with disk_folder() as folder, mosquitto() as broker, ThreadPoolExecutor(2) as pool:
        parameters = {
            "folder": str(folder), "host": HOST, "port": broker.port, "straps": straps, "seconds": seconds,
        }  # fmt: skip
        bare, daemon = pool.map(
            lambda script: _cpu_ms(script, folder, parameters), ("bare_forwarder.py", "paced_daemon.py")
        )
    progress(f"CPU per measurement of {straps} strap(s): forwarder {bare:.3f} ms, daemon {daemon:.3f} ms")
    return daemon / bare


def _cpu_ms(script: str, folder: Path, parameters: Mapping[str, object]) -> float:
    results = list(child(script, folder, parameters))
    if not results:
        raise NotMeasuredError(f"{script} printed no result")
    return results[0]["cpu_ms"]
