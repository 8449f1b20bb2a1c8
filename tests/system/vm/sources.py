"""[[sources]] tables for tests without Bluetooth: virtual athletes and recordings."""

from __future__ import annotations

from collections.abc import Iterable

from .machine import Machine

NO_BLUETOOTH = "[bluetooth]\nenabled = false\n"
"""configuration without Bluetooth"""


def virtual_source(athlete: str, *, workout: str = "steady") -> str:
    """A virtual athlete; `steady` stays below the ceiling for 40 minutes."""
    return f'[[sources]]\nkind = "virtual"\nathlete = "{athlete}"\nworkout = "{workout}"\n'


def recording_source(machine: Machine, athlete: str, rates: Iterable[int], *, repeat: bool = False) -> str:
    """A recording in the guest with one heart rate a second.

    Its end also ends the session, unless it repeats.
    """
    path = f"/srv/recordings/{athlete}.csv"
    lines = "".join(f"{second},{rate}\n" for second, rate in enumerate(rates))
    machine.write(path, f"time,heart_rate\n{lines}")
    again = "true" if repeat else "false"
    return f'[[sources]]\nkind = "recording"\nathlete = "{athlete}"\nfile = "{path}"\nrepeat = {again}\n'
