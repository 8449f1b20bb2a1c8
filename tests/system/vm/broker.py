"""Controls mosquitto in the guest and reads from its log what it received."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .machine import Machine

_SETTINGS = "/etc/mosquitto/conf.d/bed.conf"
_LOG = "log_dest stderr\nlog_type all\nconnection_messages true\n"
_PASSWORDS = "/etc/mosquitto/bed.passwords"


@dataclass(frozen=True, slots=True)
class Broker:
    """mosquitto as installed by Debian. Its log contains every message, with or without subscribers."""

    machine: Machine

    def enable_log(self) -> None:
        """Log every message from now on. Restarts the broker."""
        self._restart_with(_LOG)

    def stop(self) -> None:
        self.machine.run("systemctl", "stop", "mosquitto")

    def start(self) -> None:
        self.machine.run("systemctl", "start", "mosquitto")

    def restart(self) -> None:
        self.machine.run("systemctl", "restart", "mosquitto")

    def require_password(self, user: str, password: str) -> None:
        """Accept only this user with this password. Restarts the broker."""
        self.machine.run("rm", "-f", _PASSWORDS)
        self.machine.run("mosquitto_passwd", "-b", "-c", _PASSWORDS, user, password)
        self.machine.run("chown", "mosquitto:", _PASSWORDS)
        self._restart_with(f"{_LOG}allow_anonymous false\npassword_file {_PASSWORDS}\n")

    def received(self, topic: str) -> int:
        """Number of messages received on this topic since the machine was resumed."""
        text = self.machine.run("journalctl", "--unit=mosquitto", "--output=cat", "--no-pager").text
        return len(re.findall(rf"Received PUBLISH from \S+ \(.*'{re.escape(topic)}'", text))

    def _restart_with(self, settings: str) -> None:
        self.machine.write(_SETTINGS, settings)
        self.restart()
