"""Counts the asyncio tasks of the running daemon, or blocks its event loop, from outside."""

from __future__ import annotations

from .machine import Machine

_DROP_IN = "/etc/systemd/system/talkpace.service.d/probe.conf"
_TASKS = "/var/lib/talkpace/tasks"


class DaemonProbe:
    """A probe of the service from its next start on; see `guest/probe/sitecustomize.py`."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        machine.write(_DROP_IN, "[Service]\nEnvironment=PYTHONPATH=/opt/bed/guest/probe\n")
        machine.run("systemctl", "daemon-reload")

    def block(self, pid: int) -> None:
        """Block the event loop for ever; other threads continue."""
        self._machine.run("kill", "-USR1", str(pid))

    def tasks(self, pid: int) -> int:
        """Number of asyncio tasks."""
        return int(
            self._machine.shell(
                f"rm -f {_TASKS}; kill -USR2 {pid}; until [ -s {_TASKS} ]; do sleep 0.05; done; cat {_TASKS}"
            ).text
        )
