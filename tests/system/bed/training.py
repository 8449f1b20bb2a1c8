"""Athletes who train without a radio: made-up ones and recordings, as the configuration names them."""

from __future__ import annotations

from collections.abc import Iterable

from .machine import Machine

QUIET = "[bluetooth]\nenabled = false\n"
"""where Bluetooth does not matter"""


def virtual(athlete: str, *, workout: str = "steady") -> str:
    """A virtual athlete, as [[sources]] has one; `steady` stays below the ceiling for 40 minutes."""
    return f'[[sources]]\nkind = "virtual"\nathlete = "{athlete}"\nworkout = "{workout}"\n'


def recorded(machine: Machine, athlete: str, rates: Iterable[int], *, repeat: bool = False) -> str:
    """A recording with a heart rate each second, put into the guest, as [[sources]] has one.

    Where its end comes, so does the session's, unless it repeats.
    """
    path = f"/srv/recordings/{athlete}.csv"
    lines = "".join(f"{second},{rate}\n" for second, rate in enumerate(rates))
    machine.write(path, f"time,heart_rate\n{lines}")
    again = "true" if repeat else "false"
    return f'[[sources]]\nkind = "recording"\nathlete = "{athlete}"\nfile = "{path}"\nrepeat = {again}\n'
