"""Eight straps for a while, which come and go: nothing grows."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from statistics import median

import pytest

from .bed.household import Athlete, Household
from .bed.probe import Probe

SOAK_S = float(os.environ.get("TALKPACE_SOAK_S", "600"))
EVERY_S = 5.0
STRAPS = 8
GROWTH_KB = 2048
"""from the second third to the last. What a session keeps of its latest beats fills up in the first minutes,
and later where straps come and go: some 2.5 MB for eight athletes, and no more then"""

_RULES = (
    "busctl --json=short call org.freedesktop.DBus /org/freedesktop/DBus"
    " org.freedesktop.DBus.Debug.Stats GetAllMatchRules"
)


@dataclass(frozen=True, slots=True)
class Use:
    """What the daemon holds."""

    memory_kb: int
    threads: int
    tasks: int
    files: int
    match_rules: int
    """of everyone on the system's D-Bus"""


def use(household: Household, probe: Probe, pid: int) -> Use:
    told = household.machine.shell(
        f"sed -n 's/^VmRSS:[^0-9]*\\([0-9]*\\) kB/\\1/p; s/^Threads:[^0-9]*//p' /proc/{pid}/status\n"
        f"ls /proc/{pid}/fd | wc -l\n"
        f"{_RULES} | grep -o type= | wc -l"
    ).text.split()
    memory_kb, threads, files, match_rules = (int(number) for number in told)
    return Use(memory_kb, threads, probe.tasks(pid), files, match_rules)


@pytest.mark.long(4)
@pytest.mark.timeout(SOAK_S + 2400)
def test_nothing_grows_with_eight_straps_that_come_and_go(household: Household) -> None:
    probe = Probe(household.machine)
    addresses = [f"A0:9E:1A:00:00:{number:02X}" for number in range(1, STRAPS + 1)]
    straps = [
        household.air.add(f"strap-{number}", address=address) for number, address in enumerate(addresses)
    ]
    household.settle(*(Athlete(f"athlete-{n}", straps=(address,)) for n, address in enumerate(addresses)))
    household.heard("node", {"straps_connected": STRAPS}, limit_s=900)
    pid = household.main_pid()
    uses: list[Use] = []
    end = time.monotonic() + SOAK_S
    turn = 0
    while time.monotonic() < end:
        began = time.monotonic()
        straps[turn % STRAPS].close()
        turn += 1
        uses.append(use(household, probe, pid))
        time.sleep(max(0, began + EVERY_S - time.monotonic()))  # the soak's own pace
    household.machine.until(f"systemctl show -p StatusText --value talkpace | grep -q '^{STRAPS} strap'")
    uses.append(use(household, probe, pid))
    print(*uses, sep="\n")  # noqa: T201 - shown with a failure
    third = len(uses) // 3
    before, last = uses[third : 2 * third], uses[-third:]
    assert household.main_pid() == pid
    assert median(each.memory_kb for each in last) - median(each.memory_kb for each in before) < GROWTH_KB
    for what in ("files", "threads", "tasks", "match_rules"):
        early, late = (sorted(getattr(each, what) for each in part) for part in (before, last))
        assert late[0] <= early[-1], f"{what} grow: {early} to {late}"
    assert "Traceback" not in household.machine.logs(lines=10**6)["journal.log"]
