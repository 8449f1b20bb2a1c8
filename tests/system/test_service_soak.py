"""Memory, threads, tasks and files do not grow while eight straps disconnect and reconnect."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from statistics import median

import pytest

from .vm.daemon_probe import DaemonProbe
from .vm.installation import Athlete, Installation

SOAK_S = float(os.environ.get("TALKPACE_SOAK_S", "600"))
EVERY_S = 5.0
STRAPS = 8
GROWTH_KB = 2048
"""from the second third of the time to the last. Buffers of recent beats fill up in the first minutes, and
later when straps reconnect: about 2.5 MB for eight athletes"""

_RULES = (
    "busctl --json=short call org.freedesktop.DBus /org/freedesktop/DBus"
    " org.freedesktop.DBus.Debug.Stats GetAllMatchRules"
)


@dataclass(frozen=True, slots=True)
class Resources:
    """Resources of the daemon."""

    memory_kb: int
    threads: int
    tasks: int
    files: int
    match_rules: int
    """of all clients of the system D-Bus"""


def resources(installation: Installation, daemon_probe: DaemonProbe, pid: int) -> Resources:
    result = installation.machine.shell(
        f"sed -n 's/^VmRSS:[^0-9]*\\([0-9]*\\) kB/\\1/p; s/^Threads:[^0-9]*//p' /proc/{pid}/status\n"
        f"ls /proc/{pid}/fd | wc -l\n"
        f"{_RULES} | grep -o type= | wc -l"
    ).text.split()
    memory_kb, threads, files, match_rules = (int(number) for number in result)
    return Resources(memory_kb, threads, daemon_probe.tasks(pid), files, match_rules)


@pytest.mark.long(4)
@pytest.mark.timeout(SOAK_S + 2400)
def test_no_resource_grows_while_eight_straps_disconnect_and_reconnect(installation: Installation) -> None:
    daemon_probe = DaemonProbe(installation.machine)
    addresses = [f"A0:9E:1A:00:00:{number:02X}" for number in range(1, STRAPS + 1)]
    straps = [
        installation.radio.add(f"strap-{number}", address=address) for number, address in enumerate(addresses)
    ]
    installation.set_up(*(Athlete(f"athlete-{n}", straps=(address,)) for n, address in enumerate(addresses)))
    installation.wait_for("node", {"straps_connected": STRAPS}, limit_s=900)
    pid = installation.main_pid()
    samples: list[Resources] = []
    end = time.monotonic() + SOAK_S
    turn = 0
    while time.monotonic() < end:
        began = time.monotonic()
        straps[turn % STRAPS].disconnect()
        turn += 1
        samples.append(resources(installation, daemon_probe, pid))
        time.sleep(max(0, began + EVERY_S - time.monotonic()))  # the sampling interval
    installation.machine.retry(f"systemctl show -p StatusText --value talkpace | grep -q '^{STRAPS} strap'")
    samples.append(resources(installation, daemon_probe, pid))
    print(*samples, sep="\n")  # noqa: T201 - shown with a failure
    third = len(samples) // 3
    before, last = samples[third : 2 * third], samples[-third:]
    assert installation.main_pid() == pid
    assert median(each.memory_kb for each in last) - median(each.memory_kb for each in before) < GROWTH_KB
    for name in ("files", "threads", "tasks", "match_rules"):
        early, late = (sorted(getattr(each, name) for each in part) for part in (before, last))
        assert late[0] <= early[-1], f"{name} grow: {early} to {late}"
    assert "Traceback" not in installation.machine.logs(lines=10**6)["journal.log"]
