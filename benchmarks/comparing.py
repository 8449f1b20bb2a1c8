"""CPU time per measurement: the whole daemon against the bare minimum, on the same straps and broker."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from measuring import NotMeasuredError, child, disk_folder, say
from mosquitto import HOST, mosquitto

STRAPS = 30
ALONE = 1
"""one strap bears alone what the daemon does every second anyway; this ratio is said, not returned"""
SECONDS = 20


def measure() -> dict[str, float]:
    return {"cpu_ratio_to_bare": [_ratio(straps) for straps in (ALONE, STRAPS)][-1]}


def _ratio(straps: int) -> float:
    """Both at the same time, so that whatever else the machine does weighs on both."""
    with disk_folder() as folder, mosquitto() as broker, ThreadPoolExecutor(2) as pool:
        told = {
            "folder": str(folder), "host": HOST, "port": broker.port, "straps": straps, "seconds": SECONDS,
        }  # fmt: skip
        bare, whole = pool.map(
            lambda script: _cpu_ms(script, folder, told), ("bare_minimum.py", "whole_daemon.py")
        )
    say(f"per measurement of {straps} strap(s): bare {bare:.3f} ms of CPU, the whole daemon {whole:.3f} ms")
    return whole / bare


def _cpu_ms(script: str, folder: Path, told: Mapping[str, object]) -> float:
    said = list(child(script, folder, told))
    if not said:
        raise NotMeasuredError(f"{script} said nothing")
    return said[0]["cpu_ms"]
