"""The broker in the guest, from outside: away and back, with and without a password, and what reached it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .machine import Machine

_SETTINGS = "/etc/mosquitto/conf.d/bed.conf"
_LOG = "log_dest stderr\nlog_type all\nconnection_messages true\n"
_PASSWORDS = "/etc/mosquitto/bed.passwords"


@dataclass(frozen=True, slots=True)
class Broker:
    """mosquitto as Debian runs it. What it receives is in its log, retained or not, heard or not."""

    machine: Machine

    def log(self) -> None:
        """From now on everything is in its log. Restarts it."""
        self._restart_with(_LOG)

    def stop(self) -> None:
        self.machine.run("systemctl", "stop", "mosquitto")

    def start(self) -> None:
        self.machine.run("systemctl", "start", "mosquitto")

    def restart(self) -> None:
        self.machine.run("systemctl", "restart", "mosquitto")

    def want_password(self, user: str, password: str) -> None:
        """Lets nobody in but this user, with this password. Restarts it."""
        self.machine.run("rm", "-f", _PASSWORDS)
        self.machine.run("mosquitto_passwd", "-b", "-c", _PASSWORDS, user, password)
        self.machine.run("chown", "mosquitto:", _PASSWORDS)
        self._restart_with(f"{_LOG}allow_anonymous false\npassword_file {_PASSWORDS}\n")

    def received(self, topic: str) -> int:
        """How many messages to this topic it has received since the machine was resumed."""
        text = self.machine.run("journalctl", "--unit=mosquitto", "--output=cat", "--no-pager").text
        return len(re.findall(rf"Received PUBLISH from \S+ \(.*'{re.escape(topic)}'", text))

    def _restart_with(self, settings: str) -> None:
        self.machine.write(_SETTINGS, settings)
        self.restart()
